import copy
import hashlib
import math

import reference


def refused(function, *arguments):
    """Whether a ValueError came back, and nothing else."""
    try:
        function(*arguments)
    except ValueError:
        return True
    return False


def check_unsure():
    assert close(float(unsure([0.5, 0.25, 0.25], "confidence")), 0.5)
    assert close(float(unsure([0.2, 0.5, 0.3], "margin")), 0.8), "the two highest, wherever they stand"
    assert close(float(unsure([0.5, 0.5, 0.0], "entropy")), math.log(2)), "a 0 adds nothing"
    assert refused(unsure, [0.5, 0.5], "feeling")
    rng = draw(__seed__)
    for _ in range(15):
        p = [rng.choice([0, rng.random(), rng.random()]) for _ in range(rng.randint(2, 6))]
        p = [0.25, 0.75] if sum(p) == 0 else [one / sum(p) for one in p]
        before = list(p)
        for measure in ("confidence", "margin", "entropy"):
            assert close(float(unsure(p, measure)), reference.unsure(p, measure)) and p == before


def made(*items):
    """A pool of (id, group, highest probability of two)."""
    return [{"id": name, "group": group, "p": [top, 1 - top]} for name, group, top in items]


def check_choose():
    pool = made(("a", "x", 0.5), ("b", "x", 0.625), ("c", "x", 0.75), ("d", "y", 0.875), ("e", "z", 1.0), ("f", "z", 0.9375))
    lots = {"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.6, "e": 0.1, "f": 0.5}
    found = choose(pool, 5, lots, 2)
    assert found[0] == {"id": "e", "why": "random"}, "one of five is drawn"
    assert [one["id"] for one in found] == ["e", "a", "b", "d", "f"], "at most two of group x"
    assert [one["id"] for one in choose(pool, 4, lots, 9)] == ["a", "b", "c", "d"]
    assert [one["id"] for one in choose(pool, 5, lots, 1)] == ["e", "a", "d"], "the random one counts for its group"


def check_choose_unseen():
    rng = draw(__seed__)
    for _ in range(25):
        n = rng.randint(0, 25)
        pool = []
        for i in range(n):
            cuts = sorted(rng.randint(0, 8) for _ in range(2))
            pool.append({"id": f"i{i:02d}", "group": rng.choice("uvwxyz"), "p": [cuts[0] / 8, (cuts[1] - cuts[0]) / 8, 1 - cuts[1] / 8]})
        rng.shuffle(pool)
        lots = {item["id"]: rng.random() for item in pool}
        given = (rng.choice([1, 4, 5, 9, 10, 12, 30]), lots, rng.choice([1, 2, 3, 99]))
        before = copy.deepcopy(pool)
        assert list(choose(pool, *given)) == reference.choose(pool, *given) and pool == before
    same = made(("a", "x", 0.5), ("b", "x", 0.5), ("c", "x", 0.5), ("d", "y", 0.75), ("e", "y", 0.75))
    lots = {"a": 0.3, "b": 0.1, "c": 0.2, "d": 0.4, "e": 0.5}
    assert list(choose(same, 10, lots, 1)) == [{"id": "b", "why": "random"}, {"id": "c", "why": "random"}, {"id": "d", "why": "unsure"}]


def act(text):
    """Acts from words such as ada:i1=good."""
    found = []
    for at, word in enumerate(text.split()):
        who, rest = word.split(":")
        item, label = rest.split("=")
        found.append({"who": who, "item": item, "label": {"none": None, "cannot": "cannot tell"}.get(label, label), "at": at})
    return found


def check_settle():
    acts = act("ada:i1=good bo:i1=good ada:i2=good bo:i2=bad ada:i3=bad")
    assert settle(acts, 2, 1, 3) == {
        "i1": {"state": "settled", "label": "good"}, "i2": {"state": "open", "label": None}, "i3": {"state": "open", "label": None},
    }  # fmt: skip
    acts += act("cy:i2=cannot")
    assert settle(acts, 2, 1, 3)["i2"] == {"state": "disputed", "label": None}, "three have seen it"
    changed = act("ada:i1=good bo:i1=bad ada:i1=bad")
    assert settle(changed, 2, 2, 3)["i1"] == {"state": "settled", "label": "bad"}, "the newest act of each person"
    assert settle(list(reversed(changed)), 2, 2, 3)["i1"] == {"state": "settled", "label": "bad"}, "in any order"


def check_settle_unseen():
    rng = draw(__seed__)
    people = ["ada", "bo", "cy", "di", "ed"]
    for _ in range(40):
        n = rng.randint(0, 30)
        labels = ["good", "bad", "ugly", "cannot", "none"]
        acts = [f"{rng.choice(people)}:i{rng.randint(0, 3)}={rng.choice(labels[: rng.randint(1, 5)])}" for _ in range(n)]
        acts = act(" ".join(acts))
        rng.shuffle(acts)
        before = copy.deepcopy(acts)
        given = (rng.randint(1, 4), rng.randint(1, 3), rng.randint(2, 5))
        assert settle(acts, *given) == reference.settle(acts, *given) and acts == before
    lost = act("ada:i1=good bo:i1=good bo:i1=none")
    assert settle(lost, 2, 1, 2) == {"i1": {"state": "open", "label": None}}
    assert settle(act("ada:i1=none"), 1, 1, 1) == {"i1": {"state": "open", "label": None}}
    assert settle(act("ada:i1=cannot bo:i1=cannot"), 2, 1, 2) == {"i1": {"state": "disputed", "label": None}}
    assert settle(act("ada:i1=good bo:i1=cannot cy:i1=good"), 2, 2, 3) == {"i1": {"state": "settled", "label": "good"}}
    tie = act("ada:i1=good bo:i1=bad cy:i1=good di:i1=bad")
    assert settle(tie, 2, 1, 4) == {"i1": {"state": "disputed", "label": None}}


def check_weighted():
    drawn = [(True, 0.5)] * 30 + [(False, 0.5)] * 20 + [(True, 0.05)] * 44 + [(False, 0.05)]
    assert close(float(weighted_share(drawn)), 0.94)
    assert close(float(weighted_share([(True, 1.0)])), 1.0)
    rng = draw(__seed__)
    for _ in range(15):
        some = [(rng.random() < 0.7, rng.choice([0.01, 0.25, 1.0, rng.uniform(0.05, 1)])) for _ in range(rng.randint(1, 30))]
        assert close(float(weighted_share(some)), reference.weighted_share(some))
    for bad in ([], [(True, 0.0)], [(True, 0.5), (False, 1.5)], [(True, -0.5)], [(True, math.nan)]):
        assert refused(weighted_share, bad)


def check_gate():
    rng = draw(__seed__)
    for _ in range(12):
        patients = {f"i{i}": f"p{rng.randint(0, 12)}" for i in range(30)}
        labels = [{"item": item, "by": rng.sample(["ada", "bo", "cy", "di"], rng.randint(1, 3)), "guide": rng.choice([2, 3, 3, 3])} for item in patients]
        policy = {"salt": rng.choice(["t1", "t2", "é"]), "test_share": rng.choice([0, 0.2, 0.5, 1]), "guide": 3, "cap": rng.randint(1, 6)}
        before = copy.deepcopy(labels)
        found = gate(labels, patients, policy)
        wanted = reference.gate(labels, patients, policy)
        assert list(found["train"]) == wanted["train"] and found["refused"] == wanted["refused"] and labels == before
    place = None  # one for which it is the same whether the place is divided or the share multiplied
    while place is None or place / 10000 * 10000 != place:
        salt = f"s{rng.randint(0, 10**6)}"
        place = int(hashlib.sha256(f"{salt}:p1".encode()).hexdigest(), 16) % 10000
    bucket = place / 10000
    one = [{"item": "i1", "by": ["ada"], "guide": 1}]
    assert gate(one, {"i1": "p1"}, {"salt": salt, "test_share": bucket, "guide": 1, "cap": 1})["train"] == ["i1"]
    assert gate(one, {"i1": "p1"}, {"salt": salt, "test_share": bucket + 0.0001, "guide": 2, "cap": 0})["refused"] == {"i1": "test"}
    pair = [{"item": "i1", "by": ["ada", "bo"], "guide": 1}, {"item": "i2", "by": ["ada", "cy"], "guide": 1}, {"item": "i3", "by": ["cy"], "guide": 1}]
    found = gate(pair, {"i1": "p", "i2": "p", "i3": "p"}, {"salt": "", "test_share": 0, "guide": 1, "cap": 1})
    assert found["train"] == ["i1", "i3"] and found["refused"] == {"i2": "cap"}
