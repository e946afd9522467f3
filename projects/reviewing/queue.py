"""What waits for a reviewer: four views of one queue, oldest first."""

from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple

from courses.models import Cohort
from lms.accounts.models import User
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
    """One submission's place in the queue: whose it is, and since when it waits."""

    submission: int
    enrollment: int
    since: datetime
    is_waiting: bool


class ReviewQueue:
    """The queue as `user` may see it: cohorts they mentor in or run, never their own work.

    `mine` waits and is by learners they mentor, `unclaimed` waits and is by others, `claimed` they have taken,
    `others` somebody else has taken. An older attempt leaves the queue when a newer one is handed in. The whole queue is
    read once, a few columns of it, in four queries at most. `runs_cohorts` is False where the user is known to run none.
    """

    def __init__(self, user: User, *, runs_cohorts: bool = True) -> None:
        self.user = user
        self.runs_cohorts = runs_cohorts

    @cached_property
    def mentored(self) -> dict[int, int]:
        """The cohort of each enrollment that the user mentors now, by the enrollment's id."""
        current = MentorAssignment.objects.current().filter(mentor__user=self.user)
        return dict(current.values_list("enrollment", "enrollment__cohort"))

    @cached_property
    def cohorts(self) -> set[int]:
        """Where the user reviews; empty for people who have nothing to review anywhere."""
        run = Cohort.objects.run_by(self.user).order_by().values_list("pk", flat=True) if self.runs_cohorts else ()
        return {*self.mentored.values(), *run}

    @cached_property
    def places(self) -> list[Place]:
        """Everything that waits or is in review, oldest first; grades know the newest attempt and its state."""
        if not self.cohorts:
            return []
        open_states = (SubmissionState.WAITING_FOR_REVIEW, SubmissionState.IN_REVIEW)
        found = Grade.objects.filter(state__in=open_states, enrollment__cohort__in=self.cohorts)
        columns = ("newest", "enrollment", "newest__state_changed_at", "newest__state", "enrollment__user")
        return [
            Place(pk, enrollment, since, state == SubmissionState.WAITING_FOR_REVIEW)
            for pk, enrollment, since, state, learner in found.values_list(*columns).order_by(columns[2], columns[0])
            if learner != self.user.pk
        ]

    @cached_property
    def own_claims(self) -> set[int]:
        """What the user has claimed, by the submission's id; asked only while something is in review."""
        if all(place.is_waiting for place in self.places):
            return set()
        return set(Review.objects.claimed().filter(reviewer=self.user).values_list("submission", flat=True))

    @cached_property
    def parts(self) -> dict[str, list[int]]:
        """The ids of submissions in each view, oldest first."""
        parts: dict[str, list[int]] = {name: [] for name in LABELS}
        for place in self.places:
            parts[self._part_of(place)].append(place.submission)
        return parts

    def _part_of(self, place: Place) -> str:
        if place.is_waiting:
            return MINE if place.enrollment in self.mentored else UNCLAIMED
        return CLAIMED if place.submission in self.own_claims else OTHERS

    def counts(self) -> dict[str, int]:
        """How many there are in each view."""
        return {name: len(part) for name, part in self.parts.items()}

    def promised_by(self, moment: datetime) -> int:
        """How many of one's own learners were promised a review by `moment`."""
        promised = [place for place in self.places if place.is_waiting and promise_of(place.since) <= moment]
        return sum(1 for place in promised if place.enrollment in self.mentored)

    def next_after(self, submission: Submission) -> int | None:
        """What to review next: the oldest of one's own learners, else the oldest of the others."""
        following = [pk for pk in (*self.parts[MINE], *self.parts[UNCLAIMED]) if pk != submission.pk]
        return following[0] if following else None
