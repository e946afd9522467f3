"""Doorbells of the notifications app."""

from celery import shared_task

from lms.notifications.delivering import due_deliveries, send_delivery


@shared_task
def deliver(delivery_id):
    send_delivery(delivery_id)


@shared_task
def reconcile_deliveries():
    for delivery_id in due_deliveries():
        send_delivery(delivery_id)
