"""Whether the portal's parts answer, each with what mends it: one list for /readyz, `manage.py doctor` and the office.

Workers and beat tell that they live by writing the time into the cache; the box is reported by the workers that grade,
since a web host needs no box.
"""

import time
from dataclasses import dataclass

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import connection

QUEUES = ("grade", "heavy", "regrade", "notify", "clock")
QUEUE_SILENT_AFTER = 30
BEAT_SILENT_AFTER = 60
BOX_SILENT_AFTER = 3600
KEPT = 7 * 24 * 3600
START_WORKERS = (
    "Start workers for all queues: celery -A lms worker -Q grade,heavy,regrade; another -Q notify; another -Q clock"
)


@dataclass(frozen=True)
class Part:
    """One part of the installation: whether it answers, in a sentence, and what to do when it does not."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def status():
    """All parts, in the order in which they need each other. Takes at most a few seconds, whatever is broken."""
    broker = check_broker()
    return [check_database(), broker, *(check() for check in (check_workers, check_beat, check_box) if broker.ok)]


def check_database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Part("database", False, "It does not answer.", "Start the server that DATABASE_URL names.")
    return Part("database", True, f"{connection.display_name} answers.")


def check_broker():
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        client.ping()
    except redis.RedisError:
        return Part("broker", False, "Redis does not answer.", "Start the Redis that REDIS_URL names, or `make run`.")
    finally:
        client.close()
    return Part("broker", True, "Redis answers.")


def check_workers():
    heard = cache.get_many([_queue_key(queue) for queue in QUEUES])
    silent = [queue for queue in QUEUES if _age(heard.get(_queue_key(queue))) > QUEUE_SILENT_AFTER]
    if silent:
        return Part("worker", False, f"Nobody takes from {', '.join(silent)}.", START_WORKERS)
    return Part("worker", True, "Every queue has a worker.")


def check_beat():
    age = _age(cache.get("operations:beat"))
    if age > BEAT_SILENT_AFTER:
        return Part("beat", False, "The clock has not been heard for a minute.", "Start one: celery -A lms beat")
    return Part("beat", True, f"Heard {age:.0f} s ago.")


def check_box():
    report = cache.get("operations:box")
    if report is None or _age(report["at"]) > BOX_SILENT_AFTER:
        return Part("box", False, "No grading worker has told whether it can build a box.", START_WORKERS)
    if not report["available"]:
        return Part("box", False, f"Checks wait: {report['reason']}", report["remedy"])
    return Part("box", True, "Grading workers can build boxes.", report["remedy"])


def note_queues(queues):
    """A worker that takes from `queues` lives."""
    cache.set_many({_queue_key(queue): time.time() for queue in queues}, timeout=KEPT)


def note_beat():
    """Beat's message arrived, so beat and a worker live."""
    cache.set("operations:beat", time.time(), timeout=KEPT)


def note_box(report):
    """What a grading worker found when it tried to build a box."""
    facts = {"available": report.available, "reason": report.reason, "remedy": report.remedy, "at": time.time()}
    cache.set("operations:box", facts, timeout=KEPT)


def _queue_key(queue):
    return f"operations:queue:{queue}"


def _age(timestamp):
    return float("inf") if timestamp is None else time.time() - timestamp
