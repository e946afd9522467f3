"""Ringing a worker's bell, now or after the commit."""

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

logger = structlog.get_logger(__name__)


def wake_on_commit(task: Task, *ids: int | str) -> None:
    """Enqueue `task` with `ids` once the transaction is committed."""
    transaction.on_commit(lambda: wake(task, *ids), robust=True)


def wake(task: Task, *ids: int | str, expires: float | None = None) -> bool:
    """Enqueue `task` with `ids` now, to be dropped when nobody took it within `expires` seconds.

    A broker that is away is logged and forgotten (False): the row that the task is about is the queue of record, and
    beat's reconcilers ring again.
    """
    try:
        task.apply_async(ids, expires=expires)
    except (OperationalError, OSError) as error:
        logger.warning("broker_away", task=task.name, ids=ids, error=str(error))
        return False
    return True
