"""Doorbells of the notifications app."""

from celery import shared_task

from lms.lib.wake import wake
from lms.notifications.delivering import due_deliveries, send_delivery

RING_AGAIN_SECONDS = 15


@shared_task
def deliver(delivery_id):
    send_delivery(delivery_id)


@shared_task
def reconcile_deliveries():
    """Ring for what is due, and send nothing: a mail server that hangs must not hold the clock."""
    for delivery_id in due_deliveries():
        if not wake(deliver, delivery_id, expires=RING_AGAIN_SECONDS):
            break
