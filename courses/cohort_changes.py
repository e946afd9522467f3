"""What can be changed about a cohort after it was created, and what such a change moves."""

from copy import copy
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from courses.models import Cohort
from courses.outline import outline_of
from courses.schedule import END_OF_DAY, EffectiveDate
from courses.timeline import Timeline


@dataclass(frozen=True)
class CohortFacts:
    """The four facts; the address, made from the first name, stays."""

    name: str
    starts_on: date
    time_zone: str
    seats: int

    @classmethod
    def of(cls, cohort: Cohort) -> "CohortFacts":
        return cls(cohort.name, cohort.starts_on, cohort.time_zone, cohort.seats)

    @property
    def stamp(self) -> str:
        """All four as one text, so that a form can say what its sender saw."""
        return f"{self.starts_on} {self.time_zone} {self.seats} {self.name}"

    @property
    def calendar(self) -> str:
        """The two that every date is counted from."""
        return f"{self.starts_on} {self.time_zone}"

    def differing_from(self, other: "CohortFacts") -> dict[str, Any]:
        """Those that are not as in `other`."""
        theirs = asdict(other)
        return {name: value for name, value in asdict(self).items() if value != theirs[name]}


@dataclass(frozen=True)
class Moved:
    """A date before and after the change."""

    label: str
    before: EffectiveDate
    after: EffectiveDate


@dataclass(frozen=True)
class Consequences:
    """What another first day or time zone would move: how many of the activities with a date, and three dates to compare."""

    activities: int
    dated: int
    examples: list[Moved]
    learners: int
    invitations: int


def consequences_of(cohort: Cohort, wanted: CohortFacts) -> Consequences:
    """Compare the cohort's calendar with that of `wanted`; breaks stay on their days. Four queries."""
    changed = copy(cohort)
    changed.starts_on, changed.time_zone = wanted.starts_on, wanted.time_zone
    breaks = list(cohort.breaks.all())
    old, new = (Timeline.made(cohort=one, breaks=breaks) for one in (cohort, changed))
    dated = [one for one in outline_of(cohort.curriculum_id).activities if one.due_offset is not None]
    moved = [one for one in dated if old.dates(one) != new.dates(one)]
    weeks = cohort.curriculum.weeks

    def compared(label: str, offset: int, week: int) -> Moved:
        before, after = (one.calendar.moment(offset, END_OF_DAY, week=week) for one in (old, new))
        return Moved(label, before, after)

    examples = [Moved("First day", old.first_day(1), new.first_day(1))]
    if dated:
        offset, week = min((one.due_offset, one.module.week) for one in dated)
        examples.append(compared("First work due", offset, week))
    examples.append(compared("Last day", weeks * 7 - 1, weeks))
    return Consequences(
        activities=len(moved),
        dated=len(dated),
        examples=examples,
        learners=cohort.enrollments.open().count(),
        invitations=cohort.invitations.open().count(),
    )
