"""What a grading worker's process keeps between jobs: warm parents, from which the boxes of its jobs are forked."""

from contextlib import ExitStack
from typing import Any

import structlog
from celery import current_app
from celery.signals import worker_process_init, worker_process_shutdown
from django.conf import settings

from projects.grading import lanes
from projects.grading.warm import WarmLane

GRADING_QUEUES = {"grade", "heavy", "regrade"}

logger = structlog.get_logger(__name__)
_kept = ExitStack()


@worker_process_init.connect
def warm_up(**kwargs: Any) -> None:
    """Start this process's warm parents, without waiting for them, if it is there to grade."""
    if settings.GRADING_LANE == "warm" and GRADING_QUEUES & set(current_app.amqp.queues.consume_from):
        _kept.enter_context(lanes.use(_kept.enter_context(WarmLane(on_cold=_note_cold))))


@worker_process_shutdown.connect
def cool_down(**kwargs: Any) -> None:
    _kept.close()


def _note_cold(reason: str) -> None:
    logger.warning("grading_in_a_cold_box", reason=reason)
