"""Applying a roster: some rows at a time, each once, whoever stops in between."""

import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from courses.actions.many_places import hold_cohort
from courses.models import RosterImport, RosterRow
from courses.models.rosters import RosterState, RowOutcome
from lms.lib.garbage import put_off
from projects.outbox import ring_for_roster
from projects.rosters.settling import settle_rows

logger = structlog.get_logger(__name__)
LEASE = timedelta(seconds=90)
CLOCKS_MAY_DIFFER = timedelta(minutes=10)
MAX_TOLD = 500


def apply_roster_portion(*, roster_id: int) -> int:
    """Settle the next `ROSTER_PORTION` rows of a roster that is being applied; how many. Harmless twice, and at once.

    Where a portion cannot be settled as one, its rows are settled one by one, and who stands in the way is set aside.
    """
    token = _lease(roster_id)
    if token is None:
        return 0
    try:
        settled = _settle(roster_id)
    except (OperationalError, InterfaceError):  # the database, not the rows: all of it is tried again
        raise
    except Exception:
        logger.exception("roster_portion_not_applied", roster=roster_id)
        settled = _settle_one_by_one(roster_id)
    _let_go(roster_id, token)
    if settled:
        ring_for_roster(roster_id)
    return settled


def reconcile_applied_rosters() -> int:
    """Ring for every roster that is being applied and that nobody works on; how many."""
    waiting = list(RosterImport.objects.filter(_free(), state=RosterState.APPLYING).values_list("pk", flat=True))
    for roster_id in waiting:
        ring_for_roster(roster_id)
    return len(waiting)


def _settle_one_by_one(roster_id: int) -> int:
    settled = 0
    for row in list(_waiting(roster_id).values_list("pk", flat=True)):
        try:
            settled += _settle(roster_id, row)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            logger.exception("roster_row_not_applied", roster=roster_id)
            settled += _settle(roster_id, row, _set_aside(error))
    return settled


def _waiting(roster_id: int) -> QuerySet[RosterRow]:
    """The next rows to settle, a portion of them."""
    return RosterRow.objects.filter(roster=roster_id, outcome="").order_by("position")[: settings.ROSTER_PORTION]


Act = Callable[[RosterImport, Sequence[RosterRow]], None]


@put_off()
@transaction.atomic
def _settle(roster_id: int, row: int | None = None, act: Act | None = None) -> int:
    """Settle the next portion of rows, or this one if it still waits, and note how far it went: both or neither.

    That no row is settled twice follows from the cohort's lock, under which they are read; the lease only keeps others from
    waiting for it. So a portion that outlasts its lease is kept.
    """
    roster = RosterImport.objects.select_related("confirmed_by").defer("sheet").get(pk=roster_id)
    roster.cohort = hold_cohort(roster.cohort_id)
    rows = list(RosterRow.objects.filter(pk=row, outcome="") if row else _waiting(roster_id))
    (act or settle_rows)(roster, rows)
    _store([row for row in rows if not row.told], [row for row in rows if row.told])
    applying = RosterImport.objects.filter(pk=roster_id, state=RosterState.APPLYING)
    applying.update(done=F("done") + len(rows), lease_until=timezone.now() + LEASE)
    over = RosterImport.objects.filter(pk=roster_id, state=RosterState.APPLYING, done__gte=F("total"))
    over.update(state=RosterState.APPLIED, finished_at=timezone.now())
    return len(rows)


def _store(silent: Sequence[RosterRow], told: Sequence[RosterRow]) -> None:
    """The outcomes of rows, most of which need no words."""
    RosterRow.objects.filter(pk__in=[row.pk for row in silent]).update(outcome=RowOutcome.APPLIED)
    RosterRow.objects.bulk_update(told, ["outcome", "told"])


def _set_aside(error: Exception) -> Act:
    def act(roster: RosterImport, rows: Sequence[RosterRow]) -> None:
        for row in rows:
            row.outcome, row.told = RowOutcome.FAILED, f"{type(error).__name__}: {error}"[:MAX_TOLD]

    return act


def _free() -> Q:
    """Rosters that nobody works on; a lease that lies impossibly far ahead counts as over."""
    now = timezone.now()
    return Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + CLOCKS_MAY_DIFFER)


def _lease(roster_id: int) -> uuid.UUID | None:
    """Take a roster that nobody works on, by one conditional update."""
    token = uuid.uuid4()
    waiting = RosterImport.objects.filter(_free(), pk=roster_id, state=RosterState.APPLYING)
    return token if waiting.update(lease_token=token, lease_until=timezone.now() + LEASE) else None


def _let_go(roster_id: int, token: uuid.UUID) -> None:
    RosterImport.objects.filter(pk=roster_id, lease_token=token).update(lease_token=None, lease_until=None)
