"""The cohort office's side of mentoring: who mentors, and whom."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from courses.offices import enrollment_in, office_of
from courses.views.cohorts import act_on, answer, sent
from lms.accounts.models import User
from lms.lib.errors import InvalidInput
from lms.lib.ids import id_in
from mentors.actions import add_mentor, add_new_mentor, assign_mentor, end_assignment
from mentors.forms import MentorForm
from mentors.models import Mentor, MentorAssignment


@require_http_methods(["GET", "POST"])
def mentor_add(request, slug):
    cohort = office_of(request.user, slug)
    form = MentorForm(sent(request), initial={"email": request.GET.get("email", "")})
    mentor = act_on(form, lambda: add_by_address(form.cleaned_data, cohort, request.user))
    if mentor:
        way_in = "" if mentor.user.has_usable_password() else " They still have to choose a password."
        messages.success(request, f"{mentor} is a mentor with {mentor.capacity} places.{way_in}")
        return redirect("cohort_people", cohort.slug)
    return answer(request, "mentors/mentor_add.html", form, cohort=cohort)


def add_by_address(wanted, cohort, admin):
    profile = {"capacity": wanted["capacity"], "skills": wanted["skills"], "by": admin, "cohort": cohort}
    person = User.objects.filter(email=wanted["email"].strip().lower()).first()
    if person:
        return add_mentor(user=person, **profile)
    return add_new_mentor(email=wanted["email"], name=wanted["name"], time_zone=cohort.time_zone, **profile)


@require_POST
def mentor_assign(request, slug, enrollment_id):
    cohort = office_of(request.user, slug)
    enrollment = enrollment_in(cohort, enrollment_id)
    chosen = id_in(request.POST.get("mentor", ""))
    if chosen is None:
        raise InvalidInput("Choose a mentor from the list; nothing was changed.")
    mentor = get_object_or_404(Mentor.objects.select_related("user"), pk=chosen)
    assign_mentor(enrollment=enrollment, mentor=mentor, by=request.user)
    messages.success(request, f"{mentor} looks after {enrollment.user} now. Both have been told.")
    return redirect("enrollment_detail", cohort.slug, enrollment.pk)


@require_POST
def mentor_end(request, slug, enrollment_id):
    cohort = office_of(request.user, slug)
    enrollment = enrollment_in(cohort, enrollment_id)
    current = MentorAssignment.objects.current().select_related("mentor__user", "enrollment")
    assignment = get_object_or_404(current, enrollment=enrollment)
    end_assignment(assignment=assignment, by=request.user)
    messages.success(request, f"{assignment.mentor} no longer looks after {enrollment.user}. Assign someone else.")
    return redirect("enrollment_detail", cohort.slug, enrollment.pk)
