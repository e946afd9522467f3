"""From build to release, in miniature."""

import hashlib
import json
import math


def _digest(thing):
    """The SHA-256 of plain data."""
    return hashlib.sha256(json.dumps(thing, sort_keys=True).encode()).hexdigest()


def layer_keys(steps, files):
    """The cache key of each layer of an image."""
    keys, before = [], ""
    for step in steps:
        copied = {
            name: text
            for name, text in files.items()
            for place in step["copies"]
            if name == place or (place.endswith("/") and name.startswith(place))
        }
        before = _digest([before, step["run"], copied])
        keys.append(before)
    return keys


def gate(candidate, current, rules):
    """The reasons against a release; [] lets it pass."""
    places = set(candidate) | set(current or {}) | {"all"}
    found = []
    for place in sorted(places):
        for metric in sorted(rules):
            code = _reason(candidate.get(place, {}).get(metric), (current or {}).get(place, {}).get(metric), rules[metric])
            if code:
                found.append({"slice": place, "metric": metric, "code": code})
    return found


def _reason(new, old, rule):
    """Why this value of one metric forbids the release, or None."""
    if new is None or not math.isfinite(new):
        return "missing"
    sign = 1 if rule["better"] == "higher" else -1
    if sign * new < sign * rule["limit"]:
        return "limit"
    if old is not None and sign * (old - new) > rule["slack"]:
        return "worse"
    return None


def in_canary(user, share, salt):
    """Whether this user sees the new version."""
    bucket = int(hashlib.sha256(f"{salt}:{user}".encode()).hexdigest(), 16) % 10000
    return bucket / 10000 < share


def canary(old, new, policy):
    """What to do next: "wait", "rollback" or "promote"."""
    if new["errors"] >= policy["stop"]:
        return "rollback"
    if new["requests"] < policy["least"] or old["requests"] == 0:
        return "wait"
    rate = (old["errors"] + new["errors"]) / (old["requests"] + new["requests"])
    spread = math.sqrt(rate * (1 - rate) * (1 / old["requests"] + 1 / new["requests"]))
    worse = new["errors"] / new["requests"] - old["errors"] / old["requests"]
    if spread > 0 and worse / spread >= policy["z"]:
        return "rollback"
    return "promote" if new["requests"] >= policy["enough"] else "wait"


def record(trail, entry):
    """A new trail with one more link for this entry."""
    before = trail[-1]["hash"] if trail else ""
    return [*trail, {"entry": entry, "hash": _digest([before, entry])}]


def broken_at(trail):
    """The position of the first link that does not fit, or None."""
    before = ""
    for position, link in enumerate(trail):
        before = _digest([before, link["entry"]])
        if link["hash"] != before:
            return position
    return None
