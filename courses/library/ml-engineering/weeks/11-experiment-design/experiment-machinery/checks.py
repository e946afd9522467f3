import hashlib
import json
import math

PLAN = {
    "question": "Does the short form bring more orders?",
    "unit": "user",
    "metric": "order within 7 days",
    "guardrails": {"speed": 0.05},
    "shares": {"old": 0.5, "new": 0.5},
    "alpha": 0.05,
    "smallest_effect": 0.02,
    "users_per_arm": 3839,
}


def place_of(unit, experiment):
    return int(hashlib.sha256(f"{experiment}:{unit}".encode()).hexdigest()[:15], 16) / 16**15


def result(interval, old=4000, new=4000, speed=(-0.01, 0.01)):
    return {"interval": list(interval), "counts": {"old": old, "new": new}, "guardrails": {"speed": list(speed)}}


def check_plan():
    if problems(PLAN) != []:
        raise Told("A sound plan has no problems: [].")
    if problems({**PLAN, "alpha": 5}) != ["alpha"]:
        raise Told("alpha = 5 is not between 0 and 0.5.")
    if problems({"question": "?"}) != sorted(set(PLAN) - {"question"}):
        raise Told("Every missing entry is a problem.")


def check_plan_hidden():
    assert problems({**PLAN, "shares": {"old": 0.5, "new": 0.6}}) == ["shares"]
    assert problems({**PLAN, "shares": {"old": 1.0}}) == ["shares"]
    assert problems({**PLAN, "shares": {"old": 1.0, "new": 0.0}}) == ["shares"]
    assert problems({**PLAN, "shares": {"a": 0.1, "b": 0.2, "c": 0.7}}) == []
    assert problems({**PLAN, "shares": {"a": 0.7, "b": 0.2, "c": 0.1}}) == [], "a sum of 0.9999999999999999 is 1"
    assert problems({**PLAN, "alpha": 0.5}) == ["alpha"]
    assert problems({**PLAN, "users_per_arm": 1, "smallest_effect": 0, "alpha": 0.0}) == [
        "alpha",
        "smallest_effect",
        "users_per_arm",
    ]
    assert problems({**{k: v for k, v in PLAN.items() if k != "unit"}, "alpha": 0.7}) == ["alpha", "unit"]


def check_seal():
    if seal(PLAN) != seal(dict(reversed(list(PLAN.items())))):
        raise Told("The order of the entries must not matter.")
    if seal(PLAN) == seal({**PLAN, "metric": "order within 14 days"}):
        raise Told("Another metric is another plan.")
    assert seal(PLAN) == hashlib.sha256(json.dumps(PLAN, sort_keys=True).encode()).hexdigest()


def check_assignment():
    shares = {"old": 0.5, "new": 0.5}
    first = [assign(f"user-{i}", "short-form", shares) for i in range(200)]
    if first != [assign(f"user-{i}", "short-form", shares) for i in range(200)]:
        raise Told("The same unit must get the same variant again.")
    if not 70 < first.count("new") < 130:
        raise Told("Half of the units should get each variant.")
    if first == [assign(f"user-{i}", "other-test", shares) for i in range(200)]:
        raise Told("Another experiment must mix the units anew.")


def check_assignment_hidden():
    rng = draw(__seed__)
    shares = {"c": 0.1, "a": 0.3, "b": 0.6}
    name = f"exp{rng.randint(0, 10**6)}"
    found = []
    for i in range(200):
        unit = f"u{rng.randint(0, 10**9)}"
        place = place_of(unit, name)
        wanted = "c" if place < 0.1 else "a" if place < 0.4 else "b"
        found.append(assign(unit, name, shares))
        if min(abs(place - 0.1), abs(place - 0.4)) > 1e-6:
            assert found[-1] == wanted
    assert set(found) == {"a", "b", "c"}


def check_log():
    log = [
        {"unit": "u1", "variant": "new", "time": 5},
        {"unit": "u2", "variant": "old", "time": 3},
        {"unit": "u1", "variant": "new", "time": 2},
        {"unit": "u3", "variant": "old", "time": 1},
        {"unit": "u3", "variant": "new", "time": 9},
    ]
    kept, mixed = exposures(log)
    if mixed != 1:
        raise Told("u3 saw both variants: one unit is left out.")
    if [(e["unit"], e["time"]) for e in kept] != [("u1", 2), ("u2", 3)]:
        raise Told("One row per unit, its first exposure, sorted by time.")


def check_log_hidden():
    rng = draw(__seed__)
    log = [
        {"unit": f"u{rng.randint(0, 25):02d}", "variant": rng.choice(["old", "new", "new", "new"]), "time": rng.randint(0, 40)}
        for _ in range(60)
    ] + [{"unit": "v1", "variant": "old", "time": 7}, {"unit": "v0", "variant": "old", "time": 7}]
    units = {e["unit"] for e in log}
    mixed = {u for u in units if len({e["variant"] for e in log if e["unit"] == u}) > 1}
    wanted = sorted((min(e["time"] for e in log if e["unit"] == u), u) for u in units - mixed)
    kept, dropped = exposures([dict(e) for e in log])
    assert dropped == len(mixed)
    assert [(e["time"], e["unit"]) for e in kept] == wanted


def check_mismatch():
    found = mismatch_p({"old": 10210, "new": 9790}, {"old": 0.5, "new": 0.5})
    if not close(found, 0.0029795, 1e-4):
        raise Told("10 210 against 9 790 where equal arms were planned has a p-value of about 0.003.")


def check_mismatch_hidden():
    rng = draw(__seed__)
    for _ in range(5):
        share, a, b = rng.uniform(0.1, 0.9), rng.randint(400, 600), rng.randint(400, 600)
        n = a + b
        square = (a - share * n) ** 2 / (share * n) + (b - (1 - share) * n) ** 2 / ((1 - share) * n)
        wanted = math.erfc(math.sqrt(square / 2))
        assert close(mismatch_p({"y": b, "x": a}, {"x": share, "y": 1 - share}), wanted, 1e-6)
    assert mismatch_p({"x": 80}, {"x": 0.5, "y": 0.5}) < 1e-9


def check_decision():
    cases = {
        "ship": result((0.004, 0.031)),
        "not shown": result((-0.004, 0.023)),
        "wait": result((0.004, 0.031), old=900, new=910),
        "stop": result((0.004, 0.031), speed=(-0.12, -0.07)),
        "invalid": result((0.004, 0.031), old=4000, new=4600),
    }
    for word, one in cases.items():
        if decide(PLAN, one) != word:
            raise Told(f"The plan says {word} for {one}.")


def check_decision_hidden():
    assert decide(PLAN, result((-0.03, -0.01))) == "reject"
    assert decide(PLAN, result((-0.01, 0.012))) == "no useful effect"
    assert decide(PLAN, result((0.004, 0.015))) == "no useful effect"
    assert decide(PLAN, result((0.004, 0.02))) == "ship"
    assert decide(PLAN, result((-0.01, 0.02))) == "not shown"
    assert decide(PLAN, result((0.004, 0.031), old=900, new=910, speed=(-0.2, -0.06))) == "stop"
    assert decide(PLAN, result((0.004, 0.031), old=900, new=1400, speed=(-0.2, -0.06))) == "invalid"
    assert decide(PLAN, result((0.004, 0.031), speed=(-0.2, -0.04))) == "not shown"
    assert decide(PLAN, result((0.004, 0.031), speed=(-0.05, 0.04))) == "ship"
    assert decide(PLAN, result((0.004, 0.031), old=3838, new=3900)) == "wait"
    assert decide(PLAN, result((0.004, 0.031), old=3839, new=3839)) == "ship"
    assert decide(PLAN, result((0.004, 0.031), old=4000, new=4250)) == "ship", "a ratio with p = 0.006"
    assert decide(PLAN, result((-0.03, 0.0))) == "no useful effect"
    assert decide(PLAN, result((0.0, 0.031))) == "not shown"
    assert decide(PLAN, result((0.004, 0.031), speed=(-0.2, -0.05))) == "not shown"
    two = {**PLAN, "guardrails": {"speed": 0.05, "returns": 0.01}}
    for returns, word in (((-0.03, -0.02), "stop"), ((-0.03, 0.02), "not shown"), ((-0.005, 0.02), "ship")):
        one = result((0.004, 0.031))
        assert decide(two, {**one, "guardrails": {**one["guardrails"], "returns": list(returns)}}) == word
    uneven = {**PLAN, "shares": {"old": 0.9, "new": 0.1}, "users_per_arm": 100}
    assert decide(uneven, result((0.004, 0.031), old=900, new=105)) == "ship"
