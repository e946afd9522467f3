"""A bowl, its gradient, and the way down."""

import numpy as np


def project(v, onto):
    """The projection of ``v`` onto the line through ``onto``."""
    v, onto = np.asarray(v, dtype=float), np.asarray(onto, dtype=float)
    return (v @ onto) / (onto @ onto) * onto


def bowl(A, b):
    """The function x -> x.A.x / 2 - b.x."""
    A, b = np.asarray(A, dtype=float), np.asarray(b, dtype=float)

    def f(x):
        x = np.asarray(x, dtype=float)
        return float(x @ A @ x / 2 - b @ x)

    return f


def bowl_gradient(A, b, x):
    """The gradient of the bowl at ``x``, for any square ``A``."""
    A, b, x = np.asarray(A, dtype=float), np.asarray(b, dtype=float), np.asarray(x, dtype=float)
    return (A + A.T) @ x / 2 - b


def numerical_gradient(f, x, h=1e-5):
    """The gradient of ``f`` at ``x`` by central differences."""
    x = np.asarray(x, dtype=float)
    found = np.zeros(len(x))
    for i in range(len(x)):
        step = np.zeros(len(x))
        step[i] = h
        found[i] = (f(x + step) - f(x - step)) / (2 * h)
    return found


def gap(g, k):
    """How far two gradients are apart, relative to their lengths."""
    g, k = np.asarray(g, dtype=float), np.asarray(k, dtype=float)
    size = np.linalg.norm(g) + np.linalg.norm(k)
    return float(np.linalg.norm(g - k) / size) if size > 0 else 0.0


def largest_rate(A):
    """The learning rate below which the walk converges."""
    return float(2 / np.linalg.eigvalsh(np.asarray(A, dtype=float))[-1])


def descend(A, b, start, rate, steps):
    """The points of the walk, one in each row, the start first."""
    x = np.array(start, dtype=float)
    path = [x]
    for _ in range(steps):
        x = x - rate * bowl_gradient(A, b, x)
        path.append(x)
    return np.array(path)
