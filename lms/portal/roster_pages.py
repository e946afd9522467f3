"""What the pages of a roster show: how many of what, the rows a page at a time, and the report as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count

from courses.models import RosterImport, RosterRow
from courses.models.rosters import RosterState, RowChange, RowOutcome
from courses.roster_columns import joined_tags
from lms.lib.tables import Row
from lms.portal.states import look_of

PER_PAGE = 50
CHUNK = 500
LABELS = {"state": "Place", "name": "Name", "time_zone": "Time zone", "mentor": "Mentor", "tags": "Tags"}
CHANGES = {
    RowChange.NEW: ("green", "user-plus"),
    RowChange.CHANGED: ("blue", "pencil"),
    RowChange.LEAVING: ("amber", "log-out"),
    RowChange.SAME: ("neutral", "equal"),
    RowChange.ERROR: ("red", "circle-alert"),
}
OUTCOMES = {
    RowOutcome.APPLIED: ("green", "circle-check"),
    RowOutcome.NOTHING: ("neutral", "equal"),
    RowOutcome.LEFT_OUT: ("red", "circle-alert"),
    RowOutcome.OVERTAKEN: ("amber", "history"),
    RowOutcome.REFUSED: ("amber", "ban"),
    RowOutcome.FAILED: ("red", "triangle-alert"),
}
HEAD = ("Row", "E-mail", "Name", "In the list", "What happened", "Changes", "Remarks")


@dataclass(frozen=True)
class ShownChange:
    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.label}: {self.before or 'empty'} → {self.after}"


@dataclass(frozen=True)
class ShownRow:
    row: RosterRow
    changes: list[ShownChange]

    @property
    def look(self) -> tuple[str, str, str]:
        change = RowChange(self.row.change)
        return (change.label, *CHANGES[change])

    @property
    def outcome(self) -> tuple[str, str, str] | None:
        if not self.row.outcome:
            return None
        outcome = RowOutcome(self.row.outcome)
        return (outcome.label, *OUTCOMES[outcome])

    @property
    def remarks(self) -> list[str]:
        return [*self.row.says, *([self.row.told] if self.row.told else [])]


class RosterPage:
    """One roster: counts in one query, the rows of a page in two."""

    def __init__(self, roster: RosterImport, query: Any) -> None:
        self.roster = roster
        self.is_report = roster.state == RosterState.APPLIED
        self.column, kinds = ("outcome", RowOutcome) if self.is_report else ("change", RowChange)
        found = dict(roster.rows.order_by().values_list(self.column).annotate(Count("pk")))
        self.counts = {kind: found.get(kind, 0) for kind in kinds}
        self.shown = query.get("show", "") if query.get("show", "") in self.counts else ""
        self.page_number = query.get("page")

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def leaving(self) -> int:
        return self.counts.get(RowChange.LEAVING, 0)

    @property
    def errors(self) -> int:
        return self.counts.get(RowChange.ERROR, 0)

    @property
    def to_apply(self) -> int:
        return sum(self.counts.get(change, 0) for change in (RowChange.NEW, RowChange.CHANGED, RowChange.LEAVING))

    @property
    def undone(self) -> int:
        """How many rows of the report could not be done."""
        return sum(self.counts.get(one, 0) for one in (RowOutcome.OVERTAKEN, RowOutcome.REFUSED, RowOutcome.FAILED))

    @property
    def tabs(self) -> list[dict[str, Any]]:
        tabs = [{"label": "All", "url": "?", "active": not self.shown, "count": self.total}]
        for kind, count in self.counts.items():
            if count:
                tabs.append({"label": kind.label, "url": f"?show={kind}", "active": self.shown == kind, "count": count})
        return tabs

    @property
    def stats(self) -> list[dict[str, Any]]:
        looks = OUTCOMES if self.is_report else CHANGES
        return [
            {"label": kind.label, "value": count, "tone": looks[kind][0], "icon": looks[kind][1]}
            for kind, count in self.counts.items()
            if count or not self.is_report
        ]

    @cached_property
    def page(self) -> Any:
        rows = self.roster.rows.filter(**({self.column: self.shown} if self.shown else {}))
        return Paginator(rows.order_by("position"), PER_PAGE).get_page(self.page_number)

    @property
    def rows(self) -> list[ShownRow]:
        return [shown_row(row) for row in self.page]


def shown_row(row: RosterRow) -> ShownRow:
    before = {} if row.change == RowChange.NEW else row.before
    changes = [
        ShownChange(LABELS[name], _in_words(name, before.get(name)), _in_words(name, row.after[name]))
        for name in LABELS
        if row.after.get(name)
    ]
    return ShownRow(row, changes)


def report_rows(roster: RosterImport) -> Iterator[Row]:
    """What happened to each row, as rows of a file."""
    yield HEAD
    for row in roster.rows.order_by("position").iterator(chunk_size=CHUNK):
        shown = shown_row(row)
        yield (
            *(row.number, row.email, row.name, row.get_change_display(), row.get_outcome_display()),
            *("; ".join(map(str, shown.changes)), " ".join(shown.remarks)),
        )


def _in_words(name: str, value: Any) -> str:
    if name == "tags":
        return joined_tags(value or [])
    if name == "state":
        return {"open": "has one", "invited": "Invited"}.get(value, "") or (look_of(value).text if value else "")
    return value or ""
