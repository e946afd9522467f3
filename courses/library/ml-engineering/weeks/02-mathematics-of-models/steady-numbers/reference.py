"""Small numerical functions that hold where they are usually tested least."""

import numpy as np


def same(found, wanted, relative=1e-6, absolute=1e-9):
    """Whether two arrays agree within the tolerances."""
    found, wanted = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    if found.shape != wanted.shape:
        return False
    allowed = np.maximum(relative * np.abs(wanted), absolute)
    return bool(np.all(np.abs(found - wanted) <= allowed))


def standardise(X):
    """Columns with mean 0 and standard deviation 1; constant columns become zeros."""
    X = np.asarray(X, dtype=float)
    constant = np.all(X == X[0], axis=0)
    deviation = np.where(constant, 1.0, X.std(axis=0))
    return np.where(constant, 0.0, (X - X.mean(axis=0)) / deviation)


def distances(X, Y):
    """The distances from each row of ``X`` to each row of ``Y``."""
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    return np.sqrt(np.sum((X[:, None, :] - Y[None, :, :]) ** 2, axis=2))


def log_sum_exp(a):
    """The logarithm of the sum of the exponentials."""
    a = np.asarray(a, dtype=float)
    top = a.max()
    return float(top + np.log(np.sum(np.exp(a - top))))


def running_mean(x, window):
    """The means of all windows of neighbouring values."""
    x = np.asarray(x, dtype=float)
    if not 1 <= window <= len(x):
        raise ValueError(f"window must be between 1 and {len(x)}, not {window}")
    return np.array([x[i : i + window].mean() for i in range(len(x) - window + 1)])
