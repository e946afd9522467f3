"""Watching a service and its results, as pure functions. Replace each NotImplementedError."""

RULES = [("page", 60, 5, 14.4), ("page", 360, 30, 6), ("ticket", 4320, 360, 1)]  # who, long and short window, burn at least


def increase(samples, start, end):
    """By how much a counter rose, from samples (time, value); None with fewer than two samples."""
    raise NotImplementedError()


def burn(events, now, minutes, objective):
    """Burn rate over the last minutes of events (minute, all, bad); None if nothing came."""
    raise NotImplementedError()


def alarm(events, now, objective, quiet):
    """ "silence", "page", "ticket" or "fine"."""
    raise NotImplementedError()


def budget_left(events, now, minutes, objective):
    """The share of the error budget that is left; None if nothing came."""
    raise NotImplementedError()


def join(predictions, labels, now, wait):
    """{"rows": [...], "immature": n, "lost": n, "assumed": n}."""
    raise NotImplementedError()


def estimate(strata):
    """{"precision": ..., "recall": ...} from a sample drawn in strata; None where nothing can be said."""
    raise NotImplementedError()
