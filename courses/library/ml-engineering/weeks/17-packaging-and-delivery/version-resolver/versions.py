"""Versions, constraints, resolution and a lock, in miniature. Replace each NotImplementedError."""

import hashlib


def key(version):
    """A list of five numbers that sorts as versions do."""
    raise NotImplementedError()


def bump(version, changes):
    """The next version after these changes."""
    raise NotImplementedError()


def satisfies(version, constraint):
    """Whether a version satisfies a constraint such as ">=1.2,<2"."""
    raise NotImplementedError()


def resolve(wanted, index):
    """{name: version} for all that is needed, or None if nothing fits together."""
    raise NotImplementedError()


def verify(lock, files):
    """What differs between a lock {file: digest} and files {file: text}: a sorted list of "code: file"."""
    raise NotImplementedError()
