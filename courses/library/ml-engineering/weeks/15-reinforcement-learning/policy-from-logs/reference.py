"""Judging a policy by another's log, and a guard for the day when it acts."""

import math


def weights(log, policy):
    """The importance weight of each row: new probability over logged probability."""
    found = []
    for row in log:
        if not 0 < row["p"] <= 1:
            raise ValueError(f"a logged probability of {row['p']}")
        found.append(policy[row["x"]][row["action"]] / row["p"])
    return found


def estimate(log, policy):
    """IPS and SNIPS with what is needed to judge them."""
    w = weights(log, policy)
    total, n = sum(w), len(log)
    gained = [one * row["reward"] for one, row in zip(w, log)]
    ips = sum(gained) / n
    spread = sum((one - ips) ** 2 for one in gained) / (n - 1)
    return {
        "ips": ips,
        "error": math.sqrt(spread / n),
        "snips": sum(gained) / total if total else None,
        "mean_weight": total / n,
        "ess": total**2 / sum(one**2 for one in w) if total else 0.0,
    }


def clipped(log, policy, most):
    """IPS with no weight above ``most``."""
    return sum(min(one, most) * row["reward"] for one, row in zip(weights(log, policy), log)) / len(log)


def doubly_robust(log, policy, model):
    """The model's answer for all readers, corrected by the weighted errors of what was observed."""
    total = 0.0
    for one, row in zip(weights(log, policy), log):
        believed = model[row["x"]]
        total += sum(p * q for p, q in zip(policy[row["x"]], believed))
        total += one * (row["reward"] - believed[row["action"]])
    return total / len(log)


def unsupported(log, policy):
    """The pairs [x, action] that the policy may choose for somebody in the log, but that the log never shows."""
    seen = {(row["x"], row["action"]) for row in log}
    return [
        [x, action]
        for x in sorted({row["x"] for row in log})
        for action, probability in enumerate(policy[x])
        if probability > 0 and (x, action) not in seen
    ]


def guard(proposed, allowed, last, visits, settings):
    """(the action to take, why): a policy proposes, rules decide."""
    fallback = settings["fallback"]
    if not settings["enabled"]:
        return fallback, "switched off"
    if visits < settings["min_visits"]:
        return fallback, "unknown state"
    if proposed not in allowed:
        return fallback, "not allowed"
    if last is None or abs(proposed - last) <= settings["max_change"]:
        return proposed, "policy"
    near = [action for action in allowed if abs(action - last) <= settings["max_change"]]
    if not near:
        return fallback, "no way there"
    return min(near, key=lambda action: (abs(action - proposed), action)), "slowed down"


def logged_probability(action, probabilities, allowed, last, visits, settings):
    """The probability with which policy and guard together take this action."""
    return sum(
        probability
        for proposed, probability in enumerate(probabilities)
        if guard(proposed, allowed, last, visits, settings)[0] == action
    )
