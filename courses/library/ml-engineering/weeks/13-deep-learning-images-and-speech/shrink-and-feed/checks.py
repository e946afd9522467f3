import math

import reference


def matrix(rng, high, wide):
    return [[rng.gauss(0, 10 ** rng.uniform(-2, 1)) for _ in range(wide)] for _ in range(high)]


def plain(found):
    return [[float(value) for value in row] for row in found]


def check_quantise():
    found = quantise([[0.5, -1.27, 0.0], [10.0, 5.0, -2.5]])
    assert [[int(value) for value in row] for row in found["q"]] == [[50, -127, 0], [127, 64, -32]], "each row has a scale of its own"
    assert close([float(value) for value in found["scale"]], [0.01, 10 / 127])
    small = {"q": [[100, -50]], "scale": [0.02]}
    assert close([float(value) for value in multiply(small, [10, 4], 0.5)], [8.0])


def check_quantise_unseen():
    rng = draw(__seed__)
    for high, wide in ((3, 5), (6, 2), (1, 1)):
        rows = matrix(rng, high, wide)
        rows.append([0.0] * wide)
        wanted, found = reference.quantise(rows), quantise(rows)
        assert plain(found["q"]) == plain(wanted["q"]) and close([float(value) for value in found["scale"]], wanted["scale"])
        x = [rng.randint(-127, 127) for _ in range(wide)]
        assert close([float(value) for value in multiply(wanted, x, 0.013)], reference.multiply(wanted, x, 0.013))
    rows = [[0.001, -0.002], [100.0, 50.0]]
    back = [[q * scale for q in row] for row, scale in zip(quantise(rows)["q"], quantise(rows)["scale"])]
    assert abs(back[0][0] - 0.001) < 1e-5


def check_prune():
    assert plain(prune([[3.0, -0.1], [0.2, -5.0]], 0.5)) == [[3.0, 0.0], [0.0, -5.0]]
    assert plain(prune([[3.0, -0.1], [0.2, -5.0]], 0.0)) == [[3.0, -0.1], [0.2, -5.0]]


def check_prune_unseen():
    rng = draw(__seed__)
    for high, wide, share in ((4, 5, 0.3), (3, 3, 0.5), (2, 6, 0.99), (3, 4, 1.0)):
        rows = matrix(rng, high, wide)
        assert plain(prune(rows, share)) == plain(reference.prune(rows, share))
        rows = [[float(rng.choice([-2, -1, 1, 2])) for _ in range(wide)] for _ in range(high)]
        assert plain(prune(rows, share)) == plain(reference.prune(rows, share))


def check_distil():
    assert close(float(distil([2.0, 0.0], [2.0, 0.0], 0, 3.0, 1.0)), 0.0), "a student who agrees with the teacher"
    assert close(float(distil([2.0, 0.0], [9.0, 0.0], 0, 3.0, 0.0)), math.log(1 + math.exp(-2))), "the label alone"
    assert abs(float(distil([0.0, 0.0], [4.0, 0.0], 0, 2.0, 1.0)) - 1.311252) < 1e-5, "the teacher alone, at temperature 2"


def check_distil_unseen():
    rng = draw(__seed__)
    for size in (2, 5, 10):
        for temperature in (1.0, 2.0, 4.0):
            student, teacher = [rng.gauss(0, 3) for _ in range(size)], [rng.gauss(0, 3) for _ in range(size)]
            agree(distil, reference.distil, [(student, teacher, rng.randrange(size), temperature, rng.random())])
    agree(distil, reference.distil, [([1000.0, 0.0, -5.0], [0.0, 900.0, 3.0], 1, 1.0, 0.5)])


def as_floats(found):
    return {name: float(value) for name, value in found.items()}


def check_feed():
    assert close(as_floats(feed([2.0, 2.0, 2.0], 1.0, 0, 1)), {"seconds": 9.0, "busy": 1 / 3}), "load, step, load, step, load, step"
    assert close(as_floats(feed([2.0, 2.0, 2.0], 1.0, 1, 1)), {"seconds": 7.0, "busy": 3 / 7}), "load the next while this one is used"
    assert close(as_floats(feed([2.0] * 4, 1.0, 2, 2)), {"seconds": 6.0, "busy": 4 / 6}), "two workers"


def check_feed_unseen():
    rng = draw(__seed__)
    fixed = [([1.0, 1.0, 8.0, 1.0, 1.0, 1.0], 2.0, 1, 3), ([1.0, 1.0, 8.0, 1.0, 1.0, 1.0], 2.0, 2, 1), ([1.0] * 6, 4.0, 3, 1), ([0.5], 1.0, 2, 4), ([8.0, 1.0, 1.0, 1.0, 1.0, 1.0], 0.25, 2, 6)]
    for _ in range(30):
        loads = [rng.choice([0.5, 1.0, 1.0, 2.0, 6.0]) for _ in range(rng.randint(1, 12))]
        fixed.append((loads, rng.choice([0.5, 1.0, 3.0]), rng.randint(0, 4), rng.randint(1, 4)))
    for loads, step, workers, buffer in fixed:
        assert close(as_floats(feed(loads, step, workers, buffer)), reference.feed(loads, step, workers, buffer))


def check_run_cost():
    assert close(as_floats(run_cost(4e9, 1_200_000, 90, 1e14, 0.3, 2.0, 5)), {"hours": 12.0, "cost": 120.0})
    rng = draw(__seed__)
    for _ in range(5):
        given = (rng.uniform(1e6, 1e10), rng.randint(1000, 10**6), rng.randint(1, 90), rng.uniform(1e12, 1e15), rng.uniform(0.1, 0.6), rng.uniform(0.5, 4), rng.randint(1, 30))
        assert close(as_floats(run_cost(*given)), reference.run_cost(*given))


def some_variants(rng):
    names = ["full", "half", "int8", "int8-pruned", "distilled", "tiny"]
    rng.shuffle(names)
    variants = []
    for name in names[: rng.randint(0, 6)]:
        accuracy = {part: rng.choice([0.90, 0.89, 0.88, 0.85]) for part in ("all", "night", "rain")}
        if rng.random() < 0.15:
            del accuracy["night"]
        variants.append({"name": name, "megabytes": rng.choice([5, 5, 12, 24, 48]), "milliseconds": rng.choice([10, 20, 40]), "accuracy": accuracy})
    return variants


def check_choose():
    truth = {"all": 0.90, "night": 0.90, "rain": 0.90}
    limits = {"megabytes": 30, "milliseconds": 30, "drop": 0.02}
    good = {"name": "int8", "megabytes": 12, "milliseconds": 20, "accuracy": {"all": 0.89, "night": 0.88, "rain": 0.9}}
    blind = {"name": "tiny", "megabytes": 5, "milliseconds": 10, "accuracy": {"all": 0.895, "night": 0.80, "rain": 0.9}}
    assert choose([blind, good], truth, limits) == "int8", "good on the whole, and blind at night"
    assert choose([blind], truth, limits) is None
    rng = draw(__seed__)
    for _ in range(60):
        variants = some_variants(rng)
        assert choose(variants, truth, limits) == reference.choose(variants, truth, limits)
    for _ in range(20):
        alike = [{**good, "name": name, "milliseconds": rng.choice([10, 20])} for name in rng.sample("abcdef", 4)]
        assert choose(alike, truth, limits) == reference.choose(alike, truth, limits)
