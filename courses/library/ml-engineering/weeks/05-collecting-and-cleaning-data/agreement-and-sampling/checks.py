"""Checks of the sampling plan and of the agreement."""

import math

import reference as right


def labels(rng, n, kinds):
    """Two labellers who agree more often than chance."""
    first = [rng.choice(kinds) for _ in range(n)]
    return first, [a if rng.random() < 0.6 else rng.choice(kinds) for a in first]


def check_kappa():
    first = ["yes", "yes", "yes", "no", "no", "no", "no", "no"]
    second = ["yes", "yes", "no", "no", "no", "no", "no", "yes"]
    found = cohen_kappa(first, second)
    if not close(found, 7 / 15):
        raise Told(f"They agree on 6 of 8; chance gives (3 * 3 + 5 * 5) / 64. Kappa is 7/15 = 0.467, not {found!r:.40}.")
    assert close(cohen_kappa(first, first), 1.0), "full agreement is 1"


def check_kappa_unseen():
    rng = draw(__seed__)
    for kinds in (["a", "b"], ["a", "b", "c", "d"], [0, 1, 2]):
        for n in (7, 60):
            first, second = labels(rng, n, kinds)
            assert close(cohen_kappa(first, second), right.cohen_kappa(first, second))
    assert close(cohen_kappa(["a", "b"], ["b", "a"]), -1.0), "worse than chance is negative"
    assert close(cohen_kappa(["a", "b", "a"], ["c", "c", "c"]), 0.0), "labels that only one of them uses"
    assert math.isnan(cohen_kappa(["a", "a"], ["a", "a"])), "nothing can be said"
    for wrong in (([], []), (["a"], ["a", "b"]), (["a", "b"], ["a"])):
        try:
            cohen_kappa(*wrong)
        except ValueError:
            continue
        raise AssertionError("not two lists of the same length")


def check_weighted():
    grades = ["poor", "fair", "good", "best"]
    near = weighted_kappa(["poor", "fair", "good", "best"], ["poor", "fair", "best", "best"], grades)
    far = weighted_kappa(["poor", "fair", "good", "best"], ["poor", "fair", "poor", "best"], grades)
    if not close(near, 11 / 12):
        raise Told(f"One step apart on one of four items: 1 - 0.25 / 3 = 0.917, not {near!r:.40}.")
    assert near > far, "two steps apart are worse than one"


def check_weighted_unseen():
    rng = draw(__seed__)
    for order in (["low", "mid", "high"], [5, 4, 3, 2, 1], ["z", "y", "x", "w"]):
        for n in (9, 50):
            first, second = labels(rng, n, order)
            assert close(weighted_kappa(first, second, order), right.weighted_kappa(first, second, order))
            two = order[:2]
            a, b = [two[x == order[0]] for x in first], [two[x == order[0]] for x in second]
            assert close(weighted_kappa(a, b, two), right.cohen_kappa(a, b)), "of two labels it is plain kappa"
    first, second = labels(rng, 40, ["b", "c"])
    assert close(weighted_kappa(first, second, list("abcd")), right.weighted_kappa(first, second, list("abcd")))
    assert math.isnan(weighted_kappa(["a", "a"], ["a", "a"], ["a", "b"])), "nothing can be said"


def check_size():
    found = sample_size(0.05)
    if found != 385:
        raise Told(f"1.96² · 0.25 / 0.05² = 384.16, so 385 items and not {found!r:.40}.")
    assert sample_size(0.05, population=1000) == 278, "a population of 1000 needs fewer"


def check_size_unseen():
    rng = draw(__seed__)
    inputs = [(rng.uniform(0.01, 0.2), rng.uniform(0.05, 0.95)) for _ in range(12)]
    inputs += [(m, p, rng.randint(50, 5000)) for m, p in inputs]
    agree(sample_size, right.sample_size, inputs)
    assert sample_size(0.01, 0.5, 40) == 40, "never more than there are"
    assert sample_size(0.003) == 106712, "z is 1.96, as the task says"
    assert type(sample_size(0.1)) is int


def check_allocation():
    found = allocate({"day": 700, "dusk": 200, "night": 100}, 25)
    if found != {"day": 18, "dusk": 5, "night": 2}:
        raise Told(f"17.5, 5 and 2.5: the remainders of day and night are equal, and day is named first. Found: {found!r:.80}")


def check_allocation_unseen():
    rng = draw(__seed__)
    for strata in (2, 5, 12):
        for _ in range(6):
            sizes = {f"s{rng.randint(0, 9)}{k}": rng.randint(1, 200) for k in range(strata)}
            n = rng.randint(0, sum(sizes.values()))
            remainders = {n * size % sum(sizes.values()) for size in sizes.values()}
            if len(remainders) < len(set(sizes.values())):
                continue  # equal remainders of unequal strata, which rounding errors could order
            found = allocate(sizes, n)
            assert sum(found.values()) == n
            assert found == right.allocate(sizes, n)
    assert allocate({"a": 3, "b": 4}, 7) == {"a": 3, "b": 4}
    assert allocate({"a": 5, "b": 5, "c": 5}, 5) == {"a": 2, "b": 2, "c": 1}, "integer parts first, and only then the rest"
    try:
        allocate({"a": 3, "b": 4}, 8)
    except ValueError:
        return
    raise AssertionError("more than there are")


def check_drawing():
    rng = draw(__seed__)
    items = {"day": [f"d{k:02}" for k in range(30)], "night": [f"n{k}" for k in range(10)]}
    samples = [draw_sample(items, 12, seed) for seed in range(120)]
    for sample in samples:
        assert list(sample) == ["day", "night"]
        for stratum, wanted in (("day", 9), ("night", 3)):
            drawn = sample[stratum]
            assert len(drawn) == len(set(drawn)) == wanted and set(drawn) <= set(items[stratum])
            assert drawn == sorted(drawn)
    assert len({tuple(sample["day"]) for sample in samples}) > 90, "any nine may come together, not only neighbours in the list"
    shuffled = {name: rng.sample(ids, len(ids)) for name, ids in items.items()}
    for seed in range(10):
        assert draw_sample(shuffled, 12, seed) == samples[seed], "the order of the list must not matter"
    for stratum, ids in items.items():
        for one in ids:
            times = sum(one in sample[stratum] for sample in samples)
            assert 10 <= times <= 66, "each item has the same chance, 36 of 120 samples"


def check_share():
    share, error = stratified_share([(900, 90, 9), (100, 10, 5)])
    if not close(share, 0.14):
        raise Told(f"0.9 · 0.1 + 0.1 · 0.5 = 0.14, not {share!r:.40}: strata count by their size.")
    assert close(error, 0.0314196, 1e-5), "the standard error is about 0.03142"


def check_share_unseen():
    rng = draw(__seed__)
    for strata in (1, 3, 6):
        for _ in range(5):
            plan = []
            for _ in range(strata):
                size = rng.randint(10, 400)
                drawn = rng.randint(2, size)
                plan.append((size, drawn, rng.randint(0, drawn)))
            found = stratified_share(plan)
            assert close(tuple(found), right.stratified_share(plan), 1e-7)
    assert close(stratified_share([(20, 20, 7)])[1], 0.0), "who has asked everybody errs no more"
