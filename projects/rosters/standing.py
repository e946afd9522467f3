"""What holds now for the people of a roster, read in a fixed number of queries, and what room there is for more."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from courses.models import Cohort, CohortStaff, Enrollment, ProgramStaff
from courses.rosters import tags_of
from lms.accounts.models import User
from mentors.models import Mentor, MentorAssignment
from mentors.places import Places

INVITED = "invited"


@dataclass
class Standing:
    """One person as they stand in a cohort; `is_elsewhere`: they have a place in another one too, or mentor or run one."""

    user: User | None = None
    is_elsewhere: bool = False
    enrollment: Enrollment | None = None
    is_invited: bool = False
    assignment: MentorAssignment | None = None
    tags: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """That of their place, else `invited`, else ""; who withdrew and is invited again is invited."""
        if self.is_invited and not (self.enrollment and self.enrollment.state != Enrollment.State.WITHDRAWN):
            return INVITED
        return self.enrollment.state if self.enrollment else ""

    @property
    def mentor(self) -> str:
        """The current mentor's address."""
        return self.assignment.mentor.user.email if self.assignment else ""


def standing_of(cohort: Cohort, emails: Collection[str], *, hold: bool = False) -> dict[str, Standing]:
    """How the people with these addresses stand in the cohort, by address; five queries. `hold`: nobody changes them or
    their places until the transaction ends."""
    found = {email: Standing() for email in emails}
    users = User.objects.filter(email__in=emails).annotate(is_elsewhere=_elsewhere(cohort)).order_by("pk")
    for user in users.select_for_update(no_key=True) if hold else users:
        found[user.email].user, found[user.email].is_elsewhere = user, user.is_elsewhere
    places = {}
    enrolled = cohort.enrollments.filter(user__email__in=emails).select_related("user").order_by("pk")
    for enrollment in enrolled.select_for_update(of=("self",), no_key=True) if hold else enrolled:
        enrollment.cohort = cohort
        found[enrollment.user.email].enrollment = enrollment
        places[enrollment.pk] = found[enrollment.user.email]
    current = MentorAssignment.objects.current().filter(enrollment__in=list(places)).select_related("mentor__user")
    for assignment in current:
        places[assignment.enrollment_id].assignment = assignment
    for enrollment_id, tags in tags_of(one.enrollment for one in places.values() if one.enrollment).items():
        places[enrollment_id].tags = sorted(tags)
    invited = cohort.invitations.open().filter(invitation__email__in=emails)
    for email in invited.values_list("invitation__email", flat=True):
        found[email].is_invited = True
    return found


def _elsewhere(cohort: Cohort) -> ExpressionWrapper:
    """Whether a person is more than a learner of this cohort."""
    theirs = {"user": OuterRef("pk")}
    others = (
        Q(Exists(Enrollment.objects.filter(**theirs).exclude(cohort=cohort)))
        | Q(Exists(Mentor.objects.filter(**theirs)))
        | Q(Exists(CohortStaff.objects.filter(**theirs)))
        | Q(Exists(ProgramStaff.objects.filter(**theirs)))
    )
    return ExpressionWrapper(others, output_field=BooleanField())


class Room:
    """Seats and mentors' places that are left while a roster is gone through; taking one here stores nothing."""

    def __init__(self, cohort: Cohort, mentors: Iterable[Mentor]) -> None:
        self.mentors = {mentor.user.email: mentor for mentor in mentors}
        self.places = Places(self.mentors.values())
        self.time_zone: str = cohort.time_zone
        self.seats_free: int = cohort.seats_free
        self.seats_to_offer: int = cohort.seats_to_offer

    def leave(self, assignment: MentorAssignment | None) -> None:
        """Give back what a learner who leaves had."""
        self.seats_free += 1
        self.seats_to_offer += 1
        if assignment:
            self.places.give_back(assignment)


def mentors_named(emails: Iterable[str]) -> list[Mentor]:
    """The mentors with these addresses; one query."""
    return list(Mentor.objects.filter(user__email__in=set(emails) - {""}).select_related("user"))
