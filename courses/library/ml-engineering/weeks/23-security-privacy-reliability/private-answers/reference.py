"""Answers about people that keep their secrets."""

import itertools
import math
from collections import Counter, defaultdict


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
    return min(Counter(tuple(row[one] for one in columns) for row in rows).values(), default=0)


def diversity(rows, columns, sensitive):
    """The smallest number of different sensitive values in such a group."""
    groups = defaultdict(set)
    for row in rows:
        groups[tuple(row[one] for one in columns)].add(row[sensitive])
    return min((len(values) for values in groups.values()), default=0)


def release(rows, k, spare):
    """The finest k-anonymous release that leaves out at most `spare` rows, or None."""
    best = None
    for levels in itertools.product(range(3), range(5), range(2)):
        coarse = [coarsen(row, levels) for row in rows]
        keys = [(row["age"], row["postal"], row["sex"]) for row in coarse]
        sizes = Counter(keys)
        kept = [row for row, key in zip(coarse, keys) if sizes[key] >= k]
        left_out = len(rows) - len(kept)
        order = (sum(levels), left_out, levels)
        if left_out <= spare and (best is None or order < best[0]):
            best = order, kept
    if best is None:
        return None
    (_, left_out, levels), kept = best
    return {"levels": list(levels), "rows": kept, "left_out": left_out}


def noisy_count(count, epsilon, u):
    """A count with noise."""
    return count + laplace(1 / epsilon, u)


def noisy_mean(values, low, high, epsilon, u):
    """A mean of clipped values with noise."""
    clipped = [min(high, max(low, value)) for value in values]
    return sum(clipped) / len(clipped) + laplace((high - low) / len(clipped) / epsilon, u)


def histogram(visits, bins, most, epsilon, us):
    """Noisy counts of all bins, as whole numbers from 0."""
    seen, counts = Counter(), Counter()
    for person, place in visits:
        seen[person] += 1
        if seen[person] <= most:
            counts[place] += 1
    return {place: max(0, round(counts[place] + laplace(most / epsilon, u))) for place, u in zip(bins, us)}


def ask(ledger, question, epsilon, budget, fresh):
    """(the answer or None, the ledger afterwards)."""
    if not epsilon > 0:
        raise ValueError("epsilon must be above 0")
    for entry in ledger:
        if entry["question"] == question and entry["epsilon"] == epsilon:
            return entry["answer"], list(ledger)
    if sum(entry["epsilon"] for entry in ledger) + epsilon > budget:
        return None, list(ledger)
    return fresh, [*ledger, {"question": question, "epsilon": epsilon, "answer": fresh}]


def belief(prior, epsilon):
    """The highest probability that a prior one can become."""
    grown = prior * math.exp(epsilon)
    return grown / (1 - prior + grown)
