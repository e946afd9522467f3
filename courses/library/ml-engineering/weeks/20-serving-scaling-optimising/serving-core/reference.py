"""The decisions of a serving system, as functions of time."""

import bisect
import hashlib
import math
from collections import OrderedDict


def place(text):
    """A place on the ring for a text: a whole number that is the same on every machine."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def serve(requests, policy):
    """[[status, end], ...] of one worker with dynamic batches and a bounded queue."""
    found = [None] * len(requests)
    queue, coming, free_at, now = [], 0, 0, 0
    while coming < len(requests) or queue:
        moments = []
        if coming < len(requests):
            moments.append(requests[coming]["at"])
        if queue:
            moments.append(max(free_at, requests[queue[0]]["at"] + policy["patience"]))
            if free_at > now:
                moments.append(free_at)
        now = max(now, min(moments))
        for i in [i for i in queue if requests[i]["deadline"] < now]:
            found[i] = ["expired", None]
            queue.remove(i)
        while coming < len(requests) and requests[coming]["at"] <= now:
            if len(queue) >= policy["places"]:
                found[coming] = ["refused", None]
            else:
                queue.append(coming)
            coming += 1
        if now >= free_at and queue:
            if len(queue) >= policy["most"] or now - requests[queue[0]]["at"] >= policy["patience"]:
                batch, queue = queue[: policy["most"]], queue[policy["most"] :]
                free_at = now + policy["fixed"] + policy["each"] * len(batch)
                for i in batch:
                    found[i] = ["done", free_at]
    return found


def replay(requests, policy):
    """{"answers": [...], "calls": n} of a cache with single flight that serves stale answers for a while."""
    kept, flying, answers, calls = OrderedDict(), {}, [], 0
    for request in requests:
        now, key = request["at"], request["key"]
        for done in sorted((name for name in flying if flying[name] <= now), key=flying.get):
            kept[done] = flying.pop(done)
            kept.move_to_end(done)
            if len(kept) > policy["size"]:
                kept.popitem(last=False)
        age = now - kept[key] if key in kept else math.inf
        if age < policy["ttl"]:
            answers.append("hit")
        elif age < policy["ttl"] + policy["grace"]:
            answers.append("stale")
        else:
            kept.pop(key, None)
            answers.append("wait" if key in flying else "miss")
        if answers[-1] in ("stale", "miss") and key not in flying:
            flying[key] = now + policy["seconds"]
            calls += 1
        if key in kept:
            kept.move_to_end(key)
    return {"answers": answers, "calls": calls}


def owner(machines, points, key):
    """The machine to which a key belongs, by consistent hashing."""
    ring = sorted((place(f"{machine}#{i}"), machine) for machine in machines for i in range(points))
    at = bisect.bisect_left([where for where, _ in ring], place(key))
    return ring[at % len(ring)][1]


def scale(machines, measured, limits, recent):
    """{"machines": next, "wanted": number}: up at once, down slowly."""
    wanted = machines
    if abs(measured / limits["target"] - 1) > limits["band"]:
        wanted = math.ceil(machines * measured / limits["target"])
    wanted = min(limits["high"], max(limits["low"], wanted))
    if wanted > machines:
        return {"machines": wanted, "wanted": wanted}
    return {"machines": min(machines, limits["high"], max([wanted, *recent])), "wanted": wanted}
