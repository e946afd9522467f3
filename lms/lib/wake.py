"""Ringing a worker's bell after the commit."""

from celery import Task
from django.db import transaction


def wake_on_commit(task: Task, *ids: int | str) -> None:
    """Enqueue `task` with `ids` once the transaction is committed.

    A broker that is away is logged and forgotten: the row that the task is about is the queue of record, and beat's
    reconcilers ring again.
    """

    def ring() -> None:
        task.delay(*ids)

    transaction.on_commit(ring, robust=True)
