import copy
import json
import math

import numpy as np

SETTINGS = {"seed": 3, "batch_size": 4, "base": 0.05, "warmup": 3, "total": 40, "momentum": 0.9, "max_norm": 5.0}


def refused(function, *arguments):
    try:
        function(*arguments)
    except ValueError:
        return True
    return False


def rate(step, base, warmup, total):
    if step < warmup:
        return base * (step + 1) / warmup
    return base * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2 if step < total else 0.0


def task(seed, n=22, d=3):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    return X, X @ rng.normal(size=d) + 0.1 * rng.normal(size=n), rng.normal(size=d)


def expected(state, settings, X, y, steps):
    weights, velocity = np.array(state["weights"]), np.array(state["velocity"])
    per_epoch = math.ceil(len(X) / settings["batch_size"])
    for step in range(state["step"], state["step"] + steps):
        order = np.random.default_rng([settings["seed"], step // per_epoch]).permutation(len(X))
        at = step % per_epoch * settings["batch_size"]
        rows = order[at : at + settings["batch_size"]]
        slope = 2 / len(rows) * X[rows].T @ (X[rows] @ weights - y[rows])
        slope = slope * min(1.0, settings["max_norm"] / np.linalg.norm(slope))
        velocity = settings["momentum"] * velocity - slope * rate(
            step, settings["base"], settings["warmup"], settings["total"]
        )
        weights = weights + velocity
    return weights, velocity


def check_schedule():
    if not close(learning_rate(0, 0.1, 4, 20), 0.025):
        raise Told("The first of four warm-up steps has a quarter of the base rate.")
    if not close(learning_rate(4, 0.1, 4, 20), 0.1):
        raise Told("The first step after the warm-up has the whole base rate.")
    if not close(learning_rate(12, 0.1, 4, 20), 0.05):
        raise Told("Halfway between warm-up and end, the rate is half the base rate.")
    if not close(learning_rate(20, 0.1, 4, 20), 0.0) or not close(learning_rate(30, 0.1, 4, 20), 0.0):
        raise Told("From step `total` on, the rate is 0.")


def check_schedule_hidden():
    rng = draw(__seed__)
    for _ in range(20):
        warmup, base = rng.randint(0, 10), rng.uniform(0.001, 2)
        total, step = warmup + rng.randint(1, 50), rng.randint(0, 70)
        assert close(learning_rate(step, base, warmup, total), rate(step, base, warmup, total))


def check_clipping():
    short, norm = clip_gradient([3.0, 4.0], 10.0)
    assert close(list(short), [3.0, 4.0]) and close(norm, 5.0)
    long, norm = clip_gradient([3.0, 4.0], 1.0)
    if not close(list(long), [0.6, 0.8]):
        raise Told("Clipping keeps the direction: (3, 4) with at most length 1 is (0.6, 0.8).")
    if not close(norm, 5.0):
        raise Told("The second part of the answer is the length before clipping.")


def check_clipping_hidden():
    rng = draw(__seed__)
    for _ in range(10):
        gradient, limit = [rng.gauss(0, 3) for _ in range(6)], rng.uniform(0.5, 12)
        norm = math.sqrt(sum(g * g for g in gradient))
        clipped, told = clip_gradient(list(gradient), limit)
        assert close(told, norm) and close(list(clipped), [g * min(1.0, limit / norm) for g in gradient], 1e-8)
    assert close(list(clip_gradient([0.0, 0.0], 1.0)[0]), [0.0, 0.0])
    assert refused(clip_gradient, [1.0, float("nan")], 1.0)
    assert refused(clip_gradient, [float("inf"), 1.0], 1.0)


def check_batches():
    epoch = [batch_at(step, 10, 4, 1) for step in range(3)]
    if [len(rows) for rows in epoch] != [4, 4, 2]:
        raise Told("Ten rows in batches of 4 make three batches: 4, 4 and 2 rows.")
    if sorted(i for rows in epoch for i in rows) != list(range(10)):
        raise Told("Each epoch visits every row exactly once.")
    if [batch_at(step, 10, 4, 1) for step in range(3, 6)] == epoch:
        raise Told("The next epoch must have another order.")


def check_batches_hidden():
    rng = draw(__seed__)
    for _ in range(8):
        n, size, seed, step = rng.randint(1, 30), rng.randint(1, 12), rng.randint(0, 999), rng.randint(0, 60)
        per_epoch = math.ceil(n / size)
        order = np.random.default_rng([seed, step // per_epoch]).permutation(n).tolist()
        at = step % per_epoch * size
        assert list(batch_at(step, n, size, seed)) == order[at : at + size]


def check_checkpoint():
    state = {"step": 3, "weights": [0.1, 1 / 3, -2e-17], "velocity": [1e300, 0.0, 5.0]}
    text = dump(copy.deepcopy(state))
    if not isinstance(text, str):
        raise Told("dump returns text.")
    if load(text) != state:
        raise Told("load(dump(state)) must be the same state, to the last bit.")
    if not refused(load, text.replace("5.0", "6.0")):
        raise Told("A changed number must be noticed: raise ValueError.")


def check_checkpoint_hidden():
    rng = draw(__seed__)
    numbers = [rng.gauss(0, 1) for _ in range(12)]
    state = {"step": rng.randint(0, 99), "weights": numbers[:6], "velocity": numbers[6:]}
    text = dump(copy.deepcopy(state))
    assert load(text) == state
    assert dump(dict(reversed(list(state.items())))) == text
    outer = json.loads(text)
    assert sorted(outer) == ["content", "format", "sha256"]
    for damaged in (
        text[: len(text) // 2],
        "",
        "[1, 2]",
        "{}",
        json.dumps({"format": 1}),
        json.dumps({"format": 1, "content": outer["content"]}),
        json.dumps({"format": 1, "sha256": outer["sha256"]}),
        json.dumps({**outer, "format": 2}),
        json.dumps({**outer, "content": outer["content"] + " "}),
        json.dumps({**outer, "sha256": "0" * 64}),
    ):
        assert refused(load, damaged)
    for bad in (float("nan"), float("inf")):
        assert refused(dump, {**state, "weights": [1.0, bad]})


def check_training():
    X, y, start = task(5)
    state = {"step": 0, "weights": start.tolist(), "velocity": [0.0, 0.0, 0.0]}
    done = train(state, SETTINGS, X.tolist(), y.tolist(), 30)
    if done["step"] != 30:
        raise Told("The new state counts all steps.")
    before, after = (float(np.mean((X @ np.array(w) - y) ** 2)) for w in (start, done["weights"]))
    if not after < before / 5:
        raise Told("Thirty steps should bring the error down to a fifth at least.")


def check_resuming():
    for turn in range(3):
        X, y, start = task(__seed__ % 100000 + turn)
        settings = {**SETTINGS, "seed": turn, "batch_size": 3 + turn, "max_norm": 2.0}
        state = {"step": 0, "weights": start.tolist(), "velocity": [0.0, 0.0, 0.0]}
        whole = train(copy.deepcopy(state), settings, X.tolist(), y.tolist(), 25)
        weights, velocity = expected(state, settings, X, y, 25)
        assert close(np.array(whole["weights"]), weights, 1e-8) and close(np.array(whole["velocity"]), velocity, 1e-8)
        half = train(copy.deepcopy(state), settings, X.tolist(), y.tolist(), 9)
        resumed = train(load(dump(half)), settings, X.tolist(), y.tolist(), 16)
        assert resumed == whole


def check_exploding():
    X, y, start = task(1)
    state = {"step": 0, "weights": [float("inf"), 0.0, 0.0], "velocity": [0.0, 0.0, 0.0]}
    assert refused(train, state, SETTINGS, X.tolist(), y.tolist(), 2)
    fine = {"step": 0, "weights": start.tolist(), "velocity": [0.0, 0.0, 0.0]}
    assert train(fine, SETTINGS, X.tolist(), y.tolist(), 2)["step"] == 2


def check_diagnosis():
    cases = {
        "diverged": ([1.0, 0.9, float("nan")], [1.0, 1.0, 1.0]),
        "stuck": ([2.30, 2.31, 2.29], [2.30, 2.30, 2.31]),
        "overfitting": ([2.0, 1.0, 0.1], [2.0, 1.0, 1.4]),
        "learning": ([2.0, 1.0, 0.5], [2.0, 1.1, 0.7]),
    }
    for word, curves in cases.items():
        if diagnose(*curves) != word:
            raise Told(f"Training {curves[0]} and validation {curves[1]} are {word}.")


def check_diagnosis_hidden():
    inf = float("inf")
    assert diagnose([1.0, 2.5, 2.1], [1.0, 0.5, 0.4]) == "diverged"
    assert diagnose([1.0, inf, 0.2], [1.0, 0.5, 0.4]) == "diverged"
    assert diagnose([1.0, 1.6, 1.9], [1.0, 0.5, 0.4]) == "stuck"
    assert diagnose([1.0, 0.2, 0.96], [1.0, 0.5, 0.9]) == "stuck"
    assert diagnose([1.0, 0.5, 0.3], [1.0, 0.50, 0.54]) == "learning"
    assert diagnose([1.0, 0.5, 0.3], [1.0, 0.50, 0.56]) == "overfitting"
    assert diagnose([1.0, 0.3, 0.5], [1.0, 0.50, 0.80]) == "learning"
    assert diagnose([1.0, 1.5, 2.0], [1.0, 1.2, 1.4]) == "stuck", "twice the first is not more than twice"
    assert diagnose([1.0, 0.5, 0.45, 0.3, 0.4], [1.0, 0.5, 0.6, 0.5, 0.7]) == "overfitting", "the first of several lowest"
