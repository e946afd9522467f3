"""An orchestrator in miniature: it decides, and executes nothing. Replace each NotImplementedError."""


def order(tasks):
    """All tasks, each after what it needs; of several that are ready the first by name."""
    raise NotImplementedError()


def impossible(tasks):
    """The tasks that can never run, sorted."""
    raise NotImplementedError()


def critical(tasks, minutes):
    """The longest chain of tasks: {"minutes": ..., "path": [...]}."""
    raise NotImplementedError()


def due(start, every, now, done, catch_up):
    """The beginnings of the intervals that are over and not done."""
    raise NotImplementedError()


def simulate(tasks, plan, workers):
    """What happens in one run: {"attempts": [[name, number, start, end, ok], ...], "states": {...}}."""
    raise NotImplementedError()


def backfill(tasks, wrong, days):
    """All [day, name] to be computed again, by day and in the order of the graph."""
    raise NotImplementedError()
