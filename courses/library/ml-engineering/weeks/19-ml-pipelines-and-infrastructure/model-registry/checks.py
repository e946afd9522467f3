import builtins
import copy
import math

import reference

STORE = {
    "orders": {"kind": "data", "from": []}, "riders": {"kind": "data", "from": []}, "labels": {"kind": "labels", "from": []},
    "code": {"kind": "code", "from": []}, "table-1": {"kind": "features", "from": ["orders", "code"]},
    "table-2": {"kind": "features", "from": ["orders", "riders", "code"]}, "model-7": {"kind": "model", "from": ["table-1", "code"]},
    "model-8": {"kind": "model", "from": ["table-2", "labels", "code"]}, "model-9": {"kind": "model", "from": ["model-8", "table-1"]},
}  # fmt: skip
EMPTY = {"versions": {}, "events": []}


def check_lineage():
    assert list(ancestors(STORE, "model-7")) == ["code", "orders", "table-1"]
    assert list(ancestors(STORE, "orders")) == []
    assert list(affected(STORE, ["labels"])) == ["model-8", "model-9"], "model-9 was started from model-8"
    assert list(affected(STORE, ["model-8"])) == ["model-8", "model-9"]
    assert list(suspects(STORE, "model-7", "model-8")) == ["labels", "riders"]


def some_store(rng):
    names = rng.sample([a + b for a in "pqrst" for b in "uvwxyz"], rng.randint(3, 14))
    store = {}
    for at, name in enumerate(names):
        parents = [one for one in names[:at] if rng.random() < 0.3]
        store[name] = {"kind": rng.choice(["data", "code", "features", "model", "model"]), "from": parents}
    return store


def check_lineage_unseen():
    rng = draw(__seed__)
    for _ in range(20):
        store = some_store(rng)
        one, other, *bad = rng.choices(list(store), k=4)
        assert list(ancestors(store, one)) == reference.ancestors(store, one)
        assert list(affected(store, bad)) == reference.affected(store, bad)
        assert list(suspects(store, one, other)) == reference.suspects(store, one, other)
    assert list(affected(STORE, [])) == [] and list(affected(STORE, ["orders", "labels"])) == ["model-7", "model-8", "model-9"]
    assert list(suspects(STORE, "orders", "model-7")) == ["code"] and list(suspects(STORE, "model-8", "model-8")) == []


def check_stages():
    registry = register(register(EMPTY, "minutes", "model-7", "ana"), "minutes", "model-8", "ben")
    assert [one["stage"] for one in registry["versions"]["minutes"]] == ["candidate", "candidate"] and registry["events"] == []
    assert EMPTY == {"versions": {}, "events": []}
    found = move(registry, "minutes", 1, "production", "ben", 1)
    assert found["reason"] == "not allowed" and found["registry"] == registry
    registry = move(registry, "minutes", 1, "staging", "ana", 2)["registry"]
    assert move(registry, "minutes", 1, "production", "ana", 3)["reason"] == "four eyes"
    found = move(registry, "minutes", 1, "production", "ben", 4)
    assert found["reason"] is None
    assert found["registry"]["versions"]["minutes"][0] == {"artefact": "model-7", "author": "ana", "stage": "production"}
    assert found["registry"]["events"] == [
        {"at": 2, "name": "minutes", "version": 1, "stage": "staging", "by": "ana", "rollback": False},
        {"at": 4, "name": "minutes", "version": 1, "stage": "production", "by": "ben", "rollback": False},
    ]
    assert move(registry, "minutes", 3, "staging", "ben", 5)["reason"] == "unknown"


def same(found, wanted, before, kept):
    assert found["reason"] == wanted["reason"]
    assert found["registry"] == wanted["registry"]
    assert before == kept, "what is given must not be changed"


def check_stages_unseen():
    rng = draw(__seed__)
    people, names, stages = ["ana", "ben", "cem"], ["minutes", "fraud"], ["candidate", "staging", "staging", "production", "production", "archived"]
    assert move(EMPTY, "minutes", 1, "staging", "ana", 0)["reason"] == "unknown"
    mine = promoted([1], name="fraud")
    for version, author in enumerate(("ana", "ben", "ana"), 1):
        mine = reference.register(mine, "minutes", f"model-{version}", author)
        mine = reference.move(mine, "minutes", version, "staging", author, 10 * version)["registry"]
        kept = copy.deepcopy(mine)
        wanted = reference.move(kept, "minutes", version, "production", "cem", 10 * version + 1)
        same(move(mine, "minutes", version, "production", "cem", 10 * version + 1), wanted, mine, kept)
        mine = wanted["registry"]
    assert move(mine, "minutes", 1, "production", "cem", 50)["reason"] == "not allowed", "only a rollback brings back what is archived"
    for _ in range(3):
        mine, now = copy.deepcopy(EMPTY), 0
        for step in range(30):
            now += rng.randint(0, 2)
            kept = copy.deepcopy(mine)
            if step < 2 or rng.random() < 0.25:
                name, artefact, author = rng.choice(names), f"model-{rng.randint(1, 99)}", rng.choice(people)
                wanted = reference.register(kept, name, artefact, author)
                assert register(mine, name, artefact, author) == wanted and mine == kept
                mine = wanted
                continue
            name = rng.choice(names)
            given = (name, rng.randint(0, len(mine["versions"].get(name, [])) + 1), rng.choice(stages), rng.choice(people), now)
            wanted = reference.move(kept, *given)
            same(move(mine, *given), wanted, mine, kept)
            mine = wanted["registry"]


def promoted(times, name="minutes", registry=None):
    """A registry in which versions 1, 2, ... went into production at these times."""
    registry = registry or EMPTY
    for version, at in enumerate(times, 1):
        registry = reference.register(registry, name, f"model-{version}", "ana")
        registry = reference.move(registry, name, version, "staging", "ana", at)["registry"]
        registry = reference.move(registry, name, version, "production", "ben", at)["registry"]
    return {**registry, "events": builtins.sorted(registry["events"], key=lambda event: event["at"])}


def check_rollback():
    rng = draw(__seed__)
    assert rollback(EMPTY, "minutes", "ben", 0)["reason"] == "nothing before"
    for _ in range(4):
        times = sorted(rng.randint(0, 50) for _ in range(rng.randint(2, 4)))
        mine = promoted(times, registry=promoted([3, 4], name="fraud"))
        now, newest = 60, len(times)
        for _ in range(7):
            now += rng.randint(1, 5)
            kept = copy.deepcopy(mine)
            if rng.random() < 0.7:
                wanted = reference.rollback(kept, "minutes", "ana", now)
                same(rollback(mine, "minutes", "ana", now), wanted, mine, kept)
            else:
                newest += 1
                fresh = reference.move(reference.register(kept, "minutes", "new", "cem"), "minutes", newest, "staging", "cem", now)["registry"]
                wanted = reference.move(fresh, "minutes", newest, "production", "ana", now)
                assert move(fresh, "minutes", newest, "production", "ana", now) == wanted
            mine = wanted["registry"]
    one = promoted([5])
    found = rollback(one, "minutes", "ben", 6)
    assert found == {"reason": "nothing before", "registry": one}
    back = reference.rollback(promoted([1, 2, 3]), "minutes", "ben", 4)["registry"]
    again = rollback(back, "minutes", "ben", 5)["registry"]
    assert [v["stage"] for v in again["versions"]["minutes"]] == ["production", "archived", "archived"]
    assert rollback(again, "minutes", "ben", 6)["reason"] == "nothing before"


def check_as_of():
    rng = draw(__seed__)
    registry = reference.rollback(promoted([1, 20, 50], registry=promoted([0, 30], name="fraud")), "minutes", "ben", 52)["registry"]
    assert [as_of(registry, "minutes", at) for at in (0, 1, 19, 20, 49, 50, 51, 52, 90)] == [None, 1, 1, 2, 2, 3, 3, 2, 2]
    assert as_of(registry, "unknown", 9) is None
    for _ in range(4):
        mine = promoted(sorted(rng.randint(0, 30) for _ in range(4)), registry=promoted([2, 9], name="fraud"))
        mine = reference.rollback(reference.rollback(mine, "minutes", "ben", 33)["registry"], "minutes", "ana", 36)["registry"]
        for _ in range(8):
            at = rng.randint(-1, 40)
            assert as_of(mine, "minutes", at) == reference.as_of(mine, "minutes", at)


def check_skew():
    rng = draw(__seed__)
    history = {"r1": [[0, 10.0], [10, 12.0], [20, 15.0]], "r2": [[5, 0.5]]}

    def kind(key, at, value, default=0.0, tolerance=0.25):
        found = skew([{"key": key, "at": at, "value": value}], history, default, tolerance)
        assert sorted(found) == ["ahead", "default", "other", "same", "stale"] and builtins.sum(found.values()) == 1
        return next(name for name in found if found[name])

    assert [kind("r1", at, 12.0) for at in (5, 10, 19, 20)] == ["ahead", "same", "same", "stale"]
    assert [kind("r1", 15, value) for value in (12.25, 11.75, 12.375, 10.0, 15.25, 0.0, None, math.nan)] == [
        "same", "same", "other", "stale", "ahead", "default", "other", "other",
    ]  # fmt: skip
    assert [kind("r2", at, None) for at in (4, 5)] == ["same", "other"] and kind("r2", 4, 0.0) == "default"
    assert kind("r1", 15, 10.0, default=10.0) == kind("r1", 15, 15.0, default=15.0) == "default", "a default comes before an old value and one of the future"
    assert kind("r1", 15, 12.0, default=12.0) == "same"
    assert kind("r9", 3, None) == "same" and kind("r1", 15, None, default=None) == "default" and kind("r9", 3, 4.0) == "other"
    for _ in range(8):
        history = {
            key: [[at, rng.choice([1.0, 2.0, 3.0, 4.0])] for at in sorted(rng.sample(range(30), rng.randint(0, 5)))] for key in ("a", "b")
        }
        requests = [
            {"key": rng.choice(["a", "b", "c"]), "at": rng.randint(0, 30), "value": rng.choice([None, 0.0, 1.0, 2.5, 3.0, 4.0, 9.0, math.nan])}
            for _ in range(25)
        ]
        given = (requests, history, rng.choice([0.0, None, 2.0]), rng.choice([0.0, 0.5]))
        assert dict(skew(*given)) == reference.skew(*given)


def check_decide():
    rng = draw(__seed__)
    assert decide([3.0, 4.0] * 20, [2.0, 3.5] * 20, 0.1, 30, 2.0) == "promote"
    assert decide([3.0, 4.0] * 20, [2.0, 3.5] * 20, 0.9, 30, 2.0) == "keep", "a real gain, but less than it must be"
    assert decide([3.0, 4.0] * 20, [2.0, 3.5] * 20, 0.75, 30, 2.0) == "wait"
    assert decide([3.0, 4.0] * 10, [2.0, 3.5] * 10, 0.1, 30, 2.0) == "wait"
    assert decide([5.0] * 40, [4.0] * 39 + [math.nan], 0.1, 30, 2.0) == "keep" and decide([5.0] * 2, [1.0, math.inf], 0.1, 30, 2.0) == "keep"
    assert [decide([3.0, 4.0] * 20, [2.0, 3.5] * 20, 0.65, 30, z) for z in (2.0, 3.0)] == ["promote", "wait"], "z standard errors to both sides"
    assert decide([1.0, 2.0], [1.0, 1.0], 0.1, 2, 1.0) == "wait", "with n - 1 the interval is from 0 to 1"
    assert decide([2.0, 3.0] * 20, [1.0, 2.0] * 20, 1.0, 30, 2.0) == "keep", "exactly the least gain is not above it"
    pair = [5.0, 7.0] * 2, [5.0, 5.0] * 2
    assert [decide(*pair, 0.45, enough, 1.0) for enough in (4, 5)] == ["wait", "wait"], "the deviation is 1.15, not 1"
    assert [decide(*pair, 0.4, enough, 1.0) for enough in (4, 5)] == ["promote", "wait"]
    assert [decide(*pair, least, 2, z) for least, z in ((0.3, 1.0), (0.3, 1.3), (1.6, 1.0), (1.6, 1.3))] == ["promote", "wait", "keep", "wait"]
    seen = set()
    for _ in range(60):
        n = rng.randint(20, 60)
        hard = [rng.uniform(0, 9) for _ in range(n)]
        gain = rng.choice([-0.2, 0.0, 0.3, 0.6])
        given = [one + rng.gauss(0, 0.5) for one in hard], [one - gain + rng.gauss(0, 0.5) for one in hard], rng.choice([0.0, 0.15]), rng.randint(20, 40), rng.choice([1.0, 1.64, 2.0, 3.0])
        seen.add(reference.decide(*given))
        assert decide(*given) == reference.decide(*given)
