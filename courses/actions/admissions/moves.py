"""The one table of an application's moves, and the one way it makes one."""

from typing import Any, NamedTuple

from django.utils import timezone

from courses.actions.admissions.telling import tell
from courses.actions.cohorts import let_go_of_seat
from courses.models import Application, Cohort
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError

State = Application.State
UNDECIDED = (State.SUBMITTED, State.IN_REVIEW, State.INTERVIEW)
ENDED = (State.DECLINED, State.OFFER_EXPIRED, State.NOT_ADMITTED, State.WITHDRAWN)


class Move(NamedTuple):
    """From which states it is made, into which, and how its refusal names it."""

    sources: tuple[str, ...]
    target: str
    words: str


MOVES = {
    "submit": Move((State.STARTED,), State.SUBMITTED, "be submitted"),
    "take_into_review": Move((State.SUBMITTED,), State.IN_REVIEW, "be taken into review"),
    "take_up_again": Move((State.WAITLISTED, *ENDED), State.IN_REVIEW, "be taken up again"),
    "invite_to_interview": Move(UNDECIDED, State.INTERVIEW, "be invited to an interview"),
    "offer": Move((State.IN_REVIEW, State.INTERVIEW, State.WAITLISTED), State.OFFERED, "be offered a place"),
    "wait_list": Move((State.IN_REVIEW, State.INTERVIEW), State.WAITLISTED, "be put on the waiting list"),
    "not_admit": Move((*UNDECIDED, State.WAITLISTED), State.NOT_ADMITTED, "be turned down"),
    "accept": Move((State.OFFERED,), State.ACCEPTED, "be accepted"),
    "decline": Move((State.OFFERED,), State.DECLINED, "be declined"),
    "join": Move((*UNDECIDED, State.WAITLISTED, State.OFFERED), State.ACCEPTED, "be settled"),
    "end_offer": Move((State.OFFERED,), State.OFFER_EXPIRED, "expire"),
    "withdraw": Move((State.STARTED, *UNDECIDED, State.WAITLISTED, State.OFFERED), State.WITHDRAWN, "be withdrawn"),
}


class AdmissionRefused(DomainError):
    code = "admission_refused"


def lock(application: Application) -> Application:
    """The application as it is now; until the transaction ends, nobody else moves one of its cohort or counts its seats.

    Call it first in the transaction: whoever changes seats locks the cohort before anything else.
    """
    cohort = Cohort.objects.select_for_update(of=("self",), no_key=True).select_related("program", "intake__rubric")
    locked = cohort.get(pk=application.cohort_id)
    locked.intake.cohort = locked
    now = Application.objects.select_related("applicant").get(pk=application.pk)
    now.cohort = locked
    return now


def may(verb: str, application: Application) -> bool:
    """Whether the table allows this move now."""
    return application.state in MOVES[verb].sources


def move(application: Application, verb: str, *, by: User | None, reason: str = "", **changes: Any) -> None:
    """Make a move of the table, on an application that `lock` gave: give back the seat or the rank that the old state
    held, write the audit row and tell who applied. Raises `AdmissionRefused` where the table has no such move.
    """
    allowed, was = MOVES[verb], application.state
    if was not in allowed.sources:
        refuse(application, verb)
    changes = {"state": allowed.target, "state_changed_at": timezone.now(), "waiting_rank": None, **changes}
    if not Application.objects.filter(pk=application.pk, state=was).update(**changes):
        refuse(application, verb)
    for name, value in changes.items():
        setattr(application, name, value)
    if was == State.OFFERED:
        let_go_of_seat(application.cohort_id)
        application.cohort.seats_held -= 1
    after = {name: str(value) for name, value in changes.items() if value not in (None, "") and name not in UNTOLD}
    entry = audit.record(
        f"application_{verb}", by=by, target=application, before={"state": was}, after=after, reason=reason
    )
    tell(application, verb, key=f"application:{application.pk}:{entry.pk}")


UNTOLD = ("state_changed_at", "answer", "skills")


def refuse(application: Application, verb: str) -> None:
    state = application.get_state_display().lower()
    raise AdmissionRefused(
        f"The {application} is “{state}” now and cannot {MOVES[verb].words}; nothing was changed.",
        code="moved_meanwhile",
    )
