"""Answers about people that keep their secrets. Replace each NotImplementedError."""

import math


def coarsen(row, levels):
    """The row with coarser age, postal code and sex; levels are 0 (as it is) up to (2, 4, 1)."""
    age, postal, sex = levels
    decade = row["age"] // 10 * 10
    return {
        **row,
        "age": [str(row["age"]), f"{decade}-{decade + 9}", "*"][age],
        "postal": row["postal"][: 4 - postal] + "*" * postal,
        "sex": "*" if sex else row["sex"],
    }


def laplace(scale, u):
    """Noise of this scale from a number u between -1/2 and 1/2."""
    return -scale * math.copysign(1, u) * math.log(1 - 2 * abs(u))


def smallest_group(rows, columns):
    """The size of the smallest group of rows that agree in these columns."""
    raise NotImplementedError()


def diversity(rows, columns, sensitive):
    """The smallest number of different sensitive values in such a group."""
    raise NotImplementedError()


def release(rows, k, spare):
    """The finest k-anonymous release that leaves out at most `spare` rows, or None."""
    raise NotImplementedError()


def noisy_count(count, epsilon, u):
    """A count with noise."""
    raise NotImplementedError()


def noisy_mean(values, low, high, epsilon, u):
    """A mean of clipped values with noise."""
    raise NotImplementedError()


def histogram(visits, bins, most, epsilon, us):
    """Noisy counts of all bins, as whole numbers from 0."""
    raise NotImplementedError()


def ask(ledger, question, epsilon, budget, fresh):
    """(the answer or None, the ledger afterwards)."""
    raise NotImplementedError()


def belief(prior, epsilon):
    """The highest probability that a prior one can become."""
    raise NotImplementedError()
