"""What differs between two versions of a program's curriculum: a pure comparison, activity by activity."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from courses.models import Activity
from courses.outline import Outline
from courses.schedule import offset_of

DAYS = ("opens", "is due", "closes")
NO_PARTS: Mapping[str, str] = {}
Key = tuple[str, str]


@dataclass(frozen=True)
class Facts:
    """One activity of a version, as far as versions are compared.

    `days` are those of its week (0 is the first) on which it opens, is due and closes. `parts` are digests by what they
    are of: text, quiz, grader, rubric, rules, details, skills.
    """

    slug: str
    kind: str
    title: str
    week: int
    days: tuple[int, int | None, int | None]
    minutes: int
    required: bool
    parts: Mapping[str, str]

    @property
    def key(self) -> Key:
        """What makes it the same activity in another version: its slug, while it stays of its kind."""
        return self.slug, self.kind


@dataclass(frozen=True)
class Change:
    """An activity that both versions have, and that is not the same in them; `is_reordered`: within its week."""

    before: Facts
    after: Facts
    is_reordered: bool

    @property
    def parts(self) -> list[str]:
        """The parts that differ, one that only one of the versions has among them."""
        old, new = self.before.parts, self.after.parts
        return [part for part in {**old, **new} if old.get(part) != new.get(part)]

    @property
    def is_moved(self) -> bool:
        return self.is_reordered or self.before.week != self.after.week

    @property
    def sentences(self) -> list[str]:
        """What differs besides the parts, in words."""
        old, new = self.before, self.after
        said = [f"moved from week {old.week} to week {new.week}"] if old.week != new.week else []
        said += ["moved within its week"] if self.is_reordered else []
        said += [f"called “{new.title}”, no longer “{old.title}”"] if old.title != new.title else []
        said += [f"{new.minutes} minutes, no longer {old.minutes}"] if old.minutes != new.minutes else []
        if old.required != new.required:
            said.append("required now" if new.required else "optional now")
        pairs = zip(DAYS, old.days, new.days, strict=True)
        return said + [f"{what} on {_day(now)}, no longer on {_day(was)}" for what, was, now in pairs if was != now]


@dataclass(frozen=True)
class Comparison:
    """Two versions: `unchanged` counts the activities that are the same in both."""

    added: tuple[Facts, ...]
    removed: tuple[Facts, ...]
    changes: tuple[Change, ...]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changes)

    def changed_in(self, part: str) -> list[Change]:
        """The changes of one part, for example of the grader."""
        return [change for change in self.changes if part in change.parts]


def facts_of(outline: Outline, parts: Mapping[str, Mapping[str, str]]) -> list[Facts]:
    """The activities of a version in order; `parts` are their digests by slug."""
    return [_facts(one, parts.get(one.slug, NO_PARTS)) for one in outline.activities]


def compare(old: Sequence[Facts], new: Sequence[Facts]) -> Comparison:
    """Match the activities of two versions by slug and kind, and say what differs."""
    before, after = ({one.key: one for one in facts} for facts in (old, new))
    shared = [key for key in before if key in after]
    reordered = _reordered(
        [key for key in before if key in after and before[key].week == after[key].week],
        [key for key in after if key in before and before[key].week == after[key].week],
    )
    changes = [Change(before[key], after[key], key in reordered) for key in shared]
    changes = [one for one in changes if one.parts or one.sentences]
    return Comparison(
        added=tuple(one for one in new if one.key not in before),
        removed=tuple(one for one in old if one.key not in after),
        changes=tuple(sorted(changes, key=lambda one: one.after.week)),
        unchanged=len(shared) - len(changes),
    )


def _facts(activity: Activity, parts: Mapping[str, str]) -> Facts:
    first = offset_of(week=activity.module.week, day=0)
    offsets = (activity.available_offset, activity.due_offset, activity.until_offset)
    opens, due, until = (None if offset is None else offset - first for offset in offsets)
    return Facts(
        slug=activity.slug,
        kind=activity.kind,
        title=activity.title,
        week=activity.module.week,
        days=(opens or 0, due, until),
        minutes=activity.minutes,
        required=activity.required,
        parts=parts,
    )


def _reordered(old: Sequence[Key], new: Sequence[Key]) -> set[Key]:
    """The few that have to be moved to get from one order to the other."""
    blocks: Iterable[tuple[int, int, int]] = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    kept = {key for start, _, length in blocks for key in old[start : start + length]}
    return set(old) - kept


def _day(day: int | None) -> str:
    return "no day" if day is None else f"day {day + 1} of its week"
