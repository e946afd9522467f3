"""Importing the people of a cohort from a list: upload, choose the columns, look at what would change, apply it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.crypto import get_random_string

from courses.models import Cohort, RosterImport, RosterRow
from courses.models.rosters import RosterMode, RosterState, RowChange, RowOutcome
from courses.roster_columns import COLUMNS, EMAIL, guess_columns, plain_heading
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError, InvalidInput
from lms.lib.table_reading import read_table
from projects.outbox import ring_for_roster
from projects.rosters.preview import packed, preview_rows

BULK = 1000
TO_APPLY = (RowChange.NEW, RowChange.CHANGED, RowChange.LEAVING)
UNDECIDED = (RosterState.UPLOADED, RosterState.PREVIEW)


class RosterRefused(DomainError):
    code = "roster_refused"


@transaction.atomic
def start_roster(*, cohort: Cohort, file_name: str, data: bytes, by: User) -> RosterImport:
    """Keep a list of people that was uploaded, with a guess of what its columns mean. Raises `InvalidInput` with what is
    wrong with the file."""
    table = read_table(data)
    headings = [heading[:100] for heading in table.headings]
    before = cohort.rosters.exclude(state=RosterState.UPLOADED).only("headings", "columns", "mode").first()
    remembered = _remembered(before) if before else {}
    return RosterImport.objects.create(
        cohort=cohort,
        file_name=file_name.strip()[:200] or "list",
        headings=headings,
        columns=guess_columns(headings, [cells for _, cells in table.rows[:50]], remembered),
        mode=before.mode if before else RosterMode.INVITE,
        sheet=packed(table.rows),
        uploaded_by=by,
    )


@transaction.atomic
def preview_roster(
    *, roster: RosterImport, columns: Sequence[str], mode: str, withdraws_absent: bool, by: User
) -> None:
    """Say what the columns mean and what becomes of new and absent people, and store what each row would change; nothing of
    that is done. Right as often as wanted until it is applied.
    """
    meanings = [column for column in columns if column]
    twice = next((one for one in meanings if meanings.count(one) > 1), None)
    if EMAIL not in meanings:
        raise InvalidInput("Choose the column with the e-mail addresses: it says who each row is.")
    if twice:
        raise InvalidInput(f"Two columns are chosen as “{COLUMNS[twice]}”. Choose one of them.")
    held = RosterImport.objects.select_for_update(of=("self",)).select_related("cohort").filter(pk=roster.pk).first()
    if held is None or held.state not in UNDECIDED:
        raise RosterRefused(_why_not(roster))
    held.columns, held.mode, held.withdraws_absent = list(columns), mode, withdraws_absent
    held.rows.all().delete()
    RosterRow.objects.bulk_create(preview_rows(held), batch_size=BULK)
    held.state, held.edition = RosterState.PREVIEW, get_random_string(16)
    held.save(update_fields=["columns", "mode", "withdraws_absent", "state", "edition"])


@transaction.atomic
def confirm_roster(*, roster: RosterImport, seen: str, withdraws: bool, by: User) -> RosterImport:
    """Decide that the preview `seen` is applied, in portions; `withdraws` says that who is marked to leave shall.

    Rows with errors are left out. Refused for another preview than the newest, and when somebody decided meanwhile.
    """
    counts = counts_of(roster)
    total = sum(counts[change] for change in TO_APPLY)
    if not total:
        raise InvalidInput("There is nothing to apply. Nothing was changed.")
    if counts[RowChange.LEAVING] and not withdraws:
        raise InvalidInput("Say that the people marked as withdrawn shall leave. Nothing was changed.")
    decided = {"state": RosterState.APPLYING, "confirmed_by": by, "confirmed_at": timezone.now()}
    previewed = RosterImport.objects.filter(pk=roster.pk, state=RosterState.PREVIEW, edition=seen)
    if not previewed.update(**decided, total=total, sheet=b""):
        raise RosterRefused(_why_not(roster))
    roster.rows.filter(change=RowChange.SAME).update(outcome=RowOutcome.NOTHING)
    roster.rows.filter(change=RowChange.ERROR).update(outcome=RowOutcome.LEFT_OUT)
    facts: dict[str, Any] = {change: count for change, count in counts.items() if count}
    audit.record("import_roster", by=by, target=roster.cohort, after={"file": roster.file_name, **facts})
    transaction.on_commit(lambda: ring_for_roster(roster.pk), robust=True)
    roster.refresh_from_db(fields=[*decided, "total"])
    return roster


@transaction.atomic
def discard_roster(*, roster: RosterImport, by: User) -> None:
    """Forget a list that was not applied; nothing was changed by it."""
    held = RosterImport.objects.select_for_update().filter(pk=roster.pk).first()
    if held and held.state not in UNDECIDED:
        raise RosterRefused(_why_not(held))
    if held:
        held.rows.all().delete()
        held.delete()


def counts_of(roster: RosterImport) -> Mapping[str, int]:
    """How many rows there are of each change; one query."""
    found = dict(roster.rows.order_by().values_list("change").annotate(Count("pk")))
    return {change: found.get(change, 0) for change in RowChange.values}


def _remembered(roster: RosterImport) -> dict[str, str]:
    return {plain_heading(one): column for one, column in zip(roster.headings, roster.columns, strict=True)}


def _why_not(roster: RosterImport) -> str:
    now = RosterImport.objects.filter(pk=roster.pk).select_related("confirmed_by").defer("sheet").first()
    if now is None:
        return "This list was given up meanwhile. Nothing was changed; upload it again."
    if now.state in UNDECIDED:
        return "This list was previewed anew meanwhile: look at it again. Nothing was changed."
    return f"This list was applied by {now.confirmed_by} already; look at what became of it. Nothing else was changed."
