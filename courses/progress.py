"""The one progress number of a learner: required activities done, of all required activities."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from courses.models import Activity, ActivityProgress, Enrollment


@dataclass(frozen=True)
class Progress:
    done: int
    total: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def progress_of(enrollment: Enrollment) -> Progress:
    """Progress of one learner, in one query."""
    done = ActivityProgress.objects.filter(enrollment=enrollment, activity=OuterRef("pk"))
    required = Activity.objects.filter(curriculum=enrollment.cohort.curriculum_id, required=True)
    return Progress(**required.aggregate(done=Count("pk", filter=Exists(done)), total=Count("pk")))


def progress_in(required: frozenset[int], done: frozenset[int]) -> Progress:
    """The same number where the ids of the required activities and of the done ones are known already."""
    return Progress(len(required & done), len(required))


def progress_of_all(enrollments: list[Enrollment]) -> dict[int, Progress]:
    """Progress by enrollment id, in two queries however many there are (one curriculum per cohort)."""
    curricula = {enrollment.cohort.curriculum_id for enrollment in enrollments}
    totals = dict(
        Activity.objects.filter(curriculum__in=curricula, required=True)
        .order_by()
        .values_list("curriculum")
        .annotate(count=Count("pk"))
    )
    done = dict(done_in(enrollments))
    return {
        enrollment.pk: Progress(done.get(enrollment.pk, 0), totals.get(enrollment.cohort.curriculum_id, 0))
        for enrollment in enrollments
    }


def done_in(enrollments: Iterable[Enrollment] | QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Pairs (enrollment id, number of required activities done), without those who have done none. What was done of another
    version, which the cohort had before, does not count."""
    taught = {"activity__required": True, "activity__curriculum": F("enrollment__cohort__curriculum")}
    done = ActivityProgress.objects.filter(enrollment__in=enrollments, **taught)
    return done.order_by().values_list("enrollment").annotate(count=Count("pk"))
