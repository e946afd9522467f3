"""The gate for model files."""

import hashlib
import hmac
import io
import json
import math
import pickle


def sign(body, name, version, key):
    """The signature of a model file, as hexadecimal text."""
    message = json.dumps([name, version, hashlib.sha256(body).hexdigest()])
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def verify(body, manifest, keys, wanted, least):
    """None if the file may be used, or else the code of the first problem."""
    if not isinstance(manifest, dict):
        return "malformed"
    name, version, key_id, signature = (manifest.get(field) for field in ("name", "version", "key_id", "signature"))
    if not all(isinstance(text, str) for text in (name, key_id, signature)):
        return "malformed"
    if not isinstance(version, int) or isinstance(version, bool):
        return "malformed"
    if key_id not in keys:
        return "unknown_key"
    expected = sign(body, name, version, keys[key_id])
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        return "signature"
    if name != wanted:
        return "name"
    if version < least:
        return "old"
    return None


class Careful(pickle.Unpickler):
    """An unpickler with a list of what may be imported."""

    def __init__(self, data, allowed):
        super().__init__(io.BytesIO(data))
        self.allowed = allowed

    def find_class(self, module, name):
        """What the pickle asks for, if it is on the list."""
        if (module, name) not in self.allowed:
            raise ValueError(f"not allowed: {module}.{name}")
        return super().find_class(module, name)


def load_pickle(data, allowed):
    """The object in a pickle that imports only what is allowed."""
    try:
        return Careful(data, allowed).load()
    except Exception as problem:
        raise ValueError(f"refused: {problem}") from None


def once(pairs):
    """A dict of pairs, none of whose names occurs twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def number(value):
    """A finite number as a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")
    value = float(value)
    if not math.isfinite(value):
        raise ValueError("not finite")
    return value


def read_weights(text, most):
    """A linear model from JSON text."""
    if len(text) > most:
        raise ValueError("too long")
    try:
        found = json.loads(text, object_pairs_hook=once)
        if not isinstance(found, dict) or set(found) != {"features", "weights", "intercept"}:
            raise ValueError("other names")
        features, weights = found["features"], found["weights"]
        if not isinstance(features, list) or not isinstance(weights, list) or len(features) != len(weights):
            raise ValueError("two lists of the same length are needed")
        if not features or not all(isinstance(one, str) and one for one in features) or len(set(features)) != len(features):
            raise ValueError("features must be different texts")
        return {"features": features, "weights": [number(one) for one in weights], "intercept": number(found["intercept"])}
    except (RecursionError, OverflowError) as problem:
        raise ValueError(str(problem)) from None


def inside(root, name):
    """The path below root at which a file of this name may be unpacked."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or "\\" in name or "\0" in name or not parts:
        raise ValueError(f"refused: {name!r}")
    return "/".join([root, *parts])
