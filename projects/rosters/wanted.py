"""What a row of a roster says, read by its columns."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from courses.actions.tags import MOST_TAGS, tag_name
from courses.addresses import LONGEST_NAME, read_address
from courses.roster_columns import EMAIL, FIRST_NAME, LAST_NAME, MENTOR, NAME, STATE, TAGS, TIME_ZONE, split_tags
from lms.lib.errors import InvalidInput
from lms.lib.zones import find_zone

LEFT = ("withdrawn", "deferred", "completed", "graduated", "transferred")
"""States of who has left, as a file may name them: such a row asks for nothing."""


@dataclass
class Wanted:
    """One row: empty where it says nothing, which changes nothing. `wrong` are sentences: what is wrong, what to do."""

    number: int
    email: str
    name: str = ""
    time_zone: str = ""
    mentor: str = ""
    tags: list[str] = field(default_factory=list)
    has_left: bool = False
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Wanted":
        return cls(**stored)

    def as_stored(self) -> dict[str, Any]:
        return asdict(self)


def read_rows(rows: Iterable[tuple[int, Sequence[str]]], columns: Sequence[str]) -> list[Wanted]:
    """Each row as the columns say; of rows with the same address the first counts, the others are wrong."""
    places = {meaning: place for place, meaning in enumerate(columns) if meaning}
    found: list[Wanted] = []
    seen: dict[str, int] = {}
    for number, cells in rows:
        wanted = _read(number, {meaning: _plain(cells[place]) for meaning, place in places.items()})
        if not wanted.wrong and seen.setdefault(wanted.email, number) != number:
            before = seen[wanted.email]
            wanted.wrong.append(f"The same address stands in row {before}, which counts: take one of the two out.")
        found.append(wanted)
    return found


def _read(number: int, cells: dict[str, str]) -> Wanted:
    typed = cells.get(EMAIL, "")
    email = read_address(typed)
    wanted = Wanted(number, email or typed[:254], has_left=cells.get(STATE, "").casefold() in LEFT)
    if not email:
        wanted.wrong.append(
            f"“{typed[:80]}” is no e-mail address: correct it." if typed else "There is no e-mail address."
        )
    wanted.name = _name(cells)
    if len(wanted.name) > LONGEST_NAME:
        wanted.wrong.append(f"The name has more than {LONGEST_NAME} characters: shorten it.")
        wanted.name = wanted.name[:LONGEST_NAME]
    if zone := cells.get(TIME_ZONE, ""):
        wanted.time_zone = find_zone(zone)
        if not wanted.time_zone:
            wanted.wrong.append(f"“{zone[:80]}” is no time zone we know: write one like Europe/Lisbon.")
    if mentor := cells.get(MENTOR, ""):
        wanted.mentor = read_address(mentor)
        if not wanted.mentor:
            wanted.wrong.append(f"“{mentor[:80]}” is no e-mail address: write the mentor’s address.")
    _read_tags(wanted, cells.get(TAGS, ""))
    return wanted


def _read_tags(wanted: Wanted, cell: str) -> None:
    try:
        wanted.tags = sorted({tag_name(one) for one in split_tags(cell)})
    except InvalidInput as refusal:
        wanted.wrong.append(str(refusal))
    if len(wanted.tags) > MOST_TAGS:
        wanted.wrong.append(f"These are {len(wanted.tags)} tags; a learner has at most {MOST_TAGS}.")


def _name(cells: dict[str, str]) -> str:
    return cells.get(NAME, "") or f"{cells.get(FIRST_NAME, '')} {cells.get(LAST_NAME, '')}".strip()


def _plain(cell: str) -> str:
    """Without characters that nobody sees, and with single spaces."""
    return " ".join("".join(" " if unicodedata.category(one) == "Cc" else one for one in cell).split())
