"""Operations on cohorts and their calendars."""

from dataclasses import asdict
from datetime import date
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from courses.cohort_changes import CohortFacts
from courses.models import Cohort, Curriculum, Program, ProgramStaff
from lms.accounts import audit
from lms.accounts.actions import claim_accounts
from lms.accounts.models import AuditEntry, User
from lms.lib.errors import DomainError, InvalidInput
from lms.notifications.actions import notify_all
from lms.notifications.models import Kind

RESERVED = {"new"}
NO_SEAT = "All seats of this cohort are taken. Nothing was changed; ask the office for more seats."

MOST_DAYS_FROM_TODAY = 5 * 366


class CohortRefused(DomainError):
    code = "cohort_refused"


@transaction.atomic
def add_program_staff(*, program: Program, user: User, by: User | None) -> ProgramStaff:
    """Let `user` run the program: create its cohorts and be staff in all of them. Saying it twice changes nothing."""
    claim_accounts(users=[user], by=by)
    staff, created = ProgramStaff.objects.get_or_create(program=program, user=user)
    if created:
        audit.record("add_program_staff", by=by, target=program, after={"user": user.email})
    return staff


@transaction.atomic
def create_cohort(
    *, curriculum: Curriculum, name: str, starts_on: date, time_zone: str, seats: int, by: User
) -> Cohort:
    """Create a cohort pinned to `curriculum`; its address is made from the name and must be free."""
    _check_year(starts_on)
    slug = slugify(name)[:60]
    if not slug:
        raise InvalidInput("Give the cohort a name with letters or digits; its address is made from it.")
    if slug in RESERVED or Cohort.objects.filter(slug=slug).exists():
        raise CohortRefused(f"The address “{slug}” is taken already. Choose another name.")
    cohort = Cohort.objects.create(
        program=curriculum.program,
        curriculum=curriculum,
        name=name.strip(),
        slug=slug,
        starts_on=starts_on,
        time_zone=time_zone,
        seats=seats,
    )
    after = {"starts_on": str(starts_on), "time_zone": time_zone, "seats": seats, "curriculum": curriculum.version}
    audit.record("create_cohort", by=by, target=cohort, after=after)
    return cohort


@transaction.atomic
def change_cohort(*, cohort: Cohort, wanted: CohortFacts, seen: str, by: User) -> None:
    """Change name, first day, time zone and seats together, and tell the learners when the first day or the zone does.

    `seen` is the stamp of what the change was decided on: refused when somebody has changed the cohort since, and when
    `check_change` says no; who takes a seat meanwhile waits for it, or is counted by it.
    """
    cohort = Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    was = CohortFacts.of(cohort)
    check_change(cohort, wanted)
    enough = Q(seats_taken__lte=wanted.seats - F("seats_held"))
    same = Cohort.objects.filter(enough, pk=cohort.pk, **asdict(was))
    if was.stamp != seen or not same.update(**asdict(wanted)):
        raise CohortRefused(
            "This cohort was changed meanwhile; nothing was saved. Open this form again to see what it says now."
        )
    before, after = was.differing_from(wanted), wanted.differing_from(was)
    if not after:
        return
    entry = audit.record("change_cohort", by=by, target=cohort, before=_plain(before), after=_plain(after))
    if was.calendar != wanted.calendar:
        _tell_calendar(was, wanted, cohort, entry)


def check_change(cohort: Cohort, wanted: CohortFacts) -> None:
    """Raise when the cohort may not become as `wanted`, with the reason."""
    if not wanted.name.strip():
        raise InvalidInput("Give the cohort a name. Nothing was saved.")
    _check_year(wanted.starts_on)
    if wanted.seats < cohort.seats_taken + cohort.seats_held:
        held = f" and {cohort.seats_held} held by open offers" if cohort.seats_held else ""
        raise CohortRefused(
            f"{cohort.seats_taken} seats are taken{held}, so {wanted.seats} are too few. Nothing was saved."
        )
    if wanted.calendar == CohortFacts.of(cohort).calendar:
        return
    if cohort.is_under_way:
        raise CohortRefused(
            "This cohort has begun, so its first day and its time zone stay. Nothing was saved. "
            "To move what is still ahead, add a break; for one learner, grant more days."
        )
    is_past = wanted.starts_on < timezone.localdate(timezone=ZoneInfo(wanted.time_zone))
    if is_past and cohort.enrollments.exists():
        raise CohortRefused("A cohort with learners cannot begin in the past. Nothing was saved.")


def check_seats(cohort: Cohort) -> None:
    """Raise when no seat is free now; only `take_seat` promises one."""
    if cohort.seats_free <= 0:
        raise CohortRefused(NO_SEAT, code="cohort_full")


def take_seat(cohort_id: int, *, count: int = 1) -> None:
    """Take one seat that no offer holds, or `count` of them, or raise; right for any number of people at once."""
    _count_seats(cohort_id, "seats_taken", count)


def hold_seat(cohort_id: int) -> None:
    """Keep one seat for an open offer, or raise; right for any number of offers at once."""
    _count_seats(cohort_id, "seats_held")


def free_seat(cohort_id: int) -> None:
    """Give one taken seat back."""
    _uncount_seats(cohort_id, "seats_taken")


def let_go_of_seat(cohort_id: int) -> None:
    """Give back the seat that an offer held."""
    _uncount_seats(cohort_id, "seats_held")


def _count_seats(cohort_id: int, name: str, count: int = 1) -> None:
    free = Cohort.objects.filter(pk=cohort_id, seats__gte=F("seats_taken") + F("seats_held") + count)
    if not free.update(**{name: F(name) + count}):
        raise CohortRefused(NO_SEAT, code="cohort_full")


def _uncount_seats(cohort_id: int, name: str) -> None:
    if not Cohort.objects.filter(pk=cohort_id, **{f"{name}__gt": 0}).update(**{name: F(name) - 1}):
        raise IntegrityError(f"cohort {cohort_id} has no seat to give back: {name} is 0")


def _check_year(starts_on: date) -> None:
    if abs((starts_on - timezone.localdate()).days) > MOST_DAYS_FROM_TODAY:
        raise InvalidInput(f"A cohort cannot start on {starts_on:%-d %B %Y}; is the year right? Nothing was saved.")


def _tell_calendar(was: CohortFacts, now: CohortFacts, cohort: Cohort, entry: AuditEntry) -> None:
    title, said = f"{now.name} keeps the time of {now.time_zone} now", []
    if was.starts_on != now.starts_on:
        title = f"{now.name} starts on {now.starts_on:%-d %B %Y}"
        said.append(f"It was to start on {was.starts_on:%-d %B %Y}.")
    if was.time_zone != now.time_zone:
        said.append(f"Work is due at 23:59 in {now.time_zone}, no longer in {was.time_zone}.")
    body = f"{' '.join(said)} Every date of the program moves with it."
    notify_all(
        bodies={one.user: body for one in cohort.enrollments.open().select_related("user")},
        key=f"calendar:{entry.pk}",
        kind=Kind.DATES_CHANGED,
        title=title,
        path=reverse("home"),
    )


def _plain(facts: dict[str, object]) -> dict[str, object]:
    """Facts as JSON has them."""
    return {name: str(value) if isinstance(value, date) else value for name, value in facts.items()}
