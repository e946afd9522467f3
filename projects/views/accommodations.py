"""More time for one learner: which dates it moves is shown first, then it is granted or ended."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from courses.forms import AccommodationForm
from courses.models import Accommodation
from courses.offices import enrollment_in, office_of
from courses.views.cohorts import act_on, sent
from projects.actions.accommodations import check_grant, end_accommodation, grant_accommodation
from projects.redating import redating_of_learner


@require_http_methods(["GET", "POST"])
def accommodation_grant(request, slug, enrollment_id):
    cohort = office_of(request.user, slug)
    enrollment = enrollment_in(cohort, enrollment_id)
    form, preview = AccommodationForm(sent(request)), None
    if form.is_valid():
        change = act_on(form, lambda: grant_or_check(enrollment, form.cleaned_data, request))
        if change:
            return done(request, enrollment, change)
        preview = redating_of_learner(enrollment, Accommodation(factor=form.cleaned_data["factor"]))
    return answer(request, "accommodation_grant", enrollment, form, preview)


@require_http_methods(["GET", "POST"])
def accommodation_end(request, slug, enrollment_id):
    cohort = office_of(request.user, slug)
    enrollment = enrollment_in(cohort, enrollment_id)
    accommodation = get_object_or_404(enrollment.accommodations.standing())
    accommodation.enrollment = enrollment
    form, seen = forms.Form(sent(request)), request.POST.get("seen", "")
    change = act_on(form, lambda: end_accommodation(accommodation=accommodation, seen=seen, by=request.user))
    if change:
        return done(request, enrollment, change)
    return answer(request, "accommodation_end", enrollment, form, redating_of_learner(enrollment, None))


def grant_or_check(enrollment, facts, request):
    """The change, where its preview was seen; else None, and a refusal where it could not be done."""
    if "seen" in request.POST:
        return grant_accommodation(enrollment=enrollment, **facts, seen=request.POST["seen"], by=request.user)
    return check_grant(enrollment)


def done(request, enrollment, change):
    messages.success(request, f"{change}. They are told, and you can undo it until tomorrow.")
    return redirect("enrollment_detail", enrollment.cohort.slug, enrollment.pk)


def answer(request, name, enrollment, form, preview):
    context = {"cohort": enrollment.cohort, "enrollment": enrollment, "form": form, "preview": preview}
    return render(request, f"projects/{name}.html", context, status=422 if form.errors else 200)
