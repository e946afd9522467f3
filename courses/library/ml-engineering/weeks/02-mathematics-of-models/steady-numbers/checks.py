import math

import numpy as np


def _near(found, wanted, tolerance=1e-8):
    found, wanted = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    if found.shape != wanted.shape:
        return False
    return np.allclose(found, wanted, rtol=tolerance, atol=tolerance)


def _verdict(*arguments):
    found = same(*arguments)
    assert isinstance(found, bool | np.bool_), "the answer is True or False"
    return bool(found)


def check_same():
    assert _verdict([1.0, 2.0], [1.0, 2.0]) is True, "equal arrays are the same"
    assert _verdict(0.1 + 0.2, 0.3) is True, "0.1 + 0.2 and 0.3 are the same within a millionth"
    assert _verdict([1.0, 2.0], [1.0, 2.1]) is False, "2.0 and 2.1 are not"


def check_same_hidden():
    rng = draw(__seed__)
    for _ in range(5):
        w = rng.uniform(100, 1000) * rng.choice([-1, 1])
        assert _verdict([w * (1 + 0.9e-6)], [w]) is True
        assert _verdict([w * (1 + 1.2e-6)], [w]) is False
        assert _verdict([w, w * 1.01], [w, w], 0.02, 0.0) is True
        assert _verdict([1.0, w], [1.0, -w]) is False
    assert _verdict([0.9e-9], [0.0]) is True
    assert _verdict([1.2e-9], [0.0]) is False
    assert _verdict([1.0, 1.0], 1.0) is False
    assert _verdict([[1.0, 1.0]], [1.0, 1.0]) is False
    assert _verdict([float("nan")], [1.0]) is False
    assert _verdict([float("nan")], [float("nan")]) is False
    assert _verdict([1.0, 2.0], [1.0, float("nan")]) is False
    # the relative tolerance is of the wanted value, not of the other or the larger one
    assert _verdict([110.5], [100.0], 0.1, 0.0) is False
    assert _verdict([100.0], [110.5], 0.1, 0.0) is True
    assert _verdict([90.5], [100.0], 0.1, 0.0) is True
    # only one of the two tolerances needs to hold, and they do not add up
    assert _verdict([1.0 + 1.5e-3], [1.0], 1e-3, 1e-3) is False


def check_standardise():
    found = np.asarray(standardise([[1.0, 10.0], [3.0, 10.0], [5.0, 40.0]]), dtype=float)
    wanted = [[-1.224744871391589, -0.7071067811865475], [0.0, -0.7071067811865475], [1.224744871391589, 1.414213562373095]]
    assert found.shape == (3, 2), f"the shape stays (3, 2), it became {found.shape}"
    assert _near(found, wanted), f"expected {wanted}"
    assert _near(standardise([[1, 10], [3, 10], [5, 40]]), wanted), "whole numbers give the same"


def check_standardise_hidden():
    rng = np.random.default_rng(__seed__)
    for n, d in ((2, 3), (40, 1), (40, 5)):
        X = rng.normal(rng.uniform(-30, 30), rng.uniform(1, 9), size=(n, d))
        assert _near(standardise(X), (X - X.mean(axis=0)) / X.std(axis=0))
    X = rng.normal(size=(20, 3))
    X[:, 1] = 0.1  # its mean is not exactly 0.1 in floating point
    wanted = np.column_stack([(X[:, 0] - X[:, 0].mean()) / X[:, 0].std(), np.zeros(20), (X[:, 2] - X[:, 2].mean()) / X[:, 2].std()])
    assert _near(standardise(X), wanted)
    X[:, 1] = 98765.4321  # nor this one: the deviation comes out as some 1e-11
    assert _near(standardise(X), wanted)
    assert _near(standardise(X * [1.0, 1.0, 1e-10]), wanted)  # a small spread is a spread


def check_distances():
    rng = np.random.default_rng(__seed__)
    for n, m, d in ((1, 1, 1), (3, 5, 2), (4, 4, 6)):
        X, Y = rng.normal(size=(n, d)), rng.normal(size=(m, d))
        wanted = [[math.dist(a, b) for b in Y.tolist()] for a in X.tolist()]
        assert _near(distances(X, Y), wanted)
    far = 1e6 + rng.normal(size=(6, 3))  # distances of about 1, a million from the origin
    wanted = [[math.dist(a, b) for b in far.tolist()] for a in far.tolist()]
    assert _near(distances(far, far), wanted, 1e-6)


def check_log_sum_exp():
    rng = draw(__seed__)
    a = [rng.uniform(-3, 3) for _ in range(8)]
    wanted = math.log(math.fsum(math.exp(x) for x in a))
    for shift in (0.0, 1000.0, -1000.0, 50_000.0):
        assert close(float(log_sum_exp([x + shift for x in a])), wanted + shift, 1e-9)
    assert close(float(log_sum_exp([7.5])), 7.5, 1e-9)
    assert close(float(log_sum_exp([-2000.0, 0.0])), 0.0, 1e-9)


def check_running():
    assert _near(running_mean([1.0, 3.0, 5.0, 10.0], 2), [2.0, 4.0, 7.5]), "running_mean([1, 3, 5, 10], 2) is [2, 4, 7.5]"
    rng = np.random.default_rng(__seed__)
    for n, window in ((9, 3), (5, 5), (6, 1)):
        x = rng.normal(size=n)
        wanted = [float(np.mean(x[i : i + window])) for i in range(n - window + 1)]
        assert _near(running_mean(x, window), wanted), f"{n} values and a window of {window} give {len(wanted)} means"
    for window in (0, -1, 5):
        try:
            running_mean([1.0, 2.0, 3.0, 4.0], window)
        except NotImplementedError:
            raise
        except ValueError:
            continue
        raise AssertionError(f"a window of {window} over 4 values must raise ValueError")
