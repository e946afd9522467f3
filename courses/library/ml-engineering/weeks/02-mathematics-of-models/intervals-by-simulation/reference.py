"""How sure we are: by formula and by simulation."""

import numpy as np


def posterior(prior, hit, false_alarm):
    """The probability of the cause, given an alarm."""
    return prior * hit / (prior * hit + (1 - prior) * false_alarm)


def log_likelihood(rate, waits):
    """The log-likelihood of ``rate`` for exponential waiting times."""
    return float(len(waits) * np.log(rate) - rate * np.sum(waits))


def best_rate(waits):
    """The rate of largest likelihood."""
    return float(1 / np.mean(waits))


def standard_error(sample):
    """The standard error of the sample's mean."""
    return float(np.std(sample, ddof=1) / np.sqrt(len(sample)))


def mean_interval(sample, z=1.96):
    """The mean minus and plus ``z`` standard errors."""
    centre, half = float(np.mean(sample)), z * standard_error(sample)
    return centre - half, centre + half


def coverage(mean, sd, n, repeats, seed):
    """The share of samples whose interval holds the true mean."""
    samples = np.random.default_rng(seed).normal(mean, sd, size=(repeats, n))
    held = 0
    for sample in samples:
        low, high = mean_interval(sample)
        held += low <= mean <= high
    return float(held / repeats)


def bootstrap_interval(sample, name, draws, level, seed):
    """The percentile interval of the mean or the median."""
    if name not in ("mean", "median"):
        raise ValueError(f"mean or median, not {name!r}")
    sample = np.asarray(sample, dtype=float)
    n = len(sample)
    again = sample[np.random.default_rng(seed).integers(0, n, size=(draws, n))]
    values = again.mean(axis=1) if name == "mean" else np.median(again, axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def permutation_p(first, second, repeats, seed):
    """The two-sided p-value for a difference of means."""
    rng = np.random.default_rng(seed)
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    observed = abs(first.mean() - second.mean())
    together = np.concatenate([first, second])
    at_least = 0
    for _ in range(repeats):
        mixed = rng.permutation(together)
        difference = abs(mixed[: len(first)].mean() - mixed[len(first) :].mean())
        at_least += difference >= observed - 1e-9
    return float((1 + at_least) / (1 + repeats))
