"""How sure we are: by formula and by simulation."""

import numpy as np


def posterior(prior, hit, false_alarm):
    """The probability of the cause, given an alarm."""
    raise NotImplementedError


def log_likelihood(rate, waits):
    """The log-likelihood of ``rate`` for exponential waiting times."""
    raise NotImplementedError


def best_rate(waits):
    """The rate of largest likelihood."""
    raise NotImplementedError


def standard_error(sample):
    """The standard error of the sample's mean."""
    raise NotImplementedError


def mean_interval(sample, z=1.96):
    """The mean minus and plus ``z`` standard errors."""
    raise NotImplementedError


def coverage(mean, sd, n, repeats, seed):
    """The share of samples whose interval holds the true mean."""
    raise NotImplementedError


def bootstrap_interval(sample, name, draws, level, seed):
    """The percentile interval of the mean or the median."""
    raise NotImplementedError


def permutation_p(first, second, repeats, seed):
    """The two-sided p-value for a difference of means."""
    raise NotImplementedError
