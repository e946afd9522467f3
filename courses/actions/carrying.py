"""Letting what learners have done follow their cohort to another version: rows are pointed at what is the same there."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from courses.digests import quiz_digests
from courses.models import ActivityProgress, Cohort, Curriculum, Extension, Quiz, QuizAttempt

PORTION = 200
Rows = QuerySet[Any, Any]


def successors_of(rows: Rows, field: str, to: Curriculum) -> dict[int, int]:
    """For each activity (or project) of another version that `rows` point at by `field`, the one of `to` with its slug and
    kind, by id; what `to` lacks is left out. Two queries.
    """
    elsewhere = rows.exclude(**{f"{field}__curriculum": to}).order_by()
    theirs = elsewhere.values_list(field, f"{field}__slug", f"{field}__kind").distinct()
    model = rows.model._meta.get_field(field).related_model
    own = {(slug, kind): pk for pk, slug, kind in model.objects.filter(curriculum=to).values_list("pk", "slug", "kind")}
    return {pk: own[slug, kind] for pk, slug, kind in theirs if (slug, kind) in own}


def carry(rows: Rows, field: str, successors: Mapping[int, int]) -> None:
    """Let the rows that point by `field` at a key of `successors` point at its value."""
    pairs = sorted(successors.items())
    for start in range(0, len(pairs), PORTION):
        portion = dict(pairs[start : start + PORTION])
        cases = [When(**{field: old}, then=Value(new)) for old, new in portion.items()]
        rows.filter(**{f"{field}__in": portion}).update(**{field: Case(*cases)})


def progress_in(cohort: Cohort) -> QuerySet[ActivityProgress]:
    return ActivityProgress.objects.filter(enrollment__cohort=cohort)


def attempts_in(cohort: Cohort) -> QuerySet[QuizAttempt]:
    return QuizAttempt.objects.filter(enrollment__cohort=cohort)


def quizzes_kept(attempts: QuerySet[QuizAttempt], to: Curriculum) -> dict[int, int]:
    """For each quiz of another version that was answered, the one of `to` that asks exactly the same, by id.

    Answers to other questions say nothing about these; they stay with the quiz that they were given to.
    """
    elsewhere = attempts.exclude(quiz__activity__curriculum=to).order_by()
    theirs = elsewhere.values_list("quiz", "quiz__activity__slug", "quiz__activity__curriculum").distinct()
    own, asked = (
        dict(Quiz.objects.filter(activity__curriculum=to).values_list("activity__slug", "pk")),
        quiz_digests(to.pk),
    )
    return {
        pk: own[slug]
        for pk, slug, version in theirs
        if slug in own and quiz_digests(version).get(slug) == asked.get(slug)
    }


def carry_learning(*, cohort: Cohort, to: Curriculum) -> None:
    """Let progress, extensions and answers to quizzes of all learners follow the cohort; call it under their locks."""
    extensions = Extension.objects.filter(enrollment__cohort=cohort)
    for rows in (progress_in(cohort), extensions):
        carry(rows, "activity", successors_of(rows, "activity", to))
    attempts = attempts_in(cohort)
    carry(attempts, "quiz", quizzes_kept(attempts, to))
