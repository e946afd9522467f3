"""MapReduce in miniature: partitions, combiners, skew and joins."""


def place_of(key, places):
    """The number of the place, 0 to places - 1, to which a key belongs: the same on every machine."""
    raise NotImplementedError()


def merge(one, other):
    """The state (count, sum, largest) of two groups of values together."""
    raise NotImplementedError()


def combine(pairs):
    """The state of each key of one split."""
    raise NotImplementedError()


def shuffle(outputs, places):
    """For each place, {key: [states]} from the outputs of all map tasks, in the order of the tasks."""
    raise NotImplementedError()


def reduce_place(groups):
    """{key: {"count", "mean", "largest"}} from the groups of one place."""
    raise NotImplementedError()


def job(splits, places, lost=()):
    """The whole job; the map tasks numbered in ``lost`` have to be run a second time."""
    raise NotImplementedError()


def loads(keys, places):
    """How many rows come to each place if every row is sent."""
    raise NotImplementedError()


def salted(keys, hot, salts):
    """The keys with "#0", "#1", ... in turn behind those in ``hot``; the others as they are."""
    raise NotImplementedError()


def unsalted(states, hot):
    """The states of the true keys from those of salted ones."""
    raise NotImplementedError()


def join_plan(left, right, workers, limit):
    """How to join two tables of so many bytes on so many workers."""
    raise NotImplementedError()


def makespan(durations, workers):
    """When the last task ends if each free worker takes the next task."""
    raise NotImplementedError()
