"""Giving learners their place: invite, accept, enroll."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.actions.cohorts import take_seat
from courses.actions.places import EnrollmentRefused, move_place
from courses.addresses import Addressee
from courses.models import Cohort, CohortInvitation, Enrollment
from lms.accounts import audit
from lms.accounts.actions import create_invited_person, invite_person, use_invitation
from lms.accounts.models import AuditEntry, Invitation, User
from lms.notifications.actions import Fact, mail_invitation, notify
from lms.notifications.models import Kind

State = Enrollment.State


@dataclass(frozen=True)
class Invited:
    """What became of one of a list: invited, already_enrolled, invited_before, not_an_address or no_seat_left."""

    person: Addressee
    outcome: str


@transaction.atomic
def invite_learner(*, cohort: Cohort, email: str, name: str, by: User) -> CohortInvitation:
    """Invite an address to a place in the cohort and send the link by e-mail; right for any number of admins at once.

    Refused while the address is enrolled or holds an open invitation, and where open invitations would outnumber the
    free seats; who withdrew may be invited again. No seat is held until it is accepted.
    """
    email = email.strip().lower()
    cohort = Cohort.objects.select_for_update(of=("self",), no_key=True).select_related("program").get(pk=cohort.pk)
    if Enrollment.objects.filter(cohort=cohort, user__email=email).exclude(state=State.WITHDRAWN).exists():
        raise EnrollmentRefused(f"{email} already has a place in {cohort}.", code="already_enrolled")
    if cohort.invitations.open().filter(invitation__email=email).exists():
        says = f"{email} already has an open invitation to {cohort}. Revoke it to send a new one."
        raise EnrollmentRefused(says, code="invited_before")
    if cohort.seats_to_offer <= 0:
        says = f"No seat of {cohort} is left for {email}: all are taken or offered. Add seats, or revoke an invitation."
        raise EnrollmentRefused(says, code="no_seat_left")
    concerns = audit.concerns_of(cohort)
    invitation = invite_person(email=email, name=name, offer=offer_of(cohort), by=by, concerns=concerns)
    place = CohortInvitation.objects.create(invitation=invitation, cohort=cohort)
    mail_invitation(invitation=invitation)
    return place


@transaction.atomic
def invite_learners(*, cohort: Cohort, people: Iterable[Addressee], by: User) -> list[Invited]:
    """Invite a list of people and say what became of each; a refused one keeps nobody else from theirs."""
    return [Invited(one, _invite(cohort, one, by)) for one in people]


def _invite(cohort: Cohort, person: Addressee, by: User) -> str:
    if not person.email:
        return "not_an_address"
    try:
        with transaction.atomic():
            invite_learner(cohort=cohort, email=person.email, name=person.name, by=by)
    except EnrollmentRefused as refusal:
        return refusal.code
    return "invited"


@transaction.atomic
def accept_place(*, invitation: Invitation, user: User) -> Enrollment:
    """Use the invitation and enroll `user`;
    refused when it is used, expired, of another address, or no seat is free.
    """
    use_invitation(invitation=invitation, user=user)
    cohort = invitation.cohort_invitation.cohort
    return enroll(cohort=cohort, user=user, by=user)


@transaction.atomic
def accept_place_as_new_person(*, invitation: Invitation, name: str, password: str, time_zone: str) -> Enrollment:
    """Create the invited person and enroll them, both or neither."""
    user = create_invited_person(invitation=invitation, name=name, password=password, time_zone=time_zone)
    return accept_place(invitation=invitation, user=user)


@transaction.atomic
def enroll(*, cohort: Cohort, user: User, by: User) -> Enrollment:
    """Give `user` a place in `cohort`, taking one seat; who withdrew from it gets theirs back with all its work.

    The cohort is read again once the seat is taken: from then on nobody changes its dates before the learner is in.
    """
    before = Enrollment.objects.filter(cohort=cohort, user=user).first()
    if before and before.state != State.WITHDRAWN:
        raise EnrollmentRefused(f"{user} already has a place in {cohort}.")
    take_seat(cohort.pk)
    cohort = Cohort.objects.select_related("program").get(pk=cohort.pk)
    if before:
        return _take_back(before, by)
    try:
        with transaction.atomic():
            enrollment = Enrollment.objects.create(cohort=cohort, user=user)
    except IntegrityError as error:
        raise EnrollmentRefused(f"{user} already has a place in {cohort}.") from error
    audit.record("enroll", by=by, target=enrollment, after={"cohort": cohort.slug})
    notify(**welcome(enrollment)._asdict())
    return enrollment


def _first_day_of(cohort: Cohort) -> str:
    """When it starts, in words."""
    return f"{'began' if cohort.has_begun else 'starts'} on {cohort.starts_on:%-d %B %Y}"


def _take_back(enrollment: Enrollment, by: User) -> Enrollment:
    """Open the place of a learner who withdrew again; its seat is taken already."""
    was = {"state": State.WITHDRAWN, "ended_at": str(enrollment.ended_at)}
    move_place(enrollment, (State.WITHDRAWN,), State.ACTIVE, ended_at=None)
    entry = audit.record("return", by=by, target=enrollment, before=was, after={"state": State.ACTIVE})
    notify(**welcome_back(enrollment, entry)._asdict())
    return enrollment


def offer_of(cohort: Cohort) -> str:
    """What an invitation to it offers, in words."""
    return f"a place in {cohort} of {cohort.program}, which {_first_day_of(cohort)}"


def welcome(enrollment: Enrollment) -> Fact:
    """What a new learner is told; one without a password also how to choose one."""
    cohort = enrollment.cohort
    starts = f"{cohort.program} {_first_day_of(cohort)}."
    fact = _welcome(enrollment, f"enrolled:{enrollment.pk}", f"{starts} Your home page shows what each week asks.")
    if enrollment.user.has_usable_password():
        return fact
    way_in = (
        f"{starts} You have an account, but no password yet: open the page below, enter this address "
        f"({enrollment.user.email}), and follow the link that you are sent to choose one."
    )
    return fact._replace(body=way_in, path=reverse("account_reset_password"))


def welcome_back(enrollment: Enrollment, entry: AuditEntry) -> Fact:
    """What a learner is told whose place is open again by the act that `entry` notes."""
    body = "Welcome back. What you handed in before is where you left it; your home page shows what each week asks."
    return _welcome(enrollment, f"enrolled:{enrollment.pk}:{entry.pk}", body)


def _welcome(enrollment: Enrollment, key: str, body: str) -> Fact:
    title = f"You are enrolled in {enrollment.cohort}"
    return Fact(enrollment.user, key, Kind.ENROLLED, title, reverse("home"), body)
