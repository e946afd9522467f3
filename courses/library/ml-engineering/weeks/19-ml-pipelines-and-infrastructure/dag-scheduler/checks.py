import builtins

import reference

NIGHT = {
    "orders": {"needs": []}, "riders": {"needs": []}, "weather": {"needs": []}, "features": {"needs": ["orders", "riders", "weather"]},
    "check": {"needs": ["features"]}, "baseline": {"needs": ["check"]}, "train": {"needs": ["check"]},
    "evaluate": {"needs": ["baseline", "train"]}, "publish": {"needs": ["evaluate"]},
}  # fmt: skip


def graph(rng, size=None, chance=0.35):
    """A graph without cycles whose names say nothing about the order."""
    names = rng.sample(["ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen", "ibis", "jay"], size or rng.randint(1, 9))
    tasks = {}
    for at, name in enumerate(names):
        needs = [one for one in names[:at] if rng.random() < chance]
        rng.shuffle(needs)
        tasks[name] = {"needs": needs}
    shuffled = list(tasks)
    rng.shuffle(shuffled)
    return {name: tasks[name] for name in shuffled}


def check_order():
    found = order(NIGHT)
    assert list(found) == ["orders", "riders", "weather", "features", "check", "baseline", "train", "evaluate", "publish"]
    assert list(order({"b": {"needs": []}, "a": {"needs": ["c"]}, "c": {"needs": []}})) == ["b", "c", "a"], "a must wait for c"
    assert list(order({"a": {"needs": []}, "b": {"needs": ["a"]}, "c": {"needs": []}})) == ["a", "b", "c"], "b is ready once a is placed"
    rng = draw(__seed__)
    for _ in range(25):
        tasks = graph(rng)
        assert list(order(tasks)) == reference.order(tasks)
    assert list(order({})) == []


def check_impossible():
    assert list(impossible(NIGHT)) == []
    assert list(impossible({"a": {"needs": ["a"]}, "b": {"needs": []}})) == ["a"]
    assert list(impossible({"c": {"needs": ["b"]}, "a": {"needs": ["nowhere"]}, "b": {"needs": ["a"]}, "d": {"needs": []}})) == ["a", "b", "c"]
    assert list(impossible({"a": {"needs": ["b"]}, "b": {"needs": ["a"]}, "c": {"needs": ["b", "d"]}, "d": {"needs": []}})) == ["a", "b", "c"]
    rng = draw(__seed__)
    for _ in range(25):
        tasks = graph(rng)
        for _ in range(rng.randint(0, 2)):
            needs, more = tasks[rng.choice(list(tasks))]["needs"], rng.choice([*tasks, "missing"])
            needs += [more] if more not in needs else []
        assert list(impossible(tasks)) == reference.impossible(tasks)


def check_critical():
    minutes = {"orders": 25, "riders": 12, "weather": 8, "features": 20, "check": 3, "baseline": 4, "train": 30, "evaluate": 6, "publish": 2}
    found = critical(NIGHT, minutes)
    assert found["minutes"] == 86 and list(found["path"]) == ["orders", "features", "check", "train", "evaluate", "publish"]
    rng = draw(__seed__)
    for _ in range(25):
        tasks = graph(rng)
        minutes = {name: rng.randint(1, 99) for name in tasks}
        found, wanted = critical(tasks, minutes), reference.critical(tasks, minutes)
        path = list(found["path"])
        assert found["minutes"] == wanted["minutes"] == builtins.sum(minutes[name] for name in path)
        assert all(before in tasks[after]["needs"] for before, after in zip(path, path[1:]))


def check_due():
    assert list(due(0, 24, 95, [24], True)) == [0, 48]
    assert list(due(0, 24, 96, [24], True)) == [0, 48, 72]
    assert list(due(0, 24, 95, [48], False)) == [] and list(due(0, 24, 95, [0], False)) == [48]
    assert list(due(10, 7, 16, [], True)) == [] and list(due(10, 7, 16, [], False)) == [] and list(due(10, 7, 3, [], True)) == []
    rng = draw(__seed__)
    for _ in range(40):
        start, every = rng.randint(-20, 20), rng.randint(1, 9)
        now = start + rng.randint(-5, 60)
        done = [start + every * rng.randint(0, 8) for _ in range(rng.randint(0, 6))]
        catch_up = rng.random() < 0.5
        assert list(due(start, every, now, done, catch_up)) == reference.due(start, every, now, done, catch_up)


def plain(found):
    return {"attempts": [list(one) for one in found["attempts"]], "states": dict(found["states"])}


def check_simulate():
    tasks = {
        "fetch": {"needs": [], "retries": 1, "delay": 5}, "clean": {"needs": ["fetch"], "retries": 0, "delay": 0},
        "other": {"needs": [], "retries": 0, "delay": 0}, "report": {"needs": ["other"], "retries": 0, "delay": 0},
    }  # fmt: skip
    plan = {"fetch": [[10, False], [10, True]], "clean": [[4, True]], "other": [[3, False]], "report": [[1, True]]}
    found = plain(simulate(tasks, plan, 2))
    assert found["states"] == {"fetch": "success", "clean": "success", "other": "failed", "report": "upstream_failed"}
    assert found["attempts"] == [
        ["fetch", 1, 0, 10, False], ["other", 1, 0, 3, False], ["fetch", 2, 15, 25, True], ["clean", 1, 25, 29, True],
    ]  # fmt: skip
    alone = plain(simulate(tasks, plan, 1))
    assert alone["attempts"][1] == ["other", 1, 10, 13, False], "while fetch waits for its second attempt the worker is free"


def some_run(rng):
    tasks = graph(rng, chance=0.3)
    for name in tasks:
        tasks[name].update(retries=rng.choice([0, 1, 2, 3]), delay=rng.choice([0, 1, 3, 5]))
    plan = {name: [[rng.randint(1, 9), rng.random() < 0.6] for _ in range(4)] for name in tasks}
    return tasks, plan, rng.randint(1, 3)


def check_simulate_unseen():
    rng = draw(__seed__)
    behind = {name: {"needs": needs, "retries": 2, "delay": 2} for name, needs in (("a", []), ("b", ["a"]), ("c", ["b"]), ("d", [])) }
    fixed = [
        (behind, {"a": [[1, False]] * 3, "b": [[1, True]] * 3, "c": [[1, True]] * 3, "d": [[9, True]] * 3}, 1),
        (behind, {"a": [[1, False], [1, False], [1, True]], "b": [[1, True]] * 3, "c": [[2, False]] * 3, "d": [[2, True]] * 3}, 2),
        (behind, {"a": [[3, False], [1, True]] * 2, "b": [[1, True]] * 3, "c": [[1, True]] * 3, "d": [[4, True]] * 3}, 1),
    ]
    for tasks, plan, workers in fixed + [some_run(rng) for _ in range(60)]:
        wanted = reference.simulate(tasks, plan, workers)
        assert plain(simulate(tasks, plan, workers)) == wanted


WEEK = {
    "orders": {"needs": [], "past": False}, "features": {"needs": ["orders"], "past": False},
    "riders_mean": {"needs": ["features"], "past": True}, "train": {"needs": ["features", "riders_mean"], "past": False},
}  # fmt: skip


def cells(found):
    return [list(one) for one in found]


def check_backfill():
    found = cells(backfill(WEEK, [[2, "features"]], 4))
    assert found == [[2, "features"], [2, "riders_mean"], [2, "train"], [3, "riders_mean"], [3, "train"]]
    assert cells(backfill(WEEK, [[1, "train"]], 4)) == [[1, "train"]], "nothing needs the model of day 1"


def check_backfill_unseen():
    rng = draw(__seed__)
    assert cells(backfill(WEEK, [], 3)) == []
    assert cells(backfill(WEEK, [[2, "train"], [0, "train"]], 3)) == [[0, "train"], [2, "train"]]
    assert cells(backfill(WEEK, [[0, "riders_mean"]], 5)) == [[day, name] for day in range(5) for name in ("riders_mean", "train")]
    for _ in range(40):
        tasks = graph(rng)
        for name in tasks:
            tasks[name]["past"] = rng.random() < 0.3
        days = rng.randint(1, 6)
        every = [[day, name] for day in range(days) for name in tasks]
        wrong = rng.sample(every, rng.randint(1, builtins.min(3, builtins.len(every))))
        assert cells(backfill(tasks, wrong, days)) == reference.backfill(tasks, wrong, days)
