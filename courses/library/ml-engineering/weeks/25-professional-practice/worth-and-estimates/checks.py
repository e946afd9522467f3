import reference

LIFTS = {"cases": 3000, "share": 0.04, "recall": 0.5, "gain": 420, "check": 120, "running": 3000}
PRIOR = {"good": 0.4, "fair": 0.3, "poor": 0.3}
PAYOFF = {"build": {"good": 60800, "fair": -30800, "poor": -40000}, "leave": {"good": 0, "fair": 0, "poor": 0}}
BACKTEST = {"promising": {"good": 0.85, "fair": 0.3, "poor": 0.1}, "weak": {"good": 0.15, "fair": 0.7, "poor": 0.9}}


def near(found, wanted):
    """Whether two numbers agree, None only with None."""
    if wanted is None or found is None:
        return found is None and wanted is None
    return close(float(found), float(wanted))


def refuses(function, *given):
    """Whether the call raises ValueError."""
    try:
        function(*given)
    except ValueError:
        return True
    return False


def check_value():
    assert near(monthly_value(LIFTS, 0.4), 4200)
    assert near(monthly_value(LIFTS, 0.2), -13800)
    assert near(break_even(LIFTS), 7200 / 22200), "the running costs have to be earned, too"
    assert break_even({**LIFTS, "gain": 100}) is None
    assert payback(40000, [4200] * 12) == 10
    assert payback(40000, [4200] * 9) is None


def check_break_even():
    rng = draw(__seed__)
    uses = [{**LIFTS, "check": 0}, {**LIFTS, "share": 0}, {**LIFTS, "recall": 0.0, "running": 0}, {**LIFTS, "check": 0, "running": 90000}]
    uses += [{**LIFTS, "gain": 170, "running": 3000}, {**LIFTS, "gain": 169.99, "running": 3000}, {**LIFTS, "running": 0}]
    uses += [{**LIFTS, "gain": 50}, {**LIFTS, "gain": 50, "check": 0}, {**LIFTS, "recall": 0.0, "running": 0, "check": 0}]
    for _ in range(25):
        uses.append({
            "cases": rng.choice([200, 1000, 5000]), "share": rng.choice([0.01, 0.1, 0.3]), "recall": rng.choice([0.3, 0.6, 1.0]),
            "gain": rng.randint(20, 500), "check": rng.randint(0, 120), "running": rng.choice([0, 500, 4000]),
        })  # fmt: skip
    for use in uses:
        assert near(break_even(use), reference.break_even(use))
        precision = rng.choice([0.05, 0.3, 0.8, 1])
        assert near(monthly_value(use, precision), reference.monthly_value(use, precision))
    for _ in range(30):
        months = [rng.randint(-5, 10) for _ in range(rng.randint(0, 9))]
        build = rng.choice([0, -3, 1, 5, 12, 20])
        assert payback(build, months) == reference.payback(build, months)
    assert payback(10, [12, -5, 4]) == 1 and payback(10, [5, 5]) == 2 and payback(0, [-1]) == 0 and payback(1, []) is None
    assert payback(6, [4, -3, 2, 3]) == 4, "a month may cost something, too"


def same(found, wanted):
    assert found["plan"] == wanted["plan"], "what to do after each signal"
    assert near(found["perfect"], wanted["perfect"]) and near(found["trial"], wanted["trial"])
    return True


def check_information():
    action, value = decide(PRIOR, PAYOFF)
    assert action == "build" and near(value, 3080)
    assert decide({"good": 0.3, "fair": 0.3, "poor": 0.4}, PAYOFF)[0] == "leave"
    found = information(PRIOR, PAYOFF, BACKTEST)
    assert near(found["perfect"], 21240) and near(found["trial"], 13620)
    assert found["plan"] == {"promising": "build", "weak": "leave"}


def check_information_unseen():
    rng = draw(__seed__)
    sure = {"yes": {"good": 1.0, "fair": 0.0, "poor": 0.0}, "no": {"good": 0.0, "fair": 1.0, "poor": 1.0}, "odd": {"good": 0.0, "fair": 0.0, "poor": 0.0}}
    assert same(information(PRIOR, PAYOFF, sure), reference.information(PRIOR, PAYOFF, sure))
    useless = {"a": {state: 0.3 for state in PRIOR}, "b": {state: 0.7 for state in PRIOR}}
    assert near(information(PRIOR, PAYOFF, useless)["trial"], 0.0), "a trial that changes nothing is worth nothing"
    assert decide({"x": 1.0}, {"b": {"x": 2}, "a": {"x": 2}, "c": {"x": 1}})[0] == "a"
    assert decide({"x": 1.0}, {"b": {"x": 2 + 1e-10}, "a": {"x": 2}})[0] == "a", "equally good within 1e-9"
    for _ in range(30):
        states = [f"s{i}" for i in range(rng.randint(1, 4))]
        weights = [rng.randint(0, 4) for _ in states]
        weights[0] += 1
        prior = {state: weight / sum(weights) for state, weight in zip(states, weights)}
        payoff = {action: {state: rng.randint(-60, 60) for state in states} for action in rng.sample(["wait", "build", "buy", "rent"], rng.randint(1, 4))}
        signals, given = [f"t{i}" for i in range(rng.randint(1, 3))], {}
        for state in states:
            parts = [rng.randint(0, 3) for _ in signals]
            parts[rng.randrange(len(parts))] += 1
            given[state] = [part / sum(parts) for part in parts]
        likelihood = {signal: {state: given[state][i] for state in states} for i, signal in enumerate(signals)}
        assert same(information(prior, payoff, likelihood), reference.information(prior, payoff, likelihood))
        found, wanted = decide(prior, payoff), reference.decide(prior, payoff)
        assert found[0] == wanted[0] and near(found[1], wanted[1])


def check_record():
    rng = draw(__seed__)
    found = three_point(3, 6, 15)
    assert near(found[0], 7) and near(found[1], 2)
    assert refuses(three_point, 3, 2, 5) and refuses(three_point, 3, 6, 5) and near(three_point(4, 4, 4)[1], 0)
    assert track_record([]) == {"inside": None, "factor": None}
    for _ in range(25):
        history = []
        for _ in range(rng.randint(1, 7)):
            low = rng.randint(1, 9)
            history.append((low, low + rng.randint(0, 6), rng.choice([low, low + 2, 3 * low, 30])))
        found, wanted = track_record(history), reference.track_record(history)
        assert near(found["inside"], wanted["inside"]) and near(found["factor"], wanted["factor"])


def task(low, likely, high, *after):
    return {"low": low, "likely": likely, "high": high, "after": list(after)}


def alike(tasks, runs, seed):
    found, wanted = simulate(tasks, runs, seed), reference.simulate(tasks, runs, seed)
    assert len(found) == len(wanted)
    assert all(near(a, b) for a, b in zip(found, wanted))
    return True


def check_schedule():
    fixed = {"a": task(2, 2, 2), "b": task(5, 5, 5), "c": task(1, 1, 1, "a", "b")}
    assert simulate(fixed, 3, 1) == [6, 6, 6], "a and b run side by side"
    one = simulate({"a": task(3, 6, 15)}, 200, 25)
    assert one == sorted(one) and len(one) == 200 and 3 <= one[0] and one[-1] <= 15
    assert 7.3 < sum(one) / 200 < 8.7, "the mean of this triangle is 8"
    assert date_for([1, 2, 3, 4, 5], 0.8) == 4 and date_for([1, 2, 3, 4, 5], 0.81) == 5
    assert refuses(simulate, {"a": task(1, 1, 1, "b"), "b": task(1, 1, 1, "a")}, 1, 1)


def check_schedule_unseen():
    rng = draw(__seed__)
    for _ in range(12):
        names = rng.sample("abcdefg", rng.randint(1, 6))
        tasks = {}
        for i, name in enumerate(names):
            low = rng.randint(0, 4)
            likely = low + rng.randint(0, 3)
            tasks[name] = task(low, likely, likely + rng.randint(1, 9), *rng.sample(names[:i], rng.randint(0, min(i, 2))))
        tasks = {name: tasks[name] for name in rng.sample(names, len(names))}
        assert alike(tasks, 15, rng.randint(0, 999))
    assert refuses(simulate, {"a": task(1, 1, 2, "gone")}, 2, 1) and refuses(simulate, {"a": task(1, 1, 2, "a")}, 2, 1)
    assert refuses(simulate, {"z": task(1, 1, 2), "a": task(1, 1, 2, "c", "z"), "b": task(1, 1, 2, "a"), "c": task(1, 1, 2, "b")}, 2, 1)
    assert date_for([7], 0.01) == 7 and date_for(list(range(1, 101)), 0.07) == 7 and date_for(list(range(1, 101)), 1) == 100
    assert date_for(list(range(1, 101)), 0.071) == 8 and date_for(list(range(1, 101)), 0.29) == 29
