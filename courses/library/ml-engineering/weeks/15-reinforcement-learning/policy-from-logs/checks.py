import reference

LOG = [
    {"x": "all", "action": 0, "p": 0.5, "reward": 1}, {"x": "all", "action": 1, "p": 0.5, "reward": 0},
    {"x": "all", "action": 0, "p": 0.5, "reward": 0}, {"x": "all", "action": 1, "p": 0.5, "reward": 1},
]  # fmt: skip
SETTINGS = {"enabled": True, "min_visits": 20, "max_change": 2, "fallback": 4}


def some_probabilities(rng, size):
    shares = [rng.choice([0, 1, 2, 5]) for _ in range(size)]
    shares[rng.randrange(size)] += 1
    return [share / sum(shares) for share in shares]


def some_log(rng):
    groups, size = ["a", "b", "c"][: rng.randint(1, 3)], rng.randint(2, 4)
    log = []
    for _ in range(rng.randint(8, 40)):
        log.append({"x": rng.choice(groups), "action": rng.randrange(size), "p": rng.choice([0.05, 0.2, 0.5, 0.8, 1.0]), "reward": rng.choice([0, 1, 2.5, -1])})
    policy = {x: some_probabilities(rng, size) for x in ["a", "b", "c"]}
    model = {x: [rng.uniform(-1, 2) for _ in range(size)] for x in ["a", "b", "c"]}
    return log, policy, model


def same(found, wanted):
    assert sorted(found) == sorted(wanted)
    for name, value in wanted.items():
        if value is None:
            assert found[name] is None
        else:
            assert close(float(found[name]), float(value))


def check_weights():
    rng = draw(__seed__)
    for _ in range(8):
        log, policy, _ = some_log(rng)
        assert close([float(one) for one in weights(log, policy)], [float(one) for one in reference.weights(log, policy)])
    for bad in (0, -0.1, 1.5):
        for action in (0, 1):
            row = {"x": "all", "action": action, "p": bad, "reward": 1}
            try:
                weights([*LOG, row], {"all": [1.0, 0.0]})
            except ValueError:
                continue
            raise AssertionError


def check_estimate():
    same(estimate(LOG, {"all": [0.5, 0.5]}), {"ips": 0.5, "error": (1 / 12) ** 0.5, "snips": 0.5, "mean_weight": 1.0, "ess": 4.0})
    found = estimate(LOG, {"all": [1.0, 0.0]})
    assert close(float(found["ips"]), 0.5) and close(float(found["snips"]), 0.5), "the example of the reading"
    assert close(float(found["ess"]), 2.0), "two of the four rows are of use"


def check_estimate_unseen():
    rng = draw(__seed__)
    for _ in range(15):
        log, policy, _ = some_log(rng)
        same(estimate(log, policy), reference.estimate(log, policy))
    never = [{"x": "all", "action": 1, "p": 0.5, "reward": rng.random()} for _ in range(5)]
    same(estimate(never, {"all": [1.0, 0.0]}), {"ips": 0.0, "error": 0.0, "snips": None, "mean_weight": 0.0, "ess": 0.0})


def check_clipped():
    rng = draw(__seed__)
    for _ in range(12):
        log, policy, _ = some_log(rng)
        for most in (0.5, 2, 10):
            assert close(float(clipped(log, policy, most)), float(reference.clipped(log, policy, most)))


def check_doubly_robust():
    rng = draw(__seed__)
    for _ in range(12):
        log, policy, model = some_log(rng)
        assert close(float(doubly_robust(log, policy, model)), float(reference.doubly_robust(log, policy, model)))
        nothing = {x: [0.0] * len(row) for x, row in model.items()}
        assert close(float(doubly_robust(log, policy, nothing)), float(reference.estimate(log, policy)["ips"]))


def check_unsupported():
    rng = draw(__seed__)
    for _ in range(20):
        log, policy, _ = some_log(rng)
        log = log[: rng.randint(2, 8)]
        assert [list(pair) for pair in unsupported(log, policy)] == reference.unsupported(log, policy)
    assert list(unsupported(LOG, {"all": [0.5, 0.5]})) == []
    assert [list(pair) for pair in unsupported(LOG[:1], {"all": [0.0, 1.0], "nobody": [1.0, 0.0]})] == [["all", 1]]


def check_guard():
    whole = list(range(10))
    assert tuple(guard(6, whole, 5, 80, SETTINGS)) == (6, "policy")
    assert tuple(guard(9, whole, 5, 80, SETTINGS)) == (7, "slowed down")
    assert tuple(guard(9, whole, None, 80, SETTINGS)) == (9, "policy"), "no last action, no limit on change"
    assert tuple(guard(9, [0, 1, 2, 3, 4, 5], 5, 80, SETTINGS)) == (4, "not allowed")
    assert tuple(guard(6, whole, 5, 19, SETTINGS)) == (4, "unknown state")


def check_guard_unseen():
    rng = draw(__seed__)
    for _ in range(250):
        allowed = sorted({4, *(rng.randint(0, 12) for _ in range(rng.randint(1, 6)))})
        proposed = rng.choice([rng.choice(allowed), rng.randint(0, 12)])
        last, visits = rng.choice([None, rng.randint(0, 12), rng.randint(0, 12)]), rng.choice([0, 19, 20, 21, 500, 500])
        settings = {"enabled": rng.random() < 0.9, "min_visits": 20, "max_change": rng.choice([0, 1, 2, 4]), "fallback": 4}
        assert tuple(guard(proposed, allowed, last, visits, settings)) == reference.guard(proposed, allowed, last, visits, settings)


def check_logged_probability():
    rng = draw(__seed__)
    for _ in range(40):
        probabilities = some_probabilities(rng, 6)
        allowed = sorted({4, *(rng.randint(0, 5) for _ in range(3))})
        last, visits = rng.choice([None, 1, 3, 5]), rng.choice([5, 500, 500])
        settings = {"enabled": rng.random() < 0.9, "min_visits": 20, "max_change": rng.choice([1, 2]), "fallback": 4}
        for action in range(6):
            given = (action, probabilities, allowed, last, visits, settings)
            assert close(float(logged_probability(*given)), float(reference.logged_probability(*given)))
