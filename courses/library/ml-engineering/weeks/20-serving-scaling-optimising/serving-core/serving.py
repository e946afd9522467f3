"""The decisions of a serving system, as functions of time. Replace each NotImplementedError."""

import hashlib


def place(text):
    """A place on the ring for a text: a whole number that is the same on every machine."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def serve(requests, policy):
    """[[status, end], ...] of one worker with dynamic batches and a bounded queue."""
    raise NotImplementedError()


def replay(requests, policy):
    """{"answers": [...], "calls": n} of a cache with single flight that serves stale answers for a while."""
    raise NotImplementedError()


def owner(machines, points, key):
    """The machine to which a key belongs, by consistent hashing."""
    raise NotImplementedError()


def scale(machines, measured, limits, recent):
    """{"machines": next, "wanted": number}: up at once, down slowly."""
    raise NotImplementedError()
