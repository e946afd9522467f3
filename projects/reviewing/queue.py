"""What waits for a reviewer: four views of one queue, oldest first."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple

from django.db.models import Q, QuerySet

from courses.models import Cohort
from lms.accounts.models import User
from lms.lib.prepared import Prepared
from mentors.models import MentorAssignment
from projects.models import Grade, Review, Submission
from projects.models.submissions import SubmissionState, promise_of

MINE, UNCLAIMED, CLAIMED, OTHERS = "mine", "unclaimed", "claimed", "others"
LABELS: Final = {
    MINE: "My learners",
    UNCLAIMED: "Other learners",
    CLAIMED: "Claimed by me",
    OTHERS: "With other reviewers",
}


class Place(NamedTuple):
    """One submission's place in the queue, and what decides in which view it stands."""

    submission: int
    is_waiting: bool
    is_mentored: bool
    is_claimed: bool

    @property
    def part(self) -> str:
        if self.is_waiting:
            return MINE if self.is_mentored else UNCLAIMED
        return CLAIMED if self.is_claimed else OTHERS


def _cohorts(user: int) -> QuerySet:
    """Whose work `user` reviews."""
    return Cohort.objects.looked_into_by(User(pk=user)).order_by().values_list("pk")


def _places(user: int, cohorts: Sequence[int] | None = None) -> QuerySet:
    """Everything that waits for `user` or is in review, oldest first; grades know the newest attempt and its state."""
    me = User(pk=user)
    is_claimed = Q(newest__in=Review.objects.claimed().filter(reviewer=me).values("submission"))
    found = Grade.objects.open_for_review().reviewed_by(me, cohorts).order_by("newest__state_changed_at", "newest")
    return found.values_list("newest", WAITS, _is_mentored_by(me), is_claimed)


def _own_waits(user: int) -> QuerySet:
    """Since when the work of one's own learners waits."""
    me = User(pk=user)
    own = Grade.objects.open_for_review().filter(WAITS, _is_mentored_by(me)).exclude(enrollment__user=me)
    return own.values_list("newest__state_changed_at")


def _is_mentored_by(user: User) -> Q:
    return Q(enrollment__in=MentorAssignment.objects.current().filter(mentor__user=user).values("enrollment"))


WAITS = Q(newest__state=SubmissionState.WAITING_FOR_REVIEW)
COHORTS = Prepared(_cohorts, "user")
FEW = 6
PLACES_IN_FEW = Prepared(_places, "user", cohorts=FEW)
PLACES = Prepared(_places, "user")
OWN_WAITS = Prepared(_own_waits, "user")


def place_in_cohort(submission: Submission) -> int:
    """1 for the work that waits longest of its cohort, counted as reviewers find it in their queue; one query."""
    waiting = Grade.objects.open_for_review().filter(WAITS, enrollment__cohort=submission.enrollment.cohort_id)
    return waiting.filter(newest__state_changed_at__lt=submission.state_changed_at).count() + 1


class ReviewQueue:
    """The queue as `user` may see it: cohorts they mentor in or run, never their own work.

    `mine` waits and is by learners they mentor, `unclaimed` waits and is by others, `claimed` they have taken,
    `others` somebody else has taken. An older attempt leaves the queue when a newer one is handed in. The whole queue is
    read once, a few columns of it, in two queries: first the cohorts, since the database cannot guess how few they are.
    """

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def places(self) -> list[Place]:
        """Everything that waits or is in review, oldest first."""
        me, cohorts = self.user.pk, [pk for (pk,) in COHORTS.rows(user=self.user.pk)]
        rows = PLACES.rows(user=me) if len(cohorts) > FEW else PLACES_IN_FEW.rows(user=me, cohorts=cohorts)
        return [Place(*row) for row in rows]

    @cached_property
    def parts(self) -> dict[str, list[int]]:
        """The ids of submissions in each view, oldest first."""
        parts: dict[str, list[int]] = {name: [] for name in LABELS}
        for place in self.places:
            parts[place.part].append(place.submission)
        return parts

    def counts(self) -> dict[str, int]:
        """How many there are in each view."""
        return {name: len(part) for name, part in self.parts.items()}

    def promised_by(self, moment: datetime) -> int:
        """How many of one's own learners were promised a review by `moment`."""
        if not self.parts[MINE]:
            return 0
        return sum(1 for (since,) in OWN_WAITS.rows(user=self.user.pk) if promise_of(since) <= moment)

    def next_after(self, submission: Submission) -> int | None:
        """What to review next: the oldest of one's own learners, else the oldest of the others."""
        following = [pk for pk in (*self.parts[MINE], *self.parts[UNCLAIMED]) if pk != submission.pk]
        return following[0] if following else None
