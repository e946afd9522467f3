"""The lines of the review queue, with everything said in words, so that the page only has to print them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lms.accounts.models import User
from lms.lib.moments import spell_moment, time_html
from lms.lib.prepared import Prepared
from mentors.models import MentorAssignment
from projects.actions.grades import late_attempts
from projects.models import Project, Review, Submission
from projects.models.submissions import promise_of
from projects.reviewing.queue import CLAIMED, OTHERS, UNCLAIMED

COLUMNS = (
    "pk", "number", "state_changed_at", "submitted_at", "due_at", "enrollment", "enrollment__cohort__name",
    "project", "project__title", "project__kind", "enrollment__user", "enrollment__user__name", "enrollment__user__email",
    "enrollment__user__avatar_small",
)  # fmt: skip
KINDS = dict(Project.Kind.choices)


class QueueRow(NamedTuple):
    """One line: what waits, of whom, since when and until when a review is promised.

    `held_until` is set where it is claimed, `holder` where somebody else has claimed it. `now` is in the viewer's zone.
    """

    pk: int
    learner: User
    cohort: str
    title: str
    number: int
    about: str
    is_late: bool
    since: datetime
    promised: datetime
    holder: str
    held_until: datetime | None
    now: datetime

    @property
    def url(self) -> str:
        return reverse("submission_review", args=[self.pk])

    @property
    def times_html(self) -> SafeString:
        """Since when it waits or is held, and what is promised."""
        since, promised = self._when(self.since), self._when(self.promised)
        if self.held_until:
            has_it = f"{self.holder} has it since" if self.holder else "Claimed"
            held = timezone.localtime(self.held_until)
            until = time_html(held, f"{held:%H:%M}")
            return format_html(CLAIMED_TIMES, has_it, since, until, promised)
        return format_html(BROKEN_TIMES if self.promised < self.now else WAITING_TIMES, since, promised)

    @property
    def action_html(self) -> SafeString:
        """The one thing to do with it."""
        if self.held_until:
            return format_html(LOOK if self.holder else GO_ON, self.url, self.title, self.learner)
        return format_html(CLAIM, f"{self.url}claim/", self.title, self.learner)

    def _when(self, moment: datetime) -> SafeString:
        local = timezone.localtime(moment)
        return time_html(local, spell_moment(local, self.now))


CLAIMED_TIMES = '<p>{} {}</p><p class="queue-meta">Held until {} · promised by {}</p>'
WAITING_TIMES = '<p>Waiting since {}</p><p class="queue-meta">Promised by {}</p>'
BROKEN_TIMES = '<p>Waiting since {}</p><p class="promise tone-red">Overdue: promised by {}</p>'
LOOK = '<a class="btn" href="{}">Look<span class="visually-hidden">: {} by {}</span></a>'
GO_ON = '<a class="btn btn-primary" href="{}">Go on<span class="visually-hidden">: {} by {}</span></a>'
CLAIM = (
    '<button class="btn btn-primary" type="submit" formaction="{}">Claim'
    '<span class="visually-hidden"> {} by {}</span></button>'
)
MOST_ROWS = 20
WAITING = Prepared(
    lambda ids: Submission.objects.filter(pk__in=ids).order_by().values_list(*COLUMNS),
    ids=MOST_ROWS,
)
CLAIMS = Prepared(
    lambda ids: (
        Review.objects.claimed()
        .filter(submission__in=ids)
        .order_by()
        .values_list("submission", "claimed_at", "lease_until", "reviewer__name", "reviewer__email")
    ),
    ids=MOST_ROWS,
)
MENTORS = Prepared(
    lambda ids: (
        MentorAssignment.objects.current().filter(enrollment__in=ids).values_list("enrollment", "mentor__user__name")
    ),
    ids=MOST_ROWS,
)


def rows_of(name: str, ids: Sequence[int], now: datetime, *, tells_late: bool = True) -> list[QueueRow]:
    """The lines of one page of the view `name`, in the order of `ids`: two queries at most, a few columns each; more, and
    as many for many, where some came after their due date."""
    if not ids:
        return []
    now = timezone.localtime(now)
    claims = {claim[0]: claim for claim in CLAIMS.rows(ids=ids)} if name in (CLAIMED, OTHERS) else {}
    found = {values[0]: values for values in WAITING.rows(ids=ids)}
    mentors = _mentors_of([values[5] for values in found.values()]) if name == UNCLAIMED else None
    late = late_attempts(attempts=map(_submission, found.values())) if tells_late else frozenset()
    return [_row(found[pk], name, claims.get(pk), mentors, late, now) for pk in ids if pk in found]


def _mentors_of(enrollments: Sequence[int]) -> dict[int, str]:
    return dict(MENTORS.rows(ids=enrollments))


def _submission(values: tuple) -> Submission:
    """What decides whether it is late."""
    pk, number, _, submitted_at, due_at, enrollment, _, project, *_ = values
    return Submission(
        pk=pk, number=number, submitted_at=submitted_at, due_at=due_at, enrollment_id=enrollment, project_id=project
    )


def _row(
    values: tuple,
    name: str,
    claim: tuple | None,
    mentors: dict[int, str] | None,
    late: frozenset[int],
    now: datetime,
) -> QueueRow:
    pk, number, since, _, _, enrollment, cohort, _, title, kind, user, user_name, email, picture = values
    about = f"Attempt {number} · {KINDS[kind]}"
    if mentors is not None:
        about += f" · mentor {mentors[enrollment]}" if enrollment in mentors else " · no mentor yet"
    _, claimed_at, lease_until, holder_name, holder_email = claim or (None, None, None, "", "")
    return QueueRow(
        pk=pk,
        learner=User(pk=user, name=user_name, email=email, avatar_small=picture),
        cohort=cohort,
        title=title,
        number=number,
        about=about,
        is_late=pk in late,
        since=claimed_at or since,
        promised=promise_of(since),
        holder=(holder_name or holder_email) if name == OTHERS else "",
        held_until=lease_until,
        now=now,
    )
