"""What a row of a roster would change: the rules of the preview, and again of its application."""

from dataclasses import dataclass, field
from typing import Any

from courses.models.enrollments import OPEN_STATES, EnrollmentState
from courses.models.rosters import RosterMode, RowChange
from mentors.models import Mentor
from mentors.places import refusal_of
from projects.rosters.standing import INVITED, Room, Standing
from projects.rosters.wanted import Wanted

LATER = "Mentor and tags are set once the invitation is accepted: import this list again then."
OWN = ("name", "time_zone")
COLUMNS = (*OWN, "mentor", "tags")


@dataclass
class Planned:
    """What becomes of one row: `before` and `after` by column, the state with them where it changes; `says` are sentences.

    `place` is the mentor's place that was taken for it.
    """

    change: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    says: list[str] = field(default_factory=list)
    mentor: Mentor | None = None
    place: int = 0


def plan_row(wanted: Wanted, now: Standing, room: Room, mode: str) -> Planned:
    """What this row changes, or what is wrong with it; the seat and the place it needs are taken from `room`."""
    if wanted.wrong:
        return Planned(RowChange.ERROR, says=wanted.wrong)
    if wanted.has_left:
        return Planned(RowChange.SAME, says=["The file says that they have left, so they are left alone."])
    if now.state == INVITED:
        return Planned(RowChange.SAME, says=["Has an open invitation."])
    if now.state in ("", EnrollmentState.WITHDRAWN):
        planned = _invited(wanted, now) if mode == RosterMode.INVITE else _enrolled(wanted, now, room)
        seats = "seats_to_offer" if mode == RosterMode.INVITE else "seats_free"
    else:
        planned, seats = _changed(wanted, now), ""
    if planned.change == RowChange.ERROR:
        return planned
    wrong = _wrong_with_mentor(planned, now, room)
    if seats and getattr(room, seats) <= 0:
        taken = "taken or offered" if mode == RosterMode.INVITE else "taken"
        wrong.append(f"No seat is left: all are {taken}. Add seats to the cohort, or take people out of the list.")
    if wrong:
        return Planned(RowChange.ERROR, says=wrong)
    if seats:
        setattr(room, seats, getattr(room, seats) - 1)
    return _with_place(planned, now, room)


def plan_leaving(now: Standing, room: Room) -> Planned:
    """What it changes that somebody who is absent from the file is withdrawn."""
    if now.state not in OPEN_STATES:
        return Planned(RowChange.SAME)
    room.leave(now.assignment)
    return Planned(RowChange.LEAVING, {"state": "open"}, {"state": EnrollmentState.WITHDRAWN})


def _invited(wanted: Wanted, now: Standing) -> Planned:
    says = [LATER] if wanted.mentor or wanted.tags else []
    after = {"state": INVITED} | ({"name": wanted.name} if wanted.name else {})
    return Planned(RowChange.NEW, {"state": now.state}, after, says)


def _enrolled(wanted: Wanted, now: Standing, room: Room) -> Planned:
    """A place at once; who has an account keeps their own name and time zone."""
    planned = Planned(RowChange.NEW, {"state": now.state}, {"state": EnrollmentState.ACTIVE})
    if now.user is None:
        if not wanted.name:
            return Planned(RowChange.ERROR, says=["Nobody has an account with this address: write the name as well."])
        planned.after |= {"name": wanted.name, "time_zone": wanted.time_zone or room.time_zone}
        planned.says = ["Gets an account, and chooses a password by e-mail."]
    elif wanted.name or wanted.time_zone:
        planned.says = ["Has an account: their name and time zone stay their own."]
    _note(planned, wanted, now, ("mentor", "tags"))
    return planned


def _changed(wanted: Wanted, now: Standing) -> Planned:
    planned = Planned(RowChange.CHANGED)
    _note(planned, wanted, now, COLUMNS)
    if now.is_elsewhere and planned.after.keys() & set(OWN):
        for column in OWN:
            planned.before.pop(column, None)
            planned.after.pop(column, None)
        planned.says.append("Is more than a learner of this cohort: their name and time zone stay their own.")
    if not planned.after:
        planned.change = RowChange.SAME
    return planned


def _note(planned: Planned, wanted: Wanted, now: Standing, columns: tuple[str, ...]) -> None:
    """What the file says otherwise than it is."""
    is_now = {"mentor": now.mentor, "tags": now.tags}
    if now.user:
        is_now |= {"name": now.user.name, "time_zone": now.user.time_zone}
    for column in columns:
        value = getattr(wanted, column)
        if value and value != is_now[column]:
            planned.before[column], planned.after[column] = is_now[column], value


def _wrong_with_mentor(planned: Planned, now: Standing, room: Room) -> list[str]:
    """Why the mentor whom the row names cannot be assigned; who has them already keeps them."""
    if "mentor" not in planned.after:
        return []
    email = planned.after["mentor"]
    mentor = room.mentors.get(email)
    if mentor is None:
        return [f"{email} is no mentor here: correct the address, or add them as a mentor first."]
    state = now.state if now.state not in ("", EnrollmentState.WITHDRAWN) else EnrollmentState.ACTIVE
    who = str(now.user) if now.user else "This learner"
    refusal = refusal_of(mentor, learner_id=now.user.pk if now.user else None, name=who, state=state)
    refusal = refusal or room.places.refusal(mentor)
    planned.mentor = mentor
    return [refusal] if refusal else []


def _with_place(planned: Planned, now: Standing, room: Room) -> Planned:
    if planned.mentor:
        planned.place = room.places.take(planned.mentor)
        if now.assignment:
            room.places.give_back(now.assignment)
    return planned
