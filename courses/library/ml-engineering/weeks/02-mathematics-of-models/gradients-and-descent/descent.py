"""A bowl, its gradient, and the way down."""

import numpy as np


def project(v, onto):
    """The projection of ``v`` onto the line through ``onto``."""
    raise NotImplementedError


def bowl(A, b):
    """The function x -> x.A.x / 2 - b.x."""
    raise NotImplementedError


def bowl_gradient(A, b, x):
    """The gradient of the bowl at ``x``, for any square ``A``."""
    raise NotImplementedError


def numerical_gradient(f, x, h=1e-5):
    """The gradient of ``f`` at ``x`` by central differences."""
    raise NotImplementedError


def gap(g, k):
    """How far two gradients are apart, relative to their lengths."""
    raise NotImplementedError


def largest_rate(A):
    """The learning rate below which the walk converges."""
    raise NotImplementedError


def descend(A, b, start, rate, steps):
    """The points of the walk, one in each row, the start first."""
    raise NotImplementedError
