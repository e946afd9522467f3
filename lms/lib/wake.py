"""Ringing a worker's bell after the commit."""

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

logger = structlog.get_logger(__name__)


def wake_on_commit(task: Task, *ids: int | str) -> None:
    """Enqueue `task` with `ids` once the transaction is committed.

    A broker that is away is logged and forgotten: the row that the task is about is the queue of record, and beat's
    reconcilers ring again.
    """

    def ring() -> None:
        try:
            task.delay(*ids)
        except (OperationalError, OSError) as error:
            logger.warning("broker_away", task=task.name, ids=ids, error=str(error))

    transaction.on_commit(ring, robust=True)
