"""Event-time windows with watermarks, and features that are the same in batch and stream."""


def tumbling(at, size):
    """The start of the window [start, start + size) that holds this moment."""
    raise NotImplementedError()


def sliding(at, size, step):
    """The starts of all windows [start, start + size) that hold this moment; starts are multiples of step."""
    raise NotImplementedError()


def sessions(times, gap):
    """[[first, last, count]] of the visits; a gap of at least ``gap`` begins a new one."""
    raise NotImplementedError()


def watermark(latest, bound):
    """The watermark of a source from the latest event time of each partition; None before all have begun."""
    raise NotImplementedError()


def start():
    """The state of a stream that has seen nothing."""
    raise NotImplementedError()


def push(state, event, size, bound, lateness):
    """(the state after one event, what is emitted); the state that came in stays as it is."""
    raise NotImplementedError()


def upsert(table, emitted):
    """The table {"start|key": [count, sum]} after these rows; the last row of a window wins."""
    raise NotImplementedError()


def batch(events, size):
    """The same table from all events at once."""
    raise NotImplementedError()


def differences(by_batch, by_stream):
    """The sorted names of the windows in which the tables do not agree."""
    raise NotImplementedError()


def trailing(events, length):
    """For each event, in order of time: the sum of values of its key in [at - length, at)."""
    raise NotImplementedError()
