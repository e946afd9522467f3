"""What a person is in this portal, from their relations alone."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from courses.models import CohortStaff, Enrollment, ProgramStaff
from lms.accounts.models import User
from mentors.models import Mentor


@dataclass(frozen=True)
class Roles:
    """A learner has a place in a cohort, a mentor has a mentor's profile, staff run a cohort or a program."""

    learner: bool
    mentor: bool
    staff: bool


def roles_of(user: User) -> Roles:
    """The roles of `user`, in one query, remembered on the instance for the request."""
    known: Roles | None = getattr(user, "_roles", None)
    if known is None:
        mine = OuterRef("pk")
        row = (
            User.objects.filter(pk=user.pk)
            .values_list(
                Exists(Enrollment.objects.filter(user=mine)),
                Exists(Mentor.objects.filter(user=mine)),
                Exists(CohortStaff.objects.filter(user=mine)),
                Exists(ProgramStaff.objects.filter(user=mine)),
            )
            .get()
        )
        known = Roles(learner=row[0], mentor=row[1], staff=row[2] or row[3])
        user.__dict__["_roles"] = known
    return known
