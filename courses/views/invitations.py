"""Accepting an invitation: public, since most who come here have no account yet."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from courses.actions.cohorts import check_seats
from courses.actions.enrollments import accept_place, accept_place_as_new_person
from courses.forms import JoinForm
from courses.models import CohortInvitation
from courses.views.cohorts import act_on, answer, sent
from lms.accounts.actions import check_invitation, known_person
from lms.accounts.models import Invitation
from lms.lib.errors import DomainError

GONE = ("invitation_revoked", "invitation_expired")


@sensitive_post_parameters("password")
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitation_accept(request, token):
    place = place_offered(token)
    person = request.user if request.user.is_authenticated else None
    try:
        check_invitation(place.invitation, person)
        check_seats(place.cohort)
    except DomainError as error:
        return refuse(request, place, error)
    if person:
        return accept_as(request, place)
    if known_person(place.invitation.email):
        return render(request, "courses/invitation_sign_in.html", {"place": place})
    return join(request, place)


def accept_as(request, place):
    """The invited person is signed in: one click."""
    if request.method != "POST":
        return render(request, "courses/invitation_accept.html", {"place": place})
    try:
        accept_place(invitation=place.invitation, user=request.user)
    except DomainError as error:
        return refuse(request, place, error)
    messages.success(request, f"Welcome to {place.cohort}.")
    return redirect("home")


def join(request, place):
    """The invited person is new: account, place and session in one step, or none of them."""
    initial = {"name": place.invitation.name, "time_zone": place.cohort.time_zone}
    form = JoinForm(sent(request), email=place.invitation.email, initial=initial)
    act = accept_place_as_new_person
    enrollment = act_on(form, lambda: act(invitation=place.invitation, **form.cleaned_data))
    if enrollment:
        login(request, enrollment.user, backend=settings.AUTHENTICATION_BACKENDS[0])
        messages.success(request, f"Welcome to {place.cohort}, {enrollment.user.get_short_name()}.")
        return redirect("home")
    return answer(request, "courses/invitation_join.html", form, place=place)


def place_offered(token):
    try:
        invitation = Invitation.objects.select_related("invited_by").for_token(token)
        offers = CohortInvitation.objects.select_related("cohort__program", "cohort__curriculum")
        place = offers.get(invitation=invitation)
    except (Invitation.DoesNotExist, CohortInvitation.DoesNotExist, ValueError):
        raise Http404("This link is not complete. Copy it whole from the e-mail.")
    place.invitation = invitation
    return place


def refuse(request, place, error):
    """Say why: 410 for what is over, 409 for what is used or somebody else's. Who has used it is sent home."""
    mine = request.user.is_authenticated and place.invitation.accepted_by_id == request.user.pk
    if mine:
        return redirect("home")
    context = {"place": place, "code": error.code, "reason": str(error)}
    return render(request, "courses/invitation_refused.html", context, status=410 if error.code in GONE else 409)
