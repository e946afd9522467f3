"""What anybody sees of admissions, signed in or not: programs, and how one applies to a cohort."""

from allauth.account.views import SignupView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions.admissions.applying import start_application
from courses.intakes import program_page, public_intakes, public_programs
from courses.models import Application, Program
from lms.accounts.sign_in_forms import ApplicantForm

MOST_PROGRAMS = 50


@login_not_required
@require_safe
def program_list(request):
    return render(request, "courses/program_list.html", {"programs": public_programs()[:MOST_PROGRAMS]})


@login_not_required
@require_safe
def program_public(request, program):
    page = program_page(get_object_or_404(Program, slug=program))
    if page is None:
        raise Http404("This program takes no applications.")
    return render(request, "courses/program_public.html", {"page": page})


@login_not_required
@require_http_methods(["GET", "POST"])
def application_start(request, program, cohort):
    """Who is signed in starts here, or goes on; everybody else learns how to get an account."""
    intake = intake_of(program, cohort)
    if request.user.is_authenticated:
        mine = Application.objects.filter(applicant=request.user, cohort=intake.cohort).first()
        if request.method == "POST":
            mine = start_application(cohort=intake.cohort, user=request.user)
        if mine:
            return redirect("application_detail", mine.pk)
    elif request.method == "POST":
        return redirect("application_sign_up", program, cohort)
    return render(request, "courses/application_start.html", {"intake": intake, "cohort": intake.cohort})


class ApplicantSignUp(SignupView):
    """An account for somebody who applies to a cohort that takes applications now, and for nobody else."""

    template_name = "courses/application_sign_up.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.intake = intake_of(kwargs["program"], kwargs["cohort"])

    def is_open(self):
        return self.intake.is_open

    def closed(self):
        messages.error(self.request, f"{self.intake.cohort} takes no applications now, so no account is needed.")
        return redirect("program_public", self.kwargs["program"])

    def get_form_class(self):
        return ApplicantForm

    def get_initial(self):
        return {**super().get_initial(), "time_zone": self.intake.cohort.time_zone}

    def get_success_url(self):
        return reverse("application_start", kwargs=self.kwargs)

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "intake": self.intake, "cohort": self.intake.cohort}


application_sign_up = ApplicantSignUp.as_view()


def intake_of(program, cohort):
    """The public intake of a cohort, or 404."""
    return get_object_or_404(public_intakes(), cohort__slug=cohort, cohort__program__slug=program)
