"""Points: how many one thing may give, and all of one activity together, as the database holds them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from courses.curriculum.errors import Problems
from courses.curriculum.record import Record

MOST: Final = Decimal("9999.99")
"""Of one question, level, group, cell or score."""
MOST_IN_ALL: Final = Decimal("99999.99")
"""Of all questions of a quiz, criteria of a rubric or checks of an exercise."""
PLACES: Final = 2


def read_points(record: Record, key: str = "points", *, minimum: str = "0", default: str | None = None) -> Decimal:
    """The points that the record gives; zero after an error."""
    usual = None if default is None else Decimal(default)
    return record.decimal(key, places=PLACES, minimum=Decimal(minimum), maximum=MOST, default=usual)


def check_sum(points: Iterable[Decimal], file: str, line: int | None, problems: Problems) -> None:
    """Note where all points together are too many."""
    total = sum(points, Decimal(0))
    if total > MOST_IN_ALL:
        problems.add(file, line, f"There are {total} points in all.", f"Give at most {MOST_IN_ALL}.")
