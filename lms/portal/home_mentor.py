"""The mentor's part of the home page: who needs me."""

from dataclasses import dataclass
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from projects.mentoring import Stuck, learners_of, stuck_learners
from projects.models import Submission
from projects.models.submissions import SubmissionState
from projects.reviewing.queue import ReviewQueue

ROWS = 8


@dataclass(frozen=True)
class MentorHome:
    """Who waits for a review (oldest first), who may need help, what is claimed; at most `ROWS` of each and all counts.

    `promised` counts the reviews of one's learners whose promise ends today or has passed; `others` those of learners
    without oneself as mentor, which anyone may take.
    """

    waiting: list[Submission]
    claims: list[Submission]
    stuck: list[Stuck]
    learners: int
    waiting_count: int
    promised: int
    claimed_count: int
    others: int
    stuck_count: int

    mine_url = property(lambda self: f"{reverse('review_queue')}?show=mine")
    claimed_url = property(lambda self: f"{reverse('review_queue')}?show=claimed")
    others_url = property(lambda self: f"{reverse('review_queue')}?show=unclaimed")

    @property
    def waiting_more(self) -> int:
        return self.waiting_count - len(self.waiting)

    @property
    def stuck_more(self) -> int:
        return self.stuck_count - len(self.stuck)


def mentor_home(user: User) -> MentorHome:
    """The mentor's home in nine queries at most."""
    now = timezone.localtime()
    queue = ReviewQueue(user)
    counts = queue.counts(promised_by=datetime.combine(now.date(), time.max, now.tzinfo))
    own = list(queue.own()[: 2 * ROWS]) if counts["mine"] or counts["claimed"] else []
    claims = [submission for submission in own if submission.state == SubmissionState.IN_REVIEW]
    waiting = [submission for submission in own if submission.state == SubmissionState.WAITING_FOR_REVIEW]
    enrollments = learners_of(user)
    stuck = stuck_learners(enrollments, now) if enrollments else []
    return MentorHome(
        waiting=waiting[:ROWS],
        claims=claims[:ROWS],
        stuck=stuck[:ROWS],
        learners=len(enrollments),
        waiting_count=counts["mine"],
        promised=counts["promised"],
        claimed_count=counts["claimed"],
        others=counts["unclaimed"],
        stuck_count=len(stuck),
    )
