"""Letting work handed in follow its learners to another version: nothing is graded anew."""

from collections.abc import Mapping

from courses.actions.carrying import Whose, carry, of, successors_of
from courses.models import Cohort, Curriculum, Enrollment
from projects.comparing import criteria_of, digest_of_criterion
from projects.models import Criterion, Grade, RegradeRequest, ReviewScore, Submission


def hold_work(whose: Whose) -> None:
    """Wait for every hand-in, tick, claim and finishing check of theirs, and let none begin until this is over."""
    places = whose.enrollments.all() if isinstance(whose, Cohort) else Enrollment.objects.filter(pk=whose.pk)
    for rows in (places, Submission.objects.filter(**of(whose))):
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def carry_work(*, whose: Whose, to: Curriculum) -> None:
    """Let attempts, grades, reviews and requests for regrades follow to `to`; call it under `hold_work`."""
    work = Submission.objects.filter(**of(whose))
    projects = successors_of(work, "project", to)
    carry(work, "project", projects)
    carry(Grade.objects.filter(**of(whose)), "project", projects)
    scores = ReviewScore.objects.filter(**of(whose, "review__submission__enrollment"))
    asked = RegradeRequest.objects.filter(**of(whose, "submission__enrollment"), criterion__isnull=False)
    criteria, levels = _criteria_kept({*_pointed_at(scores), *_pointed_at(asked)}, to)
    carry(scores, "level", levels)
    carry(scores, "criterion", criteria)
    carry(asked, "criterion", criteria)


def _pointed_at(rows):  # type: ignore[no-untyped-def]
    return rows.order_by().values_list("criterion", flat=True).distinct()


def _criteria_kept(criteria: set[int], to: Curriculum) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """The criteria of other versions that `to` has word for word, with their levels, by id; given levels of the others stay
    with the rubric that they were chosen from."""
    own = {
        (one.rubric.project.slug, one.rubric.project.kind, digest_of_criterion(one)): one for one in criteria_of(to.pk)
    }
    theirs = Criterion.objects.filter(pk__in=criteria).exclude(rubric__project__curriculum=to)
    kept, levels = {}, {}
    for one in theirs.select_related("rubric__project").prefetch_related("levels"):
        same = own.get((one.rubric.project.slug, one.rubric.project.kind, digest_of_criterion(one)))
        if same:
            kept[one.pk] = same.pk
            pairs = zip(one.levels.all(), same.levels.all(), strict=True)
            levels.update({before.pk: after.pk for before, after in pairs})
    return kept, levels
