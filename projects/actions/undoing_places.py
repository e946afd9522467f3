"""Taking back what the office did with a learner's place: it is again as `before` of the change says, or the reason why not."""

from datetime import date, datetime

from django.utils import timezone

from courses.actions.cohorts import CohortRefused, free_seat, take_seat
from courses.actions.office_changes import UndoRefused
from courses.actions.places import hold_place, move_place, place_key, tell_learner
from courses.models import Cohort, Enrollment, Extension, OfficeChange, Pause
from courses.models.enrollments import OPEN_STATES
from lms.accounts.models import User
from lms.lib.errors import DomainError
from mentors.actions import release_mentor, restore_mentor, tell_mentor
from mentors.models import MentorAssignment
from projects.actions.transferring import check_no_other_place, give_back_claims, lead_to

State = Enrollment.State
KINDS = ("pause", "resume", "defer", "come_back", "transfer", "withdraw", "complete")
"""Those that change a place; of them the newest is taken back first."""


def undo_pause(change: OfficeChange, by: User) -> None:
    """Let the learner work as if there had been no pause; refused once it is over."""
    enrollment = _hold(change)
    Pause.objects.filter(pk=change.after["pause"]).delete()
    move_place(enrollment, (State.PAUSED,), change.before["state"])
    _tell(change, enrollment, "The pause was taken back: your dates are what they were, and you can hand in.")


def undo_resume(change: OfficeChange, by: User) -> None:
    """Let the pause go on as it was planned; refused when it would be over by now."""
    enrollment = _hold(change)
    _go_on_pausing(enrollment, change)
    move_place(enrollment, (State.ACTIVE,), State.PAUSED)
    _tell(change, enrollment, "Your pause goes on: that it ended was taken back.")


def undo_leaving(change: OfficeChange, by: User) -> None:
    """Give a learner who was withdrawn, deferred or completed their place back, with the seat and the mentor they had."""
    enrollment = _hold(change)
    was = change.before["state"]
    if was in OPEN_STATES:
        _take_seat(enrollment.cohort)
    if was == State.PAUSED:
        _go_on_pausing(enrollment, change)
    ended_at = enrollment.ended_at if was == State.DEFERRED else None
    facts = {"ended_at": ended_at, "returns_in": Cohort.objects.filter(pk=change.before["returns_in"]).first()}
    move_place(enrollment, (change.after["state"],), was, **facts)
    if was in OPEN_STATES:
        _bring_mentor_back(change, enrollment, by)
    _tell(change, enrollment, f"Your place in {enrollment.cohort} is {enrollment.get_state_display().lower()} again.")


def undo_transfer(change: OfficeChange, by: User) -> None:
    """Lead a learner back to the cohort they came from, with all they did since; refused when their seat is gone."""
    old = Cohort.objects.get(pk=change.before["cohort"])
    enrollment = _hold(change, old)
    check_no_other_place(enrollment, old)
    _take_seat(old)
    free_seat(enrollment.cohort_id)
    _lead_back(change, enrollment, old, change.before["state"], by)
    if change.before["state"] == State.PAUSED:
        _go_on_pausing(enrollment, change)
    _bring_mentor_back(change, enrollment, by)
    give_back_claims(enrollment, by)
    _tell(change, enrollment, f"You are back in {old}: the move was taken back. What you did since came along.")


def undo_coming_back(change: OfficeChange, by: User) -> None:
    """Defer a learner again who came back; what they did since is kept."""
    old = Cohort.objects.get(pk=change.before["cohort"])
    enrollment = _hold(change, old)
    free_seat(enrollment.cohort_id)
    if old == enrollment.cohort:
        move_place(enrollment, (State.ACTIVE,), State.DEFERRED)
    else:
        check_no_other_place(enrollment, old)
        _lead_back(change, enrollment, old, State.DEFERRED, by)
    ended_at = datetime.fromisoformat(change.before["ended_at"]) if change.before["ended_at"] else timezone.now()
    returns_in = Cohort.objects.filter(pk=change.before["returns_in"]).first()
    Enrollment.objects.filter(pk=enrollment.pk).update(ended_at=ended_at, returns_in=returns_in)
    release_mentor(enrollment=enrollment, by=by, why=f"{enrollment.user} is deferred again.")
    _tell(change, enrollment, f"Your place in {old} is deferred again. What you did since is kept.")


def _hold(change: OfficeChange, *others: Cohort) -> Enrollment:
    """Lock the place and say that nothing newer stands in the way."""
    enrollment = change.enrollment
    assert enrollment
    hold_place(enrollment, *others)
    newer = OfficeChange.objects.standing().filter(enrollment=enrollment, kind__in=KINDS, pk__gt=change.pk).first()
    if newer:
        raise UndoRefused(f"Something newer was done since: “{newer.summary}”. Undo that first. Nothing was changed.")
    same_cohort = change.after.get("cohort", enrollment.cohort_id) == enrollment.cohort_id
    if enrollment.state != change.after["state"] or not same_cohort:
        state = enrollment.get_state_display().lower()
        over = " The pause is over." if change.kind == "pause" else ""
        raise UndoRefused(f"{enrollment} is {state} by now.{over} Nothing was changed.")
    return enrollment


def _take_seat(cohort: Cohort) -> None:
    try:
        take_seat(cohort.pk)
    except CohortRefused as refusal:
        raise UndoRefused(f"The seat in {cohort} is gone: all are taken or held. Nothing was changed.") from refusal


def _go_on_pausing(enrollment: Enrollment, change: OfficeChange) -> None:
    """Let the pause that the change ended last as it was planned."""
    span = Pause.objects.filter(pk=change.before.get("pause")).first()
    if span is None:
        return
    planned = change.before["ends_on"]
    span.ends_on = date.fromisoformat(planned) if planned else None
    if (span.ends_on or span.latest_end) < enrollment.cohort.today():
        raise UndoRefused("The pause would be over by now. Nothing was changed.")
    span.save(update_fields=["ends_on"])


def _lead_back(change: OfficeChange, enrollment: Enrollment, old: Cohort, state: str, by: User) -> None:
    Extension.objects.filter(pk__in=change.after["extensions"]).delete()
    since = enrollment.transfers.standing().filter(from_cohort=old, to_cohort=enrollment.cohort)
    lead_to(enrollment, old, sources=(change.after["state"],), target=state, by=by, spare=False)
    newest = since.first()
    if newest:
        enrollment.transfers.filter(pk=newest.pk).update(undone_at=timezone.now())


def _bring_mentor_back(change: OfficeChange, enrollment: Enrollment, by: User) -> None:
    """Restore the assignment that ended with the change or after it."""
    ended = MentorAssignment.objects.filter(enrollment=enrollment, ended_at__gte=change.done_at).order_by("-ended_at")
    assignment = ended.select_related("enrollment__user", "enrollment__cohort").first()
    if assignment is None:
        return
    try:
        restore_mentor(assignment=assignment, by=by)
    except DomainError as refusal:
        raise UndoRefused(str(refusal)) from refusal


def _tell(change: OfficeChange, enrollment: Enrollment, body: str) -> None:
    tell_learner(enrollment, place_key(change), "The office took a change of your place back", body)
    tell_mentor(enrollment=enrollment, key=place_key(change), title=f"Taken back: {change}")
