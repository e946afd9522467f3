"""What anybody may know of admissions: which programs take applications, in which cohorts, with how many seats."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from courses.models import Application, Cohort, CohortInvitation, Curriculum, Intake, Program, Skill
from courses.timeline import Timeline

MOST_COHORTS = 20


def public_intakes() -> QuerySet[Intake]:
    """Those of cohorts that take applications, will, or did and have not begun; soonest first, with the seats that are
    `free` to be offered and how many are `waiting`.
    """
    ahead = Q(closes_on__gte=timezone.localdate()) | Q(cohort__starts_on__gt=timezone.localdate())
    invited = CohortInvitation.objects.open().filter(cohort=OuterRef("cohort")).order_by().values("cohort")
    waiting = Application.objects.waiting().filter(cohort=OuterRef("cohort")).order_by().values("cohort")
    open_seats = F("cohort__seats") - F("cohort__seats_taken") - F("cohort__seats_held")
    return (
        Intake.objects.filter(ahead, is_taking=True)
        .select_related("cohort__program", "cohort__curriculum")
        .prefetch_related("cohort__breaks")
        .annotate(
            free=Greatest(open_seats - _count(invited), Value(0), output_field=IntegerField()), waiting=_count(waiting)
        )
        .order_by("cohort__starts_on", "pk")
    )


def _count(rows: QuerySet) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0, output_field=IntegerField())


def public_programs() -> QuerySet[Program]:
    """Programs with anything public, by title."""
    return Program.objects.filter(Exists(public_intakes().filter(cohort__program=OuterRef("pk")))).order_by("title")


@dataclass(frozen=True)
class Offered:
    """A cohort that anybody may know of."""

    intake: Intake
    ends_on: date

    @property
    def cohort(self) -> Cohort:
        return self.intake.cohort

    @property
    def seats_text(self) -> str:
        """How many seats are free, or how long the line is."""
        if self.intake.free:
            return f"{self.intake.free} of {self.cohort.seats} seats free"
        waiting = self.intake.waiting
        return f"full; {waiting} on the waiting list" if waiting else "full; a waiting list is kept"


@dataclass(frozen=True)
class ProgramPage:
    """What a program is, from the newest curriculum among its public cohorts."""

    program: Program
    curriculum: Curriculum
    prerequisites: list[Skill]
    offered: list[Offered]


def program_page(program: Program) -> ProgramPage | None:
    """The public page of a program in four queries, however many cohorts it has; None where nothing of it is public."""
    intakes = list(public_intakes().filter(cohort__program=program)[:MOST_COHORTS])
    if not intakes:
        return None
    curriculum = max((one.cohort.curriculum for one in intakes), key=lambda one: one.published_at)
    prerequisites = curriculum.skills.filter(is_prerequisite=True)
    return ProgramPage(
        program, curriculum, list(prerequisites), [Offered(one, _last_day(one.cohort)) for one in intakes]
    )


def _last_day(cohort: Cohort) -> date:
    return Timeline.of_cohort(cohort).calendar.last_day(cohort.curriculum.weeks)
