"""One activity: reading, watching, answering, and saying that it is done."""

from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from courses.actions.progress import tick_activity
from courses.actions.quizzes import AnswersUnreadable, take_quiz
from courses.beside import beside
from courses.entries import address_of, entry_of
from courses.keepsakes import keepsake_of
from courses.models import ContentImage, Quiz
from courses.models.curricula import ActivityKind
from courses.outline import text_of
from courses.permissions import can_learn
from courses.places import place_of
from courses.quizzing import refused_sheet, sheet_of

IMAGE_AGE = 7 * 24 * 3600


def activity_detail(request, cohort, slug):
    place = place_of(request.user, cohort)
    activity = find_activity(place, slug)
    if activity.is_handed_in:
        return redirect("project_detail", cohort=cohort, slug=slug)
    return render(request, "courses/activity_detail.html", page_of(place, activity, afresh="afresh" in request.GET))


@require_POST
def activity_tick(request, cohort, slug):
    place = place_of(request.user, cohort)
    activity = find_activity(place, slug)
    if not (place.enrollment and can_learn(request.user, place.enrollment)):
        raise PermissionDenied
    tick_activity(enrollment=place.enrollment, activity=activity, done=request.POST.get("done") == "1")
    if request.htmx:
        return render(request, "courses/_activity_done.html", {**page_of(place, activity), "swapped": True})
    return redirect("activity_detail", cohort=cohort, slug=slug)


@require_POST
def quiz_take(request, cohort, slug):
    place = place_of(request.user, cohort)
    activity = find_activity(place, slug)
    if activity.kind != ActivityKind.QUIZ:
        raise Http404
    if not (place.enrollment and can_learn(request.user, place.enrollment)):
        raise PermissionDenied
    quiz = quiz_of(activity)
    answers = {one.slug: request.POST.getlist(f"q-{one.slug}") for one in quiz.questions.all()}
    asked = drawn_for(request.POST)
    try:
        take_quiz(enrollment=place.enrollment, quiz=quiz, answers=answers, drawn_for=asked)
    except AnswersUnreadable as error:
        if not request.htmx:
            raise
        sheet = refused_sheet(quiz, place.enrollment, answers=answers, seed=error.seed, drawn_for=asked)
        context = {**page_of(place, activity), "sheet": sheet, "refusal": str(error), "swapped": True}
        return render(request, "courses/_quiz.html", context)
    if request.htmx:
        return render(request, "courses/_quiz.html", {**page_of(place, activity), "swapped": True})
    return redirect(f"{address_of(activity, cohort)}#quiz")


@require_GET
def activity_asset(request, cohort, slug, name):
    """An image of a text that is open to the viewer."""
    place = place_of(request.user, cohort)
    activity = find_activity(place, slug)
    if place.is_locked(place.dates(activity)):
        raise Http404
    return image_of(activity, name)


def image_of(activity, name):
    """An image that an activity's text shows, for who may read it. SVG is sandboxed, so that it draws and does nothing else
    even when opened by itself."""
    image = get_object_or_404(ContentImage, content=activity.content_id, name=name)
    response = HttpResponse(bytes(image.data), content_type=image.content_type)
    response["Cache-Control"] = f"private, max-age={IMAGE_AGE}, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def find_activity(place, slug):
    activity = place.outline.find(slug)
    if activity is None:
        raise Http404
    return activity


def page_of(place, activity, *, afresh=False):
    entry = entry_of(place, activity)
    previous, following = neighbours(place, activity)
    is_shown_quiz = activity.kind == ActivityKind.QUIZ and not entry.is_locked
    text = text_of(activity.content_id)
    return {
        "place": place,
        "activity": activity,
        "text": text,
        "entry": entry,
        "beside": beside(place, activity),
        "kept": keepsake_of(place, activity.slug),
        "host": urlsplit(activity.url).hostname or "",
        "previous": previous,
        "following": following,
        "refusal": "",
        "sheet": sheet_of(quiz_of(activity), place.enrollment, afresh=afresh) if is_shown_quiz else None,
    }


def drawn_for(form):
    """The number of the attempt whose questions a form showed, None where it does not say."""
    said = form.get("drawn_for", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else None


def quiz_of(activity):
    return Quiz.objects.select_related("activity__module").get(activity=activity.pk)


def neighbours(place, activity):
    """The activities before and after this one in the curriculum's order, each as (title, address), or None."""
    slug = place.cohort.slug
    return [one and (one.title, address_of(one, slug)) for one in place.outline.around(activity)]
