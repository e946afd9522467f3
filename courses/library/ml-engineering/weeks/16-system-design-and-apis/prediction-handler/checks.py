import json

import reference

GOOD = {"distance_km": 2.0, "parcels": 1, "weather": "dry"}


def ask(body, key=None, client="k-shop", path="/v2/estimates", method="POST"):
    headers = {"x-api-key": client} if client else {}
    if key is not None:
        headers["idempotency-key"] = key
    text = body if isinstance(body, str) else json.dumps(body)
    return {"method": method, "path": path, "headers": headers, "body": text}


def talk(requests):
    """The learner's answers to requests (request, now), each with the state of the one before."""
    state, answers = {}, []
    for request, now in requests:
        response, state = handle(request, state, now)
        answers.append(response)
    return answers


def wanted(requests):
    state, answers = {}, []
    for request, now in requests:
        response, state = reference.handle(request, state, now)
        answers.append(response)
    return answers


def some_body(rng):
    body = {
        "distance_km": rng.choice([0.1, 40, 40.01, 0.09, 7, -3, True, "7", None, rng.uniform(0, 45)]),
        "parcels": rng.choice([1, 20, 21, 0, 3.0, 2, 5, False, float("nan")]),
        "weather": rng.choice(["dry", "rain", "snow", "Dry", "hail", 3, None]),
        "note": rng.choice(["ring twice", "", 4, None]),
        "Distance_km": 3,
        "colour": "red",
    }
    keep = {"distance_km": 0.85, "parcels": 0.85, "weather": 0.85, "note": 0.4, "Distance_km": 0.15, "colour": 0.2}
    names = [name for name in body if rng.random() < keep[name]]
    rng.shuffle(names)
    return {name: body[name] for name in names}


def check_validate():
    schema = reference.SCHEMA
    assert validate(GOOD, schema) == [], "a good body has no faults"
    assert validate({**GOOD, "parcels": 0}, schema) == [{"field": "parcels", "code": "range"}]
    assert validate({"distance_km": 0.1, "parcels": "2", "colour": "red"}, schema) == [
        {"field": "colour", "code": "unknown"},
        {"field": "parcels", "code": "type"},
        {"field": "weather", "code": "missing"},
    ], "all faults at once, sorted by field"
    assert validate({**GOOD, "note": "ring twice", "weather": "hail"}, schema) == [{"field": "weather", "code": "choice"}]


def check_validate_unseen():
    rng = draw(__seed__)
    bodies = [some_body(rng) for _ in range(60)]
    for special in (True, False, None, float("nan"), float("inf"), 40, 0.1, 40.001, "3", [3]):
        bodies.append({**GOOD, "distance_km": special})
    for special in (True, 3.0, 20, 21, float("nan"), None):
        bodies.append({**GOOD, "parcels": special})
    agree(validate, reference.validate, [(body, reference.SCHEMA) for body in bodies])
    other = {"age": {"type": "integer", "min": 0, "max": 9, "required": False}, "name": {"type": "string", "required": True}}
    agree(validate, reference.validate, [({}, other), ({"age": 10, "name": ""}, other), ({"age": 0, "name": 3}, other)])


def check_upgrade():
    rng = draw(__seed__)
    for _ in range(8):
        km = round(rng.uniform(1, 30), 2)
        assert close(upgrade({"distance": km}, 1), {"distance_km": km, "parcels": 1, "weather": "dry"})
        assert close(upgrade({"distance": km, "weather": "snow"}, 1), {"distance_km": km, "parcels": 1, "weather": "snow"})
        assert close(upgrade({**GOOD, "distance_km": km}, 2), {**GOOD, "distance_km": km})
    assert upgrade({}, 1) == {"parcels": 1, "weather": "dry"}, "a missing distance stays missing"
    assert upgrade({"distance": 3}, 2) == {"distance": 3}
    old = ask({"distance": 2.0}, path="/v1/estimates")
    answers = talk([(old, 0), (ask({"distance": 2.0}), 1), (ask({}, path="/v1/estimates"), 2)])
    assert answers == wanted([(old, 0), (ask({"distance": 2.0}), 1), (ask({}, path="/v1/estimates"), 2)])


def check_handle():
    response, state = handle(ask(GOOD), {}, 0)
    assert response == {"status": 200, "body": {"id": 1, "minutes": 12.1, "model": "2026-11"}}
    response, state = handle(ask({**GOOD, "weather": "rain"}), state, 5)
    assert response == {"status": 200, "body": {"id": 2, "minutes": 16.1, "model": "2026-11"}}
    response, state = handle(ask({**GOOD, "parcels": 99}), state, 6)
    assert response == {
        "status": 422,
        "body": {"error": {"code": "invalid", "details": [{"field": "parcels", "code": "range"}]}},
    }
    response, state = handle(ask(GOOD), state, 7)
    assert response["body"]["id"] == 3, "a refusal uses up no id"
    assert handle(ask(GOOD, path="/v3/estimates"), {}, 0)[0]["status"] == 404


def check_refusals():
    rng = draw(__seed__)
    requests = [(ask({}), 0), (ask("not json", client=None), 0), (ask({}, client="k-none"), 0), (ask({}, path="/v1/estimates"), 0)]
    for _ in range(60):
        body = rng.choice([GOOD, {**GOOD, "parcels": 0}, "not json", "[1, 2]", "3", "null", "", {}])
        client = rng.choice(["k-shop", "k-app", "k-none", None])
        path = rng.choice(["/v1/estimates", "/v2/estimates", "/v2/estimates", "/estimates", "/v2/estimates/7", "/v1/estimates/", "/x/v2/estimates"])
        requests.append((ask(body, client=client, path=path, method=rng.choice(["POST", "POST", "GET"])), 0))
    assert talk(requests) == wanted(requests)


def check_idempotency():
    rng = draw(__seed__)
    km = round(rng.uniform(1, 30), 2)
    body, other = {**GOOD, "distance_km": km}, {**GOOD, "distance_km": km + 1}
    turned = json.dumps(dict(reversed(body.items())), indent=2)
    requests = [
        (ask(body, "a"), 0), (ask(body, "a"), 10), (ask(turned, "a"), 20), (ask(other, "a"), 30), (ask(other, "b"), 40),
        (ask(body, "a"), 50), (ask(body), 60), (ask(body), 70), (ask(body, "c"), 80),
    ]  # fmt: skip
    answers = talk(requests)
    assert answers == wanted(requests)
    assert answers[3]["body"]["error"]["code"] == "key_reused"
    mended = [(ask({**body, "parcels": 0}, "m"), 0), (ask(body, "m"), 1), (ask(body, "m"), 2), (ask("no", "n"), 3), (ask(body, "n"), 4)]
    mended += [(ask({**other, "parcels": 0}, "m"), 5), (ask("no", "m"), 6), (ask(other, "m"), 7)]
    assert talk(mended) == wanted(mended)
    _, state = handle(ask(body, "a"), {}, 0)
    again = [handle(ask(body, key), state, 1)[0]["body"]["id"] for key in ("x", "y")]
    assert again == [2, 2], "the state that is handed in stays as it is"


def check_scope():
    rng = draw(__seed__)
    body = {**GOOD, "distance_km": round(rng.uniform(1, 30), 2)}
    other = {**body, "parcels": 2}
    at = rng.randint(0, 10**6)
    old = {"distance": body["distance_km"], "parcels": 1, "weather": "dry"}
    requests = [
        (ask(body, "a"), at), (ask(body, "a", "k-app"), at + 1), (ask(other, "a", "k-app"), at + 2),
        (ask(body, "a"), at + 86399), (ask(other, "a"), at + 86400), (ask(other, "a"), at + 86401),
        (ask(other, "a"), at + 2 * 86400 - 1), (ask(body, "a"), at + 2 * 86400),
        (ask(old, "z", path="/v1/estimates"), at), (ask(body, "z"), at + 1),
    ]  # fmt: skip
    assert talk(requests) == wanted(requests)
    paths = [(ask(body, "p", path="/v1/estimates"), at), (ask(body, "p"), at + 1), (ask(body, "p", path="/v1/estimates"), at + 2)]
    assert talk(paths) == wanted(paths), "the same body is good for both paths, and another question on each"
    short = {"distance": body["distance_km"]}
    filled = [(ask(old, "f", path="/v1/estimates"), at), (ask(short, "f", path="/v1/estimates"), at + 1)]
    assert talk(filled) == wanted(filled), "what was sent counts, and not what became of it"


def check_page():
    rng = draw(__seed__)
    ids = sorted(rng.sample(range(1, 200), 17))
    items = [{"id": one, "minutes": one / 2} for one in ids]
    for limit in (1, 4, 16, 17, 18):
        seen, after, pages = [], None, 0
        while True:
            got = page(items, limit, after)
            assert got == reference.page(items, limit, after)
            seen += got["items"]
            after, pages = got["next"], pages + 1
            if after is None:
                break
        assert seen == items
    gone = [item for item in items if item["id"] != ids[3]]
    assert page(gone, 4, ids[3]) == reference.page(gone, 4, ids[3]), "the item of the cursor may be gone"
    first = [{"id": one, "minutes": 3.5} for one in (-1, 0, 1)]
    assert page(first, 2) == {"items": first[:2], "next": 0}
    assert page(first, 2, 0) == {"items": first[2:], "next": None}, "0 is an id"
    assert page([], 5) == {"items": [], "next": None}
