"""From build to release, in miniature. Replace each NotImplementedError."""

import hashlib
import json
import math


def layer_keys(steps, files):
    """The cache key of each layer of an image."""
    raise NotImplementedError()


def gate(candidate, current, rules):
    """The reasons against a release; [] lets it pass."""
    raise NotImplementedError()


def in_canary(user, share, salt):
    """Whether this user sees the new version."""
    raise NotImplementedError()


def canary(old, new, policy):
    """What to do next: "wait", "rollback" or "promote"."""
    raise NotImplementedError()


def record(trail, entry):
    """A new trail with one more link for this entry."""
    raise NotImplementedError()


def broken_at(trail):
    """The position of the first link that does not fit, or None."""
    raise NotImplementedError()
