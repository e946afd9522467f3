"""From desired and actual state to a plan, in miniature."""


def refs(resource):
    """The names that a resource refers to: {setting: name}."""
    return {key: value["ref"] for key, value in resource["settings"].items() if isinstance(value, dict) and "ref" in value}


def problems(desired, actual, rules):
    """What forbids a plan: [{"name": ..., "code": ...}, ...]; [] if nothing does."""
    found = set()
    for name, resource in desired.items():
        if resource["type"] not in rules:
            found.add((name, "type"))
        if any(other not in desired for other in refs(resource).values()):
            found.add((name, "ref"))
        if _reaches(name, name, desired):
            found.add((name, "cycle"))
        if name in actual and not actual[name]["managed"]:
            found.add((name, "taken"))
    return [{"name": name, "code": code} for name, code in sorted(found)]


def _reaches(start, goal, desired):
    """Whether references lead from ``start`` to ``goal``."""
    seen, waiting = set(), [start]
    while waiting:
        for other in refs(desired[waiting.pop()]).values():
            if other == goal:
                return True
            if other in desired and other not in seen:
                seen.add(other)
                waiting.append(other)
    return False


def _differs(wanted, found, rules):
    """The settings in which ``found`` is not as ``wanted``; ["type"] for another type."""
    if wanted["type"] != found["type"]:
        return ["type"]
    computed = rules.get(wanted["type"], {}).get("computed", [])
    missing = object()
    keys = set(wanted["settings"]) | {key for key in found["settings"] if key not in computed}
    return sorted(key for key in keys if wanted["settings"].get(key, missing) != found["settings"].get(key, missing))


def _ordered(resources):
    """The names so that each comes after those that it refers to."""
    done = []

    def visit(name):
        if name in done or name not in resources:
            return
        for other in sorted(refs(resources[name]).values()):
            visit(other)
        done.append(name)

    for name in sorted(resources):
        visit(name)
    return done


def plan(desired, actual, rules):
    """{name: {"action": ..., "changed": [settings]}}, without those for which nothing is to be done."""
    actions = {}
    for name in _ordered(desired):
        wanted = desired[name]
        if name not in actual:
            actions[name] = {"action": "create", "changed": []}
            continue
        changed = _differs(wanted, actual[name], rules)
        if changed != ["type"]:
            new = {other for other, one in actions.items() if one["action"] in ("create", "replace")}
            changed = sorted(set(changed) | {key for key, other in refs(wanted).items() if other in new})
        fixed = {*rules[wanted["type"]].get("fixed", []), "type"}
        if changed:
            actions[name] = {"action": "replace" if fixed & set(changed) else "update", "changed": changed}
    for name, found in actual.items():
        if name not in desired and found["managed"]:
            actions[name] = {"action": "delete", "changed": []}
    return actions


def steps(desired, actual, actions):
    """[[verb, name], ...] in an order in which the plan can be carried out."""
    verbs = {"create": "create", "replace": "create", "update": "update"}
    made = [[verbs[actions[name]["action"]], name] for name in _ordered(desired) if name in actions]
    gone = [["delete", name] for name in _ordered(actual)[::-1] if actions.get(name, {}).get("action") in ("delete", "replace")]
    return made + gone


def guard(actions, actual, rules, allowed, most):
    """Why a person must look first: [{"name": ..., "code": ...}, ...]."""
    lost = sorted(name for name, one in actions.items() if one["action"] in ("delete", "replace"))
    found = [{"name": "*", "code": "many"}] if len(lost) > most else []
    for name in lost:
        if rules.get(actual[name]["type"], {}).get("data") and name not in allowed:
            found.append({"name": name, "code": "data"})
    return found


def drift(recorded, actual, rules):
    """How the world differs from what was applied last: [{"name": ..., "code": ...}, ...]."""
    found = []
    for name in sorted(recorded.keys() | actual.keys()):
        if name not in actual:
            found.append({"name": name, "code": "gone"})
        elif name not in recorded:
            found.append({"name": name, "code": "foreign"})
        elif _differs(recorded[name], actual[name], rules):
            found.append({"name": name, "code": "changed"})
    return found
