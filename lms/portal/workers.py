"""Which workers live, what they take, and what their grading processes keep warm: reports that they write into Redis.

A report is missed after `SILENT_AFTER` seconds. Redis may forget all of them: they come again with the next report.
"""

import json
import time
from dataclasses import asdict, dataclass

import redis
import structlog
from django.conf import settings

from projects.worker import Report, WarmReport

logger = structlog.get_logger(__name__)
SILENT_AFTER = 30
FORGOTTEN_AFTER = 24 * 3600
WORKERS, GRADERS = "lms:workers", "lms:graders"


@dataclass(frozen=True)
class Worker:
    """A Celery worker: its name, the queues it takes from, and seconds since it was heard."""

    name: str
    queues: list[str]
    age: float

    @property
    def queues_text(self):
        return ", ".join(self.queues)


@dataclass(frozen=True)
class Grader:
    """A process that grades: what it told, and seconds since."""

    report: Report
    age: float

    @property
    def memory_text(self):
        return f"{sum(parent.memory for parent in self.report.parents) / 2**20:.0f} MB"

    @property
    def parents_text(self):
        """Each warm parent with its jobs, in words."""
        said = [f"{one.zone} {f'{one.jobs} runs' if one.ready else 'not used yet'}" for one in self.report.parents]
        return ", ".join(said) or "every box imports for itself"

    @property
    def cold_text(self):
        if not self.report.cold:
            return "every run found a prepared box"
        runs = "1 run" if self.report.cold == 1 else f"{self.report.cold} runs"
        return f"{runs} found no prepared box, last because: {self.report.cold_reason}"


def tell_worker(name, queues):
    """The worker `name` lives and takes from `queues`."""
    _tell(WORKERS, name, {"queues": list(queues)})


def tell_grader(report):
    """What a grading process says about itself."""
    _tell(GRADERS, report.process, asdict(report))


def living_workers():
    """Workers that were heard of late, by name."""
    return [Worker(name, facts["queues"], age) for name, facts, age in _heard(WORKERS)]


def living_graders():
    """Grading processes that were heard of late, by name."""
    found = []
    for _, facts, age in _heard(GRADERS):
        parents = [WarmReport(**parent) for parent in facts.pop("parents")]
        found.append(Grader(Report(**facts, parents=parents), age))
    return found


def _tell(key, name, facts):
    try:
        with _client() as client:
            client.hset(key, name, json.dumps({"at": time.time(), **facts}))
    except redis.RedisError as error:
        logger.warning("cache_away", operation="tell", error=str(error))


def _heard(key):
    """(name, facts, age in seconds) of those that are not silent; forgets those that are gone for long."""
    now, heard = time.time(), []
    try:
        with _client() as client:
            for name, text in sorted(client.hgetall(key).items()):
                facts = json.loads(text)
                age = now - facts.pop("at")
                if age <= SILENT_AFTER:
                    heard.append((name.decode(), facts, age))
                elif age > FORGOTTEN_AFTER:
                    client.hdel(key, name)
    except redis.RedisError as error:
        logger.warning("cache_away", operation="heard", error=str(error))
    return heard


def _client():
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
