"""Letting what learners have done follow them to another version: rows are pointed at what is the same there."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from courses.digests import quiz_digests
from courses.models import ActivityProgress, Cohort, Curriculum, Enrollment, Extension, Quiz, QuizAttempt

PORTION = 200
Rows = QuerySet[Any, Any]
Whose = Cohort | Enrollment
"""All learners of a cohort, or one of them."""


def of(whose: Whose, path: str = "enrollment") -> dict[str, Any]:
    """The filter for rows of `whose`, which point at the enrollment by `path`."""
    return {f"{path}__cohort": whose} if isinstance(whose, Cohort) else {path: whose}


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


def progress_in(whose: Whose) -> QuerySet[ActivityProgress]:
    return ActivityProgress.objects.filter(**of(whose))


def attempts_in(whose: Whose) -> QuerySet[QuizAttempt]:
    return QuizAttempt.objects.filter(**of(whose))


def extensions_in(whose: Whose) -> QuerySet[Extension]:
    return Extension.objects.filter(**of(whose))


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


def carry_learning(*, whose: Whose, to: Curriculum) -> None:
    """Let progress, extensions and answers to quizzes follow to `to`; call it under the locks of all whose they are."""
    for rows in (progress_in(whose), extensions_in(whose)):
        carry(rows, "activity", successors_of(rows, "activity", to))
    attempts = attempts_in(whose)
    carry(attempts, "quiz", quizzes_kept(attempts, to))
