"""What the pages of graders and regrades show: versions with what stands on them, progress, and who rises or falls."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet

from courses.models import Cohort, ProgramStaff
from courses.permissions import can_run_program
from lms.accounts.models import User
from projects.brief import title_of
from projects.models import GraderVersion, GradingResult, Project, RegradeBatch, RegradeRun, Submission
from projects.models.grading import JobQuerySet
from projects.models.regrading import BatchState, Change, Outcome

ROWS_PER_PAGE = 50
TONES = {
    Change.RISES: ("green", "trending-up"),
    Change.FALLS: ("red", "trending-down"),
    Change.SAME: ("neutral", "equal"),
    Change.COULD_NOT_RUN: ("amber", "triangle-alert"),
}


def projects_run_by(user: User) -> QuerySet[Project]:
    """The projects of the programs and cohorts that `user` runs, by program, curriculum and week."""
    programs = ProgramStaff.objects.filter(user=user).values("program")
    cohorts = Cohort.objects.run_by(user).order_by()
    found = Project.objects.filter(
        Q(curriculum__program__in=programs) | Q(curriculum__in=cohorts.values("curriculum"))
    ).select_related("activity__module", "curriculum__program")
    return found.order_by("curriculum__program__title", "-curriculum", "activity__module__week", "activity__position")


def scopes_of(user: User, project: Project) -> list[Cohort | None]:
    """Whose work `user` may regrade at a project: of all cohorts (None) who runs its program; of each cohort they run."""
    cohorts: list[Cohort | None] = list(Cohort.objects.run_by(user).filter(curriculum=project.curriculum_id))
    return [None, *cohorts] if can_run_program(user, project.curriculum.program) else cohorts


def standing_counts(projects: Iterable[Project], user: User) -> dict[tuple[int, int], int]:
    """How many submissions of these projects, in the cohorts that `user` runs, stand on each grader version, by (project id,
    version id); one query.
    """
    work = Submission.objects.filter(
        project__in=list(projects), enrollment__cohort__in=Cohort.objects.run_by(user).order_by().values("pk")
    )
    found = GradingResult.objects.standing_of(work.order_by().values("pk"))
    counted = found.values_list("job__submission__project", "job__grader_version").annotate(Count("pk"))
    return {(project, version): count for project, version, count in counted}


@dataclass(frozen=True)
class ShownVersion:
    """A grader version with how many submissions stand on it. `is_earlier`: of an earlier version of the curriculum, from
    which a cohort has moved with its work."""

    version: GraderVersion
    name: str
    standing: int
    is_newest: bool = False
    is_earlier: bool = False


def versions_of(project: Project, user: User) -> list[ShownVersion]:
    """The grader versions of a project, the newest first, each with how many submissions that `user` may regrade stand on
    it; then those of earlier versions of the curriculum that some stand on. Three queries.
    """
    counts = {version: count for (_, version), count in standing_counts([project], user).items()}
    versions = list(project.grader_versions.all())
    shown = [ShownVersion(one, one.name_in(project), counts.pop(one.pk, 0), one is versions[0]) for one in versions]
    earlier = GraderVersion.objects.filter(pk__in=counts).select_related("project__curriculum").order_by("-pk")
    return shown + [ShownVersion(one, one.name_in(project), counts[one.pk], is_earlier=True) for one in earlier]


@dataclass(frozen=True)
class ListedProject:
    project: Project
    newest: GraderVersion | None
    versions: int
    behind: int
    regrade: RegradeBatch | None


def listed(projects: list[Project], user: User) -> list[ListedProject]:
    """What the list of graders says of each project to `user`, in three queries for all of them. On an older grader is what
    does not stand on the newest, or on one that is the same word for word."""
    counts = standing_counts(projects, user)
    versions: dict[int, list[GraderVersion]] = {}
    known = GraderVersion.objects.filter(Q(project__in=projects) | Q(pk__in={version for _, version in counts}))
    for version in known.order_by("-number"):
        versions.setdefault(version.project_id, []).append(version)
    digests = {one.pk: one.digest for own in versions.values() for one in own}
    open_batches = RegradeBatch.objects.visible_to(user).open().filter(project__in=projects)
    batches = {one.project_id: one for one in open_batches}
    rows = []
    for project in projects:
        own = versions.get(project.pk, [])
        standing = [(version, count) for (of, version), count in counts.items() if of == project.pk]
        behind = sum(count for version, count in standing if own and digests[version] != own[0].digest)
        rows.append(ListedProject(project, own[0] if own else None, len(own), behind, batches.get(project.pk)))
    return rows


@dataclass(frozen=True)
class GroupChange:
    title: str
    old: Decimal | None
    new: Decimal | None


@dataclass(frozen=True)
class ShownRun:
    """One line of the table: whose, from how many points to how many, and which groups differ."""

    run: RegradeRun
    before: GradingResult
    after: GradingResult | None
    groups: list[GroupChange]
    error: str

    @property
    def look(self) -> tuple[str, str, str]:
        change = Change(self.run.change)
        return (change.label, *TONES[change])


class BatchPage:
    """One batch: `progress` in one query, the table a page at a time in a fixed number of queries.

    `set_aside` counts what could not be applied.
    """

    def __init__(self, batch: RegradeBatch, query: Any) -> None:
        self.batch = batch
        rows = list(batch.runs.order_by().values_list("change", "outcome").annotate(Count("pk")))
        self.total = sum(count for _, _, count in rows)
        self.counts = {kind: sum(count for change, _, count in rows if change == kind) for kind in Change}
        self.finished = sum(self.counts.values())
        self.set_aside = sum(count for _, outcome, count in rows if outcome == Outcome.SET_ASIDE)
        if self.set_aside:
            self.counts[Outcome.SET_ASIDE] = self.set_aside
        self.shown = query.get("show", "") if query.get("show", "") in self.counts else ""
        self.page_number = query.get("page")

    @property
    def is_running(self) -> bool:
        return self.batch.state in (BatchState.RUNNING, BatchState.APPLYING)

    @property
    def tabs(self) -> list[dict[str, Any]]:
        tabs = [{"label": "All", "url": "?", "active": not self.shown, "count": self.finished}]
        for change, count in self.counts.items():
            tabs.append(
                {"label": change.label, "url": f"?show={change}", "active": self.shown == change, "count": count}
            )
        return tabs

    @property
    def page(self) -> Any:
        column = "outcome" if self.shown == Outcome.SET_ASIDE else "change"
        wanted = Q(**{column: self.shown}) if self.shown else ~Q(change="")
        runs = self.batch.runs.filter(wanted).select_related(
            "before__job__grader_version",
            "job__result__job__grader_version",
            "submission__enrollment__user",
            "submission__enrollment__cohort",
        )
        order = ("change", "submission__enrollment__user__name", "pk")
        return Paginator(runs.order_by(*order), ROWS_PER_PAGE).get_page(self.page_number)

    def progress(self) -> dict[str, int]:
        """Counts for the bar: of dry runs while they run, of settled ones while they are applied."""
        if self.batch.state == BatchState.APPLYING:
            return {"done": self.total - self.batch.runs.unsettled().count(), "total": self.total}
        return {"done": self.finished, "total": self.total}

    def held_up(self) -> str:
        """Why waiting dry runs were put back, if they were."""
        jobs = self.batch.runs.filter(job__state__in=JobQuerySet.WAITING).exclude(job__error="")
        return jobs.values_list("job__error", flat=True).first() or ""


def shown_run(run: RegradeRun) -> ShownRun:
    after = getattr(run.job, "result", None) if run.job else None
    error = run.job.error if run.job and run.change == Change.COULD_NOT_RUN else ""
    return ShownRun(run, run.before, after, group_changes(run.before, after) if after else [], error)


def group_changes(before: GradingResult, after: GradingResult) -> list[GroupChange]:
    """The groups whose points differ, in the order of the newer result, then those that are gone."""
    old, new = _points_by_group(before), _points_by_group(after)
    titles = {**_titles(before), **_titles(after)}
    keys = [*new, *(key for key in old if key not in new)]
    return [GroupChange(titles[key], old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def _points_by_group(result: GradingResult) -> dict[str, Decimal]:
    return {one["id"]: Decimal(one["score"]) for one in result.groups}


def _titles(result: GradingResult) -> dict[str, str]:
    version = result.job.grader_version
    return {one["id"]: title_of(one["id"], version, one["title"]) for one in result.groups}
