"""What a person is in this portal, from their relations alone."""

from collections.abc import Sequence
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


def role_flags() -> list[Exists]:
    """What to select of a queryset of people, for `roles_from`."""
    mine = OuterRef("pk")
    return [Exists(model.objects.filter(user=mine)) for model in (Enrollment, Mentor, CohortStaff, ProgramStaff)]


def roles_from(flags: Sequence[bool]) -> Roles:
    """The roles that the values of `role_flags` say."""
    learner, mentor, cohort_staff, program_staff = flags
    return Roles(learner=bool(learner), mentor=bool(mentor), staff=bool(cohort_staff or program_staff))


def roles_of(user: User) -> Roles:
    """The roles of `user`; loaded along with the person who is signed in, else in one query, remembered on the instance."""
    known: Roles | None = getattr(user, "_roles", None)
    if known is None:
        known = roles_from(User.objects.filter(pk=user.pk).values_list(*role_flags()).get())
        user.__dict__["_roles"] = known
    return known
