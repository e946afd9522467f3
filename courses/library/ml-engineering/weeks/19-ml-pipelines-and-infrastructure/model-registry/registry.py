"""A model registry in miniature, as functions that change nothing they are given. Replace each NotImplementedError."""

ALLOWED = {("candidate", "staging"), ("staging", "production"), ("candidate", "archived"), ("staging", "archived")}


def ancestors(store, name):
    """All that an artefact was made from, near and far, sorted."""
    raise NotImplementedError()


def affected(store, bad):
    """The models that are bad or were made from something bad, sorted."""
    raise NotImplementedError()


def suspects(store, one, other):
    """The roots that only one of two artefacts was made from, sorted."""
    raise NotImplementedError()


def register(registry, name, artefact, author):
    """A registry with one more version of a name."""
    raise NotImplementedError()


def move(registry, name, version, stage, by, at):
    """{"reason": None or why not, "registry": ...} after an attempt to move a version to another stage."""
    raise NotImplementedError()


def rollback(registry, name, by, at):
    """{"reason": None or why not, "registry": ...} after bringing back what was in production before."""
    raise NotImplementedError()


def as_of(registry, name, at):
    """The version in production at a time, or None."""
    raise NotImplementedError()


def skew(requests, history, default, tolerance):
    """How many requests used the right value, a default, an old one, one of the future, or something else."""
    raise NotImplementedError()


def decide(champion, challenger, least, enough, z):
    """Whether the challenger replaces the champion: "promote", "keep" or "wait"."""
    raise NotImplementedError()
