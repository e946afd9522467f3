"""Sending what is due: claim, send, record."""

from datetime import timedelta
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
MAX_ATTEMPTS = 8


def send_delivery(delivery_id: int) -> bool:
    """Send one delivery if it is due and nobody else does; True when this call sent it.

    A delivery whose sender died is sent again after its lease, with the same Message-ID, so that mail servers can drop
    the double.
    """
    now = timezone.now()
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
        return _put_off(delivery, held, error)
    held.update(state=DeliveryState.SENT, sent_at=timezone.now(), lease_until=None, error="")
    return True


def message_for(delivery: Delivery) -> EmailMultiAlternatives:
    """The e-mail of a delivery, as text and HTML."""
    if delivery.invitation:
        template, to, subject = "invitation", delivery.invitation.email, "You are invited"
        url = settings.BASE_URL + reverse("invitation_accept", args=[delivery.invitation.token])
    else:
        assert delivery.notification  # the constraint delivery_sends_one_thing
        template, to, subject = "notification", delivery.notification.recipient.email, delivery.notification.title
        url = settings.BASE_URL + delivery.notification.path
    context = {"delivery": delivery, "url": url, "base_url": settings.BASE_URL, "subject": subject}
    host = urlsplit(settings.BASE_URL).hostname
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"emails/{template}.txt", context),
        to=[to],
        headers={"Message-ID": f"<delivery-{delivery.pk}@{host}>"},
    )
    message.attach_alternative(render_to_string(f"emails/{template}.html", context), "text/html")
    return message


def due_deliveries(limit: int = 500) -> list[int]:
    """Ids of deliveries whose task was lost or whose sender died."""
    return list(Delivery.objects.sendable(timezone.now()).order_by("not_before").values_list("pk", flat=True)[:limit])


def _put_off(delivery: Delivery, held: QuerySet[Delivery], error: Exception) -> bool:
    logger.warning("delivery_put_off", delivery=delivery.pk, attempts=delivery.attempts, error=str(error))
    over = delivery.attempts >= MAX_ATTEMPTS
    held.update(
        state=DeliveryState.FAILED if over else DeliveryState.PENDING,
        not_before=timezone.now() + timedelta(seconds=15 * 2**delivery.attempts),
        lease_until=None,
        error=str(error)[:1000],
    )
    return False
