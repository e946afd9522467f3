"""Sending what is due: claim, send, record."""

from datetime import datetime, timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from lms.notifications.models import Delivery, DeliveryState

logger = structlog.get_logger(__name__)
LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
MAX_ATTEMPTS = 79  # seven waits that double, about an hour together, then one an hour: three days


def send_delivery(delivery_id: int) -> bool:
    """Send one delivery if it is due and nobody else does; True when this call sent it.

    A delivery whose sender died is sent again after its lease, with the same Message-ID, so that mail servers can drop
    the double; each such death is an attempt too. Whatever goes wrong with one delivery puts off this one only.
    """
    now = timezone.now()
    if _give_up(delivery_id, now) or _drop_read(delivery_id):
        return False
    claimed = (
        Delivery.objects.sendable(now)
        .filter(pk=delivery_id)
        .update(state=DeliveryState.SENDING, lease_until=now + LEASE, attempts=F("attempts") + 1)
    )
    if not claimed:
        return False
    delivery = Delivery.objects.select_related("notification__recipient", "invitation__invited_by").get(pk=delivery_id)
    held = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING, attempts=delivery.attempts)
    try:
        message_for(delivery).send()
    except (OSError, SMTPException) as error:
        logger.warning("delivery_put_off", delivery=delivery.pk, attempts=delivery.attempts, error=str(error))
        return _put_off(delivery, held, error)
    except Exception as error:  # a template, an address: our fault, and of this delivery alone
        logger.exception("delivery_broken", delivery=delivery.pk, attempts=delivery.attempts)
        return _put_off(delivery, held, error)
    held.update(state=DeliveryState.SENT, sent_at=timezone.now(), lease_until=None, error="")
    return True


def message_for(delivery: Delivery) -> EmailMultiAlternatives:
    """The e-mail of a delivery, as text and HTML."""
    if delivery.invitation:
        template = "invitation"
        url = settings.BASE_URL + reverse("invitation_accept", args=[delivery.invitation.token])
    else:
        assert delivery.notification  # the constraint delivery_sends_one_thing
        template = "notification"
        url = settings.BASE_URL + delivery.notification.path
    context = {"delivery": delivery, "url": url, "base_url": settings.BASE_URL, "subject": delivery.subject}
    host = urlsplit(settings.BASE_URL).hostname
    message = EmailMultiAlternatives(
        subject=" ".join(delivery.subject.split()),
        body=render_to_string(f"emails/{template}.txt", context),
        to=[delivery.address],
        headers={"Message-ID": f"<delivery-{delivery.pk}@{host}>"},
    )
    message.attach_alternative(render_to_string(f"emails/{template}.html", context), "text/html")
    return message


def due_deliveries(limit: int = 500) -> list[int]:
    """Ids of deliveries whose task was lost or whose sender died."""
    return list(Delivery.objects.sendable(timezone.now()).order_by("not_before").values_list("pk", flat=True)[:limit])


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 30 seconds, doubling, an hour at most."""
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 7), LONGEST_WAIT)


def _put_off(delivery: Delivery, held: QuerySet[Delivery], error: Exception) -> bool:
    over = delivery.attempts >= MAX_ATTEMPTS
    held.update(
        state=DeliveryState.FAILED if over else DeliveryState.PENDING,
        not_before=timezone.now() + wait_after(delivery.attempts),
        lease_until=None,
        error=str(error)[:1000],
    )
    return False


def _drop_read(delivery_id: int) -> bool:
    """Spare people an e-mail about what they have read in the portal before it went out for the first time."""
    read = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.PENDING, attempts=0)
    return bool(read.filter(notification__read_at__isnull=False).update(state=DeliveryState.DROPPED))


def _give_up(delivery_id: int, now: datetime) -> bool:
    """Fail a delivery whose sender died at its last attempt, which nobody else does."""
    lost = Delivery.objects.sendable(now).filter(
        pk=delivery_id, state=DeliveryState.SENDING, attempts__gte=MAX_ATTEMPTS
    )
    return bool(lost.update(state=DeliveryState.FAILED, lease_until=None, error="Its sender stopped while sending it."))
