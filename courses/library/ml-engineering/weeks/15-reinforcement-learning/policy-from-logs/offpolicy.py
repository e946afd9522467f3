"""Judging a policy by another's log, and a guard for the day when it acts."""

import math


def weights(log, policy):
    """The importance weight of each row: new probability over logged probability."""
    raise NotImplementedError()


def estimate(log, policy):
    """IPS and SNIPS with what is needed to judge them."""
    raise NotImplementedError()


def clipped(log, policy, most):
    """IPS with no weight above ``most``."""
    raise NotImplementedError()


def doubly_robust(log, policy, model):
    """The model's answer for all readers, corrected by the weighted errors of what was observed."""
    raise NotImplementedError()


def unsupported(log, policy):
    """The pairs [x, action] that the policy may choose for somebody in the log, but that the log never shows."""
    raise NotImplementedError()


def guard(proposed, allowed, last, visits, settings):
    """(the action to take, why): a policy proposes, rules decide."""
    raise NotImplementedError()


def logged_probability(action, probabilities, allowed, last, visits, settings):
    """The probability with which policy and guard together take this action."""
    raise NotImplementedError()
