"""A service that promises minutes until delivery, as pure functions. Replace each NotImplementedError."""

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
    raise NotImplementedError()


def upgrade(body, version):
    """A valid body of version 2 for a body of that version; the argument stays as it is."""
    raise NotImplementedError()


def handle(request, state, now):
    """(response, new state) for one request; the first state is {}. Neither argument is changed."""
    raise NotImplementedError()


def page(items, limit, after=None):
    """One page of items, which are sorted by their "id": {"items": [...], "next": id or None}."""
    raise NotImplementedError()
