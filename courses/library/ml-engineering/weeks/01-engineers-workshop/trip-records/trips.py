"""Trips of couriers: parsed, checked, summed up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


class BadRecord(ValueError):
    """A line that is no trip; the message says which line and why."""


@dataclass(frozen=True)
class Trip:
    """One delivery."""

    courier: str
    km: float
    minutes: float

    def __post_init__(self) -> None:
        raise NotImplementedError


def parse_trip(line: str, number: int) -> Trip:
    """The trip in ``line``, which is line ``number`` of its file. Raises ``BadRecord``."""
    raise NotImplementedError


def read_trips(lines: Iterable[str]) -> Iterator[Trip]:
    """The trips in ``lines``, one at a time; blank lines and comments hold none. Raises ``BadRecord``."""
    raise NotImplementedError


def sort_out(lines: Iterable[str]) -> tuple[list[Trip], list[str]]:
    """All good trips, and the messages of all bad lines."""
    raise NotImplementedError


def pace(trips: Iterable[Trip]) -> dict[str, float]:
    """Minutes per kilometre of each courier, over all trips together."""
    raise NotImplementedError
