"""From a trained network to one that can be fed, paid for and shipped."""

import math


def quantise(rows):
    """Each row of weights as whole numbers from -127 to 127 and a scale of its own."""
    raise NotImplementedError()


def multiply(quantised, x, x_scale):
    """The matrix times the vector x_scale * x, summing whole numbers and scaling once per row."""
    raise NotImplementedError()


def prune(rows, share):
    """The matrix with its share of smallest weights set to zero."""
    raise NotImplementedError()


def distil(student, teacher, label, temperature, weight):
    """The loss of a student that learns from a label and from a teacher."""
    raise NotImplementedError()


def feed(loads, step, workers, buffer):
    """Seconds for all steps, and the share of them in which the accelerator works."""
    raise NotImplementedError()


def run_cost(forward, examples, epochs, peak, utilisation, price, runs):
    """Hours of one training run, and the cost of all runs."""
    raise NotImplementedError()


def choose(variants, accuracy, limits):
    """The name of the smallest variant that may be released, or None."""
    raise NotImplementedError()
