"""From desired and actual state to a plan, in miniature. Replace each NotImplementedError."""


def refs(resource):
    """The names that a resource refers to: {setting: name}."""
    return {key: value["ref"] for key, value in resource["settings"].items() if isinstance(value, dict) and "ref" in value}


def problems(desired, actual, rules):
    """What forbids a plan: [{"name": ..., "code": ...}, ...]; [] if nothing does."""
    raise NotImplementedError()


def plan(desired, actual, rules):
    """{name: {"action": ..., "changed": [settings]}}, without those for which nothing is to be done."""
    raise NotImplementedError()


def steps(desired, actual, actions):
    """[[verb, name], ...] in an order in which the plan can be carried out."""
    raise NotImplementedError()


def guard(actions, actual, rules, allowed, most):
    """Why a person must look first: [{"name": ..., "code": ...}, ...]."""
    raise NotImplementedError()


def drift(recorded, actual, rules):
    """How the world differs from what was applied last: [{"name": ..., "code": ...}, ...]."""
    raise NotImplementedError()
