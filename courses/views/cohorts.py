"""The cohorts one runs: the list, a new one, and the forms of the cohort office. Each form also stands on its own page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from courses.actions.cohorts import change_cohort, check_change, create_cohort
from courses.actions.enrollments import invite_learners
from courses.cohort_changes import CohortFacts, consequences_of
from courses.forms import CohortChangeForm, CohortForm, InvitationForm
from courses.models import Cohort, Program
from courses.offices import office_of
from courses.permissions import can_create_cohorts
from courses.timeline import Timeline
from lms.accounts.actions import revoke_invitation
from lms.lib.errors import DomainError

COHORTS_PER_PAGE = 20
CAN_BE_MENDED = ("not_an_address", "no_seat_left")


def cohort_list(request):
    mine = Cohort.objects.run_by(request.user).select_related("program", "curriculum").prefetch_related("breaks")
    programs = list(Program.objects.filter(staff__user=request.user).order_by("title"))
    page = Paginator(mine, COHORTS_PER_PAGE).get_page(request.GET.get("page"))
    if not (programs or page.paginator.count):
        raise PermissionDenied
    for cohort in page:
        cohort.week = Timeline.of_cohort(cohort).week()
    return render(
        request, "courses/cohort_list.html", {"page": page, "may_create": bool(programs), "programs": programs}
    )


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
    """Invite a list of people; unless all were, the page says what became of each and keeps what can be mended."""
    cohort = office_of(request.user, slug)
    form = InvitationForm(sent(request))
    if not form.is_valid():
        return answer(request, "courses/cohort_invite.html", form, cohort=cohort)
    outcomes = invite_learners(cohort=cohort, people=form.cleaned_data["people"], by=request.user)
    invited = [one for one in outcomes if one.outcome == "invited"]
    if len(invited) == len(outcomes):
        messages.success(request, said_of(invited))
        return redirect("cohort_people", cohort.slug)
    left = [one.person.typed for one in outcomes if one.outcome in CAN_BE_MENDED]
    context = {"cohort": cohort, "outcomes": outcomes, "invited": len(invited)}
    context["form"] = InvitationForm(initial={"people": "\n".join(left)})
    return render(request, "courses/cohort_invite.html", context, status=200 if invited else 422)


@require_POST
def invitation_revoke(request, slug, invitation_id):
    cohort = office_of(request.user, slug)
    place = get_object_or_404(cohort.invitations.select_related("invitation"), invitation=invitation_id)
    revoke_invitation(invitation=place.invitation, by=request.user)
    messages.success(request, f"The invitation of {place.invitation.email} is revoked; its link no longer works.")
    return redirect("cohort_people", cohort.slug)


@require_http_methods(["GET", "POST"])
def cohort_change(request, slug):
    """Change the cohort; where dates move, it is shown which before it is done."""
    cohort = office_of(request.user, slug)
    form = CohortChangeForm(sent(request), cohort=cohort)
    moves = None
    if act_on(form, lambda: check_change(cohort, form.wanted) or True):
        wanted = form.wanted
        if wanted.calendar not in (CohortFacts.of(cohort).calendar, request.POST.get("confirmed")):
            moves = consequences_of(cohort, wanted)
        elif act_on(form, lambda: save_change(cohort, form, request.user)):
            messages.success(request, f"{wanted.name} is saved.")
            return redirect("cohort_calendar", cohort.slug)
    context = {"form": form, "cohort": cohort, "moves": moves}
    return render(request, "courses/cohort_change.html", context, status=422 if form.errors else 200)


def save_change(cohort, form, by):
    change_cohort(cohort=cohort, wanted=form.wanted, seen=form.cleaned_data["seen"], by=by)
    return True


def said_of(invited):
    if len(invited) == 1:
        return f"The invitation to {invited[0].person.email} is on its way."
    return f"{len(invited)} invitations are on their way."


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
