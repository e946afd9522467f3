"""A service that promises minutes until delivery, as pure functions."""

import json
import math

SCHEMA = {
    "distance_km": {"type": "number", "min": 0.1, "max": 40, "required": True},
    "parcels": {"type": "integer", "min": 1, "max": 20, "required": True},
    "weather": {"type": "string", "choices": ["dry", "rain", "snow"], "required": True},
    "note": {"type": "string", "required": False},
}
KEYS = {"k-shop": "shop", "k-app": "app"}  # API key -> client
DAY = 86400


def predict(features):
    """The model: minutes until delivery. Given."""
    slower = {"dry": 0.0, "rain": 4.0, "snow": 11.0}[features["weather"]]
    return round(6.3 + 2.9 * features["distance_km"] + 0.5 * (features["parcels"] - 1) + slower, 2)


def refuse(status, code, details=()):
    """The one shape of every error. Given."""
    return {"status": status, "body": {"error": {"code": code, "details": list(details)}}}


def validate(body, schema):
    """All faults of a body: a list of {"field": name, "code": code}, sorted by field; [] if there is none."""
    found = {name: "unknown" for name in body if name not in schema}
    for name, rule in schema.items():
        code = _fault(body[name], rule) if name in body else "missing" if rule["required"] else None
        if code:
            found[name] = code
    return [{"field": name, "code": found[name]} for name in sorted(found)]


def _fault(value, rule):
    """The code of what is wrong with one value, or None."""
    if rule["type"] == "string":
        if not isinstance(value, str):
            return "type"
        return "choice" if "choices" in rule and value not in rule["choices"] else None
    kinds = int if rule["type"] == "integer" else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds):
        return "type"
    if isinstance(value, float) and not math.isfinite(value):
        return "type"
    return None if rule["min"] <= value <= rule["max"] else "range"


def upgrade(body, version):
    """A valid body of version 2 for a body of that version; the argument stays as it is."""
    new = dict(body)
    if version == 1:
        if "distance" in new:
            new["distance_km"] = new.pop("distance")
        new.setdefault("parcels", 1)
        new.setdefault("weather", "dry")
    return new


def handle(request, state, now):
    """(response, new state) for one request; the first state is {}. Neither argument is changed."""
    versions = {"/v1/estimates": 1, "/v2/estimates": 2}
    if request["path"] not in versions:
        return refuse(404, "not_found"), state
    if request["method"] != "POST":
        return refuse(405, "method_not_allowed"), state
    headers = request["headers"]
    client = KEYS.get(headers.get("x-api-key"))
    if client is None:
        return refuse(401, "unauthenticated"), state
    try:
        body = json.loads(request["body"])
    except (ValueError, RecursionError):
        return refuse(400, "not_json"), state
    if not isinstance(body, dict):
        return refuse(400, "not_an_object"), state
    features = upgrade(body, versions[request["path"]])
    faults = validate(features, SCHEMA)
    if faults:
        return refuse(422, "invalid", faults), state
    key = headers.get("idempotency-key")
    slot = json.dumps([client, key])
    kept = state.get("kept", {}).get(slot) if key is not None else None
    asked = [request["path"], body]
    if kept and now - kept["at"] < DAY:
        if kept["asked"] == asked:
            return kept["response"], state
        return refuse(422, "key_reused"), state
    number = state.get("last", 0) + 1
    response = {"status": 200, "body": {"id": number, "minutes": predict(features), "model": "2026-11"}}
    new = {"last": number, "kept": dict(state.get("kept", {}))}
    if key is not None:
        new["kept"][slot] = {"at": now, "asked": asked, "response": response}
    return response, new


def page(items, limit, after=None):
    """One page of items, which are sorted by their "id": {"items": [...], "next": id or None}."""
    rest = [item for item in items if after is None or item["id"] > after]
    shown = rest[:limit]
    return {"items": shown, "next": shown[-1]["id"] if len(rest) > limit else None}
