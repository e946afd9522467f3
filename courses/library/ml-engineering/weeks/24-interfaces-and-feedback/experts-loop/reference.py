"""From experts' clicks to training rows."""

import hashlib
import math
from collections import Counter


def unsure(p, measure):
    """How unsure a model is, higher for less sure."""
    highest, second = sorted(p, reverse=True)[:2]
    if measure == "confidence":
        return 1 - highest
    if measure == "margin":
        return 1 - (highest - second)
    if measure == "entropy":
        return -sum(one * math.log(one) for one in p if one > 0)
    raise ValueError(f"no such measure: {measure!r}")


def choose(pool, count, lots, per_group):
    """Which items to label next, and why."""
    fair = sorted(pool, key=lambda item: lots[item["id"]])[: count // 5]
    chosen = [{"id": item["id"], "why": "random"} for item in fair]
    groups = Counter(item["group"] for item in fair)
    taken = {item["id"] for item in fair}
    for item in sorted(pool, key=lambda item: (-unsure(item["p"], "margin"), item["id"])):
        if len(chosen) >= count:
            break
        if item["id"] not in taken and groups[item["group"]] < per_group:
            chosen.append({"id": item["id"], "why": "unsure"})
            groups[item["group"]] += 1
    return chosen


def settle(acts, least, lead, most):
    """The state and the label of each item."""
    newest = {}
    for act in sorted(acts, key=lambda act: act["at"]):
        newest.setdefault(act["item"], {})[act["who"]] = act["label"]
    found = {}
    for item, by in newest.items():
        current = [label for label in by.values() if label is not None]
        votes = Counter(label for label in current if label != "cannot tell").most_common()
        ahead = votes[0][1] - (votes[1][1] if len(votes) > 1 else 0) if votes else 0
        if votes and sum(n for _, n in votes) >= least and ahead >= lead:
            found[item] = {"state": "settled", "label": votes[0][0]}
        else:
            found[item] = {"state": "disputed" if len(current) >= most else "open", "label": None}
    return found


def weighted_share(drawn):
    """The share of correct answers over all items, from items drawn with known probabilities."""
    if not drawn or not all(0 < probability <= 1 for _, probability in drawn):
        raise ValueError("items with probabilities above 0 and at most 1 are needed")
    return sum(correct / probability for correct, probability in drawn) / sum(1 / probability for _, probability in drawn)


def for_testing(patient, salt, share):
    """Whether the items of this patient are for testing, once and for all."""
    return int(hashlib.sha256(f"{salt}:{patient}".encode()).hexdigest(), 16) % 10000 / 10000 < share


def gate(labels, patients, policy):
    """What may go into training, and why the rest may not."""
    train, refused, given = [], {}, Counter()
    for one in labels:
        if for_testing(patients[one["item"]], policy["salt"], policy["test_share"]):
            refused[one["item"]] = "test"
        elif one["guide"] != policy["guide"]:
            refused[one["item"]] = "guide"
        elif any(given[who] >= policy["cap"] for who in one["by"]):
            refused[one["item"]] = "cap"
        else:
            train.append(one["item"])
            given.update(one["by"])
    return {"train": train, "refused": refused}
