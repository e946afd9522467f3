"""What the author of a published version should look at: what soundness says of it, and exercises that were not tried."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from courses.curriculum.errors import CurriculumError
from courses.curriculum.soundness import errors_of, warnings_of, warnings_of_week
from courses.curriculum.spec import ActivitySpec, CurriculumSpec, ModuleSpec, SkillSpec
from courses.models import Activity, Curriculum, Module
from courses.models.curricula import ActivityKind
from courses.outline import MOST_OUTLINES, kept, outline_of

UNTRIED = "The self-test of this exercise was not run when it was published."
TRY_IT = "Run manage.py check_curriculum on its folder, then publish it with a new version."


@dataclass(frozen=True)
class Problem:
    """Something to look at, and what mends it; of one activity (`slug`, `title`), of one week, or of the whole (week 0)."""

    said: str
    remedy: str
    week: int = 0
    slug: str = ""
    title: str = ""


def problems_of(curriculum: Curriculum) -> list[Problem]:
    """All problems of a version: those of the whole, then by week. One query, four more when it is looked at first."""
    untried = Activity.objects.filter(
        curriculum=curriculum, kind=ActivityKind.EXERCISE
    ).exclude(
        project__grader_versions__config__has_key="changes"  # what a self-test decides; graders are known by their relation
    )
    slugs = set(untried.values_list("slug", flat=True))
    exercises = [one for one in outline_of(curriculum.pk).activities if one.slug in slugs]
    found = [Problem(UNTRIED, TRY_IT, one.module.week, one.slug, one.title) for one in exercises]
    return sorted([*_unsound(curriculum.pk), *found], key=lambda problem: problem.week)


@kept(MOST_OUTLINES)
def _unsound(curriculum_id: int) -> list[Problem]:
    spec = spec_of(curriculum_id)
    weeks = {module.week: warnings_of_week(module, spec.areas) for module in spec.modules}
    of_weeks = {warning for warnings in weeks.values() for warning in warnings}
    whole = [one for one in [*errors_of(spec), *warnings_of(spec)] if one not in of_weeks]
    return [*_problems(whole, 0), *(one for week, warnings in weeks.items() for one in _problems(warnings, week))]


def _problems(found: Iterable[CurriculumError], week: int) -> list[Problem]:
    return [Problem(one.problem, one.remedy, week) for one in found]


def spec_of(curriculum_id: int) -> CurriculumSpec:
    """What soundness asks of a published version: its weeks, hours, steps and skills, without texts."""
    outline = outline_of(curriculum_id)
    curriculum = outline.curriculum
    of_module = _slugs_by(Module.skills.through.objects.filter(module__curriculum=curriculum_id), "module")
    of_activity = _slugs_by(Activity.skills.through.objects.filter(activity__curriculum=curriculum_id), "activity")
    return CurriculumSpec(
        slug=curriculum.program.slug,
        title=curriculum.program.title,
        version=curriculum.version,
        weeks=curriculum.weeks,
        hours_per_week=int(curriculum.hours_per_week),
        summary="",
        areas=curriculum.areas,
        outcomes=(),
        prerequisites=(),
        skills=tuple(SkillSpec(one.slug, one.title, one.area, one.summary) for one in curriculum.skills.all()),
        modules=tuple(
            ModuleSpec(
                week=one.week,
                slug=one.slug,
                title=one.title,
                summary=one.summary,
                skills=of_module[one.pk],
                activities=tuple(_activity(it, of_activity[it.pk]) for it in outline.of_week[one.week]),
                outline_hours={area: Decimal(hours) for area, hours in one.hours.items()},
                outline_topics=tuple(one.topics),
            )
            for one in outline.modules
        ),
        digest=curriculum.digest,
    )


def _activity(one: Activity, skills: tuple[str, ...]) -> ActivitySpec:
    return ActivitySpec(
        slug=one.slug,
        kind=one.kind,
        title=one.title,
        minutes=one.minutes,
        area=one.area,
        skills=skills,
        step=one.step,
        algorithm=one.algorithm,
        available_day=0,
        due_day=None,
        until_day=None,
        required=one.required,
        body_html="",
        url=one.url,
        images={},
        quiz=None,
        project=None,
    )


def _slugs_by(rows, owner):
    """The slugs of skills by the id of what has them."""
    found = defaultdict(tuple)
    for pk, slug in rows.order_by().values_list(owner, "skill__slug"):
        found[pk] += (slug,)
    return found
