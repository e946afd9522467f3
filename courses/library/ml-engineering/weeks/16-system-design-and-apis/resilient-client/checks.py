import reference

POLICY = {"attempts": 4, "timeout": 1.0, "budget": 3.0, "base": 0.25, "cap": 2.0, "jitter": [0.5, 0.5, 0.5]}
NEW = {"mode": "closed", "failures": 0, "since": None}


def check_backoff():
    found = [backoff(retry, 0.25, 2.0, 1) for retry in range(5)]
    assert close([float(one) for one in found], [0.25, 0.5, 1.0, 2.0, 2.0]), "the ceiling doubles up to the cap"
    assert close(float(backoff(2, 0.25, 2.0, 0.5)), 0.5)
    assert close(float(backoff(9, 0.25, 2.0, 0.5)), 1.0), "half of the cap"
    rng = draw(__seed__)
    inputs = [(rng.randint(0, 8), rng.uniform(0.1, 1), rng.uniform(1, 20), rng.random()) for _ in range(20)]
    agree(backoff, reference.backoff, inputs)


def check_may_retry():
    statuses = [None, 200, 400, 401, 404, 409, 422, 429, 500, 502, 503, 504]
    for status in statuses:
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            for has_key in (True, False):
                found = may_retry(status, method, has_key)
                assert bool(found) == reference.may_retry(status, method, has_key)


def check_call():
    ok = {"status": 200, "seconds": 0.2}
    assert close(call([ok] * 4, POLICY), {"status": 200, "attempts": 1, "waits": [], "elapsed": 0.2})
    slow = {"status": 200, "seconds": 9.0}
    assert close(call([slow, ok, ok, ok], POLICY), {"status": 200, "attempts": 2, "waits": [0.125], "elapsed": 1.325})
    busy = {"status": 503, "seconds": 0.1, "retry_after": 1}
    assert close(call([busy, ok, ok, ok], POLICY), {"status": 200, "attempts": 2, "waits": [1], "elapsed": 1.3}) or close(
        call([busy, ok, ok, ok], POLICY), {"status": 200, "attempts": 2, "waits": [1.0], "elapsed": 1.3}
    ), "a longer retry_after counts"
    bad = {"status": 400, "seconds": 0.1}
    assert call([bad, ok, ok, ok], POLICY)["attempts"] == 1, "a bad request stays bad"


def some_call(rng):
    outcomes = []
    for _ in range(5):
        one = {"status": rng.choice([200, 429, 500, 502, 503, 503, 503, 504, 429]), "seconds": rng.choice([0.0625, 0.25, 1.0, 2.0, 5.0])}
        if one["status"] in (429, 503) and rng.random() < 0.4:
            one["retry_after"] = rng.choice([0.0, 0.5, 1.0, 4.0, 60.0])
        outcomes.append(one)
    attempts = rng.randint(1, 5)
    policy = {
        "attempts": attempts, "timeout": rng.choice([0.5, 1.0, 2.0]), "budget": rng.choice([1.0, 2.0, 4.0, 8.0]), "base": 0.25,
        "cap": rng.choice([0.5, 2.0]), "jitter": [rng.choice([0.0, 0.25, 0.5, 1.0]) for _ in range(5)],
    }  # fmt: skip
    return outcomes, policy, rng.choice(["GET", "POST"]), rng.random() < 0.7


def check_call_unseen():
    rng = draw(__seed__)
    fixed = [
        ([{"status": 200, "seconds": 1.0}] * 5, {**POLICY, "jitter": [1.0] * 5}),
        ([{"status": 503, "seconds": 5.0, "retry_after": 0.5}] * 5, {**POLICY, "budget": 2.5, "jitter": [0.0] * 5}),
        ([{"status": 503, "seconds": 0.5, "retry_after": 60.0}] * 5, {**POLICY, "jitter": [0.0] * 5}),
        ([{"status": 503, "seconds": 0.5, "retry_after": 2.5}] * 5, {**POLICY, "jitter": [0.0] * 5}),
        ([{"status": 503, "seconds": 0.5, "retry_after": 2.0}, {"status": 200, "seconds": 0.75}] * 3, {**POLICY, "jitter": [0.0] * 5}),
        ([{"status": 429, "seconds": 0.125, "retry_after": 0.125}, {"status": 200, "seconds": 0.125}] * 3, {**POLICY, "jitter": [1.0] * 5}),
        ([{"status": 503, "seconds": 0.125}] * 5, {**POLICY, "attempts": 3, "budget": 8.0, "jitter": [1.0] * 5}),
    ]
    cases = [(outcomes, policy, "POST", True) for outcomes, policy in fixed] + [some_call(rng) for _ in range(80)]
    for outcomes, policy, method, has_key in cases:
        wanted = reference.call(outcomes, policy, method, has_key)
        found = call(outcomes, policy, method, has_key)
        assert sorted(found) == sorted(wanted)
        assert found["status"] == wanted["status"] and found["attempts"] == wanted["attempts"]
        assert close([float(one) for one in found["waits"]], [float(one) for one in wanted["waits"]])
        assert close(float(found["elapsed"]), float(wanted["elapsed"]))


def check_breaker():
    allowed, breaker = allow(NEW, 0, 30)
    assert allowed and breaker == NEW
    breaker = record(NEW, 1, False, 2)
    assert breaker == {"mode": "closed", "failures": 1, "since": None}
    breaker = record(breaker, 2, False, 2)
    assert breaker == {"mode": "open", "failures": 0, "since": 2}
    allowed, breaker = allow(breaker, 20, 30)
    assert not allowed and breaker["mode"] == "open"
    allowed, breaker = allow(breaker, 40, 30)
    assert allowed and breaker == {"mode": "half_open", "failures": 0, "since": 40}
    assert record(breaker, 41, True, 2) == NEW


def check_breaker_unseen():
    rng = draw(__seed__)
    for _ in range(6):
        limit, cooldown = rng.randint(1, 4), rng.randint(3, 9)
        mine, theirs, now = dict(NEW), dict(NEW), 0
        for _ in range(60):
            now += rng.randint(0, 4)
            if rng.random() < 0.5:
                before = dict(theirs)
                wanted, mine = reference.allow(mine, now, cooldown)
                found, after = allow(theirs, now, cooldown)
                assert bool(found) == wanted and after == mine and theirs == before
            else:
                ok = rng.random() < 0.4
                mine = reference.record(mine, now, ok, limit)
                after = record(theirs, now, ok, limit)
                assert after == mine
            theirs = after
    opened = {"mode": "open", "failures": 0, "since": 5}
    assert not allow(opened, 14, 10)[0] and allow(opened, 15, 10)[0]
    assert record(opened, 6, True, 3) == opened and record(opened, 7, False, 3) == opened
    probe = {"mode": "half_open", "failures": 0, "since": 15}
    allowed, after = allow(probe, 16, 10)
    assert not allowed and after == probe
    assert record(probe, 17, False, 3) == {"mode": "open", "failures": 0, "since": 17}
    assert record({"mode": "closed", "failures": 2, "since": None}, 8, True, 3) == NEW


def check_fallback():
    rng = draw(__seed__)
    values = [None, 0, 0.0, 12.1]
    for _ in range(60):
        cached = rng.choice([None, {"value": rng.choice([0, 7.5]), "at": rng.randint(0, 20)}])
        given = (rng.choice(values), cached, 20, rng.choice([0, 5, 10]), 15.0)
        assert close(fallback(*given), reference.fallback(*given))
    assert fallback(None, {"value": 0, "at": 10}, 20, 10, 15.0) == {"value": 0, "source": "cache", "degraded": True}
