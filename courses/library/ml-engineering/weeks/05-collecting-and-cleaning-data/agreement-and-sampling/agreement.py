"""Sampling plans and agreement between labellers."""

import math
import random


def cohen_kappa(first, second):
    """Cohen's kappa of two lists of labels for the same items.

    ValueError if the lists are empty or differ in length; nan if agreement by chance alone is certain.
    """
    raise NotImplementedError()


def weighted_kappa(first, second, order):
    """Kappa with quadratic weights; `order` lists all labels (at least two) from lowest to highest.

    nan if agreement by chance alone is certain.
    """
    raise NotImplementedError()


def sample_size(margin, share=0.5, population=None):
    """How many items to label so that a 95 % interval for a share is at most `share` plus or minus `margin`.

    Use z = 1.96; with a `population`, the finite population correction. Round up.
    """
    raise NotImplementedError()


def allocate(sizes, n):
    """Spread a sample of n over strata in proportion to their sizes, by largest remainders.

    `sizes` maps each stratum to its number of items; the result maps each stratum to its share of the sample.
    Equal remainders: the stratum named earlier in `sizes` goes first. ValueError if n exceeds the total.
    """
    raise NotImplementedError()


def draw_sample(items, n, seed):
    """Draw n of the items, spread over the strata by `allocate`, at random without replacement.

    `items` maps each stratum to a list of different identifiers. The result maps each stratum to the sorted list of
    those drawn. The same seed gives the same sample in whatever order a stratum's identifiers are listed.
    """
    raise NotImplementedError()


def stratified_share(strata):
    """The estimated share of hits in the population, and its standard error.

    `strata` is a list of (size, drawn, hits), with drawn at least 2. Each stratum counts by its size;
    its variance is p (1 - p) / (drawn - 1), times (1 - drawn / size).
    """
    raise NotImplementedError()
