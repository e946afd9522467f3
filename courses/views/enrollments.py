"""What the office does with one learner's place."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from courses.actions.leaving import withdraw
from courses.actions.pausing import pause, resume
from courses.forms import ReasonForm
from courses.offices import enrollment_in, office_of
from courses.views.cohorts import act_on, answer, sent


@require_http_methods(["GET", "POST"])
def enrollment_pause(request, slug, enrollment_id):
    cohort = office_of(request.user, slug)
    enrollment = enrollment_in(cohort, enrollment_id)
    form = ReasonForm(sent(request))
    if act_on(form, lambda: pause(enrollment=enrollment, **form.cleaned_data, by=request.user)):
        messages.success(request, f"{enrollment.user} is paused. The clock stands still until you resume it.")
        return redirect("enrollment_detail", cohort.slug, enrollment.pk)
    return answer(request, "courses/enrollment_pause.html", form, cohort=cohort, enrollment=enrollment)


@require_POST
def enrollment_resume(request, slug, enrollment_id):
    cohort = office_of(request.user, slug)
    enrollment = enrollment_in(cohort, enrollment_id)
    resume(enrollment=enrollment, by=request.user)
    messages.success(request, f"{enrollment.user} is back. Every later date has moved by the days of the pause.")
    return redirect("enrollment_detail", cohort.slug, enrollment.pk)


@require_http_methods(["GET", "POST"])
def enrollment_withdraw(request, slug, enrollment_id):
    cohort = office_of(request.user, slug)
    enrollment = enrollment_in(cohort, enrollment_id)
    form = ReasonForm(sent(request))
    if act_on(form, lambda: withdraw(enrollment=enrollment, **form.cleaned_data, by=request.user) or True):
        messages.success(request, f"{enrollment.user} has left {cohort}. Their work is kept and the seat is free.")
        return redirect("enrollment_detail", cohort.slug, enrollment.pk)
    return answer(request, "courses/enrollment_withdraw.html", form, cohort=cohort, enrollment=enrollment)
