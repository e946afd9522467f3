"""What a grading worker's process keeps between jobs: warm parents, from which the boxes of its jobs are forked."""

import os
import socket
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import structlog
from celery import current_app
from celery.signals import worker_process_init, worker_process_shutdown
from django.conf import settings

from projects.grading import lanes, processes
from projects.grading.lanes import WarmLane

GRADING_QUEUES = {"grade", "heavy", "regrade"}

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class WarmReport:
    """A warm parent: the zone whose boxes it forks, how many it forked, its memory in bytes, whether it serves yet."""

    zone: str
    jobs: int
    memory: int
    ready: bool


@dataclass(frozen=True)
class Report:
    """A grading process as its jobs name it (host:pid), its warm parents, and the boxes that were cold for lack of one."""

    process: str
    cold: int = 0
    cold_reason: str = ""
    parents: list[WarmReport] = field(default_factory=list)


class _Kept:
    """The warm lane of this process and what became of it."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.lane: WarmLane | None = None
        self.cold = 0
        self.cold_reason = ""

    def warm_up(self) -> None:
        self.lane = self.stack.enter_context(WarmLane(on_cold=self.note_cold))
        self.stack.enter_context(lanes.use(self.lane))

    def note_cold(self, reason: str) -> None:
        self.cold += 1
        self.cold_reason = reason[:300]
        logger.warning("grading_in_a_cold_box", reason=reason)


_kept = _Kept()


def is_grader() -> bool:
    """Whether this worker's processes are there to grade."""
    return bool(GRADING_QUEUES & set(current_app.amqp.queues.consume_from))


@worker_process_init.connect
def warm_up(**kwargs: Any) -> None:
    """Start this process's warm parents, without waiting for them, if it is there to grade."""
    if settings.GRADING_LANE == "warm" and is_grader():
        _kept.warm_up()


@worker_process_shutdown.connect
def cool_down(**kwargs: Any) -> None:
    _kept.lane = None
    _kept.stack.close()


def process_name() -> str:
    """This process as `GradingJob.worker` names it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def report() -> Report:
    """What this process keeps warm, measured now."""
    parents = _kept.lane.parents if _kept.lane else []
    warm = [
        WarmReport(
            zone=parent.zone,
            jobs=parent.jobs,
            memory=sum(processes.proportional(pid) for pid in processes.tree(parent.pid)),
            ready=parent.serves,
        )
        for parent in parents
    ]
    return Report(process_name(), _kept.cold, _kept.cold_reason, warm)
