"""Limits, queues, availability and backups, as pure functions of time."""


def take(bucket, now, rate, burst, cost=1):
    """Whether a request may pass, how long to wait otherwise, and the bucket afterwards."""
    tokens, at = (burst, now) if bucket is None else (bucket["tokens"], bucket["at"])
    tokens, at = min(burst, tokens + rate * max(0, now - at)), max(at, now)
    if tokens >= cost:
        return {"allowed": True, "wait": 0, "bucket": {"tokens": tokens - cost, "at": at}}
    wait = (cost - tokens) / rate + (at - now) if cost <= burst else None
    return {"allowed": False, "wait": wait, "bucket": {"tokens": tokens, "at": at}}


def admit(buckets, limits, now, cost=1):
    """Whether a request passes all limits, and all buckets afterwards."""
    found = {name: take(buckets.get(name), now, limit["rate"], limit["burst"], cost) for name, limit in limits.items()}
    by = sorted(name for name, one in found.items() if not one["allowed"])
    if not by:
        return {"allowed": True, "wait": 0, "by": [], "buckets": {**buckets, **{name: one["bucket"] for name, one in found.items()}}}
    waits = [found[name]["wait"] for name in by]
    return {"allowed": False, "wait": None if None in waits else max(waits), "by": by, "buckets": dict(buckets)}


def serve(arrivals, seconds, patience, shed):
    """What becomes of each request: "in_time", "late" or "refused"."""
    free, found = 0, []
    for at in arrivals:
        done = max(free, at) + seconds
        in_time = done <= at + patience
        if shed and not in_time:
            found.append("refused")
            continue
        free = done
        found.append("in_time" if in_time else "late")
    return found


def availability(system):
    """The availability of a system of independent parts."""
    if not isinstance(system, dict):
        return system
    (parts,) = [value for name, value in system.items() if name != "need"]
    needed = {"all": len(parts), "any": 1}.get(next(iter(system)), system.get("need"))
    working = [1.0]  # working[i]: the probability that i of the parts so far work
    for part in parts:
        a = availability(part)
        working = [(working[i] * (1 - a) if i < len(working) else 0) + (working[i - 1] * a if i else 0) for i in range(len(working) + 1)]
    return sum(working[needed:])


def restore(backups, wanted):
    """The days of the backups that restore the latest state until day wanted."""
    chain, best = None, []
    for backup in backups:
        if backup["day"] > wanted:
            break
        if not backup["ok"]:
            chain = None
        elif backup["kind"] == "full":
            chain = [backup["day"]]
        elif chain is not None:
            chain = [*chain, backup["day"]]
        if chain is not None:
            best = chain
    return best
