"""Freezing a learner's place until they come back in a later cohort, with all their work."""

from django.db import transaction

from courses.actions.cohorts import take_seat
from courses.actions.leaving import KEPT, freeze
from courses.actions.office_changes import note_change
from courses.actions.places import SOURCES, check_state, hold_place, move_place, place_key, tell_learner
from courses.models import Cohort, Enrollment, EnrollmentTransfer, OfficeChange
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import InvalidInput
from mentors.actions import release_mentor
from projects.actions.transferring import ALONG, check_no_other_place, lead_to

State = Enrollment.State


@transaction.atomic
def defer(*, enrollment: Enrollment, by: User, returns_in: Cohort | None = None, reason: str = "") -> OfficeChange:
    """Freeze a place: nothing is accepted, the seat is free and the mentor released, until the learner returns.

    `returns_in` is the cohort they mean to return in; no seat is held there.
    """
    if returns_in and returns_in.program_id != enrollment.cohort.program_id:
        raise InvalidInput(f"{returns_in} belongs to another program; nothing was changed.")
    change = freeze(enrollment=enrollment, by=by, returns_in=returns_in, reason=reason)
    release_mentor(enrollment=enrollment, by=by, why=f"{enrollment.user} comes back in a later cohort.")
    when = f"You mean to come back in {returns_in}." if returns_in else "The office tells you when you can come back."
    title = f"Your place in {enrollment.cohort} is deferred"
    tell_learner(enrollment, place_key(change), title, f"Nothing can be handed in until then. {when} {KEPT}")
    return change


@transaction.atomic
def come_back(*, enrollment: Enrollment, to: Cohort, by: User, reason: str = "") -> OfficeChange:
    """Let a deferred learner work again, in their cohort or another one of the program, where a seat is free."""
    hold_place(enrollment, to)
    old = enrollment.cohort
    check_state(enrollment, "come_back")
    check_no_other_place(enrollment, to)
    ended_at = enrollment.ended_at
    was = {"state": State.DEFERRED, "cohort": old.pk, "returns_in": enrollment.returns_in_id}
    take_seat(to.pk)
    if to == old:
        move_place(enrollment, SOURCES["come_back"], State.ACTIVE, ended_at=None, returns_in=None)
        extensions = []
    else:
        extensions = lead_to(enrollment, to, sources=SOURCES["come_back"], target=State.ACTIVE, by=by)
        EnrollmentTransfer.objects.create(
            enrollment=enrollment, from_cohort=old, to_cohort=to, reason=reason[:300], moved_by=by
        )
    before, after = {"state": State.DEFERRED, "cohort": old.slug}, {"state": State.ACTIVE, "cohort": to.slug}
    audit.record("come_back", by=by, target=enrollment, before=before, after=after, reason=reason)
    change = note_change(
        kind="come_back",
        by=by,
        summary=f"Let {enrollment.user} come back in {to}",
        cohort=to,
        enrollment=enrollment,
        before={**was, "ended_at": ended_at and ended_at.isoformat()},
        after={"state": State.ACTIVE, "cohort": to.pk, "extensions": extensions},
    )
    tell_learner(enrollment, place_key(change), f"Welcome back: you learn in {to} now", ALONG)
    return change
