"""Settings, secrets, health and an orderly end, as pure functions."""

import re

UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


def convert(text, rule):
    """(value, None) for a text that follows the rule, else (None, code)."""
    text = text.strip()
    if not text:
        return None, "empty"
    if rule["type"] == "text":
        return text, None
    if rule["type"] == "choice":
        return (text, None) if text in rule["of"] else (None, "choice")
    if rule["type"] == "bool":
        value = {"true": True, "1": True, "false": False, "0": False}.get(text.lower())
        return (None, "type") if value is None else (value, None)
    if rule["type"] == "int":
        if not re.fullmatch(r"-?[0-9]+", text):
            return None, "type"
        value = int(text)
    else:
        found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)", text)
        if not found:
            return None, "type"
        value = float(found[1]) * UNITS[found[2]]
    if not rule.get("min", value) <= value <= rule.get("max", value):
        return None, "range"
    return value, None


def load(schema, prefix, file, environment, files):
    """{"values": {name: value}, "problems": [{"name": ..., "code": ...}, ...]}."""
    ours = {name[len(prefix) :]: text for name, text in environment.items() if name.startswith(prefix)}
    paths = {name: f"{name}_FILE" for name, rule in schema.items() if rule.get("secret")}
    problems = {name: "unknown" for name in file if name not in schema}
    problems |= {name: "unknown" for name in ours if name not in schema and name not in paths.values()}
    values = {}
    for name, rule in schema.items():
        value, code = _setting(name, rule, file, ours, files, paths.get(name))
        if code:
            problems[name] = code
        values[name] = value
    listed = [{"name": name, "code": problems[name]} for name in sorted(problems)]
    return {"values": {} if listed else values, "problems": listed}


def _setting(name, rule, file, ours, files, path):
    """(value, None) or (None, code) for one setting."""
    if rule.get("secret") and name in file:
        return None, "exposed"
    if path in ours:
        if name in ours:
            return None, "twice"
        if ours[path] not in files:
            return None, "unreadable"
        return convert(files[ours[path]], rule)
    if name in ours:
        return convert(ours[name], rule)
    if name in file:
        return convert(file[name], rule)
    return (rule["default"], None) if "default" in rule else (None, "missing")


def report(schema, values):
    """Lines that may be printed at the start: every setting, no secret."""
    secrets = sorted({str(values[name]) for name, rule in schema.items() if rule.get("secret")} - {""}, key=len, reverse=True)
    lines = []
    for name in sorted(schema):
        shown = "***" if schema[name].get("secret") else str(values[name])
        for secret in secrets if shown != "***" else []:
            shown = shown.replace(secret, "***")
        lines.append(f"{name} = {shown}")
    return lines


def health(parts, beat, now, limits, draining):
    """{"live": ..., "ready": ..., "degraded": ..., "failing": [names]}."""
    failing = sorted(
        name for name, part in parts.items() if not part["ok"] or part["at"] is None or now - part["at"] > limits["part"]
    )
    live = now - beat <= limits["beat"]
    ready = live and not draining and not any(parts[name]["required"] for name in failing)
    return {"live": live, "ready": ready, "degraded": ready and bool(failing), "failing": failing}


def drain(requests, stop, notice, grace):
    """{"finished": n, "lost": n, "exit": seconds} for a process that is told to stop."""
    ours = [start + seconds for start, seconds in requests if start < stop + notice]
    finished = sum(end <= stop + grace for end in ours)
    end = max([stop + notice, *ours])
    return {"finished": finished, "lost": len(ours) - finished, "exit": min(end, stop + grace)}
