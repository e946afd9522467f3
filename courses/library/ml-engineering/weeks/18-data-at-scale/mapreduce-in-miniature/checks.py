import reference

SPLITS = [[("Market", 83), ("Station", 40), ("Market", 62)], [("Station", 55), ("Lake", 90), ("Market", 71)]]


def some_pairs(rng, count):
    names = ["Market", "Station", "Lake", "Zürich", "", "room#2", "null"][: rng.randint(2, 7)]
    return [(rng.choice(names), rng.choice([-5, -1, 0, 2.5, 7, 100])) for _ in range(count)]


def cut(rng, pairs):
    parts = [[] for _ in range(rng.randint(1, 6))]
    for pair in pairs:
        rng.choice(parts).append(pair)
    return parts


def as_states(found):
    return {key: tuple(float(one) for one in state) for key, state in found.items()}


def same_states(found, wanted):
    found, wanted = as_states(found), as_states(wanted)
    assert sorted(found) == sorted(wanted)
    for key, state in wanted.items():
        assert close(list(found[key]), list(state))


def same_result(found, wanted):
    assert sorted(found) == sorted(wanted)
    for key, row in wanted.items():
        assert sorted(found[key]) == ["count", "largest", "mean"]
        for name, value in row.items():
            assert close(float(found[key][name]), float(value))


def check_places():
    assert [place_of(name, 5) for name in ("Market", "Station", "Lake")] == [4, 0, 1]
    for name in ("Zürich", "", "b-4711"):
        for places in (1, 2, 7, 20):
            assert place_of(name, places) == reference.place_of(name, places)


def check_combine():
    rng = draw(__seed__)
    for _ in range(12):
        pairs = some_pairs(rng, rng.randint(0, 30))
        same_states(combine(pairs), reference.combine(pairs))
    assert close([float(one) for one in merge((2, -7, -3), (1, -5, -5))], [3.0, -12.0, -3.0])
    same_states(combine([("a", -4), ("a", -9)]), {"a": (2, -13, -4)})


def check_job():
    found = job(SPLITS, 2)
    same_result(found["result"], {"Market": {"count": 3, "mean": 72, "largest": 83}, "Station": {"count": 2, "mean": 47.5, "largest": 55}, "Lake": {"count": 1, "mean": 90, "largest": 90}})
    assert found["shuffled"] == 5, "two keys from the first split, three from the second"
    assert found["tasks"] == 4, "two map tasks and two reduce tasks"
    assert job(SPLITS, 2, [1])["tasks"] == 5, "one of them was run again"


def check_shuffle():
    rng = draw(__seed__)
    for _ in range(8):
        outputs = [reference.combine(part) for part in cut(rng, some_pairs(rng, 40))]
        places = rng.randint(1, 6)
        wanted = reference.shuffle(outputs, places)
        found = shuffle(outputs, places)
        assert len(found) == places
        for mine, theirs in zip(wanted, found):
            assert {key: [tuple(one) for one in states] for key, states in theirs.items()} == mine


def check_job_unseen():
    rng = draw(__seed__)
    for _ in range(8):
        pairs = [*some_pairs(rng, rng.randint(1, 60)), ("cold", -5), ("cold", -9)]
        for _ in range(2):
            splits, places = cut(rng, pairs), rng.randint(1, 5)
            lost = [number for number in range(len(splits)) if rng.random() < 0.4]
            wanted = reference.job(splits, places, lost)
            found = job(splits, places, lost)
            same_result(found["result"], wanted["result"])
            assert found["shuffled"] == wanted["shuffled"] and found["tasks"] == wanted["tasks"]


def check_salt():
    assert list(salted(["a", "b", "a", "a", "b"], ["a"], 2)) == ["a#0", "b", "a#1", "a#0", "b"]
    same_states(unsalted({"a#0": (2, 5, 4), "a#1": (1, 9, 9), "b": (2, 3, 2)}, ["a"]), {"a": (3, 14, 9), "b": (2, 3, 2)})
    assert list(loads(["Market", "Lake", "Market"], 5)) == [0, 1, 0, 0, 2]


def check_salt_unseen():
    rng = draw(__seed__)
    for _ in range(8):
        pairs = some_pairs(rng, 60) + [("room", rng.randint(0, 9)) for _ in range(9)]
        keys = [key for key, _ in pairs]
        hot, salts, places = rng.choice([["Market"], ["Market", "Station"], ["Lake", "room#2"], []]), rng.randint(1, 5), rng.randint(1, 9)
        assert list(loads(keys, places)) == reference.loads(keys, places)
        wanted = reference.salted(keys, hot, salts)
        assert list(salted(keys, hot, salts)) == wanted
        states = reference.combine([(key, value) for key, (_, value) in zip(wanted, pairs)])
        same_states(unsalted(states, hot), reference.combine(pairs))
    same_states(unsalted({"room#2": (1, 5, 5), "b#0": (1, 2, 2), "b#1": (1, 3, 3)}, ["b"]), {"room#2": (1, 5, 5), "b": (2, 5, 3)})


def check_join_plan():
    rng = draw(__seed__)
    cases = [(100, 10, 5, 10), (100, 10, 5, 9), (90_000, 3_000, 30, 10_000), (10, 10, 2, 10), (0, 50, 3, 10)]
    cases += [(rng.randint(0, 10**6), rng.choice([10, 1000, 10**5, 10**6]), rng.randint(1, 60), rng.choice([100, 10**4, 10**7])) for _ in range(40)]
    for case in cases:
        wanted, found = reference.join_plan(*case), join_plan(*case)
        assert found["plan"] == wanted["plan"] and close(float(found["moved"]), float(wanted["moved"]))


def check_makespan():
    rng = draw(__seed__)
    assert close(float(makespan([3, 3, 2, 2, 2], 2)), 7.0) and close(float(makespan([5], 4)), 5.0)
    for _ in range(15):
        durations, workers = [rng.choice([1, 2, 2.5, 9, 40]) for _ in range(rng.randint(1, 20))], rng.randint(1, 6)
        assert close(float(makespan(durations, workers)), reference.makespan(durations, workers))
