"""A model registry in miniature, as functions that change nothing they are given."""

import copy
import math

ALLOWED = {("candidate", "staging"), ("staging", "production"), ("candidate", "archived"), ("staging", "archived")}


def ancestors(store, name):
    """All that an artefact was made from, near and far, sorted."""
    found, todo = set(), list(store[name]["from"])
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += store[one]["from"]
    return sorted(found)


def affected(store, bad):
    """The models that are bad or were made from something bad, sorted."""
    bad = set(bad)
    return sorted(name for name in store if store[name]["kind"] == "model" and bad & {name, *ancestors(store, name)})


def suspects(store, one, other):
    """The roots that only one of two artefacts was made from, sorted."""
    first, second = ({name for name in (each, *ancestors(store, each)) if not store[name]["from"]} for each in (one, other))
    return sorted(first ^ second)


def register(registry, name, artefact, author):
    """A registry with one more version of a name."""
    registry = copy.deepcopy(registry)
    registry["versions"].setdefault(name, []).append({"artefact": artefact, "author": author, "stage": "candidate"})
    return registry


def change(registry, name, version, stage, by, at, rollback):
    registry["versions"][name][version - 1]["stage"] = stage
    registry["events"].append({"at": at, "name": name, "version": version, "stage": stage, "by": by, "rollback": rollback})


def in_production(registry, name):
    """The versions that are or were in production and were not rolled back; the last one is in production now."""
    stack = []
    for event in registry["events"]:
        if event["name"] == name and event["stage"] == "production":
            if event["rollback"]:
                stack.pop()
            else:
                stack.append(event["version"])
    return stack


def move(registry, name, version, stage, by, at):
    """{"reason": None or why not, "registry": ...} after an attempt to move a version to another stage."""
    versions = registry["versions"].get(name, [])
    if not 1 <= version <= len(versions):
        return {"reason": "unknown", "registry": registry}
    found = versions[version - 1]
    if (found["stage"], stage) not in ALLOWED:
        return {"reason": "not allowed", "registry": registry}
    if stage == "production" and by == found["author"]:
        return {"reason": "four eyes", "registry": registry}
    registry = copy.deepcopy(registry)
    stack = in_production(registry, name)
    if stage == "production" and stack:
        change(registry, name, stack[-1], "archived", by, at, False)
    change(registry, name, version, stage, by, at, False)
    return {"reason": None, "registry": registry}


def rollback(registry, name, by, at):
    """{"reason": None or why not, "registry": ...} after bringing back what was in production before."""
    stack = in_production(registry, name)
    if len(stack) < 2:
        return {"reason": "nothing before", "registry": registry}
    registry = copy.deepcopy(registry)
    change(registry, name, stack[-1], "archived", by, at, True)
    change(registry, name, stack[-2], "production", by, at, True)
    return {"reason": None, "registry": registry}


def as_of(registry, name, at):
    """The version in production at a time, or None."""
    found = None
    for event in registry["events"]:
        if event["name"] == name and event["stage"] == "production" and event["at"] <= at:
            found = event["version"]
    return found


def agree_within(a, b, tolerance):
    if a is None or b is None:
        return a is b
    return abs(a - b) <= tolerance


def skew(requests, history, default, tolerance):
    """How many requests used the right value, a default, an old one, one of the future, or something else."""
    counts = dict.fromkeys(("same", "default", "stale", "ahead", "other"), 0)
    for request in requests:
        values = history.get(request["key"], [])
        past = [value for available, value in values if available <= request["at"]]
        ahead = [value for available, value in values if available > request["at"]]
        kinds = [("same", past[-1:] or [None]), ("default", [default]), ("stale", past[:-1]), ("ahead", ahead)]
        fits = [kind for kind, some in kinds if any(agree_within(request["value"], one, tolerance) for one in some)]
        counts[fits[0] if fits else "other"] += 1
    return counts


def decide(champion, challenger, least, enough, z):
    """Whether the challenger replaces the champion: "promote", "keep" or "wait"."""
    if not all(math.isfinite(loss) for loss in challenger):
        return "keep"
    n = len(challenger)
    if n < enough:
        return "wait"
    gains = [old - new for old, new in zip(champion, challenger)]
    mean = sum(gains) / n
    error = math.sqrt(sum((gain - mean) ** 2 for gain in gains) / (n - 1) / n)
    if mean - z * error > least:
        return "promote"
    return "keep" if mean + z * error <= least else "wait"
