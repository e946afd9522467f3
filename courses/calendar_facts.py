"""The days off of a cohort as one value, so that a change of them can be looked at, compared and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from courses.models import Break, Cohort

NEW = 0
"""Stands for the id of a break that is not stored yet."""
WEEKENDS = "weekends_off"
SPAN = "break "


class BreakFacts(NamedTuple):
    """What a break says; read like one by `Timeline`."""

    starts_on: date
    ends_on: date
    label: str
    kind: str = Break.Kind.STOP

    @classmethod
    def of(cls, span: Break) -> "BreakFacts":
        return cls(span.starts_on, span.ends_on, span.label, span.kind)

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    def __str__(self) -> str:
        last = "" if self.days == 1 else f" to {self.ends_on:%-d %B %Y}"
        return f"“{self.label}”, {self.starts_on:%-d %B %Y}{last}"


@dataclass(frozen=True)
class CalendarFacts:
    """The breaks by id, and whether weekends are off."""

    weekends_off: bool
    breaks: Mapping[int, BreakFacts]

    @classmethod
    def of(cls, cohort: Cohort) -> "CalendarFacts":
        """Of a cohort as its row and its breaks say; a query."""
        return cls(cohort.weekends_off, {one.pk: BreakFacts.of(one) for one in cohort.breaks.all()})

    def with_break(self, span: BreakFacts, pk: int = NEW) -> "CalendarFacts":
        """With another break, or with another one in the place of that with the id `pk`."""
        return replace(self, breaks={**self.breaks, pk: span})

    def without_break(self, pk: int) -> "CalendarFacts":
        return replace(self, breaks={one: span for one, span in self.breaks.items() if one != pk})

    def with_weekends(self, *, off: bool) -> "CalendarFacts":
        return replace(self, weekends_off=off)

    def parts(self) -> dict[str, Any]:
        """Everything as JSON, part by part, so that parts can be compared and put back."""
        spans = {f"{SPAN}{pk}": _plain(span) for pk, span in sorted(self.breaks.items())}
        return {WEEKENDS: self.weekends_off, **spans}

    def with_parts(self, parts: Mapping[str, Any]) -> "CalendarFacts":
        """With these parts in the place of its own; a break that is None is taken out."""
        found = self
        for name, value in parts.items():
            if name == WEEKENDS:
                found = found.with_weekends(off=value)
            elif value is None:
                found = found.without_break(int(name.removeprefix(SPAN)))
            else:
                days = {day: date.fromisoformat(value[day]) for day in ("starts_on", "ends_on")}
                found = found.with_break(BreakFacts(**{**value, **days}), int(name.removeprefix(SPAN)))
        return found


def differing(before: CalendarFacts, after: CalendarFacts) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts in which two differ, as the one and as the other has them."""
    was, now = before.parts(), after.parts()
    names = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    return {name: was.get(name) for name in names}, {name: now.get(name) for name in names}


def said_of(before: CalendarFacts, after: CalendarFacts) -> str:
    """What differs, in a few sentences."""
    said = []
    for pk in {**before.breaks, **after.breaks}:
        was, now = before.breaks.get(pk), after.breaks.get(pk)
        if was == now:
            continue
        if now is None:
            said.append(f"Break removed: {was}")
        else:
            said.append(f"Break changed: {now}" if was else f"Break added: {now}")
    if before.weekends_off != after.weekends_off:
        said.append("Weekends are off" if after.weekends_off else "Weekends are no longer off")
    return "; ".join(said)


def _plain(span: BreakFacts) -> dict[str, str]:
    return {name: str(value) for name, value in span._asdict().items()}
