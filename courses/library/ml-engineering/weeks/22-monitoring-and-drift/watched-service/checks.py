import reference


def near(found, wanted):
    """Whether two numbers agree, None only with None."""
    if wanted is None or found is None:
        return found is None and wanted is None
    return close(float(found), float(wanted))


def check_increase():
    rng = draw(__seed__)
    assert near(increase([(0, 100), (5, 130), (10, 130), (15, 180)], 0, 15), 80)
    assert near(increase([(10, 20), (0, 100), (5, 130)], 0, 10), 50), "30, a restart, and 20 since then"
    assert increase([(0, 5)], 0, 10) is None and increase([], 0, 10) is None and increase([(0, 5), (20, 9)], 0, 10) is None
    for _ in range(30):
        value, samples = rng.randint(0, 50), []
        for time in range(0, 60, 5):
            value = rng.randint(0, 20) if rng.random() < 0.15 else value + rng.choice([0, 1, 7, 30])
            if rng.random() < 0.8:
                samples.append((time, value))
        rng.shuffle(samples)
        given = (samples, rng.choice([0, 10, 12]), rng.choice([20, 40, 55, 10]))
        assert near(increase(*given), reference.increase(*given))


def flat(minutes, total, bad, start=0):
    return [(minute, total, bad) for minute in range(start, start + minutes)]


def check_alarm():
    assert near(burn([(1, 1000, 5)], 1, 5, 0.999), 5.0)
    assert near(burn([(0, 1000, 0), (1, 2, 1), (2, 1000, 0)], 2, 5, 0.999), 0.4995004995), "divide sums, do not average shares"
    assert near(burn([(0, 10, 10), (5, 10, 0)], 5, 5, 0.99), 0.0), "minute 0 is just outside the last five"
    assert near(burn([(1, 10, 0), (9, 10, 10)], 5, 5, 0.9), 0.0), "minute 9 has not come yet"
    assert burn([], 5, 5, 0.99) is None and burn([(1, 0, 0)], 5, 5, 0.99) is None and burn([(9, 10, 1)], 5, 5, 0.99) is None
    assert alarm(flat(120, 1000, 20), 119, 0.999, 10) == "page"
    assert alarm(flat(119, 1000, 20), 139, 0.999, 10) == "silence"
    assert alarm(flat(120, 1000, 0), 119, 0.999, 10) == "fine"
    over = flat(60, 1000, 40) + flat(10, 1000, 0, 60)
    assert alarm(over, 69, 0.999, 10) == "page", "the rule of six hours still calls: half an hour is not clean yet"
    assert near(budget_left([(1, 1000, 5)], 1, 60, 0.99), 0.5)


def on_the_border(events, now, objective):
    """Whether a burn rate is a limit but for rounding, so that both answers are right."""
    rates = [(reference.burn(events, now, minutes, objective), least) for _, *windows, least in reference.RULES for minutes in windows]
    return any(rate is not None and abs(rate - least) < 1e-6 for rate, least in rates)


def check_alarm_unseen():
    rng = draw(__seed__)
    assert alarm(flat(400, 100, 50), 399, 0.5, 5) == "ticket", "a burn rate of exactly 1 is at least 1"
    assert alarm(flat(400, 100, 75), 399, 0.875, 5) == "page" and alarm(flat(400, 100, 60), 199, 0.5, 5) == "ticket"
    assert alarm(flat(400, 100, 0) + flat(9, 100, 100, 400), 399, 0.9, 5) == "fine", "what came after now is not known"
    assert alarm(flat(50, 100, 0) + flat(9, 100, 0, 100), 80, 0.9, 5) == "silence"
    slow = [(minute, 100, 1 if minute % 2 else 0) for minute in range(0, 4400, 10)]
    fixed = [
        (flat(360, 500, 4), 359, 0.999, 10), (flat(360, 500, 4), 365, 0.999, 3), ([], 10, 0.999, 5), (flat(60, 0, 0), 59, 0.999, 5),
        (flat(50, 1000, 60) + flat(40, 1000, 0, 50), 89, 0.999, 10), (slow, 4399, 0.996, 20), (flat(400, 100, 2), 399, 0.9, 5),
        ([(minute, 100, 1) for minute in range(0, 4390, 10)], 4389, 0.995, 30), ([(3, 1, 1)], 3, 0.999, 5),
        ([(minute, 1000, 100 if minute > 55 else 0) for minute in range(60)], 59, 0.999, 5),
        ([(minute, 1000, 2 if minute < 4000 else 0) for minute in range(0, 4320, 20)], 4319, 0.999, 30),
    ]  # fmt: skip
    for _ in range(24):
        day = rng.choice([90, 150])
        begin, rate, calm = rng.randint(0, day), rng.choice([0.0023, 0.011, 0.031, 0.3]), rng.randint(0, day)
        events = []
        for minute in range(day):
            if rng.random() < 0.6:
                total = rng.choice([0, 1, 50, 1000])
                events.append((minute, total, round(total * rate) if begin <= minute < begin + calm else 0))
        rng.shuffle(events)
        one = (events, day - 1 + rng.choice([0, 0, 4, -20]), rng.choice([0.999, 0.99]), rng.choice([3, 10]))
        if not on_the_border(*one[:3]):
            fixed.append(one)
    for i, (events, now, objective, quiet) in enumerate(fixed):
        assert alarm(events, now, objective, quiet) == reference.alarm(events, now, objective, quiet)
        minutes = (5, 60, 500)[i % 3]
        assert near(burn(events, now, minutes, objective), reference.burn(events, now, minutes, objective))
        assert near(budget_left(events, now, minutes, objective), reference.budget_left(events, now, minutes, objective))


def matches(given):
    wanted, found = reference.join(*given), join(*given)
    assert {key: found[key] for key in ("immature", "lost", "assumed")} == {key: wanted[key] for key in ("immature", "lost", "assumed")}
    assert found["rows"] == wanted["rows"]
    return True


def check_join():
    predictions = [{"id": name, "at": at, "score": 0.5} for name, at in (("a", 10), ("b", 20), ("c", 30), ("d", 90), ("e", 5))]
    labels = [{"id": "a", "at": 40, "value": 1}, {"id": "a", "at": 60, "value": 0}, {"id": "b", "at": 50, "value": 1}]
    labels += [{"id": "c", "at": 45, "value": None}, {"id": "d", "at": 95, "value": 1}, {"id": "b", "at": 101, "value": 0}]
    assert join(predictions, labels, 100, 50) == {
        "rows": [{"id": "a", "score": 0.5, "label": 0}, {"id": "b", "score": 0.5, "label": 1}, {"id": "e", "score": 0.5, "label": 0}],
        "immature": 1, "lost": 1, "assumed": 1,
    }  # fmt: skip
    assert join([], labels, 100, 50) == {"rows": [], "immature": 0, "lost": 0, "assumed": 0}


def check_join_unseen():
    rng = draw(__seed__)
    names = [f"p{i:02}" for i in range(12)]
    for _ in range(30):
        used, predictions, labels = set(), [], []
        for _ in range(rng.randint(0, 16)):
            key = (rng.choice(names), rng.randint(0, 120))
            if key not in used:
                used.add(key)
                predictions.append({"id": key[0], "at": key[1], "score": rng.choice([0.1, 0.4, 0.9])})
        used = set()
        for _ in range(rng.randint(0, 20)):
            key = (rng.choice([*names, "stranger"]), rng.randint(0, 130))
            if key not in used:
                used.add(key)
                labels.append({"id": key[0], "at": key[1], "value": rng.choice([0, 1, 1, None])})
        assert matches((predictions, labels, rng.choice([60, 100, 110]), rng.choice([0, 20, 50])))
    twice = [{"id": "a", "at": 10, "score": 0.9}, {"id": "a", "at": 5, "score": 0.1}]
    assert matches((twice, [{"id": "a", "at": 7, "value": 1}], 100, 90)) and matches((twice, [], 95, 90)) and matches((twice, [], 94, 90))
    assert matches((twice, [{"id": "a", "at": 100, "value": None}, {"id": "a", "at": 99, "value": 1}], 100, 1))
    assert matches((twice, [{"id": "a", "at": 100, "value": 1}, {"id": "a", "at": 99, "value": None}], 100, 1))


def stratum(flagged, size, drawn, bad):
    return {"flagged": flagged, "size": size, "drawn": drawn, "bad": bad}


def check_estimate():
    rng = draw(__seed__)
    found = estimate([stratum(True, 500, 100, 70), stratum(False, 9500, 200, 3)])
    assert near(found["precision"], 0.7) and near(found["recall"], 350 / 492.5)
    cases = [
        [], [stratum(True, 10, 0, 0), stratum(False, 10, 5, 1)], [stratum(True, 10, 5, 1), stratum(False, 10, 0, 0)],
        [stratum(True, 10, 5, 0), stratum(False, 10, 5, 0)], [stratum(False, 10, 5, 2)], [stratum(True, 10, 5, 2)],
        [stratum(True, 0, 0, 0), stratum(True, 20, 4, 1), stratum(False, 50, 5, 1), stratum(False, 0, 0, 0)],
        [stratum(True, 0, 0, 0), stratum(False, 30, 3, 1)],
    ]  # fmt: skip
    for _ in range(50):
        case = []
        for _ in range(rng.randint(1, 6)):
            drawn = rng.choice([0, 5, 10, 20, 20, 20])
            case.append(stratum(rng.random() < 0.5, drawn + rng.choice([0, 10, 300]), drawn, rng.randint(0, drawn)))
        cases.append(case)
    for case in cases:
        found, wanted = estimate(case), reference.estimate(case)
        assert near(found["precision"], wanted["precision"]) and near(found["recall"], wanted["recall"])
