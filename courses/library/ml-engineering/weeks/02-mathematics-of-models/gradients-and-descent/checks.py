import numpy as np


def _near(found, wanted, tolerance=1e-9):
    found, wanted = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    if found.shape != wanted.shape:
        return False
    return np.allclose(found, wanted, rtol=tolerance, atol=tolerance)


def _symmetric(rng, size):
    root = rng.normal(size=(size, size))
    return root @ root.T + 0.2 * np.eye(size)


def check_project():
    assert _near(project([3.0, 4.0], [2.0, 0.0]), [3.0, 0.0]), "project([3, 4], [2, 0]) is [3, 0]: the length of onto plays no part"
    v, onto = np.array([1.0, 2.0, 4.0]), np.array([1.0, -1.0, 3.0])
    found = np.asarray(project(v, onto), dtype=float)
    assert found.shape == (3,), "a projection has as many entries as the vector"
    assert abs((v - found) @ onto) < 1e-9, "what is left of v must stand at right angles to onto"
    assert abs(found @ found - found @ v) < 1e-9


def check_bowl():
    A, b = np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([2.0, 4.0])
    value = bowl(A, b)([3.0, 2.0])
    assert close(float(value), 3.0, 1e-9), f"x.A.x/2 - b.x at (3, 2) is 34/2 - 14 = 3, not {value}"
    assert _near(bowl_gradient(A, b, np.array([3.0, 2.0])), [4.0, 4.0]), "the gradient at (3, 2) is (4, 4)"
    assert _near(bowl_gradient(A, b, np.array([1.0, 1.0])), [0.0, 0.0]), "the bottom is at (1, 1)"


def check_gradient():
    rng = np.random.default_rng(__seed__)
    for size in (1, 2, 3, 6):
        A, b, x = rng.normal(size=(size, size)), rng.normal(size=size), rng.normal(size=size)
        assert _near(bowl_gradient(A, b, x), (A + A.T) @ x / 2 - b)
        assert close(float(bowl(A, b)(x)), float(x @ A @ x / 2 - b @ x), 1e-9)


def check_numerical():
    rng = np.random.default_rng(__seed__)
    for size in (1, 3, 5):
        A, b, x = rng.normal(size=(size, size)), rng.normal(size=size), 1 + rng.normal(size=size)
        before = x.copy()
        f = bowl(A, b)
        found = numerical_gradient(f, x)
        assert _near(found, (A + A.T) @ before / 2 - b, 1e-7)
        # for a quadratic, central differences are exact whatever the step
        assert _near(numerical_gradient(f, before, 0.5), (A + A.T) @ before / 2 - b, 1e-9)
    # a cubic shows the step: the slope of x0**3 comes out as 3 * x0**2 + h**2
    point = rng.normal(size=2)
    for h in (0.5, 0.01):
        found = numerical_gradient(lambda x: float(x[0] ** 3 + 2 * x[0] * x[1]), point.copy(), h)
        assert _near(found, [3 * point[0] ** 2 + h**2 + 2 * point[1], 2 * point[0]], 1e-9)
    whole = bowl([[2.0, 1.0], [0.0, 4.0]], [1.0, 0.0])
    assert _near(numerical_gradient(whole, [1, 2]), [2.0, 8.5], 1e-6)


def check_gap():
    assert close(float(gap([3.0, 4.0], [3.0, 4.0])), 0.0), "equal gradients have no gap"
    assert close(float(gap([3.0, 0.0], [0.0, 4.0])), 5 / 7, 1e-9), "gap([3, 0], [0, 4]) is 5 / (3 + 4)"
    assert close(float(gap([1e-6, 0.0], [-1e-6, 0.0])), 1.0, 1e-9), "opposite gradients have the gap 1, however short"
    assert close(float(gap([0.0, 0.0], [0.0, 0.0])), 0.0), "two zero gradients have no gap"


def check_largest():
    rng = np.random.default_rng(__seed__)
    for size in (1, 2, 5):
        A = _symmetric(rng, size)
        assert close(float(largest_rate(A)), float(2 / np.max(np.linalg.eigvalsh(A))), 1e-8)
    assert close(float(largest_rate([[4.0, 1.0], [1.0, 2.0]])), float(2 / (3 + np.sqrt(2))), 1e-8)


def check_descend():
    found = np.asarray(descend([[2.0, 0.0], [0.0, 4.0]], [2.0, 4.0], [3.0, 2.0], 0.25, 3), dtype=float)
    wanted = [[3.0, 2.0], [2.0, 1.0], [1.5, 1.0], [1.25, 1.0]]
    assert found.shape == (4, 2), f"three steps from a start of two numbers make 4 rows and 2 columns, not {found.shape}"
    assert _near(found, wanted), f"from (3, 2) with rate 0.25 the walk is {wanted}"


def check_descend_hidden():
    rng = np.random.default_rng(__seed__)
    for size in (1, 2, 4):
        A, b, start = _symmetric(rng, size), rng.normal(size=size), 1 + rng.normal(size=size)
        rate = 0.9 / np.max(np.linalg.eigvalsh(A))
        x, wanted = start, [start]
        for _ in range(12):
            x = x - rate * (A @ x - b)
            wanted.append(x)
        before = start.copy()
        assert _near(descend(A, b, start, float(rate), 12), np.array(wanted), 1e-8)
        assert _near(descend(A, b, before, float(rate), 0), [before])
    A, b, start = rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=3)
    one = start - 0.1 * ((A + A.T) @ start / 2 - b)
    assert _near(descend(A, b, start, 0.1, 1), [start, one], 1e-8)
