"""The cohorts one runs: the list, a new one, and the forms of the cohort office. Each form also stands on its own page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from courses.actions.cohorts import add_break, change_seats, create_cohort, remove_break
from courses.actions.enrollments import invite_learner
from courses.forms import BreakForm, CohortForm, InvitationForm, SeatsForm
from courses.models import Cohort
from courses.offices import office_of
from courses.permissions import can_create_cohorts
from courses.timeline import Timeline
from lms.accounts.actions import revoke_invitation
from lms.lib.errors import DomainError

COHORTS_PER_PAGE = 20


def cohort_list(request):
    mine = Cohort.objects.run_by(request.user).select_related("program", "curriculum").prefetch_related("breaks")
    may_create = can_create_cohorts(request.user)
    page = Paginator(mine, COHORTS_PER_PAGE).get_page(request.GET.get("page"))
    if not (may_create or page.paginator.count):
        raise PermissionDenied
    for cohort in page:
        cohort.week = Timeline.of_cohort(cohort).week()
    return render(request, "courses/cohort_list.html", {"page": page, "may_create": may_create})


@require_http_methods(["GET", "POST"])
def cohort_create(request):
    if not can_create_cohorts(request.user):
        raise PermissionDenied
    form = CohortForm(sent(request), user=request.user)
    cohort = act_on(form, lambda: create_cohort(**form.cleaned_data, by=request.user))
    if cohort:
        messages.success(request, f"{cohort} is created. Add its breaks, then invite its learners.")
        return redirect("cohort_detail", cohort.slug)
    return answer(request, "courses/cohort_create.html", form, cohort=None)


@require_http_methods(["GET", "POST"])
def cohort_invite(request, slug):
    cohort = office_of(request.user, slug)
    form = InvitationForm(sent(request))
    place = act_on(form, lambda: invite_learner(cohort=cohort, **form.cleaned_data, by=request.user))
    if place:
        messages.success(request, f"The invitation to {place.invitation.email} is on its way.")
        return redirect("cohort_people", cohort.slug)
    return answer(request, "courses/cohort_invite.html", form, cohort=cohort)


@require_POST
def invitation_revoke(request, slug, invitation_id):
    cohort = office_of(request.user, slug)
    place = get_object_or_404(cohort.invitations.select_related("invitation"), invitation=invitation_id)
    revoke_invitation(invitation=place.invitation, by=request.user)
    messages.success(request, f"The invitation of {place.invitation.email} is revoked; its link no longer works.")
    return redirect("cohort_people", cohort.slug)


@require_http_methods(["GET", "POST"])
def cohort_seats(request, slug):
    cohort = office_of(request.user, slug)
    form = SeatsForm(sent(request), initial={"seats": cohort.seats})
    if act_on(form, lambda: change_seats(cohort=cohort, **form.cleaned_data, by=request.user) or True):
        messages.success(request, f"{cohort} now offers {form.cleaned_data['seats']} seats.")
        return redirect("cohort_calendar", cohort.slug)
    return answer(request, "courses/cohort_seats.html", form, cohort=cohort)


@require_http_methods(["GET", "POST"])
def break_add(request, slug):
    cohort = office_of(request.user, slug)
    form = BreakForm(sent(request))
    span = act_on(form, lambda: add_break(cohort=cohort, **form.cleaned_data, by=request.user))
    if span:
        messages.success(request, f"The {span} is added. Everything due on or after its first day has moved.")
        return redirect("cohort_calendar", cohort.slug)
    return answer(request, "courses/break_add.html", form, cohort=cohort)


@require_http_methods(["GET", "POST"])
def break_remove(request, slug, break_id):
    cohort = office_of(request.user, slug)
    span = get_object_or_404(cohort.breaks, pk=break_id)
    if request.method == "POST":
        remove_break(span=span, by=request.user)
        messages.success(request, f"The {span.label} is removed. What it had moved is back where it was.")
        return redirect("cohort_calendar", cohort.slug)
    return render(request, "courses/break_remove.html", {"cohort": cohort, "span": span, "form": None})


def sent(request):
    """What a form is bound to: what was sent, also when that is nothing."""
    return request.POST if request.method == "POST" else None


def act_on(form, act):
    """What `act` returns when the form was sent and is right; a refusal by the rules becomes an error of the form."""
    if not form.is_valid():
        return None
    try:
        return act()
    except DomainError as error:
        form.add_error(None, str(error))
        return None


def answer(request, template, form, **context):
    """The form's own page; 422 when what was sent stands in it again, with what was wrong."""
    return render(request, template, {"form": form, **context}, status=422 if form.is_bound else 200)
