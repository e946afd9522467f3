"""The mentor's part of the home page: who needs me."""

from dataclasses import dataclass
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from projects.mentoring import Stuck, learners_of, stuck_learners
from projects.reviewing.queue import CLAIMED, MINE, UNCLAIMED, ReviewQueue
from projects.reviewing.rows import QueueRow, rows_of

ROWS = 8


@dataclass(frozen=True)
class MentorHome:
    """Who waits for a review (oldest first), who may need help, what is claimed; at most `ROWS` of each and all counts.

    `promised` counts the reviews of one's learners whose promise ends today or has passed; `others` those of learners
    without oneself as mentor, which anyone may take.
    """

    waiting: list[QueueRow]
    claims: list[QueueRow]
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
    """The mentor's home in six queries, and one for each kind of what bends the learners' dates."""
    now = timezone.localtime()
    enrollments = learners_of(user)
    queue = ReviewQueue(user)
    counts = queue.counts()
    ids = queue.parts[CLAIMED][:ROWS] + queue.parts[MINE][:ROWS]
    own = rows_of(MINE, ids, now, tells_late=False)
    claimed = set(queue.parts[CLAIMED])
    waiting = [row for row in own if row.pk not in claimed]
    tonight = datetime.combine(now.date(), time.max, now.tzinfo)
    promised = sum(1 for row in waiting if row.promised <= tonight)
    if promised == ROWS:  # those shown are the oldest, so that there may be more
        promised = queue.promised_by(tonight)
    stuck = stuck_learners(user, enrollments, now) if enrollments else []
    return MentorHome(
        waiting=waiting,
        claims=[row for row in own if row.pk in claimed],
        stuck=stuck[:ROWS],
        learners=len(enrollments),
        waiting_count=counts[MINE],
        promised=promised,
        claimed_count=counts[CLAIMED],
        others=counts[UNCLAIMED],
        stuck_count=len(stuck),
    )
