from itertools import combinations

import numpy as np


def _se(sample):
    return float(np.std(sample, ddof=1) / np.sqrt(len(sample)))


def _pair(found, wanted, tolerance=1e-9):
    low, high = found
    return close([float(low), float(high)], [float(one) for one in wanted], tolerance)


def check_bayes():
    found = posterior(0.01, 0.9, 0.05)
    assert close(float(found), 0.009 / (0.009 + 0.0495), 1e-9), f"0.009 / (0.009 + 0.0495) is 0.1538, not {found}"
    assert close(float(posterior(0.5, 0.8, 0.2)), 0.8, 1e-9), "with even chances before, 0.8 after"
    assert close(float(posterior(0.3, 0.4, 0.4)), 0.3, 1e-9), "an alarm that sounds as often without the cause says nothing"


def check_likelihood():
    rng = np.random.default_rng(__seed__)
    for n in (1, 4, 30):
        waits, rate = rng.exponential(1 / 3, size=n), float(rng.uniform(0.2, 6))
        assert close(float(log_likelihood(rate, waits)), float(n * np.log(rate) - rate * waits.sum()), 1e-8)
        assert close(float(best_rate(waits)), float(n / waits.sum()), 1e-9)
    many = rng.exponential(2.0, size=20_000)  # the product of so many densities is 0 in floating point
    assert close(float(log_likelihood(0.5, many)), float(len(many) * np.log(0.5) - 0.5 * many.sum()), 1e-8)


def check_error():
    found = standard_error([2.0, 4.0, 6.0, 8.0])
    assert close(float(found), float(np.sqrt(20 / 3) / 2), 1e-9), f"s is the root of 20/3, divided by 2: 1.291, not {found}"


def check_interval():
    found = mean_interval([2.0, 4.0, 6.0, 8.0])
    assert _pair(found, (5 - 1.96 * 1.2909944487358056, 5 + 1.96 * 1.2909944487358056)), f"about 2.470 to 7.530, not {found}"


def check_interval_hidden():
    rng = np.random.default_rng(__seed__)
    for n in (2, 7, 60):
        sample, z = rng.normal(rng.uniform(-50, 50), 4, size=n), float(rng.uniform(1, 3))
        half = z * _se(sample)
        assert _pair(mean_interval(sample, z), (sample.mean() - half, sample.mean() + half))
        assert close(float(standard_error(sample)), _se(sample), 1e-9)


def check_coverage():
    rng = np.random.default_rng(__seed__)
    for n in (3, 10, 40):
        seed, mean, sd = int(rng.integers(1, 10**6)), float(rng.uniform(-9, 9)), float(rng.uniform(1, 4))
        samples = np.random.default_rng(seed).normal(mean, sd, size=(300, n))
        gaps = np.abs(samples.mean(axis=1) - mean)
        wanted = float(np.mean(gaps <= 1.96 * samples.std(axis=1, ddof=1) / np.sqrt(n)))
        assert close(float(coverage(mean, sd, n, 300, seed)), wanted, 1e-9)


def check_bootstrap():
    rng = np.random.default_rng(__seed__)
    for name, level in (("mean", 0.95), ("median", 0.9), ("mean", 0.5)):
        sample, seed = rng.exponential(10, size=25), int(rng.integers(1, 10**6))
        again = sample[np.random.default_rng(seed).integers(0, 25, size=(400, 25))]
        values = again.mean(axis=1) if name == "mean" else np.median(again, axis=1)
        wanted = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
        assert _pair(bootstrap_interval(sample, name, 400, level, seed), wanted, 1e-8)
    try:
        bootstrap_interval([1.0, 2.0], "mode", 10, 0.9, 1)
    except NotImplementedError:
        raise
    except ValueError:
        return
    raise AssertionError("another name than mean and median")


def check_permutation():
    rng = np.random.default_rng(__seed__)
    # tenths whose means often tie but for rounding, in groups of unequal size
    pairs = [(np.array([0.2, 0.6]), rng.permutation([0.5, 0.7, 0.4, 0.5, 0.7, 0.6]))]
    for first_size, second_size, shift in ((4, 5, 0.0), (5, 5, 2.0), (3, 6, -1.5)):
        pairs.append((rng.integers(0, 6, size=first_size) + shift, rng.integers(0, 6, size=second_size) * 1.0))
    for first, second in pairs:
        both, first_size, second_size = np.concatenate([first, second]), len(first), len(second)
        gap = abs(first.mean() - second.mean())
        n, hits, total = len(both), 0, 0
        for chosen in combinations(range(n), first_size):
            picked = both[list(chosen)].sum()
            difference = abs(picked / first_size - (both.sum() - picked) / second_size)
            hits += bool(difference >= gap - 1e-9)
            total += 1
        found = float(permutation_p(first, second, 2000, int(rng.integers(1, 10**6))))
        assert abs(found - hits / total) < 0.06
    low = float(permutation_p(np.arange(20.0), 100 + np.arange(20.0), 200, 5))
    assert close(low, 1 / 201, 1e-9)
