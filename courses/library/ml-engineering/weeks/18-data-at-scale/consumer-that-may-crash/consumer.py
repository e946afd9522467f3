"""A consumer of a log that may crash at any moment and still counts each event once."""


def assign(partitions, members):
    """{member: [partitions]}, handed out in turn; members in alphabetical order."""
    raise NotImplementedError()


def poll(log, position, most):
    """At most ``most`` messages of one partition from this offset on; offsets may have gaps."""
    raise NotImplementedError()


def lag(ends, starts, committed):
    """How many offsets each partition is behind; without a commit the group begins at the partition's start."""
    raise NotImplementedError()


def compact(log):
    """The log with the last message of each key only; keys whose last value is None are gone."""
    raise NotImplementedError()


def empty():
    """The state of a consumer that has read nothing."""
    raise NotImplementedError()


def fault(message):
    """Why a message cannot be applied, or None."""
    raise NotImplementedError()


def handle(state, partition, message):
    """The state after one message; the state that came in stays as it is."""
    raise NotImplementedError()


def consume(logs, state, most, steps):
    """The state after so many messages were handled, or all; polls the partitions in turn."""
    raise NotImplementedError()


def played(count, commit_every, crash_after, order):
    """How often each of ``count`` messages is worked on by a consumer that crashes once and starts again.

    It commits after every ``commit_every`` messages; order is "work first" or "commit first".
    """
    raise NotImplementedError()
