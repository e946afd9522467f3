"""What a project is worth, and when it is done."""

import random
from math import ceil
from statistics import median


def monthly_value(use, precision):
    """Gain of the hits, less checks, less running costs."""
    raise NotImplementedError()


def break_even(use):
    """Lowest precision with which a month is not a loss, or None."""
    raise NotImplementedError()


def payback(build, months):
    """Number of the first month by whose end build is paid back, or None."""
    raise NotImplementedError()


def decide(prior, payoff):
    """Best action and its expected value."""
    raise NotImplementedError()


def information(prior, payoff, likelihood):
    """Value of perfect information and of a trial, and what to do after each signal."""
    raise NotImplementedError()


def three_point(low, likely, high):
    """Mean and deviation by PERT."""
    raise NotImplementedError()


def track_record(history):
    """Share of past ranges that held, and the median factor."""
    raise NotImplementedError()


def simulate(tasks, runs, seed):
    """Sorted durations of a project, one for each run."""
    raise NotImplementedError()


def date_for(durations, chance):
    """The duration that holds with this chance."""
    raise NotImplementedError()
