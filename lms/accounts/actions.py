"""Operations on people and invitations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from lms.accounts import audit
from lms.accounts.models import Invitation, User
from lms.lib.errors import DomainError

ALREADY_HERE = "There is already an account for this address. Sign in, then open the link again."


class InvitationRefused(DomainError):
    code = "invitation_refused"


@transaction.atomic
def invite_person(*, email: str, name: str, offer: str, by: User, concerns: audit.Concerns | None = None) -> Invitation:
    """Create an invitation to `offer`, which concerns some cohort or program; sending it is its caller's."""
    invitation = _invitation(email, name, offer, by)
    invitation.save()
    audit.record("invite_person", by=by, target=invitation, after={"email": invitation.email}, concerns=concerns)
    return invitation


@transaction.atomic
def invite_people(
    *, people: Iterable[tuple[str, str]], offer: str, by: User, concerns: audit.Concerns
) -> list[Invitation]:
    """Create an invitation to `offer` for each (address, name), as `invite_person` does for one; two queries for a few
    hundred."""
    made = Invitation.objects.bulk_create(_invitation(email, name, offer, by) for email, name in people)
    facts = (audit.Change(one, {}, {"email": one.email}) for one in made)
    audit.record_each("invite_person", by=by, changes=facts, concerns=concerns)
    return made


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User) -> None:
    """Make an open invitation useless; refused when it was accepted meanwhile."""
    changed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if not changed:
        raise InvitationRefused("This invitation was already accepted or revoked.")
    audit.record("revoke_invitation", by=by, target=invitation)


def check_invitation(invitation: Invitation, user: User | None = None) -> None:
    """Raise `InvitationRefused` with the reason a person can act on when `invitation` cannot be accepted by `user`."""
    reasons = {
        "accepted": "This invitation was already used. Sign in with the address it was sent to.",
        "revoked": "This invitation was withdrawn. Ask the person who invited you for a new one.",
        "expired": "This invitation has expired. Ask the person who invited you for a new one.",
    }
    if invitation.state in reasons:
        raise InvitationRefused(reasons[invitation.state], code=f"invitation_{invitation.state}")
    if user is not None and user.email.lower() != invitation.email:
        raise InvitationRefused(
            f"This invitation is for another address, and you are signed in as {user.email}. "
            "Sign out and open the link again.",
            code="invitation_of_another_address",
        )


@transaction.atomic
def create_person(*, email: str, name: str, password: str | None, time_zone: str, by: User | None = None) -> User:
    """Create a person whose address is known to be theirs; `by` None: they themselves. No password: they must reset it."""
    user = User.objects.create_user(email.strip(), password, name=name.strip(), time_zone=time_zone)
    _address_of(user).save()
    audit.record("create_person", by=by or user, target=user)
    return user


@dataclass(frozen=True)
class NewPerson:
    """Somebody who gets an account; the address is known to be theirs."""

    email: str
    name: str
    time_zone: str


@transaction.atomic
def create_people(*, people: Iterable[NewPerson], by: User, concerns: audit.Concerns) -> list[User]:
    """Create people without a password, as `create_person` does for one; three queries for a few hundred. Raises
    `IntegrityError` when one of them has an account by now."""
    build = User.objects.build
    users = User.objects.bulk_create(
        build(one.email.strip(), name=one.name.strip(), time_zone=one.time_zone) for one in people
    )
    EmailAddress.objects.bulk_create(_address_of(user) for user in users)
    changes = (audit.Change(user, {}, {}) for user in users)
    audit.record_each("create_person", by=by, changes=changes, concerns=concerns)
    return users


@transaction.atomic
def change_profiles(*, changes: Iterable[tuple[User, Mapping[str, str]]], by: User, concerns: audit.Concerns) -> None:
    """Change names and time zones (`name`, `time_zone`) of many people, as `change_profile` does for one; two queries for a
    few hundred."""
    made: list[audit.Change] = []
    for user, wanted in changes:
        before = {name: getattr(user, name) for name in wanted}
        for name, value in wanted.items():
            setattr(user, name, value)
        made.append(audit.Change(user, before, dict(wanted)))
    User.objects.bulk_update([one.target for one in made], ["name", "time_zone"])
    audit.record_each("change_profile", by=by, changes=made, concerns=concerns)


@transaction.atomic
def change_profile(*, user: User, name: str, time_zone: str, by: User) -> None:
    """Change how a person is called and in whose time they see dates."""
    before = {"name": user.name, "time_zone": user.time_zone}
    user.name, user.time_zone = name.strip(), time_zone
    user.save(update_fields=["name", "time_zone"])
    audit.record("change_profile", by=by, target=user, before=before, after={"name": user.name, "time_zone": time_zone})


def known_person(email: str) -> User | None:
    """Who has this address and has shown that it is theirs; an account that was never confirmed is nobody's yet."""
    return _with(email).exclude(pk__in=_unconfirmed(_with(email)).values("pk")).first()


@transaction.atomic
def create_invited_person(*, invitation: Invitation, name: str, password: str, time_zone: str) -> User:
    """Create the person an invitation was sent to, with that address verified (the link proved it).

    An account that somebody asked for with the address and never confirmed becomes theirs, with the password of now.
    """
    if known_person(invitation.email):
        raise InvitationRefused(ALREADY_HERE)
    if user := _unconfirmed(_with(invitation.email)).select_for_update().first():
        return _take_over(user, name=name, password=password, time_zone=time_zone)
    try:
        return create_person(email=invitation.email, name=name, password=password, time_zone=time_zone)
    except IntegrityError as error:
        raise InvitationRefused(ALREADY_HERE) from error


@transaction.atomic
def claim_accounts(*, users: Iterable[User], by: User | None) -> None:
    """Keep accounts for who owns their addresses, before the office gives them a place or a role: where somebody asked for one
    and never confirmed it, their password opens it no more, and the owner chooses one by e-mail. One query where all are
    confirmed.
    """
    known = {user.pk: user for user in users}
    for pk in _unconfirmed(User.objects.filter(pk__in=known)).values_list("pk", flat=True):
        user = known[pk]
        user.set_unusable_password()
        user.save(update_fields=["password"])
        EmailAddress.objects.filter(user=user, email=user.email).update(verified=True, primary=True)
        audit.record("claim_account", by=by, target=user)


def _with(email: str) -> QuerySet[User]:
    return User.objects.filter(email=email)


def _unconfirmed(people: QuerySet[User]) -> QuerySet[User]:
    """Those whose account was asked for and can be used by nobody, since its address is not confirmed."""
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    asked = Exists(addresses.filter(email=OuterRef("email"), verified=False))
    return people.filter(asked, ~Exists(addresses.filter(verified=True)), last_login=None)


def _take_over(user: User, *, name: str, password: str, time_zone: str) -> User:
    user.name, user.time_zone = name.strip(), time_zone
    user.set_password(password)
    user.save(update_fields=["name", "time_zone", "password"])
    if not EmailAddress.objects.filter(user=user, verified=False).update(verified=True, primary=True):
        raise InvitationRefused(ALREADY_HERE)
    audit.record("take_over_account", by=user, target=user)
    return user


@transaction.atomic
def use_invitation(*, invitation: Invitation, user: User) -> None:
    """Mark the invitation as accepted by `user`, once; refused for another address, twice, or too late."""
    check_invitation(invitation, user)
    changed = Invitation.objects.open().filter(pk=invitation.pk).update(accepted_at=timezone.now(), accepted_by=user)
    if not changed:
        raise InvitationRefused("This invitation was already used.", code="invitation_accepted")
    audit.record("accept_invitation", by=user, target=invitation)


def _invitation(email: str, name: str, offer: str, by: User) -> Invitation:
    expires_at = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    email, name = email.strip().lower(), name.strip()
    return Invitation(email=email, name=name, offer=offer, invited_by=by, expires_at=expires_at)


def _address_of(user: User) -> EmailAddress:
    return EmailAddress(user=user, email=user.email, verified=True, primary=True)
