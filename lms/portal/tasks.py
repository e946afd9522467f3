"""How workers and beat tell that they live, and whether they can build a box."""

import threading
import time

import structlog
from celery import shared_task
from celery.signals import heartbeat_sent, worker_process_init, worker_ready

from lms.portal import operations, workers
from projects.grading.engine import probe_box as build_empty_box
from projects.worker import is_grader, report

logger = structlog.get_logger(__name__)
TELL_EVERY = 5
worker = {"name": "", "queues": (), "told_at": 0.0}


@shared_task
def beat_heartbeat():
    operations.note_beat()


@shared_task
def probe_box():
    report = build_empty_box()
    operations.note_box(report)
    if not report.available:
        logger.warning("Checks wait, no box can be built here.", reason=report.reason, remedy=report.remedy)


@worker_ready.connect
def tell_queues(sender, **kwargs):
    worker["name"] = sender.hostname
    worker["queues"] = tuple(sender.app.amqp.queues.consume_from)
    tell()
    if "grade" in worker["queues"]:
        probe_box.delay()
    if "clock" in worker["queues"]:
        beat_heartbeat.delay()


@heartbeat_sent.connect
def tell_again(sender, **kwargs):
    if time.monotonic() - worker["told_at"] >= TELL_EVERY:
        worker["told_at"] = time.monotonic()
        tell()


def tell():
    operations.note_queues(worker["queues"])
    workers.tell_worker(worker["name"], worker["queues"])


@worker_process_init.connect
def tell_of_grader(**kwargs):
    """A grading process has nobody who could look into it: it tells what it keeps warm, busy or not."""
    if is_grader():
        threading.Thread(target=keep_telling, name="grader-report", daemon=True).start()


def keep_telling():
    while True:
        workers.tell_grader(report())
        time.sleep(TELL_EVERY)
