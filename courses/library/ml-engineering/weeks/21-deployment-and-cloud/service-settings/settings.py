"""Settings, secrets, health and an orderly end, as pure functions. Replace each NotImplementedError."""

import re

UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


def convert(text, rule):
    """(value, None) for a text that follows the rule, else (None, code)."""
    raise NotImplementedError()


def load(schema, prefix, file, environment, files):
    """{"values": {name: value}, "problems": [{"name": ..., "code": ...}, ...]}."""
    raise NotImplementedError()


def report(schema, values):
    """Lines that may be printed at the start: every setting, no secret."""
    raise NotImplementedError()


def health(parts, beat, now, limits, draining):
    """{"live": ..., "ready": ..., "degraded": ..., "failing": [names]}."""
    raise NotImplementedError()


def drain(requests, stop, notice, grace):
    """{"finished": n, "lost": n, "exit": seconds} for a process that is told to stop."""
    raise NotImplementedError()
