"""One activity: reading, watching, answering, and saying that it is done."""

from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from courses.actions.progress import tick_activity
from courses.actions.quizzes import take_quiz
from courses.entries import address_of, entry_of, with_done
from courses.models import Activity, ActivityImage
from courses.models.curricula import ActivityKind
from courses.permissions import can_learn
from courses.places import place_of
from courses.quizzing import sheet_of

IMAGE_AGE = 7 * 24 * 3600


def activity_detail(request, cohort, slug):
    place = place_of(request.user, cohort)
    activity = find_activity(place, slug)
    if activity.is_handed_in:
        return redirect("project_detail", cohort=cohort, slug=slug)
    return render(request, "courses/activity_detail.html", page_of(place, activity))


@require_POST
def activity_tick(request, cohort, slug):
    place = place_of(request.user, cohort)
    activity = find_activity(place, slug)
    if not (place.enrollment and can_learn(request.user, place.enrollment)):
        raise PermissionDenied
    activity.is_done = request.POST.get("done") == "1"
    tick_activity(enrollment=place.enrollment, activity=activity, done=activity.is_done)
    if request.htmx:
        return render(request, "courses/_activity_done.html", page_of(place, activity))
    return redirect("activity_detail", cohort=cohort, slug=slug)


@require_POST
def quiz_take(request, cohort, slug):
    place = place_of(request.user, cohort)
    activity = find_activity(place, slug)
    if activity.kind != ActivityKind.QUIZ:
        raise Http404
    if not (place.enrollment and can_learn(request.user, place.enrollment)):
        raise PermissionDenied
    answers = {one.slug: request.POST.getlist(f"q-{one.slug}") for one in activity.quiz.questions.all()}
    attempt, _ = take_quiz(enrollment=place.enrollment, quiz=activity.quiz, answers=answers)
    activity.is_done = activity.is_done or attempt.passed
    if request.htmx:
        return render(request, "courses/_quiz.html", page_of(place, activity))
    return redirect(f"{address_of(activity, cohort)}#quiz")


@require_GET
def activity_asset(request, cohort, slug, name):
    """An image of a text. SVG is sandboxed, so that it draws and does nothing else even when opened by itself."""
    place = place_of(request.user, cohort)
    image = get_object_or_404(
        ActivityImage, activity__curriculum=place.cohort.curriculum_id, activity__slug=slug, name=name
    )
    response = HttpResponse(bytes(image.data), content_type=image.content_type)
    response["Cache-Control"] = f"private, max-age={IMAGE_AGE}, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def find_activity(place, slug):
    activities = with_done(place.cohort.curriculum.activities.select_related("module", "quiz"), place.enrollment)
    return get_object_or_404(activities, slug=slug)


def page_of(place, activity):
    entry = entry_of(place, activity, week=activity.module.week)
    previous, following = neighbours(place, activity)
    is_shown_quiz = activity.kind == ActivityKind.QUIZ and not entry.is_locked
    return {
        "place": place,
        "activity": activity,
        "entry": entry,
        "host": urlsplit(activity.url).hostname or "",
        "previous": previous,
        "following": following,
        "sheet": sheet_of(activity.quiz, place.enrollment) if is_shown_quiz else None,
    }


def neighbours(place, activity):
    """The activities before and after this one in the curriculum's order, each as (title, address), or None."""
    week = activity.module.week
    around = Activity.objects.filter(
        curriculum=activity.curriculum_id, module__week__gte=week - 1, module__week__lte=week + 1
    ).only("slug", "title", "kind")
    ordered = list(around.order_by("module__week", "position"))
    here = [one.pk for one in ordered].index(activity.pk)
    pairs = [None, *((one.title, address_of(one, place.cohort.slug)) for one in ordered), None]
    return pairs[here], pairs[here + 2]
