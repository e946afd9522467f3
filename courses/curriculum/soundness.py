"""What is wrong with a curriculum as a whole, although each of its files is right."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from courses.curriculum.errors import CurriculumError
from courses.curriculum.spec import CurriculumSpec, ModuleSpec

MOST_HOURS: Final = 20
"""A week of more is warned of."""
ROUNDED: Final = Decimal("0.05")
PRODUCTION: Final = "production"
STEPS: Final = ("concept", "mathematics", "implement", "train-and-test")
FOR_LEARNING: Final = frozenset({"reading", "video", "quiz", "exercise", "mini-project"})


def hours_of(module: ModuleSpec) -> dict[str, Decimal]:
    """Hours by area: of the activities, or what is outlined while nothing of the week can be learned yet."""
    if not any(activity.kind in FOR_LEARNING for activity in module.activities):
        return dict(module.outline_hours)
    hours: dict[str, Decimal] = defaultdict(Decimal)
    for activity in module.activities:
        hours[activity.area] += Decimal(activity.minutes) / 60
    return dict(hours)


def errors_of(spec: CurriculumSpec) -> list[CurriculumError]:
    """What stands in the way of publishing it."""
    return [*_share_of_production(spec), *_steps(spec)]


def warnings_of(spec: CurriculumSpec) -> list[CurriculumError]:
    """What its author should look at."""
    weeks = [warning for module in spec.modules for warning in warnings_of_week(module, spec.areas)]
    return [*weeks, *_unused_skills(spec)]


def warnings_of_week(module: ModuleSpec, areas: Iterable[str]) -> list[CurriculumError]:
    """What of one week its author should look at."""
    return [*_long_week(module), *_other_hours_than_outlined(module, areas)]


def _share_of_production(spec: CurriculumSpec) -> list[CurriculumError]:
    """Only where the program has that area."""
    if PRODUCTION not in spec.areas:
        return []
    weeks = [hours_of(module) for module in spec.modules]
    total = sum((sum(hours.values()) for hours in weeks), Decimal(0))
    share = sum((hours.get(PRODUCTION, Decimal(0)) for hours in weeks), Decimal(0))
    if 2 * share > total:
        return []
    title = spec.areas[PRODUCTION]
    problem = f"{title} takes {share:.1f} of {total:.1f} hours, which is not more than half."
    return [CurriculumError("program.yaml", None, problem, f"Move hours of other areas to {title}.")]


def _steps(spec: CurriculumSpec) -> list[CurriculumError]:
    """Each algorithm is learned in four steps, in one order."""
    taken: dict[str, list[str]] = defaultdict(list)
    places: dict[str, str] = {}
    for module in spec.modules:
        for activity in module.activities:
            if activity.step:
                taken[activity.algorithm].append(activity.step)
                places.setdefault(activity.algorithm, f"week {module.week}")
    remedy = f"Give it one activity for each of: {', '.join(STEPS)}, in this order."
    return [
        CurriculumError("weeks", None, f"The steps of {name} ({places[name]}) are {', '.join(steps)}.", remedy)
        for name, steps in taken.items()
        if tuple(steps) != STEPS
    ]


def _long_week(module: ModuleSpec) -> list[CurriculumError]:
    hours = sum(hours_of(module).values(), Decimal(0))
    if hours <= MOST_HOURS:
        return []
    return [
        CurriculumError("weeks", None, f"Week {module.week} takes {hours:.1f} hours.", f"Plan at most {MOST_HOURS}.")
    ]


def _other_hours_than_outlined(module: ModuleSpec, areas: Iterable[str]) -> list[CurriculumError]:
    hours, outlined = (defaultdict(Decimal, given) for given in (hours_of(module), module.outline_hours))
    if not module.outline_hours or all(abs(hours[one] - outlined[one]) <= ROUNDED for one in areas):
        return []
    said = ", ".join(f"{area} {hours[area]:.2f}" for area in areas)
    problem = f"The activities of week {module.week} take other hours than its outline: {said}."
    return [CurriculumError("weeks", None, problem, "Make them equal.")]


def _unused_skills(spec: CurriculumSpec) -> list[CurriculumError]:
    taught = {slug for module in spec.modules for activity in module.activities for slug in activity.skills}
    used = taught | {slug for module in spec.modules for slug in module.skills}
    return [
        CurriculumError("skills.yaml", None, f"Nothing teaches the skill {one.slug}.", "Name it where it is taught.")
        for one in spec.skills
        if one.slug not in used
    ]
