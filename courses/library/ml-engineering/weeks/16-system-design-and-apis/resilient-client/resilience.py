"""A client that waits, gives up and answers anyway, as pure functions of time. Replace each NotImplementedError."""

NOT_DONE = {429, 503}  # the server says: not done, try later
UNKNOWN = {None, 502, 504}  # no answer, or a gateway's: nobody knows whether it was done


def backoff(retry, base, cap, jitter):
    """Seconds to wait before a retry (0 is the first one), for a random number jitter from 0 to 1."""
    raise NotImplementedError()


def may_retry(status, method, has_key):
    """Whether a request that ended with this status may be sent again."""
    raise NotImplementedError()


def call(outcomes, policy, method="POST", has_key=True):
    """What comes of one call if the server behaves as outcomes say."""
    raise NotImplementedError()


def allow(breaker, now, cooldown):
    """(may a request be sent now?, the breaker after asking)."""
    raise NotImplementedError()


def record(breaker, now, ok, limit):
    """The breaker after a request ended well or not."""
    raise NotImplementedError()


def fallback(prediction, cached, now, max_age, baseline):
    """The answer for the user: {"value": ..., "source": ..., "degraded": ...}."""
    raise NotImplementedError()
