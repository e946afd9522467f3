import reference

SCHEMA = {
    "PORT": {"type": "int", "min": 1, "max": 65535, "default": 8000},
    "TIMEOUT": {"type": "duration", "min": 0.1, "max": 60, "default": 2.0},
    "SHADOW": {"type": "bool", "default": False},
    "LEVEL": {"type": "choice", "of": ["debug", "info"], "default": "info"},
    "DATABASE": {"type": "text", "secret": True},
}
WORDS = {
    "int": ["8000", " 8000\n", "-5", "0", "1", "007", "65535", "65536", "8_000", "１２", "0x10", "1e3", "+5", "5.0", "- 5", "--5", "eight", "", "  "],
    "duration": ["500ms", "1.5s", "2m", "1h", "0.1s", "60s", "61s", "0.05s", "30", "30 s", ".5s", "1.s", "1e3ms", "-1s", "5M", "5S", "1m30s", "s", "", "１s", "0ms", "90ms"],
    "bool": ["true", "TRUE", " False ", "0", "1", "yes", "no", "on", "2", "", "None", "t", "00", "1.0"],
    "choice": ["debug", " info ", "INFO", "debugging", "warn", "", "info debug", "inf"],
    "text": ["a", "  a b ", "", " \t", "0", "None", "ü"],
}


def same(found, wanted):
    """Whether two pairs agree, True and 1 being different."""
    assert len(found) == 2 and found[1] == wanted[1], "the code"
    if isinstance(wanted[0], (bool, str)) or wanted[0] is None:
        assert type(found[0]) is type(wanted[0]) and found[0] == wanted[0]
    else:
        assert not isinstance(found[0], bool) and close(float(found[0]), float(wanted[0]))
    return True


def check_convert():
    assert same(convert(" 8000 ", SCHEMA["PORT"]), (8000, None))
    assert same(convert("0", SCHEMA["PORT"]), (None, "range"))
    assert same(convert("8_000", SCHEMA["PORT"]), (None, "type")), "Python's int() takes this, you do not"
    assert same(convert("500ms", SCHEMA["TIMEOUT"]), (0.5, None))
    assert same(convert("30", SCHEMA["TIMEOUT"]), (None, "type")), "a duration needs its unit"
    assert same(convert("False", SCHEMA["SHADOW"]), (False, None))
    assert same(convert("warn", SCHEMA["LEVEL"]), (None, "choice"))
    assert same(convert("  ", SCHEMA["DATABASE"]), (None, "empty"))


def check_convert_unseen():
    rng = draw(__seed__)
    bounds = [{}, {"min": 1}, {"max": 60}, {"min": 0.1, "max": 60}, {"min": 0}]
    for kind, words in WORDS.items():
        for word in words:
            rule = {"type": kind, "of": ["debug", "info"], **rng.choice(bounds)}
            assert same(convert(word, rule), reference.convert(word, rule))
    for _ in range(20):
        number = rng.randint(-70, 70)
        for rule in ({"type": "int", "min": -20, "max": 20}, {"type": "int", "max": number}, {"type": "int", "min": number}):
            assert same(convert(str(number), rule), reference.convert(str(number), rule))
        text = f"{rng.randint(0, 90)}.{rng.randint(0, 9)}{rng.choice(['ms', 's', 'm', 'h'])}"
        rule = {"type": "duration", "min": 0.3, "max": 4000}
        assert same(convert(text, rule), reference.convert(text, rule))


def agrees(*given):
    wanted, found = reference.load(*given), load(*given)
    assert found["problems"] == wanted["problems"]
    assert sorted(found["values"]) == sorted(wanted["values"])
    for name, value in wanted["values"].items():
        assert same((found["values"][name], None), (value, None))


def check_load():
    found = load(SCHEMA, "APP_", {"PORT": "9000", "LEVEL": "debug"}, {"APP_PORT": "80", "APP_DATABASE": "db", "HOME": "/"}, {})
    assert found["problems"] == []
    assert found["values"] == {"PORT": 80, "TIMEOUT": 2.0, "SHADOW": False, "LEVEL": "debug", "DATABASE": "db"}
    found = load(SCHEMA, "APP_", {}, {"APP_DATABASE_FILE": "/run/db"}, {"/run/db": "secret\n"})
    assert found["values"]["DATABASE"] == "secret", "a mounted file often ends with a line break"
    found = load(SCHEMA, "APP_", {"COLOUR": "red"}, {"APP_PORTS": "80", "APP_TIMEOUT": "30"}, {})
    assert found == {
        "values": {},
        "problems": [
            {"name": "COLOUR", "code": "unknown"}, {"name": "DATABASE", "code": "missing"},
            {"name": "PORTS", "code": "unknown"}, {"name": "TIMEOUT", "code": "type"},
        ],
    }  # fmt: skip


def check_load_unseen():
    rng = draw(__seed__)
    schema = {
        **SCHEMA,
        "KEY": {"type": "text", "secret": True, "default": ""},
        "MODEL_FILE": {"type": "text", "default": "model.json"},
        "WORKERS": {"type": "int", "min": 0, "default": 0},
    }
    good = {"DATABASE": "db"}
    fixed = [
        ({}, {"S_DATABASE": "x", "S_DATABASE_FILE": "/a"}, {"/a": "x"}),
        ({}, {"S_DATABASE_FILE": "/gone"}, {"/a": "x"}),
        ({}, {"S_DATABASE_FILE": "/a"}, {"/a": " \n"}),
        ({"DATABASE": "x"}, {"S_DATABASE": "y"}, {}),
        ({"DATABASE": "x"}, {"S_DATABASE": "y", "S_DATABASE_FILE": "/gone"}, {}),
        ({"DATABASE_FILE": "/a"}, {"S_DATABASE": "y"}, {"/a": "x"}),
        ({}, {"S_DATABASE": "y", "S_PORT_FILE": "/a"}, {"/a": "80"}),
        ({"MODEL_FILE": "m.json"}, {"S_DATABASE": "y"}, {}),
        ({}, {"S_DATABASE": "y", "S_MODEL_FILE": "n.json"}, {}),
        ({"PORT": "none"}, {"S_DATABASE": "y", "S_PORT": "81"}, {}),
        ({"PORT": "81"}, {"S_DATABASE": "y", "S_PORT": ""}, {}),
        ({}, {"S_DATABASE": "y", "XS_PORTS": "81", "s_port": "1", "S": "1", "PORT": "1"}, {}),
        ({"WORKERS": "0"}, {"S_DATABASE": "y", "S_SHADOW": "0"}, {}),
        ({"X": "0"}, {"S_DATABASE": "y", "S_X": "0"}, {}),
        ({"PREFIX": "1"}, {"S_": "1", "S_S_DATABASE": "1"}, {}),
        ({}, {}, {}),
        ({}, {"S_KEY_FILE": "/k", "S_DATABASE": "y"}, {"/k": "kk"}),
    ]
    for file, environment, files in fixed:
        agrees(schema, "S_", file, environment, files)
    names = [*schema, "PORTS", "DATABASE_FILE", "KEY_FILE", "LEVEL_FILE"]
    for _ in range(80):
        prefix = rng.choice(["S_", "DELIVERY_"])
        file = {rng.choice(names): rng.choice(["1", "true", "2s", "info", "db"]) for _ in range(rng.randint(0, 2))}
        environment = {prefix + name: rng.choice(["1", "0", "2s", "debug", "/k"]) for name in rng.sample(names, rng.randint(0, 3))}
        if rng.random() < 0.7:
            environment[prefix + "DATABASE"] = good["DATABASE"]
            file.pop("DATABASE", None)
        agrees(schema, prefix, file, environment, {"/k": rng.choice(["k", "", "k\n"])})


def check_report():
    rng = draw(__seed__)
    word = "pa" + str(rng.randint(10, 99))
    schema = {
        "URL": {"type": "text"}, "KEY": {"type": "text", "secret": True}, "A": {"type": "text", "secret": True},
        "PORT": {"type": "int"}, "Z": {"type": "text", "secret": True, "default": ""}, "NOTE": {"type": "text"},
    }  # fmt: skip
    values = {"URL": f"db://app:{word}-word@host/{word}", "KEY": word, "A": f"{word}-word", "PORT": 8000, "Z": "", "NOTE": "KEY and A are set"}
    assert report(schema, values) == [
        "A = ***", "KEY = ***", "NOTE = KEY and A are set", "PORT = 8000", "URL = db://app:***@host/***", "Z = ***",
    ]  # fmt: skip
    values = {"URL": "", "KEY": "80", "A": str(rng.randint(1000, 9999)) + "x", "PORT": 8000, "Z": "xy", "NOTE": "xyz"}
    assert report(schema, values) == reference.report(schema, values)
    assert report({}, {}) == []


def check_health():
    rng = draw(__seed__)
    limits = {"part": 30, "beat": 10}
    well = {"ok": True, "at": 100, "required": True}
    assert health({"db": well}, 100, 100, limits, False) == {"live": True, "ready": True, "degraded": False, "failing": []}
    for _ in range(150):
        parts = {
            name: {"ok": rng.random() < 0.8, "at": rng.choice([None, 100, 95, 71, 70, 69, 100, 100]), "required": rng.random() < 0.5}
            for name in rng.sample(["model", "db", "cache", "weather"], rng.randint(0, 4))
        }
        given = (parts, rng.choice([100, 91, 90, 89]), 100, limits, rng.random() < 0.2)
        assert health(*given) == reference.health(*given)
    assert health({"db": {**well, "at": 0}}, 5, 5, limits, False)["ready"], "checked at 0 is checked"


def check_drain():
    rng = draw(__seed__)
    assert drain([(90, 5), (98, 10), (103, 4), (106, 1)], 100, 5, 30) == {"finished": 3, "lost": 0, "exit": 108}
    assert drain([], 100, 5, 30) == {"finished": 0, "lost": 0, "exit": 105}
    assert drain([(100, 30), (101, 30), (105, 1), (104, 26)], 100, 5, 30) == {"finished": 2, "lost": 1, "exit": 130}
    for _ in range(60):
        stop, notice = rng.randint(50, 60), rng.randint(0, 8)
        grace = notice + rng.randint(0, 25)
        requests = [(rng.randint(30, 75), rng.randint(1, 30)) for _ in range(rng.randint(0, 6))]
        given = (requests, stop, notice, grace)
        assert drain(*given) == reference.drain(*given)
