"""Trips of couriers: parsed, checked, summed up."""

import math
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
        if not self.courier.strip():
            raise ValueError("courier is empty")
        for name in ("km", "minutes"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a finite number above zero, not {value}")


def parse_trip(line: str, number: int) -> Trip:
    """The trip in ``line``, which is line ``number`` of its file. Raises ``BadRecord``."""
    fields = [field.strip() for field in line.split(";")]
    if len(fields) != 3:
        raise BadRecord(f"line {number}: 3 fields are needed, not {len(fields)}")
    values = {}
    for name, text in zip(("km", "minutes"), fields[1:]):
        try:
            values[name] = float(text)
        except ValueError:
            raise BadRecord(f"line {number}: {name} is not a number: {text!r}") from None
    try:
        return Trip(fields[0], **values)
    except ValueError as problem:
        raise BadRecord(f"line {number}: {problem}") from problem


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield number, line


def read_trips(lines: Iterable[str]) -> Iterator[Trip]:
    """The trips in ``lines``, one at a time; blank lines and comments hold none. Raises ``BadRecord``."""
    for number, line in _numbered(lines):
        yield parse_trip(line, number)


def sort_out(lines: Iterable[str]) -> tuple[list[Trip], list[str]]:
    """All good trips, and the messages of all bad lines."""
    good, bad = [], []
    for number, line in _numbered(lines):
        try:
            good.append(parse_trip(line, number))
        except BadRecord as problem:
            bad.append(str(problem))
    return good, bad


def pace(trips: Iterable[Trip]) -> dict[str, float]:
    """Minutes per kilometre of each courier, over all trips together."""
    km: dict[str, float] = {}
    minutes: dict[str, float] = {}
    for trip in trips:
        km[trip.courier] = km.get(trip.courier, 0.0) + trip.km
        minutes[trip.courier] = minutes.get(trip.courier, 0.0) + trip.minutes
    return {courier: minutes[courier] / km[courier] for courier in km}
