"""What waits for a reviewer: four views of one queue, oldest first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from lms.accounts.models import User
from mentors.models import MentorAssignment
from projects.models import Review, Submission
from projects.models.submissions import SubmissionState

MINE, UNCLAIMED, CLAIMED, OTHERS = "mine", "unclaimed", "claimed", "others"
LABELS: Final = {
    MINE: "My learners",
    UNCLAIMED: "Other learners",
    CLAIMED: "Claimed by me",
    OTHERS: "With other reviewers",
}
_WAITING = Q(state=SubmissionState.WAITING_FOR_REVIEW)
_IN_REVIEW = Q(state=SubmissionState.IN_REVIEW)
_CONDITIONS: Final = {
    MINE: _WAITING & Q(is_mine=True),
    UNCLAIMED: _WAITING & Q(is_mine=False),
    CLAIMED: _IN_REVIEW & Q(is_claimed=True),
    OTHERS: _IN_REVIEW & Q(is_claimed=False),
}


@dataclass(frozen=True)
class ReviewQueue:
    """The queue as `user` may see it: cohorts they mentor in or run, never their own work.

    `mine` waits and is by learners they mentor, `unclaimed` waits and is by others, `claimed` they have taken,
    `others` somebody else has taken. An older attempt leaves the queue when a newer one is handed in.
    """

    user: User

    def all(self) -> QuerySet[Submission]:
        mentored = MentorAssignment.objects.current().filter(mentor__user=self.user, enrollment=OuterRef("enrollment"))
        claims = Review.objects.claimed().filter(reviewer=self.user, submission=OuterRef("pk"))
        return (
            Submission.objects.filter(_WAITING | _IN_REVIEW)
            .reviewable_by(self.user)
            .latest()
            .annotate(is_mine=Exists(mentored), is_claimed=Exists(claims))
        )

    def part(self, name: str) -> QuerySet[Submission]:
        """One of the four views, oldest first."""
        return self.all().filter(_CONDITIONS[name]).order_by("state_changed_at", "pk")

    def rows(self, name: str) -> QuerySet[Submission]:
        """One view with everything a list shows: three queries however long it is."""
        claims = Review.objects.claimed().select_related("reviewer")
        mentors = MentorAssignment.objects.current().select_related("mentor__user")
        return (
            self.part(name)
            .select_related("enrollment__user", "enrollment__cohort", "project")
            .prefetch_related(
                Prefetch("reviews", claims, to_attr="claims"),
                Prefetch("enrollment__mentor_assignments", mentors, to_attr="current_mentors"),
            )
        )

    def counts(self, *, promised_by: datetime | None = None) -> dict[str, int]:
        """How many there are in each view, in one query; `promised`: of one's own, those promised by that moment."""
        conditions = dict(_CONDITIONS)
        if promised_by:
            since = promised_by - timedelta(hours=settings.REVIEW_PROMISE_HOURS)
            conditions["promised"] = _CONDITIONS[MINE] & Q(state_changed_at__lte=since)
        return self.all().aggregate(**{name: Count("pk", filter=each) for name, each in conditions.items()})

    def own(self) -> QuerySet[Submission]:
        """What is the reviewer's own to do: what they have claimed, then what waits of their learners; one query."""
        to_do = self.all().filter(_CONDITIONS[MINE] | _CONDITIONS[CLAIMED])
        return to_do.select_related("enrollment__user", "project").order_by("-is_claimed", "state_changed_at", "pk")

    def next_after(self, submission: Submission) -> Submission | None:
        """What to review next: the oldest of one's own learners, else the oldest of the others."""
        for name in (MINE, UNCLAIMED):
            following = self.part(name).exclude(pk=submission.pk).first()
            if following:
                return following
        return None
