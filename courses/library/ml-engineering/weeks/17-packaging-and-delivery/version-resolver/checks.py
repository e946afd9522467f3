import hashlib

import reference


def some_version(rng, top=3, candidates=0.25):
    parts = [str(rng.choice([0, 1, 2, 9, 10][: top + 2])) for _ in range(rng.choice([1, 2, 3, 3]))]
    return ".".join(parts) + (f"rc{rng.choice([1, 2, 10])}" if rng.random() < candidates else "")


def some_constraint(rng):
    clauses = []
    for _ in range(rng.randint(0, 3)):
        sign = rng.choice(["==", "!=", ">=", "<=", ">", "<", "~="])
        border = some_version(rng, candidates=0.2)
        if sign == "~=" and "." not in border:
            border = "1.2"
        clauses.append(rng.choice(["", " "]) + sign + rng.choice(["", " "]) + border)
    return ",".join(clauses)


def some_index(rng):
    names = ["app", "base", "core", "data", "edge", "fast"]
    index = {}
    for name in names:
        index[name] = {}
        for version in rng.sample(["1.0", "1.2", "1.9", "1.10", "2.0", "2.1", "2.2rc1", "3.0"], 4):
            needs = rng.sample([one for one in names if one != name], rng.choice([0, 1, 1, 2]))
            index[name][version] = {one: rng.choice([">=1.2", "<2", ">=2", "~=1.2", "!=1.10", "<=2.0", "", ">=1.0rc1"]) for one in needs}
    wanted = {name: rng.choice(["", ">=1.2", "<3", "~=1.0"]) for name in rng.sample(names, 2)}
    return wanted, index


def check_key():
    assert key("1.4") == [1, 4, 0, 1, 0]
    assert key("1.4rc2") == [1, 4, 0, 0, 2]
    found = sorted(["1.10.0", "1.9", "2", "1.10.0rc10", "1.10.0rc2", "1.10.1"], key=lambda one: key(one))
    assert found == ["1.9", "1.10.0rc2", "1.10.0rc10", "1.10.0", "1.10.1", "2"], "numbers, not text; candidates first"


def check_bump():
    rng = draw(__seed__)
    for _ in range(60):
        version = f"{rng.choice([0, 0, 1, 9])}.{rng.randint(0, 11)}.{rng.randint(0, 11)}"
        changes = [rng.choice(["breaking", "feature", "fix"]) for _ in range(rng.randint(0, 3))]
        assert bump(version, changes) == reference.bump(version, changes)
    fixed = [("1.4.2", ["fix", "breaking"]), ("0.4.2", ["breaking"]), ("0.4.2", ["feature"]), ("0.4.2", ["fix"]), ("1.4.2", [])]
    agree(bump, reference.bump, [*fixed, ("1.4.2", ["fix", "feature"]), ("9.9.9", ["fix"])])


def check_satisfies():
    assert satisfies("1.10", ">=1.9,<2") is True, "1.10 comes after 1.9"
    assert satisfies("2.0", ">=1.9,<2") is False
    assert satisfies("1.4", "==1.4.0") is True
    assert satisfies("1.4.9", "~=1.4.2") is True
    assert satisfies("1.5.0", "~=1.4.2") is False
    assert satisfies("1.5.0", "~=1.4") is True
    assert satisfies("0.1", "") is True


def check_satisfies_unseen():
    rng = draw(__seed__)
    fixed = [
        ("2.0rc1", ">=1"), ("2.0rc1", ""), ("2.0rc1", ">=2.0rc1"), ("2.0rc1", ">=1.0rc1, !=1.5"), ("2.0", ">2.0rc1"), ("1.4", "~=1.4.0"),
        ("2.4", "~=1.4"), ("1.3", "~=1.4"), ("1.4.1", "~=1.4.2"), ("1.4.10", "~= 1.4.2"), ("1.10", "<1.9"), ("1.2", "> 1 , != 1.2.0"),
        ("1.5.0", "~=1.4.2"), ("1.4rc3", "~=1.4rc2"), ("2.0rc1", "~=1.4rc2"),
        ("2.0rc1", ">=1.0rc1,<2.0"), ("2.0rc1", "!=2.0rc2,<2"),
    ]  # fmt: skip
    cases = fixed + [(some_version(rng), some_constraint(rng)) for _ in range(150)]
    for version, constraint in cases:
        assert bool(satisfies(version, constraint)) == reference.satisfies(version, constraint)


def check_resolve():
    index = {
        "model": {"1.0": {"arrays": ">=1"}, "1.1": {"arrays": ">=2"}},
        "arrays": {"1.9": {}, "1.10": {}, "2.0": {}, "2.1rc1": {}},
        "plots": {"1.0": {"arrays": "<2"}},
    }
    assert resolve({"model": ""}, index) == {"model": "1.1", "arrays": "2.0"}
    assert resolve({"arrays": "<2"}, index) == {"arrays": "1.10"}, "the newest by number, not by text"
    assert resolve({"model": "", "plots": ""}, index) == {"model": "1.0", "plots": "1.0", "arrays": "1.10"}, (
        "plots wants old arrays, so an older model must do"
    )
    assert resolve({"model": ">=1.1", "plots": ""}, index) is None


def check_resolve_unseen():
    rng = draw(__seed__)
    deep = {
        "a": {"2": {"c": "==1"}, "1": {"c": "==2"}},
        "b": {"2": {"c": "==2", "d": ">=1"}, "1": {"c": ">=2"}},
        "c": {"1": {}, "2": {}},
        "d": {"1": {"e": ">=1"}},
    }
    circle = {"a": {"1": {"b": ">=1"}, "2": {"b": ">=2"}}, "b": {"1": {"a": ""}, "2": {"a": "<2"}}}
    turned = {"z": {"1": {"b": "<2"}, "2": {"b": "<2"}}, "b": {"1": {}, "2": {}}}
    cases = [
        ({"a": "", "b": ""}, deep), ({"b": ""}, deep), ({"d": ""}, deep), ({}, deep), ({"x": ""}, deep), ({"a": ""}, circle),
        ({"a": "", "b": ">=2"}, circle), ({"z": "", "b": ""}, turned), ({"a": "<1"}, deep), ({"p": ">=1.0rc1"}, {"p": {"1.0": {}, "1.0rc1": {}}}),
    ]  # fmt: skip
    cases += [some_index(rng) for _ in range(40)]
    assert all(resolve(wanted, index) == reference.resolve(wanted, index) for wanted, index in cases)


def check_verify():
    rng = draw(__seed__)
    for _ in range(12):
        files = {f"file{i}.whl": f"é{rng.random()}" for i in range(5)}
        lock = {name: "sha256:" + hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
        assert verify(lock, files) == []
        names = sorted(files)
        rng.shuffle(names)
        files[names[0]] += " "
        del files[names[1]]
        del lock[names[2]]
        lock[names[3]] = lock[names[3]].removeprefix("sha256:")
        lock[names[4]] = "sha256:" + lock[names[4]].removeprefix("sha256:").upper()
        assert verify(lock, files) == reference.verify(lock, files)
    assert verify({}, {"a": ""}) == ["unexpected: a"]
