"""Telling people: a row first, then its sending."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from lms.accounts import audit
from lms.accounts.models import Invitation, User
from lms.lib.errors import DomainError
from lms.lib.prepared import Prepared
from lms.lib.wake import wake_on_commit
from lms.notifications.models import Channel, Delivery, DeliveryState, Notification, Preference
from lms.notifications.tasks import deliver

BATCH = 500


class DeliveryRefused(DomainError):
    code = "delivery_refused"


@transaction.atomic(savepoint=False)
def notify(
    *,
    recipient: User,
    key: str,
    kind: str,
    title: str,
    path: str,
    body: str = "",
    email_from: datetime | None = None,
) -> Notification:
    """Tell one person one fact: unique by (recipient, key), so that saying it twice is harmless.

    Call it inside the transaction that makes the fact true; it is e-mailed after the commit unless they do not want
    that. A fact that may be taken back until `email_from` is e-mailed then, and not at all when it was taken back or
    read in the portal before.
    """
    try:
        with transaction.atomic():
            notification = Notification.objects.create(
                recipient=recipient, key=key, kind=kind, title=title[:200], body=body, path=path
            )
    except IntegrityError:
        return Notification.objects.get(recipient=recipient, key=key)
    if (kind,) not in UNWANTED.rows(user=recipient.pk):
        _send(
            Delivery(notification=notification, channel=Channel.EMAIL, not_before=email_from or notification.created_at)
        )
    return notification


class Fact(NamedTuple):
    """What one person is told; `notify` tells it alone, `notify_each` among many."""

    recipient: User
    key: str
    kind: str
    title: str
    path: str
    body: str = ""


def notify_all(*, bodies: Mapping[User, str], key: str, kind: str, title: str, path: str) -> list[Notification]:
    """Tell many people one fact, each in the words meant for them, in three queries for a few hundred; `key` must be new."""
    return notify_each(Fact(one, key, kind, title, path, body) for one, body in bodies.items())


@transaction.atomic
def notify_each(facts: Iterable[Fact]) -> list[Notification]:
    """Tell many people a fact each, in three queries for a few hundred; keys must be new.

    The clock e-mails them within seconds, so that one commit does not ring for each of them.
    """
    told = Notification.objects.bulk_create(
        (Notification(**one._replace(title=one.title[:200])._asdict()) for one in facts), batch_size=BATCH
    )
    silent = Preference.objects.filter(channel=Channel.EMAIL, wanted=False).values_list("user", "kind")
    unwanted = set(silent.filter(user__in={one.recipient_id for one in told}))
    Delivery.objects.bulk_create(
        (
            Delivery(notification=one, channel=Channel.EMAIL, not_before=one.created_at)
            for one in told
            if (one.recipient_id, one.kind) not in unwanted
        ),
        batch_size=BATCH,
    )
    return told


def _unwanted(user: int) -> QuerySet[Preference, tuple[str]]:
    """The kinds of which a person wants no e-mail."""
    return Preference.objects.filter(user=user, channel=Channel.EMAIL, wanted=False).values_list("kind")


UNWANTED = Prepared(_unwanted, "user")


@transaction.atomic
def mail_invitation(*, invitation: Invitation) -> None:
    """Send an invitation's link to its address."""
    _send(Delivery(invitation=invitation, channel=Channel.EMAIL))


@transaction.atomic
def mail_invitations(invitations: Iterable[Invitation]) -> None:
    """Send the links of many invitations, as the clock finds them."""
    Delivery.objects.bulk_create(
        (Delivery(invitation=one, channel=Channel.EMAIL) for one in invitations), batch_size=BATCH
    )


def take_back(*, recipient: User, key: str) -> None:
    """Remove a fact that is no longer true from someone's list, and stop its sending where it has not gone out."""
    Notification.objects.filter(recipient=recipient, key=key).delete()


def take_back_about(*, recipient: User, path: str) -> None:
    """The same of all that told someone of a page on which nothing is left."""
    Notification.objects.filter(recipient=recipient, path=path).delete()


def mark_read(*, recipient: User, keys: list[int] | None = None) -> int:
    """Mark notifications (by id; all when None) of one person as read; how many were unread."""
    recipient.unread_count = None  # what was counted when they were loaded
    unread = Notification.objects.filter(recipient=recipient).unread()
    if keys is not None:
        unread = unread.filter(pk__in=keys)
    return unread.update(read_at=timezone.now())


@transaction.atomic
def resend_delivery(*, delivery: Delivery, by: User) -> None:
    """Try an e-mail that failed for good again, from the first attempt on."""
    failed = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.FAILED)
    if not failed.update(state=DeliveryState.PENDING, attempts=0, not_before=timezone.now(), error=""):
        raise DeliveryRefused("This e-mail is on its way already; nothing was changed.")
    audit.record("resend_delivery", by=by, target=delivery, before={"error": delivery.error})
    wake_on_commit(deliver, delivery.pk)


@transaction.atomic
def set_preference(*, user: User, kind: str, wanted: bool) -> None:
    """Say whether one kind of notification is e-mailed to `user`; saying it twice changes nothing."""
    said = Preference.objects.select_for_update().filter(user=user, kind=kind, channel=Channel.EMAIL).first()
    if wanted == (said is None or said.wanted):
        return
    Preference.objects.update_or_create(user=user, kind=kind, channel=Channel.EMAIL, defaults={"wanted": wanted})
    audit.record("set_preference", by=user, target=user, before={kind: not wanted}, after={kind: wanted})


def _send(delivery: Delivery) -> None:
    delivery.state = DeliveryState.PENDING
    delivery.save()
    if delivery.not_before <= timezone.now():  # what is due later is found by the clock
        wake_on_commit(deliver, delivery.pk)
