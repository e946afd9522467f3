"""What the office does with one learner's place: shown first, then done, and taken back within a day."""

from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from courses.models import OfficeChange
from courses.offices import enrollment_in, office_of
from courses.views.cohorts import act_on, sent
from lms.lib.errors import DomainError
from projects.actions.places import change_place
from projects.actions.undoing import undo
from projects.consequences import consequences_of
from projects.place_changes import check_change
from projects.place_forms import FORMS, PlaceForm


class Words(NamedTuple):
    """How a kind of change is called on its page."""

    title: str
    button: str
    done: str
    tone: str = "btn-primary"


WORDS = {
    "pause": Words("Pause {user}?", "Pause from today", "{user} is paused."),
    "resume": Words("End the pause of {user}?", "End the pause", "{user} is back."),
    "defer": Words("Defer {user}?", "Defer the place", "{user} is deferred; the seat and the mentor’s place are free."),
    "come_back": Words("Let {user} come back?", "Let them come back", "{user} is back, in {to}."),
    "transfer": Words("Move {user} to another cohort?", "Move to {to}", "{user} is in {to} now, with all work."),
    "withdraw": Words("Withdraw {user}?", "Withdraw the learner", "{user} has left; the seat is free.", "btn-danger"),
    "complete": Words("Has {user} completed the program?", "Completed", "{user} has completed the program."),
}


@require_http_methods(["GET", "POST"])
def place_change(request, slug, enrollment_id, kind):
    """Show the choices, then what they do; do it once that was seen and is still so."""
    cohort = office_of(request.user, slug)
    enrollment = enrollment_in(cohort, enrollment_id)
    enrollment.cohort = cohort
    words = WORDS[kind]
    asked = {"kind": kind, "enrollment": enrollment, "by": request.user}
    form = FORMS.get(kind, PlaceForm)(sent(request), initial=request.GET.dict(), **asked)
    if act_on(form, lambda: do_or_check(form, request)):
        said = words.done.format(user=enrollment.user, to=form.wanted.leads_to)
        messages.success(request, f"{said} They are told, and you can undo it until tomorrow.")
        return redirect("enrollment_detail", form.wanted.leads_to.slug, enrollment.pk)
    preview, refusal = shown(form)
    context = {"cohort": cohort, "enrollment": enrollment, "form": form, "preview": preview, "refusal": refusal}
    names = {"user": enrollment.user, "to": form.wanted.leads_to}
    context |= {"title": words.title.format(**names), "button": words.button.format(**names), "tone": words.tone}
    return render(request, "projects/place_change.html", context, status=422 if form.errors else 200)


def do_or_check(form, request):
    """Do what was previewed; True when it is done. Where nothing was previewed yet, only say what stands in the way."""
    if "seen" not in request.POST:
        check_change(form.wanted)
        return False
    change_place(wanted=form.wanted, seen=request.POST["seen"], reason=form.cleaned_data["reason"], by=request.user)
    return True


def shown(form):
    """The preview, once its choices are made, and why there is none where nothing was sent."""
    if (form.is_asking and not form.is_bound) or set(form.errors) - {NON_FIELD_ERRORS}:
        return None, ""
    try:
        check_change(form.wanted)
    except DomainError as refusal:
        return None, "" if form.is_bound else str(refusal)
    return consequences_of(form.wanted), ""


@require_POST
def office_change_undo(request, slug, change_id):
    """Take back a change of this cohort, or of the place of somebody who is in it now."""
    cohort = office_of(request.user, slug)
    mine = OfficeChange.objects.filter(Q(cohort=cohort, enrollment=None) | Q(enrollment__cohort=cohort))
    change = get_object_or_404(mine.select_related("enrollment__user"), pk=change_id)
    undo(change=change, by=request.user)
    messages.success(request, f"Undone: {change}. Who it concerns is told.")
    if change.enrollment is None:
        return redirect("cohort_detail", cohort.slug)
    change.enrollment.refresh_from_db()
    return redirect("enrollment_detail", change.enrollment.cohort.slug, change.enrollment_id)
