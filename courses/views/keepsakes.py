"""A learner's own bookmarks and notes; for everybody else these addresses do not exist."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from courses.actions.keepsakes import NoteChanged, save_note, set_bookmark
from courses.entries import address_of
from courses.keepsakes import keepsake_of, kept_in, kept_slugs, own_place
from courses.places import choose_enrollment, learning_place
from courses.views.activities import find_activity
from lms.lib.errors import InvalidInput

PAGE_SIZE = 20


def note_list(request):
    enrollment, everything = choose_enrollment(request.user, request.GET.get("cohort", ""))
    if enrollment is None:
        return render(request, "courses/curriculum_none.html", {"enrollment": None})
    place = learning_place(enrollment)
    page = Paginator(kept_slugs(place), PAGE_SIZE).get_page(request.GET.get("page"))
    others = [one.cohort for one in everything if one.cohort != place.cohort]
    context = {"place": place, "page": page, "lines": kept_in(place, list(page.object_list)), "others": others}
    return render(request, "courses/note_list.html", context)


@require_POST
def bookmark_set(request, cohort, slug):
    place = own_place(request.user, cohort)
    activity = known(place, slug)
    is_on = request.POST.get("on") == "1"
    kept = set_bookmark(program=place.cohort.program_id, slug=slug, on=is_on, by=request.user)
    if request.htmx and activity:
        return render(request, "courses/_bookmark.html", {"place": place, "activity": activity, "kept": kept})
    from_list = request.POST.get("next") == "list" or activity is None
    return redirect(list_of(cohort) if from_list else address_of(activity, cohort))


def note_edit(request, cohort, slug):
    """The note by itself, where it is also shown again when it was refused; saving it is one request, from any page."""
    place = own_place(request.user, cohort)
    activity = find_activity(place, slug)
    context = {"place": place, "activity": activity, "kept": keepsake_of(place, slug)}
    context["activity_url"] = address_of(activity, cohort)
    if request.method != "POST":
        return render(request, "courses/note_edit.html", context)
    text = request.POST.get("note", "")
    seen = request.POST.get("instead_of", request.POST.get("edition", ""))
    status = 200
    try:
        context["kept"] = save_note(program=place.cohort.program_id, slug=slug, text=text, seen=seen, by=request.user)
        context["is_saved"] = True
    except NoteChanged as changed:
        status, context["changed"] = 409, changed
    except InvalidInput as refusal:
        status, context["refusal"] = 400, str(refusal)
    if request.htmx:  # also a refusal is an answer to show in its place
        return render(request, "courses/_note_state.html", {**context, "seen": seen})
    if status == 200:
        messages.success(request, "Your note is saved." if context["kept"].note else "Your note is deleted.")
        return redirect(f"{address_of(activity, cohort)}#note")
    return render(request, "courses/note_edit.html", {**context, "typed": text, "seen": seen}, status=status)


def note_delete(request, cohort, slug):
    """Asks first."""
    place = own_place(request.user, cohort)
    activity = known(place, slug)
    if request.method != "POST":
        kept = keepsake_of(place, slug)
        context = {
            "title": "Delete your note?",
            "text": f"Your note on “{activity or slug}” is gone then, for good. A bookmark stays.",
            "action": request.path,
            "button": "Delete the note",
            "hidden": {"edition": kept.edition if kept else ""},
            "back_url": list_of(cohort),
        }
        return render(request, "layouts/confirm.html", context)
    seen = request.POST.get("edition", "")
    save_note(program=place.cohort.program_id, slug=slug, text="", seen=seen, by=request.user)
    messages.success(request, "Your note is deleted.")
    return redirect(list_of(cohort))


def known(place, slug):
    """The activity, or None where the curriculum has it no longer and the learner still keeps something of it."""
    activity = place.outline.find(slug)
    if activity is None and keepsake_of(place, slug) is None:
        raise Http404
    return activity


def list_of(cohort):
    return f"{reverse('note_list')}?cohort={cohort}"
