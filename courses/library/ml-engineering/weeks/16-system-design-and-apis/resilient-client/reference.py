"""A client that waits, gives up and answers anyway, as pure functions of time."""

NOT_DONE = {429, 503}  # the server says: not done, try later
UNKNOWN = {None, 502, 504}  # no answer, or a gateway's: nobody knows whether it was done


def backoff(retry, base, cap, jitter):
    """Seconds to wait before a retry (0 is the first one), for a random number jitter from 0 to 1."""
    return jitter * min(cap, base * 2**retry)


def may_retry(status, method, has_key):
    """Whether a request that ended with this status may be sent again."""
    if status in NOT_DONE:
        return True
    return status in UNKNOWN and (method in ("GET", "PUT", "DELETE") or has_key)


def call(outcomes, policy, method="POST", has_key=True):
    """What comes of one call if the server behaves as outcomes say."""
    elapsed, waits = 0.0, []
    for number, outcome in enumerate(outcomes[: policy["attempts"]]):
        patience = min(policy["timeout"], policy["budget"] - elapsed)
        in_time = outcome["seconds"] <= patience
        elapsed += outcome["seconds"] if in_time else patience
        status = outcome["status"] if in_time else None
        if not may_retry(status, method, has_key) or number + 1 == policy["attempts"]:
            break
        wait = backoff(number, policy["base"], policy["cap"], policy["jitter"][number])
        if in_time:
            wait = max(wait, outcome.get("retry_after", 0))
        if elapsed + wait >= policy["budget"]:
            break
        elapsed += wait
        waits.append(wait)
    return {"status": status, "attempts": number + 1, "waits": waits, "elapsed": elapsed}


def allow(breaker, now, cooldown):
    """(may a request be sent now?, the breaker after asking)."""
    if breaker["mode"] == "closed":
        return True, dict(breaker)
    if breaker["mode"] == "open" and now - breaker["since"] >= cooldown:
        return True, {"mode": "half_open", "failures": 0, "since": now}
    return False, dict(breaker)


def record(breaker, now, ok, limit):
    """The breaker after a request ended well or not."""
    if breaker["mode"] == "open":
        return dict(breaker)
    if ok:
        return {"mode": "closed", "failures": 0, "since": None}
    failures = breaker["failures"] + 1
    if breaker["mode"] == "half_open" or failures >= limit:
        return {"mode": "open", "failures": 0, "since": now}
    return {**breaker, "failures": failures}


def fallback(prediction, cached, now, max_age, baseline):
    """The answer for the user: {"value": ..., "source": ..., "degraded": ...}."""
    if prediction is not None:
        return {"value": prediction, "source": "model", "degraded": False}
    if cached is not None and now - cached["at"] <= max_age:
        return {"value": cached["value"], "source": "cache", "degraded": True}
    return {"value": baseline, "source": "baseline", "degraded": True}
