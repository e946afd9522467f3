"""The machinery of an online experiment: plan, assignment, log, health check, decision."""

import hashlib
import json

from scipy import stats

REQUIRED = ["question", "unit", "metric", "guardrails", "shares", "alpha", "smallest_effect", "users_per_arm"]


def problems(plan):
    """What is wrong with a plan: a sorted list of the names of its faulty entries; empty if it is sound."""
    bad = {name for name in REQUIRED if name not in plan}
    if not 0 < plan.get("alpha", 0.05) < 0.5:
        bad.add("alpha")
    if not plan.get("smallest_effect", 1) > 0:
        bad.add("smallest_effect")
    if plan.get("users_per_arm", 2) < 2:
        bad.add("users_per_arm")
    shares = plan.get("shares", {"a": 0.5, "b": 0.5})
    if len(shares) < 2 or min(shares.values()) <= 0 or abs(sum(shares.values()) - 1) > 1e-9:
        bad.add("shares")
    return sorted(bad)


def seal(plan):
    """A digest of the plan that does not depend on the order of its entries."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()


def assign(unit, experiment, shares):
    """The variant of a unit: always the same one, by the shares, and independent between experiments."""
    digest = hashlib.sha256(f"{experiment}:{unit}".encode()).hexdigest()
    place = int(digest[:15], 16) / 16**15
    upper = 0.0
    for variant, share in shares.items():
        upper += share
        if place < upper:
            return variant
    return variant


def exposures(log):
    """The pair (first exposure of each unit, number of units that saw two variants and are left out)."""
    first, seen = {}, {}
    for event in log:
        unit = event["unit"]
        seen.setdefault(unit, set()).add(event["variant"])
        if unit not in first or event["time"] < first[unit]["time"]:
            first[unit] = event
    mixed = {unit for unit, variants in seen.items() if len(variants) > 1}
    kept = [event for unit, event in first.items() if unit not in mixed]
    return sorted(kept, key=lambda event: (event["time"], event["unit"])), len(mixed)


def mismatch_p(counts, shares):
    """The p-value of the hypothesis that units were assigned by the shares (chi-squared)."""
    total = sum(counts.values())
    observed = [counts.get(variant, 0) for variant in shares]
    return float(stats.chisquare(observed, [share * total for share in shares.values()]).pvalue)


def decide(plan, result):
    """One word for what follows, by the plan alone."""
    if mismatch_p(result["counts"], plan["shares"]) < 0.001:
        return "invalid"
    if any(result["guardrails"][name][1] < -limit for name, limit in plan["guardrails"].items()):
        return "stop"
    if min(result["counts"].get(variant, 0) for variant in plan["shares"]) < plan["users_per_arm"]:
        return "wait"
    low, high = result["interval"]
    if high < 0:
        return "reject"
    if high < plan["smallest_effect"]:
        return "no useful effect"
    if low > 0:
        harmless = all(result["guardrails"][name][0] >= -limit for name, limit in plan["guardrails"].items())
        return "ship" if harmless else "not shown"
    return "not shown"
