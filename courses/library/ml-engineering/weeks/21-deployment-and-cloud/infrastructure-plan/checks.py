import reference

RULES = {
    "network": {"fixed": ["range"]},
    "database": {"fixed": ["network", "region"], "computed": ["address"], "data": True},
    "machine": {"fixed": ["image", "network"], "computed": ["address", "id"]},
    "balancer": {},
    "bucket": {"fixed": ["name"], "data": True, "computed": ["url"]},
}


def one(kind, **settings):
    return {"type": kind, "settings": settings}


def exists(resource, managed=True, **more):
    return {"type": resource["type"], "settings": {**resource["settings"], **more}, "managed": managed}


def to(name):
    return {"ref": name}


NET = one("network", range="10.0.0.0/16")
DB = one("database", network=to("net"), size=20)
APP = one("machine", image="sha256:1a", network=to("net"), count=3)
FRONT = one("balancer", target=to("app"), port=443)
WORLD = {"net": NET, "db": DB, "app": APP, "front": FRONT}
ACTUAL = {"net": exists(NET), "db": exists(DB, address="db.local"), "app": exists(APP, id="i-1", address="10.0.0.9"), "front": exists(FRONT)}


def check_problems():
    assert problems(WORLD, ACTUAL, RULES) == [] and problems({}, ACTUAL, RULES) == []
    loop = {"a": one("balancer", t=to("b")), "b": one("balancer", t=to("a")), "c": one("balancer", t=to("a")), "d": one("balancer", t=to("d"))}
    assert problems(loop, {}, RULES) == [{"name": name, "code": "cycle"} for name in ("a", "b", "d")]
    bad = {"x": one("cluster", t=to("gone")), "front": FRONT, "app": one("machine", image="1", count=1)}
    assert problems(bad, {"x": exists(NET, False), "app": exists(APP, False)}, RULES) == [
        {"name": "app", "code": "taken"}, {"name": "x", "code": "ref"}, {"name": "x", "code": "taken"}, {"name": "x", "code": "type"},
    ]  # fmt: skip
    rng = draw(__seed__)
    for _ in range(40):
        names = [f"r{i}" for i in range(rng.randint(1, 7))]
        desired = {
            name: one(rng.choice([*RULES, "cluster"]), **{f"s{i}": to(rng.choice([*names, "gone"])) for i in range(rng.randint(0, 2))})
            for name in names
        }
        actual = {name: exists(NET, rng.random() < 0.7) for name in rng.sample(names, rng.randint(0, len(names)))}
        assert problems(desired, actual, RULES) == reference.problems(desired, actual, RULES)


def check_plan():
    assert plan(WORLD, ACTUAL, RULES) == {}, "what the platform filled in is no difference"
    new = {**WORLD, "app": one("machine", image="sha256:2b", network=to("net"), count=3)}
    assert plan(new, ACTUAL, RULES) == {
        "app": {"action": "replace", "changed": ["image"]},
        "front": {"action": "update", "changed": ["target"]},
    }, "the balancer refers to new machines"
    assert plan({**WORLD, "db": one("database", network=to("net"), size=40)}, ACTUAL, RULES) == {"db": {"action": "update", "changed": ["size"]}}
    assert plan({"net": NET}, {"net": exists(NET), "old": exists(APP), "theirs": exists(APP, False)}, RULES) == {
        "old": {"action": "delete", "changed": []}
    }


def some_world(rng):
    """Desired and actual resources without problems, their references going to earlier names."""
    names = [f"r{i}" for i in rng.sample(range(20), rng.randint(3, 8))]
    desired = {}
    for name in names:
        kind = rng.choice(list(RULES))
        settings = {key: rng.choice([1, 2]) for key in rng.sample(["size", "region", "name", "range", "image", "port"], rng.randint(0, 3))}
        for key in rng.sample(["network", "target", "image"], rng.randint(0, 2)) if desired else []:
            settings[key] = to(rng.choice(list(desired)))
        desired[name] = one(kind, **settings)
    actual = {}
    for name in names:
        if rng.random() < 0.15:
            continue
        settings = {key: value for key, value in desired[name]["settings"].items() if not isinstance(value, dict) or value["ref"] in actual}
        if settings and rng.random() < 0.25:
            settings.pop(rng.choice(list(settings)))
        if rng.random() < 0.25:
            settings[rng.choice(["size", "range", "image", "network", "region"])] = 3
        if rng.random() < 0.4:
            settings[rng.choice(["address", "id", "url"])] = "x"
        actual[name] = {"type": desired[name]["type"] if rng.random() < 0.9 else rng.choice(list(RULES)), "settings": settings, "managed": True}
    for i in range(rng.randint(0, 3)):
        settings = {"network": to(rng.choice(list(actual)))} if actual and rng.random() < 0.7 else {}
        actual[f"{rng.choice('az')}{i}"] = {"type": rng.choice([*RULES, "retired"]), "settings": settings, "managed": rng.random() < 0.7}
    mixed = list(desired)
    rng.shuffle(mixed)
    return {name: desired[name] for name in mixed}, actual


def check_plan_unseen():
    rng = draw(__seed__)
    wide = {**WORLD, "net": one("network", range="10.9.0.0/16")}
    assert plan(wide, ACTUAL, RULES) == {
        "net": {"action": "replace", "changed": ["range"]}, "db": {"action": "replace", "changed": ["network"]},
        "app": {"action": "replace", "changed": ["network"]}, "front": {"action": "update", "changed": ["target"]},
    }  # fmt: skip
    cases = [
        ({"db": one("database", address="mine")}, {"db": exists(one("database", address="theirs"))}),
        ({"db": one("database")}, {"db": exists(one("database", size=None))}),
        ({"db": one("database", size=None)}, {"db": exists(one("database"))}),
        ({"x": one("machine", size=1)}, {"x": exists(one("balancer", size=2, id="i"))}),
        ({"net": NET, "db": DB}, {"db": exists(DB)}),
        ({}, ACTUAL), (WORLD, {}),
    ]  # fmt: skip
    for desired, actual in cases + [some_world(rng) for _ in range(60)]:
        assert plan(desired, actual, RULES) == reference.plan(desired, actual, RULES)


def fits(found, desired, actual, actions):
    """Whether the steps are those of the plan, in an order that works."""
    found = [tuple(step) for step in found]
    verbs = {"create": ["create"], "replace": ["create", "delete"], "update": ["update"], "delete": ["delete"]}
    wanted = sorted((verb, name) for name, action in actions.items() for verb in verbs[action["action"]])
    assert sorted(found) == wanted, "each step once"
    made = {name: i for i, (verb, name) in enumerate(found) if verb != "delete"}
    gone = {name: i for i, (verb, name) in enumerate(found) if verb == "delete"}
    assert not made or not gone or max(made.values()) < min(gone.values()), "nothing is deleted before everything is made"
    for name in made:
        assert all(made[other] < made[name] for other in reference.refs(desired[name]).values() if other in made)
    for name in gone:
        assert all(gone[name] < gone[other] for other in reference.refs(actual[name]).values() if other in gone)
    return True


def check_steps():
    wide = {**WORLD, "net": one("network", range="10.9.0.0/16")}
    actions = reference.plan(wide, ACTUAL, RULES)
    assert fits(steps(wide, ACTUAL, actions), wide, ACTUAL, actions)
    assert steps({}, {"net": exists(NET), "db": exists(DB)}, {name: {"action": "delete", "changed": []} for name in ("net", "db")}) == [
        ["delete", "db"], ["delete", "net"],
    ], "the database stands in the network"  # fmt: skip
    assert steps(WORLD, ACTUAL, {}) == []


def check_steps_unseen():
    rng = draw(__seed__)
    chain = {name: one("balancer", t=to(f"n{i - 1}")) if i else one("balancer") for i, name in enumerate(f"n{i}" for i in range(10))}
    chain = dict(sorted(chain.items(), key=lambda pair: rng.random()))
    turned = {name: one("balancer", t=to(f"n{i + 1}")) if i < 9 else one("balancer") for i, name in enumerate(f"n{i}" for i in range(10))}
    cases = [(chain, {}), (turned, {}), ({}, {name: exists(resource) for name, resource in chain.items()})]
    cases += [({}, {name: exists(resource) for name, resource in turned.items()})]
    for one_way, other in (("a", "b"), ("b", "a")):
        was = {one_way: exists(one("machine", image=1, network=to(other))), other: exists(one("machine", image=1))}
        cases.append(({one_way: one("machine", image=2), other: one("machine", image=2, network=to(one_way))}, was))
    for desired, actual in cases + [some_world(rng) for _ in range(60)]:
        actions = reference.plan(desired, actual, RULES)
        assert fits(steps(desired, actual, actions), desired, actual, actions)


def check_guard():
    wide = {**WORLD, "net": one("network", range="10.9.0.0/16")}
    actions = reference.plan(wide, ACTUAL, RULES)
    assert guard(actions, ACTUAL, RULES, [], 10) == [{"name": "db", "code": "data"}]
    assert guard(actions, ACTUAL, RULES, ["db"], 3) == [] and guard(actions, ACTUAL, RULES, ["db"], 2) == [{"name": "*", "code": "many"}]
    assert guard({"db": {"action": "update", "changed": ["size"]}}, ACTUAL, RULES, [], 0) == []
    rng = draw(__seed__)
    for _ in range(50):
        desired, actual = some_world(rng)
        actions = reference.plan(desired, actual, RULES)
        allowed = rng.sample(sorted(actual), rng.randint(0, min(2, len(actual))))
        given = (actions, actual, RULES, allowed, rng.randint(0, 5))
        assert guard(*given) == reference.guard(*given)


def check_drift():
    assert drift(WORLD, ACTUAL, RULES) == []
    opened = {**ACTUAL, "net": exists(NET, port=22), "mine": exists(APP, False)}
    del opened["front"]
    assert drift(WORLD, opened, RULES) == [{"name": "front", "code": "gone"}, {"name": "mine", "code": "foreign"}, {"name": "net", "code": "changed"}]
    rng = draw(__seed__)
    for _ in range(40):
        desired, actual = some_world(rng)
        assert drift(desired, actual, RULES) == reference.drift(desired, actual, RULES)
