"""What is taught: the outline by week, and one week."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404
from django.shortcuts import render

from courses.entries import MEETINGS, Entry, entries_of
from courses.models import Module, Skill
from courses.models.curricula import ActivityKind
from courses.places import FINISHED_EARLY, Place, choose_enrollment, learning_place, place_of
from courses.progress import progress_in
from lms.lib.moments import spell_minutes


@dataclass(frozen=True)
class Week:
    """One module as the outline shows it."""

    module: Module
    entries: list[Entry]
    opens: object
    is_current: bool

    @property
    def done(self) -> int:
        return sum(entry.is_done for entry in self.entries)

    @property
    def is_outline(self) -> bool:
        """Whether nothing to learn from is there yet: only meetings and milestones."""
        planned = (*MEETINGS, ActivityKind.MILESTONE)
        return all(entry.activity.kind in planned for entry in self.entries)

    @property
    def is_complete(self) -> bool:
        return bool(self.entries) and self.done == len(self.entries)


def curriculum(request):
    place, enrollment, everything = place_asked_for(request)
    if place is None:
        return render(request, "courses/curriculum_none.html", {"enrollment": enrollment})
    context = {
        "place": place,
        "weeks": [week_of(place, module) for module in place.outline.modules],
        "progress": progress_in(place.outline.required, place.done) if place.enrollment else None,
        "others": [one.cohort for one in everything if one.cohort != place.cohort and one.state not in FINISHED_EARLY],
    }
    return render(request, "courses/curriculum_detail.html", context)


def place_asked_for(request):
    """The viewer's place in the cohort of `?cohort=`, else in their own, or None; their enrollment there, and all of theirs."""
    slug = request.GET.get("cohort", "")
    enrollment, everything = choose_enrollment(request.user, slug)
    if slug and (enrollment is None or enrollment.cohort.slug != slug):
        return place_of(request.user, slug), enrollment, everything
    is_over = enrollment is None or enrollment.state in FINISHED_EARLY
    return None if is_over else learning_place(enrollment), enrollment, everything


def week_detail(request, cohort, week):
    place = place_of(request.user, cohort)
    module = next((one for one in place.outline.modules if one.week == week), None)
    if module is None:
        raise Http404
    shown, areas = week_of(place, module), place.cohort.curriculum.areas
    context = {
        "place": place,
        "week": shown,
        "week_name": f"Week {week}",
        "skills": Skill.objects.filter(modules=module.pk),
        "last": place.cohort.curriculum.weeks,
        "due": [entry for entry in shown.entries if entry.due and not entry.is_done],
        "hours": [(areas.get(area, area), spell_hours(hours)) for area, hours in module.hours.items()],
    }
    return render(request, "courses/week_detail.html", context)


def spell_hours(hours: str) -> str:
    """Hours as they are stored, a decimal number as text, in words."""
    return spell_minutes(round(60 * Decimal(hours)))


def week_of(place: Place, module: Module) -> Week:
    return Week(
        module=module,
        entries=entries_of(place, place.outline.of_week[module.week]),
        opens=place.timeline.first_day(module.week),
        is_current=place.timeline.week(place.now) == module.week,
    )
