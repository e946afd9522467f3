"""From a trained network to one that can be fed, paid for and shipped."""

import math


def quantise(rows):
    """Each row of weights as whole numbers from -127 to 127 and a scale of its own."""
    numbers, scales = [], []
    for row in rows:
        largest = max(abs(value) for value in row)
        scale = largest / 127 if largest > 0 else 1.0
        numbers.append([round(value / scale) for value in row])
        scales.append(scale)
    return {"q": numbers, "scale": scales}


def multiply(quantised, x, x_scale):
    """The matrix times the vector x_scale * x, summing whole numbers and scaling once per row."""
    sums = [sum(a * b for a, b in zip(row, x)) for row in quantised["q"]]
    return [total * scale * x_scale for total, scale in zip(sums, quantised["scale"])]


def prune(rows, share):
    """The matrix with its share of smallest weights set to zero."""
    places = [(abs(value), i, j) for i, row in enumerate(rows) for j, value in enumerate(row)]
    gone = {(i, j) for _, i, j in sorted(places)[: math.floor(share * len(places))]}
    return [[0.0 if (i, j) in gone else value for j, value in enumerate(row)] for i, row in enumerate(rows)]


def log_softmax(logits):
    """Logarithms of the probabilities."""
    top = max(logits)
    total = top + math.log(sum(math.exp(value - top) for value in logits))
    return [value - total for value in logits]


def distil(student, teacher, label, temperature, weight):
    """The loss of a student that learns from a label and from a teacher."""
    soft_student = log_softmax([value / temperature for value in student])
    soft_teacher = log_softmax([value / temperature for value in teacher])
    divergence = sum(math.exp(t) * (t - s) for t, s in zip(soft_teacher, soft_student))
    return (1 - weight) * -log_softmax(student)[label] + weight * temperature**2 * divergence


def feed(loads, step, workers, buffer):
    """Seconds for all steps, and the share of them in which the accelerator works."""
    free = [0.0] * workers
    begins, end = [], 0.0
    for i, load in enumerate(loads):
        if workers == 0:
            ready = end + load
        else:
            worker = free.index(min(free))
            start = max(free[worker], begins[i - buffer] if i >= buffer else 0.0)
            ready = free[worker] = start + load
        begins.append(max(ready, end))
        end = begins[-1] + step
    return {"seconds": end, "busy": len(loads) * step / end}


def run_cost(forward, examples, epochs, peak, utilisation, price, runs):
    """Hours of one training run, and the cost of all runs."""
    hours = 3 * forward * examples * epochs / (peak * utilisation) / 3600
    return {"hours": hours, "cost": hours * price * runs}


def choose(variants, accuracy, limits):
    """The name of the smallest variant that may be released, or None."""

    def admissible(one):
        return (
            one["megabytes"] <= limits["megabytes"]
            and one["milliseconds"] <= limits["milliseconds"]
            and all(name in one["accuracy"] and value - one["accuracy"][name] <= limits["drop"] + 1e-9 for name, value in accuracy.items())
        )

    fit = [one for one in variants if admissible(one)]
    best = min(fit, key=lambda one: (one["megabytes"], one["milliseconds"], one["name"]), default=None)
    return best and best["name"]
