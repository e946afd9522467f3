"""Versions, constraints, resolution and a lock, in miniature."""

import hashlib


def key(version):
    """A list of five numbers that sorts as versions do."""
    release, _, candidate = version.partition("rc")
    numbers = [int(part) for part in release.split(".")]
    numbers += [0] * (3 - len(numbers))
    return numbers + ([0, int(candidate)] if candidate else [1, 0])


def bump(version, changes):
    """The next version after these changes."""
    major, minor, patch = key(version)[:3]
    if "breaking" in changes and major > 0:
        return f"{major + 1}.0.0"
    if "breaking" in changes or ("feature" in changes and major > 0):
        return f"{major}.{minor + 1}.0"
    if changes:
        return f"{major}.{minor}.{patch + 1}"
    return version


def satisfies(version, constraint):
    """Whether a version satisfies a constraint such as ">=1.2,<2"."""
    clauses = [clause.strip() for clause in constraint.split(",") if clause.strip()]
    if "rc" in version and not any("rc" in clause for clause in clauses):
        return False
    return all(_holds(version, clause) for clause in clauses)


def _holds(version, clause):
    """Whether a version satisfies one clause."""
    sign, border = (clause[:2], clause[2:]) if clause[1] == "=" else (clause[:1], clause[1:])
    border = border.strip()
    mine, theirs = key(version), key(border)
    if sign == "~=":
        fixed = len(border.partition("rc")[0].split(".")) - 1
        return mine >= theirs and mine[:fixed] == theirs[:fixed]
    return {
        "==": mine == theirs, "!=": mine != theirs, ">=": mine >= theirs, "<=": mine <= theirs, ">": mine > theirs,
        "<": mine < theirs,
    }[sign]  # fmt: skip


def resolve(wanted, index):
    """{name: version} for all that is needed, or None if nothing fits together."""
    return _search({name: [constraint] for name, constraint in wanted.items()}, {}, index)


def _search(rules, chosen, index):
    """A choice that extends chosen and meets the rules {name: [constraint, ...]}, or None."""
    if any(not satisfies(chosen[name], rule) for name in chosen for rule in rules[name]):
        return None
    open_names = sorted(rules.keys() - chosen.keys())
    if not open_names:
        return chosen
    name = open_names[0]
    for version in sorted(index.get(name, {}), key=key, reverse=True):
        if all(satisfies(version, rule) for rule in rules[name]):
            more = {one: list(rule) for one, rule in rules.items()}
            for other, rule in index[name][version].items():
                more.setdefault(other, []).append(rule)
            found = _search(more, {**chosen, name: version}, index)
            if found is not None:
                return found
    return None


def verify(lock, files):
    """What differs between a lock {file: digest} and files {file: text}: a sorted list of "code: file"."""
    found = [f"missing: {name}" for name in lock.keys() - files.keys()]
    found += [f"unexpected: {name}" for name in files.keys() - lock.keys()]
    for name in lock.keys() & files.keys():
        if lock[name] != "sha256:" + hashlib.sha256(files[name].encode()).hexdigest():
            found.append(f"changed: {name}")
    return sorted(found)
