"""The machinery of an online experiment: plan, assignment, log, health check, decision."""

import hashlib
import json

from scipy import stats

REQUIRED = ["question", "unit", "metric", "guardrails", "shares", "alpha", "smallest_effect", "users_per_arm"]


def problems(plan):
    """What is wrong with a plan: a sorted list of the names of its faulty entries; empty if it is sound."""
    raise NotImplementedError()


def seal(plan):
    """A digest of the plan that does not depend on the order of its entries."""
    raise NotImplementedError()


def assign(unit, experiment, shares):
    """The variant of a unit: always the same one, by the shares, and independent between experiments."""
    raise NotImplementedError()


def exposures(log):
    """The pair (first exposure of each unit, number of units that saw two variants and are left out)."""
    raise NotImplementedError()


def mismatch_p(counts, shares):
    """The p-value of the hypothesis that units were assigned by the shares (chi-squared)."""
    raise NotImplementedError()


def decide(plan, result):
    """One word for what follows, by the plan alone."""
    raise NotImplementedError()
