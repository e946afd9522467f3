"""Limits, queues, availability and backups, as pure functions of time. Replace each NotImplementedError."""


def take(bucket, now, rate, burst, cost=1):
    """Whether a request may pass, how long to wait otherwise, and the bucket afterwards."""
    raise NotImplementedError()


def admit(buckets, limits, now, cost=1):
    """Whether a request passes all limits, and all buckets afterwards."""
    raise NotImplementedError()


def serve(arrivals, seconds, patience, shed):
    """What becomes of each request: "in_time", "late" or "refused"."""
    raise NotImplementedError()


def availability(system):
    """The availability of a system of independent parts."""
    raise NotImplementedError()


def restore(backups, wanted):
    """The days of the backups that restore the latest state until day wanted."""
    raise NotImplementedError()
