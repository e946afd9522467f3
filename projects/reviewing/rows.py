"""The lines of the review queue, with everything said in words, so that the page only has to print them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from courses.schedule import is_late
from lms.accounts.models import User
from mentors.models import MentorAssignment
from projects.models import Project, Review, Submission
from projects.models.submissions import promise_of
from projects.reviewing.queue import CLAIMED, OTHERS, UNCLAIMED

COLUMNS = (
    "pk", "number", "state_changed_at", "submitted_at", "due_at", "enrollment", "enrollment__cohort__name",
    "project__title", "project__kind", "enrollment__user", "enrollment__user__name", "enrollment__user__email",
    "enrollment__user__avatar_small",
)  # fmt: skip
KINDS = dict(Project.Kind.choices)


@dataclass(frozen=True)
class QueueRow:
    """One line: what waits, of whom, since when and until when a review is promised.

    `held_until` is set where it is claimed, `holder` where somebody else has claimed it.
    """

    pk: int
    learner: User
    cohort: str
    title: str
    number: int
    about: str
    url: str
    claim_url: str
    is_late: bool
    since: datetime
    promised: datetime
    is_broken: bool
    holder: str = ""
    held_until: datetime | None = None


def rows_of(name: str, ids: Sequence[int], now: datetime) -> list[QueueRow]:
    """The lines of one page of the view `name`, in the order of `ids`: two queries at most, a few columns each."""
    if not ids:
        return []
    claims = _claims_on(ids) if name in (CLAIMED, OTHERS) else {}
    found = {values[0]: values for values in Submission.objects.filter(pk__in=ids).order_by().values_list(*COLUMNS)}
    mentors = _mentors_of([values[5] for values in found.values()]) if name == UNCLAIMED else None
    return [_row(found[pk], name, claims.get(pk), mentors, now) for pk in ids if pk in found]


def _claims_on(ids: Sequence[int]) -> dict[int, Review]:
    claims = Review.objects.claimed().filter(submission__in=ids).select_related("reviewer")
    return {claim.submission_id: claim for claim in claims}


def _mentors_of(enrollments: Sequence[int]) -> dict[int, str]:
    current = MentorAssignment.objects.current().filter(enrollment__in=enrollments)
    return dict(current.values_list("enrollment", "mentor__user__name"))


def _row(values: tuple, name: str, claim: Review | None, mentors: dict[int, str] | None, now: datetime) -> QueueRow:
    pk, number, since, submitted_at, due_at, enrollment, cohort, title, kind, user, user_name, email, picture = values
    url = reverse("submission_review", args=[pk])
    about = f"Attempt {number} · {KINDS[kind]}"
    if mentors is not None:
        about += f" · mentor {mentors[enrollment]}" if enrollment in mentors else " · no mentor yet"
    return QueueRow(
        pk=pk,
        learner=User(pk=user, name=user_name, email=email, avatar_small=picture),
        cohort=cohort,
        title=title,
        number=number,
        about=about,
        url=url,
        claim_url=f"{url}claim/",
        is_late=is_late(due_at, submitted_at),
        since=claim.claimed_at if claim else since,
        promised=promise_of(since),
        is_broken=promise_of(since) < now,
        holder=str(claim.reviewer) if claim and name == OTHERS else "",
        held_until=claim.lease_until if claim else None,
    )
