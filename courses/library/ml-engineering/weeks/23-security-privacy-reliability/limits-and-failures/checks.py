import copy
import math

import reference


def check_take():
    assert close(take(None, 10, 2, 6), {"allowed": True, "wait": 0, "bucket": {"tokens": 5, "at": 10}}), "a new customer has a full bucket"
    assert close(take({"tokens": 0.5, "at": 10}, 10.5, 2, 6), {"allowed": True, "wait": 0, "bucket": {"tokens": 0.5, "at": 10.5}})
    found = take({"tokens": 0.25, "at": 10}, 10.25, 2, 6)
    assert close(found, {"allowed": False, "wait": 0.125, "bucket": {"tokens": 0.75, "at": 10.25}}), "0.25 tokens are missing"
    assert close(take({"tokens": 1, "at": 0}, 100, 2, 6, 6), {"allowed": True, "wait": 0, "bucket": {"tokens": 0, "at": 100}})
    assert take({"tokens": 6, "at": 0}, 1, 2, 6, 7)["wait"] is None, "never"


def same(found, wanted):
    """Equal, where None and numbers may be among the values."""
    assert sorted(found) == sorted(wanted)
    assert bool(found["allowed"]) == wanted["allowed"]
    if wanted["wait"] is None:
        assert found["wait"] is None
    else:
        assert found["wait"] is not None and close(float(found["wait"]), float(wanted["wait"]))


def check_take_unseen():
    rng = draw(__seed__)
    for _ in range(8):
        rate, burst = rng.choice([0.25, 0.5, 2, 4]), rng.choice([1, 3, 6, 10])
        mine, theirs, now = None, None, rng.randint(0, 100)
        for _ in range(25):
            now += rng.choice([0, 0, 0.125, 0.5, 0.5, 1, 4, -0.25, 60])
            cost = rng.choice([1, 1, 1, 2, burst, burst + 1, 0.5])
            before = copy.deepcopy(theirs)
            wanted = reference.take(mine, now, rate, burst, cost)
            found = take(theirs, now, rate, burst, cost)
            same(found, wanted)
            assert theirs == before, "the bucket that came in stays"
            assert close(float(found["bucket"]["tokens"]), float(wanted["bucket"]["tokens"])) and found["bucket"]["at"] == wanted["bucket"]["at"]
            mine, theirs = wanted["bucket"], wanted["bucket"]
    back = take({"tokens": 0.5, "at": 10}, 8, 2, 6)
    assert back["bucket"] == {"tokens": 0.5, "at": 10} and close(float(back["wait"]), 2.25), "two seconds until 10, and then half a token"


def check_admit():
    rng = draw(__seed__)
    for _ in range(6):
        limits = {name: {"rate": rng.choice([0.5, 1, 4]), "burst": rng.choice([2, 3, 8])} for name in ("key", "address", "all")}
        mine, now = {"other": {"tokens": 1, "at": 0}}, 0
        for _ in range(20):
            now += rng.choice([0, 0.125, 0.25, 1, 3])
            cost = rng.choice([1, 1, 2, 3])
            some = {name: limits[name] for name in limits if rng.random() < 0.8}
            before = copy.deepcopy(mine)
            wanted = reference.admit(mine, some, now, cost)
            found = admit(mine, some, now, cost)
            same(found, wanted)
            assert list(found["by"]) == wanted["by"] and mine == before
            assert sorted(found["buckets"]) == sorted(wanted["buckets"])
            for name, bucket in wanted["buckets"].items():
                assert close(float(found["buckets"][name]["tokens"]), float(bucket["tokens"])) and found["buckets"][name]["at"] == bucket["at"]
            mine = wanted["buckets"]
    assert admit({}, {}, 5)["allowed"] is True
    first = admit({}, {"a": {"rate": 1, "burst": 4}}, 5)
    assert first["allowed"] is True and close(first["buckets"], {"a": {"tokens": 3, "at": 5}}), "a request costs 1 if nothing is said"
    two = admit({"a": {"tokens": 0, "at": 0}}, {"a": {"rate": 1, "burst": 4}, "b": {"rate": 1, "burst": 1}}, 0, 2)
    assert two == {"allowed": False, "wait": None, "by": ["a", "b"], "buckets": {"a": {"tokens": 0, "at": 0}}}


def check_serve():
    assert list(serve([0, 0, 0, 0, 10], 1, 2, False)) == ["in_time", "in_time", "late", "late", "in_time"]
    assert list(serve([0, 0, 0, 0, 1, 10], 1, 2, True)) == ["in_time", "in_time", "refused", "refused", "in_time", "in_time"]
    rng = draw(__seed__)
    for _ in range(25):
        arrivals, now = [], 0
        for _ in range(rng.randint(0, 25)):
            now += rng.choice([0, 0, 0.25, 0.5, 1, 5])
            arrivals.append(now)
        given = (rng.choice([0.25, 0.5, 1]), rng.choice([0.125, 0.5, 1, 2, 3]))
        for shed in (True, False):
            assert list(serve(arrivals, *given, shed)) == reference.serve(arrivals, *given, shed)


def check_availability():
    assert close(float(availability(0.99)), 0.99)
    assert close(float(availability({"all": [0.9, 0.8]})), 0.72)
    assert close(float(availability({"any": [0.9, 0.8]})), 0.98), "both must fail"
    assert close(float(availability({"need": 2, "of": [0.99, 0.99, 0.99]})), 0.999702 - 4e-16)
    assert close(float(availability({"all": [0.999, {"any": [0.99, 0.99]}]})), 0.999 * 0.9999)


def some_system(rng, depth):
    """A random system."""
    if depth == 0 or rng.random() < 0.3:
        return rng.choice([0, 1, 0.5, rng.random()])
    parts = [some_system(rng, depth - 1) for _ in range(rng.randint(1, 4))]
    kind = rng.choice(["all", "any", "need"])
    if kind == "need":
        pair = [("need", rng.randint(1, len(parts))), ("of", parts)]
        return dict(pair if rng.random() < 0.5 else reversed(pair))
    return {kind: parts}


def works(system, rng):
    """The availability by hand: all cases of every group."""
    if not isinstance(system, dict):
        return system
    parts = [works(part, rng) for part in next(value for name, value in system.items() if name != "need")]
    needed = len(parts) if "all" in system else 1 if "any" in system else system["need"]
    total = 0.0
    for case in range(2 ** len(parts)):
        up = [case >> i & 1 for i in range(len(parts))]
        if sum(up) >= needed:
            total += math.prod(a if one else 1 - a for a, one in zip(parts, up))
    return total


def check_availability_unseen():
    rng = draw(__seed__)
    for _ in range(25):
        system = some_system(rng, 3)
        assert close(float(availability(system)), float(works(system, rng)))
    assert close(float(availability({"need": 2, "of": [0.9, 0.5, 0.1]})), 0.9 * 0.5 * 0.9 + 0.9 * 0.5 * 0.1 + 0.9 * 0.5 * 0.1 + 0.1 * 0.5 * 0.1)


def check_restore():
    def made(text):
        """Backups of days 1, 2, …: F and I are ok, f and i are broken."""
        return [{"day": day, "kind": "full" if one in "Ff" else "incremental", "ok": one in "FI"} for day, one in enumerate(text, 1) if one != "-"]

    assert list(restore(made("FIIFI"), 5)) == [4, 5]
    assert list(restore(made("FIIFI"), 3)) == [1, 2, 3]
    assert list(restore(made("FIiII"), 5)) == [1, 2], "nothing after the broken one"
    assert list(restore(made("FIIfI"), 5)) == [1, 2, 3], "an incremental backup of a broken full one is no use"
    assert list(restore(made("F-I-I"), 4)) == [1, 3]
    assert list(restore(made("IIFI"), 2)) == [] and list(restore([], 9)) == [] and list(restore(made("fi"), 9)) == []
    assert list(restore(made("--F"), 2)) == []
    rng = draw(__seed__)
    for _ in range(60):
        text = "".join(rng.choice("FIIIIfi-") for _ in range(rng.randint(1, 12)))
        wanted = rng.randint(0, 13)
        assert list(restore(made(text), wanted)) == reference.restore(made(text), wanted)
