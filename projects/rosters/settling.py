"""Carrying out some rows of a roster: each is planned anew against what holds, and done only if that is what was shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from courses.actions.leaving import withdraw
from courses.actions.many_places import enroll_all, invite_all
from courses.actions.tags import set_tags
from courses.models import Cohort, Enrollment, RosterImport, RosterRow
from courses.models.rosters import RosterMode, RowChange, RowOutcome
from courses.roster_columns import joined_tags
from lms.accounts import audit
from lms.accounts.actions import NewPerson, change_profiles, create_people
from lms.accounts.models import User
from lms.lib.errors import DomainError
from mentors.actions import assign_all, hold_mentors
from projects.rosters.plan import COLUMNS, Planned, plan_row
from projects.rosters.standing import Room, Standing, mentors_named, standing_of
from projects.rosters.wanted import Wanted

PROFILE = ("name", "time_zone")
NAMES = {"name": "The name", "time_zone": "The time zone", "mentor": "The mentor", "tags": "The tags"}
STATES = {"": "has no place", "invited": "has been invited"}


@dataclass
class Doing:
    """One row that is carried out."""

    row: RosterRow
    now: Standing
    planned: Planned

    @property
    def enrollment(self) -> Enrollment:
        assert self.now.enrollment
        return self.now.enrollment


def settle_rows(roster: RosterImport, rows: Sequence[RosterRow]) -> None:
    """Carry out rows of a roster whose cohort is held, and set what came of each: `told` where it was not done. Queries do
    not grow with their number, up to a few hundred; only who leaves is withdrawn one by one.
    """
    by = roster.confirmed_by
    assert by
    for row in rows:
        if row.change == RowChange.LEAVING:
            _let_leave(roster, row, by)
    rest = [row for row in rows if row.change != RowChange.LEAVING]
    if not rest:
        return
    roster.cohort.refresh_from_db(fields=["seats_taken", "seats_held"])
    standing = standing_of(roster.cohort, {row.email for row in rest}, hold=True)
    room = Room(roster.cohort, hold_mentors(one.pk for one in mentors_named(row.wanted["mentor"] for row in rest)))
    doing: list[Doing] = []
    for row in rest:
        planned = plan_row(Wanted.of(row.wanted), standing[row.email], room, roster.mode)
        if (planned.change, planned.before, planned.after) == (row.change, row.before, row.after):
            row.outcome = RowOutcome.APPLIED
            doing.append(Doing(row, standing[row.email], planned))
        else:
            _tell(row, planned, standing[row.email])
    _carry_out(roster, doing, by)


def _carry_out(roster: RosterImport, doing: Sequence[Doing], by: User) -> None:
    cohort, new = roster.cohort, [one for one in doing if one.row.change == RowChange.NEW]
    if roster.mode == RosterMode.INVITE:
        invite_all(cohort=cohort, people=[(one.row.email, one.planned.after.get("name", "")) for one in new], by=by)
        new = []
    _enroll(cohort, new, by)
    changed = [one for one in doing if one.row.change == RowChange.CHANGED]
    profiles = [
        (one.enrollment.user, {name: one.planned.after[name] for name in PROFILE if name in one.planned.after})
        for one in changed
    ]
    change_profiles(changes=[one for one in profiles if one[1]], by=by, concerns=audit.concerns_of(cohort))
    placed = [*new, *changed]
    chosen = [(one.enrollment, one.planned.mentor, one.planned.place) for one in placed if one.planned.mentor]
    assign_all(cohort=cohort, chosen=chosen, by=by)
    tags = {
        one.enrollment: (one.planned.before["tags"], one.planned.after["tags"])
        for one in placed
        if "tags" in one.planned.after
    }
    set_tags(cohort=cohort, tags=tags, by=by)


def _enroll(cohort: Cohort, new: Sequence[Doing], by: User) -> None:
    """Give new learners their place, and an account to those without one."""
    strangers = [one for one in new if one.now.user is None]
    people = [NewPerson(one.row.email, one.planned.after["name"], one.planned.after["time_zone"]) for one in strangers]
    made = create_people(people=people, by=by, concerns=audit.concerns_of(cohort))
    for one, user in zip(strangers, made, strict=True):
        one.now.user = user
    back = [one.enrollment for one in new if one.now.enrollment]
    users = [one.now.user for one in new if not one.now.enrollment and one.now.user]
    places = {place.user_id: place for place in enroll_all(cohort=cohort, users=users, back=back, by=by)}
    for one in new:
        assert one.now.user
        one.now.enrollment = places[one.now.user.pk]


def _let_leave(roster: RosterImport, row: RosterRow, by: User) -> None:
    place = roster.cohort.enrollments.select_related("user", "cohort__program").filter(user__email=row.email).first()
    if place is None or not place.is_open:
        row.outcome, row.told = RowOutcome.OVERTAKEN, "They have left meanwhile."
        return
    try:
        with transaction.atomic():
            withdraw(enrollment=place, by=by, reason=f"Absent from the list {roster.file_name}"[:300])
        row.outcome = RowOutcome.APPLIED
    except DomainError as refusal:
        row.outcome, row.told = RowOutcome.REFUSED, str(refusal)[:500]


def _tell(row: RosterRow, planned: Planned, now: Standing) -> None:
    """Why a row was not carried out: refused as things are now, or not what was shown."""
    if planned.change == RowChange.ERROR:
        row.outcome, row.told = RowOutcome.REFUSED, " ".join(planned.says)[:500]
        return
    row.outcome = RowOutcome.OVERTAKEN
    if row.change == RowChange.NEW:
        row.told = (
            f"This person {STATES.get(now.state, f'is {now.state}')} by now. Import the list again to see what is left."
        )
        return
    is_now = {"mentor": now.mentor, "tags": now.tags}
    if now.user:
        is_now |= {"name": now.user.name, "time_zone": now.user.time_zone}
    said = [
        f"{NAMES[column]} was {_spell(row.before[column])}, and is {_spell(is_now[column])} now."
        for column in COLUMNS
        if column in row.before and row.before[column] != is_now[column]
    ]
    row.told = " ".join(said or [f"They {STATES.get(now.state, f'are {now.state}')} by now."])[:500]


def _spell(value: str | list[str]) -> str:
    text = joined_tags(value) if isinstance(value, list) else value
    return f"“{text}”" if text else "empty"
