"""The office answers what learners ask about their place: granted, perhaps with other days than asked, or refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.actions.pausing import pause
from courses.actions.places import spell
from courses.models import Activity, Cohort, PlaceRequest
from courses.models.enrollments import MOST_DAYS_PAUSED, OPEN_STATES, EnrollmentState
from courses.models.place_requests import MAX_WORDS, RequestKind, RequestState
from courses.schedule import last_day_of
from courses.timeline import Timeline
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError, InvalidInput
from lms.notifications.actions import notify
from lms.notifications.models import Kind
from projects.actions.extensions import extend_all
from projects.actions.place_requests import RequestRefused
from projects.actions.places import change_place
from projects.actions.states import staff_of
from projects.place_changes import PlaceChange, stamp_of

PLACE_CHANGES = {RequestKind.PAUSE: "pause", RequestKind.TRANSFER: "transfer", RequestKind.DEFERRAL: "defer"}
MAX_OUTCOME = 300
NOT_ANSWERED = "Nothing was answered."


@transaction.atomic
def grant(*, request: PlaceRequest, given: dict[str, Any], words: str, by: User, seen: str | None = None) -> None:
    """Do what was asked, with what is `given` (as `ask` takes it, also other days than asked), and tell the learner.

    `seen` is the stamp of the preview it was decided on, where its kind has one. One answer also when two people answer at
    once; when it cannot be done, nothing is answered, and the refusal says why.
    """
    _claim(request, RequestState.GRANTED, words, by)
    problem = what_stands_in_the_way(request)
    if problem:
        raise RequestRefused(f"{problem} {NOT_ANSWERED}")
    outcome = GRANTS[RequestKind(request.kind)](request, given, by, seen)
    PlaceRequest.objects.filter(pk=request.pk).update(outcome=outcome[:MAX_OUTCOME])
    _tell(request, f"Granted: {outcome}", words, by)


@transaction.atomic
def refuse(*, request: PlaceRequest, words: str, by: User) -> None:
    """Say no, with words that the learner reads; one answer also when two people answer at once."""
    if not words.strip():
        raise InvalidInput(f"Write why, the learner reads it. {NOT_ANSWERED}")
    _claim(request, RequestState.REFUSED, words, by)
    _tell(request, "Refused.", words, by)


def what_stands_in_the_way(request: PlaceRequest) -> str:
    """Why it no longer fits what has happened since it was asked, in words; nothing when it can be granted."""
    enrollment = request.enrollment
    if enrollment.state not in OPEN_STATES:
        return f"{enrollment.user}’s place is {enrollment.get_state_display().lower()} by now."
    if request.kind == RequestKind.EXTENSION and activity_now(request) is None:
        return f"“{request.activity}” is no longer part of the program that {enrollment.cohort} follows."
    if request.kind == RequestKind.PAUSE and enrollment.state == EnrollmentState.PAUSED:
        return f"{enrollment.user} is paused already."
    return ""


def activity_now(request: PlaceRequest) -> Activity | None:
    """What was asked about, in the version that the learner follows now; None where it is gone."""
    asked, taught = request.activity, request.enrollment.cohort.curriculum_id
    if asked is None or asked.curriculum_id == taught:
        return asked
    same = Activity.objects.filter(curriculum=taught, slug=asked.slug, kind=asked.kind, due_offset__isnull=False)
    return same.select_related("module").first()


def place_change_of(request: PlaceRequest, given: dict[str, Any]) -> PlaceChange:
    """What granting `given` does to the place; of a request for more days nothing."""
    enrollment, starts_on = request.enrollment, given.get("starts_on")
    ahead = starts_on if starts_on and starts_on > enrollment.cohort.today() else None
    kind, to = PLACE_CHANGES[RequestKind(request.kind)], given.get("to_cohort")
    return PlaceChange(kind, enrollment, to, given.get("ends_on"), starts_on=ahead)


def begin_pauses_due() -> int:
    """Begin the granted pauses whose first day has come in their cohort; how many. Harmless when it runs twice at once."""
    granted = PlaceRequest.objects.to_begin().select_related("enrollment__cohort", "enrollment__user", "answered_by")
    return sum(_begin(one) for one in granted if one.begins_on and one.begins_on <= one.enrollment.cohort.today())


@transaction.atomic
def _begin(request: PlaceRequest) -> bool:
    if not PlaceRequest.objects.to_begin().filter(pk=request.pk).update(settled_at=timezone.now()):
        return False
    by, cohort = request.answered_by, request.enrollment.cohort
    assert by, "granted"
    try:
        with transaction.atomic():
            pause(enrollment=request.enrollment, by=by, ends_on=request.until, reason=_reason(request))
    except DomainError as refusal:
        PlaceRequest.objects.filter(pk=request.pk).update(outcome=f"It did not begin: {refusal}"[:MAX_OUTCOME])
        for person in {request.enrollment.user, *staff_of(cohort)}:
            _notify(request, person, "not-begun", f"The pause of {request.enrollment.user} did not begin", str(refusal))
    return True


def _more_days(request: PlaceRequest, given: dict[str, Any], by: User, seen: str | None) -> str:
    enrollment, activity, days = request.enrollment, activity_now(request), int(given["days"])
    assert activity, "it fits"
    extend_all(
        cohort=enrollment.cohort,
        enrollments=[enrollment.pk],
        activity=activity,
        days=days,
        reason=_reason(request),
        by=by,
        seen=seen,
        tells=False,
    )
    due = Timeline.of(enrollment).dates(activity).due
    when = f", due {due.sentence(enrollment.user.time_zone)}" if due else ""
    asked = "" if days == request.days else f" (asked: {request.days})"
    return f"{days} more day{'' if days == 1 else 's'}{asked} for “{activity}”{when}."


def _a_pause(request: PlaceRequest, given: dict[str, Any], by: User, seen: str | None) -> str:
    starts_on, ends_on = given["starts_on"], given["ends_on"]
    today = request.enrollment.cohort.today()
    _check_span(starts_on, ends_on, today)
    if starts_on <= today:
        _change_place(request, given, by, seen)
        PlaceRequest.objects.filter(pk=request.pk).update(settled_at=timezone.now())
    else:
        PlaceRequest.objects.filter(pk=request.pk).update(begins_on=starts_on, until=ends_on)
    same = (starts_on, ends_on) == (request.starts_on, request.ends_on)
    asked = "" if same else f" (asked: {spell(request.starts_on)} to {spell(request.ends_on)})"  # type: ignore[arg-type]
    moves = "Your dates have moved." if starts_on <= today else "Your dates move once it begins."
    return f"a pause from {spell(max(starts_on, today))} to {spell(ends_on)}{asked}. {moves}"


def _check_span(starts_on: date, ends_on: date, today: date) -> None:
    if ends_on < starts_on or ends_on < today:
        raise InvalidInput(f"A pause ends on or after its first day, and not before today. {NOT_ANSWERED}")
    if ends_on > last_day_of(max(starts_on, today), MOST_DAYS_PAUSED):
        raise InvalidInput(f"A pause lasts at most {MOST_DAYS_PAUSED} days. {NOT_ANSWERED}")


def _another_cohort(request: PlaceRequest, given: dict[str, Any], by: User, seen: str | None) -> str:
    if not Cohort.objects.run_by(by).filter(pk=given["to_cohort"].pk).exists():
        raise RequestRefused(
            f"You do not run {given['to_cohort']}: who runs the program can lead somebody there. {NOT_ANSWERED}"
        )
    _change_place(request, given, by, seen)
    return f"you go on in {given['to_cohort']}{_if_other(request, given['to_cohort'])}."


def _later(request: PlaceRequest, given: dict[str, Any], by: User, seen: str | None) -> str:
    _change_place(request, given, by, seen)
    to = given["to_cohort"]
    return f"you come back {f'in {to}' if to else 'later'}{_if_other(request, to)}."


def _change_place(request: PlaceRequest, given: dict[str, Any], by: User, seen: str | None) -> None:
    wanted = place_change_of(request, given)
    change_place(wanted=wanted, seen=stamp_of(wanted) if seen is None else seen, by=by, reason=_reason(request))


def _if_other(request: PlaceRequest, to: Cohort | None) -> str:
    return "" if request.to_cohort in (to, None) else f" (asked: {request.to_cohort})"


GRANTS: dict[RequestKind, Callable[[PlaceRequest, dict[str, Any], User, str | None], str]] = {
    RequestKind.EXTENSION: _more_days,
    RequestKind.PAUSE: _a_pause,
    RequestKind.TRANSFER: _another_cohort,
    RequestKind.DEFERRAL: _later,
}


def _claim(request: PlaceRequest, state: str, words: str, by: User) -> None:
    if len(words) > MAX_WORDS:
        raise InvalidInput(f"At most {MAX_WORDS} characters, please. {NOT_ANSWERED}")
    given = {"state": state, "answer": words.strip(), "answered_by": by, "answered_at": timezone.now()}
    claimed = PlaceRequest.objects.open().filter(pk=request.pk).update(**given)
    request.refresh_from_db()
    request.enrollment.refresh_from_db()
    if not claimed:
        who = request.answered_by
        says = f"{who} has answered this already" if who else f"{request.enrollment.user} has taken this back"
        raise RequestRefused(f"{says}; {NOT_ANSWERED[0].lower()}{NOT_ANSWERED[1:]}", code="answered_already")


def _tell(request: PlaceRequest, outcome: str, words: str, by: User) -> None:
    enrollment, after = request.enrollment, {"asked": request.wish, "answer": outcome}
    audit.record("answer_request", by=by, target=enrollment, after=after, reason=words)
    said = " ".join(filter(None, (outcome, words.strip())))
    _notify(request, enrollment.user, "answered", f"{by} has answered your request: {request.wish}", said)


def _notify(request: PlaceRequest, person: User, what: str, title: str, body: str) -> None:
    own = person == request.enrollment.user
    path = reverse("place_requests", args=[request.enrollment.cohort.slug])
    path = path if own else reverse("request_answer", args=[request.pk])
    key = f"place-request-{what}:{request.pk}"
    notify(recipient=person, key=key, kind=Kind.REQUEST_ANSWERED, title=title, body=body, path=path)


def _reason(request: PlaceRequest) -> str:
    return f"Asked for: {request.why}"[:MAX_OUTCOME]
