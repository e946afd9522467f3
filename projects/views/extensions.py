"""What the office does for one learner that changes their grades."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from courses.forms import ExtensionForm
from courses.offices import enrollment_in, office_of
from courses.views.cohorts import act_on, answer, sent
from projects.actions.extensions import extend


@require_http_methods(["GET", "POST"])
def enrollment_extend(request, slug, enrollment_id):
    cohort = office_of(request.user, slug)
    enrollment = enrollment_in(cohort, enrollment_id)
    form = ExtensionForm(sent(request), curriculum=cohort.curriculum_id)
    extension = act_on(form, lambda: extend(enrollment=enrollment, **form.cleaned_data, by=request.user))
    if extension:
        messages.success(request, f"{enrollment.user} has {extension}.")
        return redirect("enrollment_detail", cohort.slug, enrollment.pk)
    return answer(request, "projects/enrollment_extend.html", form, cohort=cohort, enrollment=enrollment)
