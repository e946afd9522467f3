import builtins

import reference

POLICY = {"most": 3, "patience": 5, "places": 4, "fixed": 8, "each": 1}
CACHE = {"size": 2, "ttl": 10, "grace": 5, "seconds": 3}
LIMITS = {"target": 0.5, "band": 0.125, "low": 2, "high": 20}


def plain(found):
    return [list(one) for one in found]


def ask(*pairs):
    return [{"at": at, "deadline": deadline} for at, deadline in pairs]


def check_serve():
    patient = [(at, 999) for at in (0, 1, 30)]
    assert plain(serve(ask(*patient), POLICY)) == [["done", 15], ["done", 15], ["done", 44]], "the first waits 5, then 8 + 2 or 8 + 1"
    full = [(at, 999) for at in (0, 1, 2, 3)]
    assert plain(serve(ask(*full), POLICY)) == [["done", 13]] * 3 + [["done", 22]], "three are a full batch at 2; the fourth follows at 13"
    rush = [(0, 999)] * 3 + [(1, 999)] * 6
    found = plain(serve(ask(*rush), POLICY))
    assert found[:3] == [["done", 11]] * 3 and found[3:7] == [["done", 22]] * 3 + [["done", 31]] and found[7:] == [["refused", None]] * 2
    late = [(0, 999)] * 3 + [(1, 10), (2, 11), (3, 50)]
    assert plain(serve(ask(*late), POLICY))[3:] == [["expired", None], ["done", 21], ["done", 21]], "11 is not past at 11"


def some_load(rng):
    at, requests = rng.randint(0, 5), []
    for _ in range(rng.randint(1, 30)):
        at += rng.choice([0, 0, 0, 1, 1, 2, 3, 9, 25])
        requests.append({"at": at, "deadline": at + rng.choice([0, 3, 8, 15, 100, 100, 100])})
    policy = {"most": rng.randint(1, 5), "patience": rng.choice([0, 0, 2, 5, 12]), "places": rng.randint(1, 8), "fixed": rng.randint(1, 12), "each": rng.randint(0, 3)}
    return requests, policy


def check_serve_unseen():
    rng = draw(__seed__)
    fixed = [
        (ask((0, 99), (3, 3), (4, 99)), {**POLICY, "most": 2, "places": 1}),
        (ask((0, 99), (1, 3), (2, 99), (20, 99)), {**POLICY, "most": 1, "patience": 0}),
        (ask((0, 2), (3, 99)), POLICY), (ask((0, 5), (5, 99)), POLICY), (ask((4, 4)), {**POLICY, "patience": 0}), ([], POLICY),
        (ask((0, 99), (0, 99), (0, 99), (0, 99), (0, 99)), {**POLICY, "most": 2, "places": 3, "patience": 0}),
        (ask((0, 99), (9, 99), (9, 99)), {**POLICY, "patience": 0, "places": 1}),
    ]  # fmt: skip
    for requests, policy in fixed + [some_load(rng) for _ in range(70)]:
        assert plain(serve(requests, policy)) == reference.serve(requests, policy)


def look(*pairs):
    return [{"at": at, "key": key} for at, key in pairs]


def check_cache():
    found = replay(look((0, "a"), (1, "a"), (3, "a"), (12, "a"), (13, "a"), (14, "a"), (16, "a"), (60, "a")), CACHE)
    assert list(found["answers"]) == ["miss", "wait", "hit", "hit", "stale", "stale", "hit", "miss"]
    assert found["calls"] == 3, "one for the miss and its waiting, one for both stale answers, one at 60"
    found = replay(look((0, "a"), (1, "b"), (4, "a"), (5, "c"), (9, "b"), (10, "a")), CACHE)
    assert list(found["answers"]) == ["miss", "miss", "hit", "miss", "miss", "hit"], "c pushes out b, since a was used later"


def some_looks(rng):
    at, requests = 0, []
    for _ in range(rng.randint(1, 40)):
        at += rng.choice([0, 1, 1, 2, 3, 6, 14])
        requests.append({"at": at, "key": rng.choice("aaabbcd")})
    return requests, {"size": rng.randint(1, 3), "ttl": rng.choice([4, 10]), "grace": rng.choice([0, 5, 20]), "seconds": rng.choice([1, 3, 7])}


def check_cache_unseen():
    rng = draw(__seed__)
    fixed = [
        (look((0, "a"), (3, "a"), (13, "a"), (18, "a"), (33, "a")), CACHE), (look((0, "a"), (18, "a"), (19, "a")), CACHE), ([], CACHE),
        (look((0, "a"), (0, "b"), (0, "c"), (3, "c"), (3, "b"), (3, "a")), CACHE),
        (look((0, "a"), (4, "b"), (13, "a"), (14, "c"), (16, "d"), (20, "a"), (22, "b")), {**CACHE, "size": 1}),
        (look((0, "a"), (3, "b"), (13, "a"), (15, "b"), (17, "c"), (21, "a"), (22, "b")), CACHE),
        (look((0, "a"), (13, "a"), (30, "a"), (31, "a"), (33, "a")), {**CACHE, "seconds": 17, "grace": 9}),
        (look((0, "a"), (10, "c"), (16, "b"), (21, "a"), (22, "a"), (24, "c")), {**CACHE, "seconds": 7}),
        (look((0, "a"), (5, "c"), (16, "a"), (16, "b"), (22, "a"), (24, "c")), {**CACHE, "seconds": 7}),
    ]  # fmt: skip
    for requests, policy in fixed + [some_looks(rng) for _ in range(70)]:
        wanted, found = reference.replay(requests, policy), replay(requests, policy)
        assert list(found["answers"]) == wanted["answers"] and found["calls"] == wanted["calls"]


def check_owner():
    rng = draw(__seed__)
    assert owner(["one"], 1, "k") == "one"
    for points in (1, 8):
        machines = [f"m{rng.randint(0, 10**6)}" for _ in range(5)]
        keys = [f"user-{rng.randint(0, 10**9)}" for _ in range(25)]
        before = [owner(machines, points, key) for key in keys]
        assert before == [reference.owner(machines, points, key) for key in keys]
        assert before[:5] == [owner(machines[::-1], points, key) for key in keys[:5]]
        more = [owner([*machines, "new"], points, key) for key in keys]
        assert all(b == a or b == "new" for a, b in zip(before, more)) and more == [reference.owner([*machines, "new"], points, key) for key in keys]
    machine = machines[0]
    assert owner(machines, 8, f"{machine}#3") == machine, "a key exactly at a place belongs to it"
    greatest = builtins.max(reference.place(f"{m}#{i}") for m in machines for i in range(2))
    beyond = next(key for key in (f"k{i}" for i in range(10**5)) if reference.place(key) > greatest)
    assert owner(machines, 2, beyond) == reference.owner(machines, 2, beyond), "after the greatest place the ring begins again"


def check_scale():
    rng = draw(__seed__)

    def found(*given):
        one = scale(*given)
        return one["machines"], one["wanted"]

    assert found(8, 0.75, LIMITS, []) == (12, 12) and found(8, 0.25, LIMITS, []) == (4, 4)
    assert found(8, 0.25, LIMITS, [6, 7, 5]) == (7, 4) and found(8, 0.25, LIMITS, [15]) == (8, 4)
    assert found(8, 0.5625, LIMITS, []) == (8, 8) and found(8, 0.4375, LIMITS, [3]) == (8, 8) and found(8, 0.625, LIMITS, [3]) == (10, 10)
    assert found(16, 0.875, LIMITS, []) == (20, 20) and found(2, 0.0, LIMITS, []) == (2, 2) and found(1, 0.5, LIMITS, []) == (2, 2)
    assert found(30, 0.5, LIMITS, [30]) == (20, 20) and found(9, 0.25, LIMITS, []) == (5, 5)
    for _ in range(80):
        limits = {"target": rng.choice([0.5, 0.25]), "band": rng.choice([0.125, 0.25]), "low": rng.randint(1, 4), "high": rng.randint(9, 20)}
        given = rng.randint(1, 24), rng.randint(0, 20) / 16, limits, [rng.randint(2, 20) for _ in range(rng.randint(0, 3))]
        assert dict(scale(*given)) == reference.scale(*given)
