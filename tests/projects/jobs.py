"""A job in the hands of a worker, and what an engine may find."""

from decimal import Decimal

from projects.actions.leases import lease_job
from projects.grading.result import Group, Result


def result(score=10, max_score=10, verdict=None):
    """What a run of one group finds; of a `verdict` of its own, the group does not tell."""
    group = Group("test_1", "Test 1", Decimal(score), Decimal(max_score), "passed" if score == max_score else "failed")
    verdict = verdict or ("passed" if score == max_score else "partial")
    return Result(verdict=verdict, score=Decimal(score), max_score=Decimal(max_score), groups=(group,))


def leased(job):
    held = lease_job(job_id=job.pk, worker="w1")
    assert held is not None
    return held


def state_of(row):
    row.refresh_from_db()
    return row.state
