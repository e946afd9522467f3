"""Starting and stopping to see the portal as a learner."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from courses.forms import DayField
from courses.models import Cohort
from courses.offices import enrollment_in
from courses.permissions import can_run_cohort
from courses.views.cohorts import act_on, answer, sent
from lms.portal.view_as import KEY, can_view_as, end_view, start_view


class ViewAsForm(forms.Form):
    on = DayField(
        label="As on this day",
        required=False,
        help_text="In the cohort’s time zone, at noon. Leave it empty to see what the learner sees now.",
    )


@require_http_methods(["GET", "POST"])
def view_as_start(request, slug, enrollment_id):
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).select_related("program"), slug=slug)
    enrollment = enrollment_in(cohort, enrollment_id)
    if not can_view_as(request.user, enrollment):
        raise PermissionDenied
    form = ViewAsForm(sent(request))
    state = act_on(form, lambda: start_view(enrollment=enrollment, **form.cleaned_data, by=request.user))
    if state:
        request.session[KEY] = state
        return redirect(f"{reverse('home')}?cohort={cohort.slug}")
    back = page_of(request.user, enrollment)
    return answer(request, "portal/view_as_start.html", form, cohort=cohort, enrollment=enrollment, back=back)


@require_POST
def view_as_stop(request):
    """Be oneself again, on the page where it started."""
    state = request.session.pop(KEY, None)
    enrollment = end_view(state, why="stopped") if state else None
    if enrollment is None:
        return redirect("home")
    messages.success(request, f"You see the portal as yourself again, no longer as {enrollment.user}.")
    return redirect(page_of(request.user, enrollment))


def page_of(viewer, enrollment):
    """Where the viewer reads about the learner."""
    if can_run_cohort(viewer, enrollment.cohort):
        return reverse("enrollment_detail", args=[enrollment.cohort.slug, enrollment.pk])
    return f"{reverse('mentor_learners')}#learner-{enrollment.pk}"
