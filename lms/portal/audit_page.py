"""Which entries of the audit a person reads, and how they are searched: newest first, a bounded portion at a time.

Each search has its index; what a person may read is asked for in up to three parts that each follow one, and put together
here, since the database reads everything for an "or" of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import reduce
from operator import and_
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from courses.models import Cohort, CohortStaff, Program, ProgramStaff
from lms.accounts.models import AuditEntry, User
from lms.portal.audit_words import Change, changes_of, sentence_of

PORTION = 50
EXPORTED_AT_ONCE = 1000
MOST_PEOPLE = 50
MOST_WORDS = 8
PORTAL = ("portal", "the portal")


@dataclass(frozen=True)
class Asked:
    """What is searched for; empty: everything. `by` and `about` are names or addresses of people; days are the reader's."""

    words: str = ""
    by: str = ""
    about: str = ""
    action: str = ""
    cohort: Cohort | None = None
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class Line:
    """One entry as the page shows it."""

    entry: AuditEntry
    cohort: Cohort | None
    program: Program | None

    @property
    def sentence(self) -> str:
        return sentence_of(self.entry)

    @property
    def changes(self) -> list[Change]:
        return changes_of(self.entry)

    @property
    def place(self) -> str:
        place = str(self.cohort or self.program or "")
        return "" if place in self.entry.target_label else place

    @property
    def url(self) -> str:
        """The page of what was acted on, where there is one."""
        kind, target = self.entry.target_kind, self.entry.target_id
        if kind == "courses.Enrollment" and self.cohort:
            return reverse("enrollment_detail", args=[self.cohort.slug, target])
        if kind == "courses.Cohort" and self.cohort:
            return reverse("cohort_detail", args=[self.cohort.slug])
        return reverse("submission_detail", args=[target]) if kind == "projects.Submission" else ""


@dataclass(frozen=True)
class Portion:
    """Some lines, newest first, and the entry after which the next ones come, None where there are no more."""

    lines: list[Line]
    next: int | None


def portion_of(reader: User, asked: Asked, *, size: int = PORTION) -> Portion:
    """The next lines that `reader` may read of what is asked for; at most twelve queries, however many entries there are."""
    search = search_of(asked, reader)
    found: set[tuple[datetime, int]] = set()
    if search is not None:
        for part in parts_of(reader, asked.cohort):
            rows = search.filter(part).order_by("-at", "-pk").values_list("at", "pk")
            found.update(rows[: size + 1])
    ids = [pk for _, pk in sorted(found, reverse=True)[: size + 1]]
    return Portion(lines_of(ids[:size]), ids[size - 1] if len(ids) > size else None)


def everything_of(reader: User, asked: Asked) -> Iterator[Line]:
    """All lines, portion by portion, in the memory of one."""
    following: int | None = asked.before
    while True:
        portion = portion_of(reader, replace(asked, before=following), size=EXPORTED_AT_ONCE)
        yield from portion.lines
        following = portion.next
        if following is None:
            return


def parts_of(reader: User, cohort: Cohort | None) -> list[Q]:
    """What `reader` may read: entries of programs and cohorts that they run, and what they did themselves. Of one cohort,
    which they run, just its own.
    """
    if cohort:
        return [Q(cohort=cohort.pk)]
    programs = list(ProgramStaff.objects.filter(user=reader).values_list("program", flat=True))
    alone = CohortStaff.objects.filter(user=reader).exclude(cohort__program__in=programs)
    cohorts = list(alone.values_list("cohort", flat=True))
    parts = [Q(program__in=programs)] * bool(programs) + [Q(cohort__in=cohorts)] * bool(cohorts)
    return [*parts, Q(actor=reader)]


def search_of(asked: Asked, reader: User) -> QuerySet[AuditEntry] | None:
    """The entries that are asked for, whoever may read them; None where nobody is called so."""
    entries, zone = AuditEntry.objects.all(), ZoneInfo(reader.time_zone)
    for name, text in (("actor", asked.by), ("person", asked.about)):
        if text and name == "actor" and text.lower() in PORTAL:
            entries = entries.filter(actor=None)
        elif text:
            people = people_called(text)
            if not people:
                return None
            entries = entries.filter(**{f"{name}__in": people})
    if asked.action:
        entries = entries.filter(action=asked.action)
    if asked.since:
        entries = entries.filter(at__gte=datetime.combine(asked.since, time.min, zone))
    if asked.until:
        entries = entries.filter(at__lte=datetime.combine(asked.until, time.max, zone))
    if asked.words:
        entries = holding(entries, asked.words.split()[:MOST_WORDS])
    last = AuditEntry.objects.filter(pk=asked.before).values_list("at", flat=True).first() if asked.before else None
    if last:
        entries = entries.filter(Q(at__lt=last) | Q(at=last, pk__lt=asked.before), at__lte=last)
    return entries


def people_called(text: str) -> list[int]:
    """The ids of people of this address, else of those whose name or address holds the text, at most fifty."""
    exact = list(User.objects.filter(email=text.strip().lower()).values_list("pk", flat=True))
    like = Q(name__icontains=text.strip()) | Q(email__icontains=text.strip())
    return exact or list(User.objects.filter(like).order_by("pk").values_list("pk", flat=True)[:MOST_PEOPLE])


def holding(entries: QuerySet[AuditEntry], words: list[str]) -> QuerySet[AuditEntry]:
    """Those with all the words, or words that begin so, in what they name, say and tell; on PostgreSQL by its index
    `audit_by_words`, on SQLite as the letters are.
    """
    if connection.vendor == "postgresql":
        plain = [word.replace("'", "").replace("\\", "") for word in words]
        query = " & ".join(f"'{word}':*" for word in plain if word)
        return entries.extra(where=["words @@ to_tsquery('simple', %s)"], params=[query])
    texts = {f"{name}_text": Cast(name, TextField()) for name in ("before", "after")}
    columns = ("target_label", "reason", *texts)
    like = (
        reduce(lambda one, other: one | other, (Q(**{f"{name}__icontains": word}) for name in columns))
        for word in words
    )
    return entries.annotate(**texts).filter(reduce(and_, like))


def lines_of(ids: list[int]) -> list[Line]:
    """These entries in the same order, with what they concern; three queries."""
    entries = AuditEntry.objects.select_related("actor", "person").in_bulk(ids)
    cohorts = Cohort.objects.in_bulk({one.cohort for one in entries.values() if one.cohort})
    programs = Program.objects.in_bulk({one.program for one in entries.values() if one.program})
    return [
        Line(one, cohorts.get(one.cohort or 0), programs.get(one.program or 0)) for one in map(entries.__getitem__, ids)
    ]
