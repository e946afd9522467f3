"""One thing at a time at a learner's place, and nothing for a version that the cohort has left meanwhile."""

from courses.models import Enrollment
from lms.lib.errors import DomainError
from lms.lib.prepared import Prepared


class VersionLeft(DomainError):
    code = "version_left"


def lock_work_of(enrollment_id: int) -> None:
    """Let one hand-in, tick, claim, review or undo of a learner's work happen at a time; call it first in the transaction.

    The lock leaves foreign keys to the enrollment alone, so that a finishing check never waits for it.
    """
    WORK.get(enrollment=enrollment_id)


def check_taught(enrollment_id: int, curriculum_id: int) -> None:
    """Raise `VersionLeft` unless the learner's cohort is pinned to this curriculum; call it under the lock, which a cohort
    that moves to another version takes too.
    """
    if TAUGHT.row(enrollment=enrollment_id) != (curriculum_id,):
        raise VersionLeft(
            "Your cohort has moved to another version of the program since this page was opened. Nothing was kept; "
            "open the page again."
        )


WORK = Prepared(
    lambda enrollment: Enrollment.objects.select_for_update(no_key=True).filter(pk=enrollment).only("pk"), "enrollment"
)
TAUGHT = Prepared(
    lambda enrollment: Enrollment.objects.filter(pk=enrollment).values_list("cohort__curriculum"), "enrollment"
)
