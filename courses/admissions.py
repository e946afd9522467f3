"""What the office of a cohort sees of its applications: the pipeline, who comes next, and what the readers found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from courses.models import AdmissionRubric, AdmissionScore, Application, Cohort
from courses.models.admissions import READ_IN, READERS, ApplicationState
from lms.accounts.models import User

APART = 2
"""Readers differ on a criterion when this many points lie between them."""
SHOWN_STATES = [state for state in ApplicationState if state != ApplicationState.STARTED]


@dataclass(frozen=True)
class Stage:
    """One state of the pipeline with how many are in it."""

    state: str
    label: str
    count: int


def stages_of(cohort: Cohort) -> list[Stage]:
    """How many applications are in each state; drafts are their writers' own. One query."""
    counts = dict(cohort.applications.order_by().values_list("state").annotate(Count("pk")))
    return [Stage(state, state.label, counts.get(state, 0)) for state in SHOWN_STATES]


def applications_in(cohort: Cohort, *, state: str = "", search: str = "") -> QuerySet[Application]:
    """Those of one state, or all but drafts; the waiting list in its order, the others as they came."""
    rows = cohort.applications.exclude(state=ApplicationState.STARTED).select_related("applicant").with_points()
    rows = rows.annotate(apart=Max("scores__total") - Min("scores__total"))
    if state in SHOWN_STATES:
        rows = rows.filter(state=state)
    if search:
        rows = rows.filter(Q(applicant__name__icontains=search) | Q(applicant__email__icontains=search))
    return rows.order_by("waiting_rank" if state == ApplicationState.WAITLISTED else "submitted_at", "pk")


def best_of(cohort: Cohort, count: int) -> list[Application]:
    """The `count` best of those being read whose two scores are in: most points first, then who came first."""
    read = cohort.applications.filter(state__in=READ_IN).select_related("applicant").with_points()
    return list(read.filter(score_count=READERS).order_by("-points", "submitted_at", "pk")[:count])


def unread_in(cohort: Cohort) -> int:
    """How many of those being read lack a score; one query."""
    return cohort.applications.filter(state__in=READ_IN).with_points().exclude(score_count=READERS).count()


@dataclass(frozen=True)
class Judged:
    """What the readers gave on one criterion, in the order of the scores; `apart` when they differ much."""

    title: str
    levels: list[dict[str, Any]]
    apart: bool


@dataclass(frozen=True)
class Scores:
    """What one viewer may see of an application's scores: their own, and the other's once both are in."""

    given: int
    mine: AdmissionScore | None
    shown: Sequence[AdmissionScore]
    rubric: AdmissionRubric
    rows: list[Judged]

    @property
    def most(self) -> int:
        """The points that can be given."""
        return self.rubric.most_points

    @property
    def are_in(self) -> bool:
        return self.given == READERS

    @property
    def mean(self) -> float | None:
        """The mean of both, which the best are chosen by."""
        return sum(score.total for score in self.shown) / READERS if self.are_in else None

    @property
    def apart(self) -> list[str]:
        """The criteria on which the readers differ."""
        return [row.title for row in self.rows if row.apart]


def scores_for(application: Application, viewer: User) -> Scores:
    """The scores of an application as `viewer` may see them; one query."""
    scores = list(application.scores.select_related("reader", "rubric").order_by("place"))
    mine = next((score for score in scores if score.reader_id == viewer.pk), None)
    shown = scores if len(scores) == READERS else [mine] * (mine is not None)
    rubric = scores[0].rubric if scores else application.cohort.intake.rubric
    rows = [_judged(criterion, shown) for criterion in rubric.criteria]
    return Scores(len(scores), mine, shown, rubric, rows)


def _judged(criterion: dict[str, Any], scores: Sequence[AdmissionScore]) -> Judged:
    by_points = {level["points"]: level for level in criterion["levels"]}
    given = [score.points[criterion["slug"]] for score in scores]
    return Judged(
        criterion["title"], [by_points[points] for points in given], bool(given) and max(given) - min(given) >= APART
    )
