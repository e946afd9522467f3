"""The one way audit rows are written."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone

from lms.accounts.models import AuditEntry, User

BATCH = 500
WAYS_UP = ("enrollment", "submission", "application", "notification", "cohort", "curriculum", "project", "program")
"""Relations that lead from what was acted on to its cohort and program, the nearest first."""
PEOPLE = ("user", "recipient", "applicant")
HOLDING_A_PLACE = ("active", "paused")


class Concerns(NamedTuple):
    """Ids of the person, cohort and program that an entry concerns."""

    person: int | None = None
    cohort: int | None = None
    program: int | None = None

    def filled_from(self, other: "Concerns") -> "Concerns":
        """These, and of `other` what is missing."""
        return Concerns(*(mine or theirs for mine, theirs in zip(self, other, strict=True)))


class Change(NamedTuple):
    """What an action did to one target, from what to what."""

    target: models.Model
    before: dict[str, Any]
    after: dict[str, Any]


def record(
    action: str,
    *,
    by: User | None,
    target: models.Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    concerns: Concerns | None = None,
) -> AuditEntry:
    """Write that `by` (None: the system) did `action` to `target`; call it inside the action's transaction.

    Whom it concerns is read off the target's relations (`concerns_of`), unless `concerns` says it.
    """
    found = (concerns or Concerns()).filled_from(concerns_of(target))
    entry = _entry(action, by, target, before, after, reason, found)
    entry.save(force_insert=True)
    return entry


def record_all(
    action: str,
    *,
    by: User | None,
    targets: Iterable[models.Model],
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write that `by` did the same `action` to each of `targets`, a row each; one query for a few hundred, and one for each
    cohort or program of theirs that is not loaded."""
    known: dict[tuple[str, int], Concerns] = {}
    AuditEntry.objects.bulk_create(
        (_entry(action, by, target, None, after, reason, concerns_of(target, known)) for target in targets),
        batch_size=BATCH,
    )


def record_each(
    action: str, *, by: User | None, changes: Iterable[Change], concerns: Concerns, reason: str = ""
) -> list[AuditEntry]:
    """Write that `by` did `action` to each target, with its own facts; one query for a few hundred.

    `concerns` holds for all of them, but the person: that is each target itself, or whom it belongs to.
    """
    return AuditEntry.objects.bulk_create(
        (
            _entry(
                action, by, one.target, one.before, one.after, reason, concerns._replace(person=_person_of(one.target))
            )
            for one in changes
        ),
        batch_size=BATCH,
    )


def concerns_of(row: models.Model, known: dict[tuple[str, int], Concerns] | None = None) -> Concerns:
    """The person, cohort and program that a row belongs to, found by the names of its relations: their apps lie above this
    one. What is only somebody's own belongs to the cohort where they learn now. `known`: those of relations seen before.
    """
    kind = row._meta.label
    if kind == "accounts.User":
        return _place_of(row.pk)
    if kind == "accounts.Invitation":
        offered = getattr(row, "cohort_invitation", None)
        return concerns_of(offered.cohort) if offered else Concerns()
    found = Concerns(
        person=next((pk for name in PEOPLE if (pk := getattr(row, f"{name}_id", None))), None),
        cohort=row.pk if kind == "courses.Cohort" else None,
        program=row.pk if kind == "courses.Program" else None,
    )
    for name in WAYS_UP:
        if above := getattr(row, f"{name}_id", None):
            known = {} if known is None else known
            if (name, above) not in known:
                known[name, above] = concerns_of(getattr(row, name), known)
            return found.filled_from(known[name, above])
    return _place_of(found.person) if found.person else found


def _person_of(row: models.Model) -> int | None:
    return row.pk if isinstance(row, User) else getattr(row, "user_id", None)


def _place_of(person: int) -> Concerns:
    learning = User.objects.filter(pk=person, enrollments__state__in=HOLDING_A_PLACE).order_by(
        "-enrollments__enrolled_at"
    )
    place = learning.values_list("enrollments__cohort", "enrollments__cohort__program").first()
    return Concerns(person, *(place or ()))


def _entry(
    action: str,
    by: User | None,
    target: models.Model,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    reason: str,
    concerns: Concerns,
) -> AuditEntry:
    return AuditEntry(
        at=timezone.now(),
        actor=by,
        action=action,
        target_kind=target._meta.label,
        target_id=str(target.pk),
        target_label=str(target)[:250],
        before=before or {},
        after=after or {},
        reason=reason[:500],
        person_id=concerns.person,
        cohort=concerns.cohort,
        program=concerns.program,
    )
