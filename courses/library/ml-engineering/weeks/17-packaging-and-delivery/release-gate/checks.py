import hashlib
import math

import reference

POLICY = {"stop": 50, "least": 200, "enough": 1000, "z": 3.0}
RULES = {
    "recall": {"better": "higher", "limit": 0.75, "slack": 0.0625},
    "ms": {"better": "lower", "limit": 128, "slack": 16},
}


def check_layers():
    rng = draw(__seed__)
    mark = str(rng.random())
    steps = [
        {"run": "base", "copies": []},
        {"run": "install", "copies": ["requirements.txt"]},
        {"run": "copy", "copies": ["src/", "README.md"]},
        {"run": "check", "copies": []},
    ]
    files = {"requirements.txt": mark, "src/app.py": "a" + mark, "src/deep/b.py": "b", "README.md": "r", "notes.md": "n", "src2/x.py": "x"}
    keys = layer_keys(steps, files)
    assert len(set(keys)) == 4 and keys == layer_keys(steps, dict(reversed(files.items())))

    def first_change(new_files, new_steps=steps):
        new = layer_keys(new_steps, new_files)
        same = [a == b for a, b in zip(keys, new)]
        at = same.index(False) if False in same else 4
        assert not any(same[at:]), "what comes after a changed layer is built again"
        return at

    assert first_change(files) == 4
    assert first_change({**files, "notes.md": "changed", "src2/x.py": "y", "requirements.txt.bak": "z"}) == 4
    assert first_change({**files, "requirements.txt": mark + "x"}) == 1
    assert first_change({**files, "src/app.py": "new"}) == 2
    assert first_change({**files, "src/deep/b.py": "new"}) == 2
    assert first_change({**files, "src/deep/b.py": "c"}) == 2, "another content of the same length"
    assert first_change({**files, "src/new.py": ""}) == 2
    assert first_change({name: text for name, text in files.items() if name != "README.md"}) == 2
    renamed = {("src/c.py" if name == "src/deep/b.py" else name): text for name, text in files.items()}
    assert first_change(renamed) == 2
    assert first_change({**files, "src/app.py": "b", "src/deep/b.py": "a" + mark}) == 2
    assert first_change(files, [*steps[:3], {"run": "check all", "copies": []}]) == 3
    assert first_change(files, [{"run": "base2", "copies": []}, *steps[1:]]) == 0
    one = [{"run": "", "copies": ["a", "ab"]}]
    assert layer_keys(one, {"a": "bc"}) != layer_keys(one, {"ab": "c"})
    assert layer_keys([], files) == []


def check_gate():
    now = {"all": {"recall": 0.9, "ms": 100}}
    assert gate({"all": {"recall": 0.92, "ms": 90}}, now, RULES) == []
    assert gate({"all": {"recall": 0.8, "ms": 100}}, now, RULES) == [{"slice": "all", "metric": "recall", "code": "worse"}]
    assert gate({"all": {"recall": 0.5, "ms": 400}}, None, RULES) == [
        {"slice": "all", "metric": "ms", "code": "limit"},
        {"slice": "all", "metric": "recall", "code": "limit"},
    ], "for ms lower is better"
    assert gate({"all": {"recall": 0.8, "ms": 100}}, None, RULES) == [], "a first release has nothing to be compared with"


def some_metrics(rng):
    found = {}
    for place in ("all", "new", "old"):
        if rng.random() < 0.8:
            found[place] = {"recall": rng.choice([0.5, 0.75, 0.8125, 0.875, 0.9375]), "ms": rng.choice([80, 96, 112, 113, 128, 129])}
            if rng.random() < 0.2:
                found[place][rng.choice(["recall", "ms"])] = rng.choice([math.nan, math.inf, -math.inf])
            if rng.random() < 0.2:
                del found[place][rng.choice(["recall", "ms"])]
    return found


def clean(metrics):
    return {place: {name: one for name, one in values.items() if math.isfinite(one)} for place, values in metrics.items()}


def check_gate_unseen():
    rng = draw(__seed__)
    good = {"recall": 0.875, "ms": 100}
    cases = [
        ({"all": good}, {"all": good, "old": good}), ({}, None), ({"all": good, "new": {"recall": 0.5, "ms": 100}}, {"all": good}),
        ({"all": {"recall": math.nan, "ms": math.inf}}, {"all": good}), ({"all": {"recall": 0.8125, "ms": 116}}, {"all": good}),
        ({"all": {"recall": 0.75, "ms": 128}}, None), ({"all": good}, {"all": {"ms": 100}}), ({"all": {"recall": 0, "ms": 0}}, None),
        ({"all": {"recall": 0.8, "ms": 117}}, {"all": good}), ({"old": good}, {"old": good}),
    ]  # fmt: skip
    for _ in range(60):
        cases.append((some_metrics(rng), rng.choice([None, clean(some_metrics(rng)), clean(some_metrics(rng))])))
    for candidate, current in cases:
        assert gate(candidate, current, RULES) == reference.gate(candidate, current, RULES)


def check_in_canary():
    rng = draw(__seed__)
    for _ in range(120):
        given = (f"user-{rng.randint(0, 10**6)}", rng.choice([0, 0.01, 0.05, 0.5, 0.9, 1]), rng.choice(["r1", "r2", "é"]))
        assert bool(in_canary(*given)) == reference.in_canary(*given)
    user = f"user-{rng.randint(0, 10**6)}"
    bucket = int(hashlib.sha256(f"r9:{user}".encode()).hexdigest(), 16) % 10000
    assert not in_canary("user-2936", 0.0051, "r9"), "its number is 51, and 0.0051 * 10000 is a little more"
    assert not in_canary(user, bucket / 10000, "r9") and in_canary(user, (bucket + 1) / 10000, "r9")


def check_canary():
    old = {"requests": 10000, "errors": 100}
    assert canary(old, {"requests": 100, "errors": 3}, POLICY) == "wait"
    assert canary(old, {"requests": 100, "errors": 60}, POLICY) == "rollback"
    assert canary(old, {"requests": 500, "errors": 25}, POLICY) == "rollback"
    assert canary(old, {"requests": 500, "errors": 6}, POLICY) == "wait"
    assert canary(old, {"requests": 1000, "errors": 12}, POLICY) == "promote"


def check_canary_unseen():
    rng = draw(__seed__)
    cases = [
        ({"requests": 0, "errors": 0}, {"requests": 5000, "errors": 3}), ({"requests": 900, "errors": 0}, {"requests": 1000, "errors": 0}),
        ({"requests": 900, "errors": 0}, {"requests": 199, "errors": 49}), ({"requests": 900, "errors": 0}, {"requests": 150, "errors": 50}),
        ({"requests": 200, "errors": 20}, {"requests": 2000, "errors": 1}), ({"requests": 20000, "errors": 0}, {"requests": 200, "errors": 2}),
        ({"requests": 300, "errors": 3}, {"requests": 300, "errors": 10}), ({"requests": 100000, "errors": 1000}, {"requests": 1000, "errors": 22}),
        ({"requests": 400, "errors": 4}, {"requests": 1000, "errors": 26}), ({"requests": 100000, "errors": 1000}, {"requests": 400, "errors": 11}),
        ({"requests": 100000, "errors": 20000}, {"requests": 200, "errors": 48}), ({"requests": 5000, "errors": 250}, {"requests": 250, "errors": 20}),
    ]  # fmt: skip
    for _ in range(150):
        n = rng.choice([150, 200, 400, 999, 1000, 3000])
        old_n = rng.choice([300, 2000, 20000])
        old = {"requests": old_n, "errors": rng.randint(0, old_n // 50)}
        cases.append((old, {"requests": n, "errors": rng.randint(0, min(n, 55))}))
    for old, new in cases:
        assert canary(old, new, POLICY) == reference.canary(old, new, POLICY)
    exact = {"stop": 50, "least": 1, "enough": 8, "z": 1.0}
    assert canary({"requests": 8, "errors": 3}, {"requests": 8, "errors": 5}, exact) == "rollback", "one standard error, exactly"
    assert canary({"requests": 900, "errors": 0}, {"requests": 500, "errors": 0}, POLICY) == "wait", "no errors, but not enough requests"


def check_trail():
    rng = draw(__seed__)
    entries = [{"what": f"release {i}", "who": rng.choice(["ada", "bo"]), "at": rng.randint(0, 10**6) + i} for i in range(6)]
    trail = []
    for entry in entries:
        longer = record(trail, entry)
        assert longer[:-1] == trail and longer[-1]["entry"] == entry and isinstance(longer[-1]["hash"], str)
        trail = longer
    assert broken_at(trail) is None and broken_at([]) is None
    assert len({link["hash"] for link in trail}) == 6
    for i in range(6):
        changed = [dict(link) for link in trail]
        changed[i]["entry"] = {**entries[i], "who": "mallory"}
        assert broken_at(changed) == i
        turned = [dict(link) for link in trail]
        turned[i]["entry"] = dict(reversed(entries[i].items()))
        assert broken_at(turned) is None
        if i < 5:
            assert broken_at(trail[:i] + trail[i + 1 :]) == i
            assert broken_at([*trail[:i], trail[i + 1], trail[i], *trail[i + 2 :]]) == i
        alone = record([], {**entries[i], "who": "mallory"})[0]
        if i > 0:
            assert broken_at([*trail[:i], alone, *trail[i + 1 :]]) == i
    assert record([], entries[0]) == trail[:1] and record(trail[:2], entries[2]) == trail[:3]
    for entry, other in (({"a": 1}, {"a": "1"}), ({"a": "bc"}, {"ab": "c"}), ({"a": "1, b=2"}, {"a": "1", "b": "2"}), ({"a": "1,b=2"}, {"a": "1", "b": "2"})):
        assert broken_at([{**record([], entry)[0], "entry": other}]) == 0, "other entries that look alike when joined"
    again = record(trail, entries[5])
    assert again[-1]["hash"] != again[-2]["hash"], "the same entry twice has two hashes"
