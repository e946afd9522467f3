"""What is taught: the outline by week, and one week."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render

from courses.entries import MEETINGS, Entry, entries_of, with_done
from courses.models import Activity, Module
from courses.models.curricula import ActivityKind
from courses.places import FINISHED_EARLY, Place, choose_enrollment, learning_place, place_of
from courses.progress import progress_of


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
    slug = request.GET.get("cohort", "")
    enrollment, everything = choose_enrollment(request.user, slug)
    if slug and (enrollment is None or enrollment.cohort.slug != slug):
        place = place_of(request.user, slug)
    elif enrollment is None or enrollment.state in FINISHED_EARLY:
        return render(request, "courses/curriculum_none.html", {"enrollment": enrollment})
    else:
        place = learning_place(enrollment)
    context = {
        "place": place,
        "weeks": weeks_of(place),
        "progress": progress_of(place.enrollment) if place.enrollment else None,
        "others": [one.cohort for one in everything if one.cohort != place.cohort and one.state not in FINISHED_EARLY],
    }
    return render(request, "courses/curriculum_detail.html", context)


def week_detail(request, cohort, week):
    place = place_of(request.user, cohort)
    modules = modules_of(place)
    module = get_object_or_404(modules.prefetch_related("skills"), week=week)
    shown, areas = week_of(place, module), place.cohort.curriculum.areas
    context = {
        "place": place,
        "week": shown,
        "week_name": f"Week {week}",
        "last": place.cohort.curriculum.weeks,
        "due": [entry for entry in shown.entries if entry.due and not entry.is_done],
        "hours": [(areas.get(area, area), hours) for area, hours in module.hours.items()],
    }
    return render(request, "courses/week_detail.html", context)


def weeks_of(place: Place) -> list[Week]:
    return [week_of(place, module) for module in modules_of(place)]


def modules_of(place: Place):
    """The modules with their activities in order, without the activities' texts."""
    activities = with_done(Activity.objects.order_by("position").defer("body_html"), place.enrollment)
    return place.cohort.curriculum.modules.order_by("week").prefetch_related(Prefetch("activities", activities))


def week_of(place: Place, module: Module) -> Week:
    entries = entries_of(place, module.activities.all(), week=module.week)
    return Week(
        module=module,
        entries=entries,
        opens=place.timeline.first_day(module.week),
        is_current=place.timeline.week(place.now) == module.week,
    )
