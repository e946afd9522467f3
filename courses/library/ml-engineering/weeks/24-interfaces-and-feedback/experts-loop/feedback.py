"""From experts' clicks to training rows. Replace each NotImplementedError."""

import hashlib
import math


def unsure(p, measure):
    """How unsure a model is, higher for less sure."""
    raise NotImplementedError()


def choose(pool, count, lots, per_group):
    """Which items to label next, and why."""
    raise NotImplementedError()


def settle(acts, least, lead, most):
    """The state and the label of each item."""
    raise NotImplementedError()


def weighted_share(drawn):
    """The share of correct answers over all items, from items drawn with known probabilities."""
    raise NotImplementedError()


def gate(labels, patients, policy):
    """What may go into training, and why the rest may not."""
    raise NotImplementedError()
