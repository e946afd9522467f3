"""All rows of a roster with what they would change, in portions of a fixed number of queries."""

import json
import zlib
from collections.abc import Iterator

from courses.models import RosterImport, RosterRow
from courses.models.rosters import RowChange
from lms.lib.errors import InvalidInput
from lms.lib.tables import in_portions
from projects.rosters.plan import Planned, plan_leaving, plan_row
from projects.rosters.standing import Room, mentors_named, standing_of
from projects.rosters.wanted import Wanted, read_rows

PORTION = 1000
NAMED = 5


def packed(rows: list[tuple[int, list[str]]]) -> bytes:
    """The rows of a table as `RosterImport.sheet` keeps them."""
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode())


def sheet_rows(roster: RosterImport) -> list[tuple[int, list[str]]]:
    """The rows of the uploaded file with their numbers."""
    return [(number, cells) for number, cells in json.loads(zlib.decompress(bytes(roster.sheet)))]


def preview_rows(roster: RosterImport) -> Iterator[RosterRow]:
    """The rows to store: first who is absent, where they are to be withdrawn, so that their seats and mentors are free for
    others; then those of the file. Raises `InvalidInput` where it cannot be told who is absent.
    """
    wanted = read_rows(sheet_rows(roster), roster.columns)
    cohort, position = roster.cohort, 0
    room = Room(cohort, mentors_named(one.mentor for one in wanted))
    for some in in_portions(_absent(roster, wanted), PORTION):
        standing = standing_of(cohort, some)
        for email in some:
            position += 1
            yield _row(roster, position, plan_leaving(standing[email], room), email, str(standing[email].user))
    for portion in in_portions(wanted, PORTION):
        standing = standing_of(cohort, {one.email for one in portion if not one.wrong})
        for one in portion:
            position += 1
            now = standing.get(one.email)
            planned = plan_row(one, now, room, roster.mode) if now else Planned(RowChange.ERROR, says=one.wrong)
            known = now.user.name if now and now.user and now.enrollment else ""
            row = _row(roster, position, planned, one.email, known or one.name)
            row.number, row.wanted = one.number, one.as_stored()
            yield row


def _row(roster: RosterImport, position: int, planned: Planned, email: str, name: str) -> RosterRow:
    return RosterRow(
        roster=roster,
        position=position,
        email=email,
        name=name[:150],
        change=planned.change,
        before=planned.before,
        after=planned.after,
        says=planned.says,
    )


def _absent(roster: RosterImport, wanted: list[Wanted]) -> list[str]:
    """The addresses of learners with a place whom the file does not name, where they are to be withdrawn."""
    if not roster.withdraws_absent:
        return []
    unreadable = [str(one.number) for one in wanted if "@" not in one.email]
    if unreadable:
        shown = ", ".join(unreadable[:NAMED]) + (", …" if len(unreadable) > NAMED else "")
        raise InvalidInput(
            f"It cannot be told who is absent: there is no address in row {shown}. Correct the file, or withdraw nobody."
        )
    named = {one.email for one in wanted}
    learners = roster.cohort.enrollments.open().order_by("user__name", "pk").values_list("user__email", flat=True)
    return [email for email in learners if email not in named]
