"""Sampling plans and agreement between labellers."""

import math
import random


def cohen_kappa(first, second):
    """Cohen's kappa of two lists of labels for the same items.

    ValueError if the lists are empty or differ in length; nan if agreement by chance alone is certain.
    """
    if not first or len(first) != len(second):
        raise ValueError("two lists of the same length, not empty, are needed")
    n = len(first)
    observed = sum(a == b for a, b in zip(first, second)) / n
    chance = sum(first.count(label) * second.count(label) for label in set(first)) / n**2
    return math.nan if chance == 1 else (observed - chance) / (1 - chance)


def weighted_kappa(first, second, order):
    """Kappa with quadratic weights; `order` lists all labels (at least two) from lowest to highest.

    nan if agreement by chance alone is certain.
    """
    place = {label: n for n, label in enumerate(order)}
    a, b = [place[x] for x in first], [place[x] for x in second]
    observed = sum((i - j) ** 2 for i, j in zip(a, b)) / len(a)
    chance = sum((i - j) ** 2 for i in a for j in b) / len(a) ** 2
    return math.nan if chance == 0 else 1 - observed / chance


def sample_size(margin, share=0.5, population=None):
    """How many items to label so that a 95 % interval for a share is at most `share` plus or minus `margin`.

    Use z = 1.96; with a `population`, the finite population correction. Round up.
    """
    n = 1.96**2 * share * (1 - share) / margin**2
    if population is not None:
        n = n / (1 + (n - 1) / population)
    return math.ceil(n - 1e-9)


def allocate(sizes, n):
    """Spread a sample of n over strata in proportion to their sizes, by largest remainders.

    `sizes` maps each stratum to its number of items; the result maps each stratum to its share of the sample.
    Equal remainders: the stratum named earlier in `sizes` goes first. ValueError if n exceeds the total.
    """
    total = sum(sizes.values())
    if n > total:
        raise ValueError(f"{n} items cannot be drawn from {total}")
    parts = {name: n * size // total for name, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: -(n * sizes[name] % total))
    for name in by_remainder[: n - sum(parts.values())]:
        parts[name] += 1
    return parts


def draw_sample(items, n, seed):
    """Draw n of the items, spread over the strata by `allocate`, at random without replacement.

    `items` maps each stratum to a list of different identifiers. The result maps each stratum to the sorted list of
    those drawn. The same seed gives the same sample in whatever order a stratum's identifiers are listed.
    """
    rng = random.Random(seed)
    parts = allocate({name: len(ids) for name, ids in items.items()}, n)
    return {name: sorted(rng.sample(sorted(ids), parts[name])) for name, ids in items.items()}


def stratified_share(strata):
    """The estimated share of hits in the population, and its standard error.

    `strata` is a list of (size, drawn, hits), with drawn at least 2. Each stratum counts by its size;
    its variance is p (1 - p) / (drawn - 1), times (1 - drawn / size).
    """
    total = sum(size for size, _, _ in strata)
    share = variance = 0.0
    for size, drawn, hits in strata:
        p = hits / drawn
        share += size / total * p
        variance += (size / total) ** 2 * (1 - drawn / size) * p * (1 - p) / (drawn - 1)
    return share, math.sqrt(variance)
