import json
import pickle

import reference

SETS = {("builtins", "set"), ("builtins", "frozenset")}


def refused(function, *arguments):
    """Whether a ValueError came back, and nothing else."""
    try:
        function(*arguments)
    except ValueError:
        return True
    return False


def calls(module, name, *arguments):
    """A pickle (protocol 3) that calls module.name with texts while loading."""
    packed = b"".join(b"X" + len(one.encode()).to_bytes(4, "little") + one.encode() for one in arguments)
    return b"\x80\x03c" + f"{module}\n{name}\n".encode() + b"(" + packed + b"tR."


def check_sign():
    found = sign(b"weights", "screening", 9, b"secret")
    assert isinstance(found, str) and len(found) == 64, "64 hexadecimal digits"
    assert found == "45b3ba4479d5ff346437c2b5418304b08d328c5aadd681fb02bbbf853d208996"
    rng = draw(__seed__)
    for _ in range(10):
        given = (rng.randbytes(rng.randint(0, 40)), rng.choice(["screening", "réglage", 'a", "b', ""]), rng.randint(0, 99), rng.randbytes(32))
        assert sign(*given) == reference.sign(*given)


def check_verify():
    keys = {"k1": b"one", "k2": b"two"}
    good = {"name": "screening", "version": 9, "key_id": "k2", "signature": reference.sign(b"weights", "screening", 9, b"two")}
    assert verify(b"weights", good, keys, "screening", 8) is None
    assert verify(b"weights!", good, keys, "screening", 8) == "signature"
    assert verify(b"weights", {**good, "version": 10}, keys, "screening", 8) == "signature", "the version is signed, too"
    assert verify(b"weights", good, {"k1": b"one"}, "screening", 8) == "unknown_key"
    assert verify(b"weights", good, keys, "delivery", 8) == "name"
    assert verify(b"weights", good, keys, "screening", 10) == "old"
    assert verify(b"weights", "none", keys, "screening", 8) == "malformed"


def check_verify_unseen():
    rng = draw(__seed__)
    for _ in range(4):
        body, keys = rng.randbytes(30), {f"k{i}": rng.randbytes(32) for i in range(3)}
        version, key_id = rng.randint(2, 50), rng.choice(sorted(keys))
        name = rng.choice(["screening", "delivery"])
        good = {"name": name, "version": version, "key_id": key_id, "signature": reference.sign(body, name, version, keys[key_id])}
        other = next(one for one in sorted(keys) if one != key_id)
        one = reference.sign(body, name, 1, keys[key_id])
        cases = [
            good, {**good, "note": "more"}, {**good, "key_id": other}, {**good, "name": "delivery2"}, {**good, "version": version - 1},
            {**good, "version": str(version)}, {**good, "version": True, "signature": one}, {**good, "version": float(version)},
            {**good, "version": None}, {**good, "signature": ""}, {**good, "signature": "é" * 64}, {**good, "signature": good["signature"][:-1]},
            {**good, "signature": None}, {**good, "key_id": "k9"}, {**good, "key_id": ["k1"]}, {**good, "key_id": "k9", "signature": "x"},
            {**good, "name": 7}, [], None, {}, {**good, "version": 1, "signature": one}, {**good, "version": -1},
            {**good, "signature": reference.sign(body, name, version, b"")},
        ]  # fmt: skip
        cases += [{field: value for field, value in good.items() if field != gone} for gone in good]
        for manifest in cases:
            for wanted, least in ((name, version), (name, version + 1), ("other", version + 1), (name, 0)):
                given = (body, manifest, keys, wanted, least)
                assert verify(*given) == reference.verify(*given)
        assert verify(body[:-1], good, keys, name, version) == "signature"


def check_load_pickle():
    assert load_pickle(pickle.dumps({"weights": [0.5, 2], "name": "a"}), set()) == {"weights": [0.5, 2], "name": "a"}
    assert load_pickle(pickle.dumps({"classes": {0, 1}}, 3), SETS) == {"classes": {0, 1}}
    assert refused(load_pickle, pickle.dumps({0, 1}, 3), set()), "a set is not on an empty list"
    assert refused(load_pickle, calls("builtins", "print", "this ran"), SETS)


def check_load_unseen():
    rng = draw(__seed__)
    for protocol in (3, 4, 5):
        thing = [rng.random(), {"ids": (rng.randint(0, 9), "x")}, frozenset({rng.randint(0, 9)}), None, True, b"b"]
        assert load_pickle(pickle.dumps(thing, protocol), SETS) == thing
    values = {"deep": [rng.random() for _ in range(5)]}
    assert load_pickle(pickle.dumps(values, 4), set()) == values
    for module, name, arguments in (
        ("builtins", "eval", ("1+1",)), ("builtins", "len", ("abc",)), ("os", "getenv", ("HOME",)), ("posixpath", "basename", ("a/b",)),
        ("operator", "attrgetter", ("a",)), ("collections", "Counter", ("aab",)), ("textwrap", "dedent", (" a",)), ("sets", "set", ()),
        ("builtins", "set.pop", ()), ("builtins", "bytearray", ()), ("numpy", "abs", ()), ("string", "capwords", ("a b",)), ("", "set", ()),
    ):  # fmt: skip
        assert refused(load_pickle, calls(module, name, *arguments), SETS)
        inner = calls(module, name, *arguments)
        assert refused(load_pickle, b"\x80\x03]" + inner[2:-1] + b"a.", SETS), "within a list as well"
    assert load_pickle(calls("string", "capwords", "one two"), {("string", "capwords")}) == "One Two"
    assert refused(load_pickle, calls("string", "capwords", "one two"), {("string", "ascii_letters"), ("textwrap", "capwords")})
    whole = pickle.dumps(values, 4)
    for data in (b"", whole[:-1], whole[:7], b"weights", b"\x80\x04K\x01", b"\x80\x09.", b"(lp0\n"):
        assert refused(load_pickle, data, SETS)


def check_read_weights():
    rng = draw(__seed__)
    for _ in range(4):
        d = rng.randint(1, 5)
        model = {"features": [f"f{rng.randint(0, 9)}{i}" for i in range(d)], "weights": [rng.gauss(0, 1) for _ in range(d)], "intercept": rng.random()}
        text = json.dumps(model)
        assert read_weights(text, len(text)) == model
        assert refused(read_weights, text, len(text) - 1)
        whole = read_weights(json.dumps({**model, "weights": [rng.randint(-5, 5)] * d, "intercept": 3}), 1000)
        assert all(isinstance(one, float) for one in [*whole["weights"], whole["intercept"]])
        changes = [
            {"weights": [*model["weights"], 1.0]}, {"weights": model["weights"][:-1]}, {"weights": [True] * d}, {"weights": ["1"] * d},
            {"weights": [None] * d}, {"weights": [[1.0]] * d}, {"weights": 1.0}, {"weights": {}}, {"weights": "1" * d}, {"features": "f" * d},
            {"features": []}, {"features": [1] * d}, {"features": [""] * d}, {"features": ["same"] * 2, "weights": [1.0, 2.0]},
            {"features": [], "weights": []}, {"features": None}, {"intercept": True}, {"intercept": None}, {"intercept": "0"}, {"intercept": [0]},
            {"intercept": 10**400}, {"weights": [10**400] * d}, {"intercept": float("nan")}, {"weights": [float("inf")] * d}, {"more": 1},
        ]  # fmt: skip
        for change in changes:
            assert refused(read_weights, json.dumps({**model, **change}), 10**6)
        for gone in model:
            assert refused(read_weights, json.dumps({name: value for name, value in model.items() if name != gone}), 10**6)
        assert refused(read_weights, text[:-1] + ', "intercept": 0.0}', 10**6)
        assert refused(read_weights, '{"intercept": 0.0, ' + text[1:], 10**6)
    huge = '{"features": ["a"], "weights": [1.0], "intercept": 1e999}'
    for text in ("", "{", "null", "[]", '"x"', "3", "[" * 100_000, huge, "[1.0]", json.dumps(["features", "weights", "intercept"])):
        assert refused(read_weights, text, 10**6)


def check_inside():
    good = ["weights.json", "a/b/card.md", "./a.json", "a//b", "a/./b/", "weights..json", "..a/b", "a.../b", "~/x", "-rf", "a b"]
    for name in good:
        assert inside("/srv/models", name) == reference.inside("/srv/models", name)
    assert inside("store", "a/./b//c") == "store/a/b/c"
    bad = ["", ".", "/", "./.", "//", "..", "../x", "a/../../x", "a/../b", "a/..", "/etc/passwd", "//etc", "a\\b", "..\\x", "a\0b", "a/../../models/x"]
    for name in bad:
        assert refused(inside, "/srv/models", name)
