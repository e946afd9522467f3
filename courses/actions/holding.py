"""One thing at a time at a learner's place, and nothing for a version that the cohort has left meanwhile."""

from collections.abc import Iterable

from courses.models import Enrollment
from courses.models.enrollments import EnrollmentState
from lms.lib.errors import DomainError
from lms.lib.prepared import Prepared


class VersionLeft(DomainError):
    code = "version_left"


class PlaceChanged(DomainError):
    code = "place_changed"


def lock_work_of(enrollment_id: int) -> None:
    """Let one hand-in, tick, claim, review or undo of a learner's work happen at a time; call it first in the transaction.

    The lock leaves foreign keys to the enrollment alone, so that a finishing check never waits for it.
    """
    WORK.get(enrollment=enrollment_id)


def lock_work_of_all(enrollments: Iterable[int]) -> None:
    """The same for many learners, always in the same order, so that two such locks never wait for each other."""
    list(Enrollment.objects.select_for_update(no_key=True).filter(pk__in=enrollments).order_by("pk").values_list("pk"))


def check_taught(enrollment_id: int, curriculum_id: int) -> None:
    """Raise `VersionLeft` unless the learner's cohort is pinned to this curriculum; call it under the lock, which a cohort
    that moves to another version takes too.
    """
    if _learning_at(enrollment_id)[0] != curriculum_id:
        raise VersionLeft(
            "Your cohort has moved to another version of the program since this page was opened. Nothing was kept; "
            "open the page again."
        )


def check_learning(enrollment: Enrollment, curriculum_id: int) -> None:
    """Raise unless the learner works now, in the cohort that `enrollment` was read with, pinned to this curriculum; call it
    under the lock, which whoever pauses, defers or transfers a place takes too.
    """
    curriculum, cohort, state = _learning_at(enrollment.pk)
    if state != EnrollmentState.ACTIVE:
        raise PlaceChanged("Your place was paused or has ended since this page was opened. Nothing was kept.")
    if cohort != enrollment.cohort_id:
        raise PlaceChanged(
            "You have moved to another cohort since this page was opened. Nothing was kept; open it again from your home page."
        )
    if curriculum != curriculum_id:
        check_taught(enrollment.pk, curriculum_id)


def _learning_at(enrollment_id: int) -> tuple[int, int, str]:
    """The ids of the curriculum and the cohort of a place as they are now, and its state."""
    row = TAUGHT.row(enrollment=enrollment_id)
    assert row, "places are never deleted"
    return row[0], row[1], row[2]


WORK = Prepared(
    lambda enrollment: Enrollment.objects.select_for_update(no_key=True).filter(pk=enrollment).only("pk"), "enrollment"
)
TAUGHT = Prepared(
    lambda enrollment: Enrollment.objects.filter(pk=enrollment).values_list("cohort__curriculum", "cohort", "state"),
    "enrollment",
)
