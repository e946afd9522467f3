"""What a project is worth, and when it is done."""

import random
from math import ceil
from statistics import median


def monthly_value(use, precision):
    """Gain of the hits, less checks, less running costs."""
    hits = use["cases"] * use["share"] * use["recall"]
    return hits * use["gain"] - hits / precision * use["check"] - use["running"]


def break_even(use):
    """Lowest precision with which a month is not a loss, or None."""
    hits = use["cases"] * use["share"] * use["recall"]
    left = hits * use["gain"] - use["running"]
    needed = hits * use["check"]
    if hits == 0 or left < needed:
        return None
    return needed / left if needed else 0.0


def payback(build, months):
    """Number of the first month by whose end build is paid back, or None."""
    total = 0
    if build <= 0:
        return 0
    for number, value in enumerate(months, start=1):
        total += value
        if total >= build:
            return number
    return None


def decide(prior, payoff):
    """Best action and its expected value."""
    values = {action: sum(prior[state] * of[state] for state in prior) for action, of in payoff.items()}
    best = max(values.values())
    return min(action for action, value in values.items() if value >= best - 1e-9), best


def information(prior, payoff, likelihood):
    """Value of perfect information and of a trial, and what to do after each signal."""
    now = decide(prior, payoff)[1]
    perfect = sum(p * max(of[state] for of in payoff.values()) for state, p in prior.items())
    plan, after = {}, 0.0
    for signal, given in likelihood.items():
        total = sum(prior[state] * given[state] for state in prior)
        if total > 0:
            posterior = {state: prior[state] * given[state] / total for state in prior}
            plan[signal], value = decide(posterior, payoff)
            after += total * value
    return {"perfect": perfect - now, "trial": after - now, "plan": plan}


def three_point(low, likely, high):
    """Mean and deviation by PERT."""
    if not low <= likely <= high:
        raise ValueError("low <= likely <= high does not hold")
    return (low + 4 * likely + high) / 6, (high - low) / 6


def track_record(history):
    """Share of past ranges that held, and the median factor."""
    if not history:
        return {"inside": None, "factor": None}
    return {
        "inside": sum(low <= actual <= high for low, high, actual in history) / len(history),
        "factor": median(actual / ((low + high) / 2) for low, high, actual in history),
    }


def _order(tasks):
    """Names of tasks, each after those that it waits for."""
    order, left = [], dict(tasks)
    while left:
        free = [name for name, task in left.items() if all(other in order for other in task["after"])]
        if not free:
            raise ValueError("these can never begin: " + ", ".join(sorted(left)))
        order += free
        for name in free:
            del left[name]
    return order


def simulate(tasks, runs, seed):
    """Sorted durations of a project, one for each run."""
    rng, order, found = random.Random(seed), _order(tasks), []
    for _ in range(runs):
        takes = {name: rng.triangular(tasks[name]["low"], tasks[name]["high"], tasks[name]["likely"]) for name in sorted(tasks)}
        end = {}
        for name in order:
            end[name] = max((end[other] for other in tasks[name]["after"]), default=0) + takes[name]
        found.append(max(end.values(), default=0))
    return sorted(found)


def date_for(durations, chance):
    """The duration that holds with this chance."""
    return sorted(durations)[ceil(round(chance * len(durations), 9)) - 1]
