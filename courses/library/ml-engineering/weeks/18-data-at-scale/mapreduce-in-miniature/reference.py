"""MapReduce in miniature: partitions, combiners, skew and joins."""

import heapq
import zlib


def place_of(key, places):
    """The number of the place, 0 to places - 1, to which a key belongs: the same on every machine."""
    return zlib.crc32(key.encode()) % places


def merge(one, other):
    """The state (count, sum, largest) of two groups of values together."""
    return (one[0] + other[0], one[1] + other[1], max(one[2], other[2]))


def combine(pairs):
    """The state of each key of one split."""
    states = {}
    for key, value in pairs:
        state = (1, value, value)
        states[key] = merge(states[key], state) if key in states else state
    return states


def shuffle(outputs, places):
    """For each place, {key: [states]} from the outputs of all map tasks, in the order of the tasks."""
    groups = [{} for _ in range(places)]
    for states in outputs:
        for key, state in states.items():
            groups[place_of(key, places)].setdefault(key, []).append(state)
    return groups


def reduce_place(groups):
    """{key: {"count", "mean", "largest"}} from the groups of one place."""
    found = {}
    for key, states in groups.items():
        whole = states[0]
        for state in states[1:]:
            whole = merge(whole, state)
        found[key] = {"count": whole[0], "mean": whole[1] / whole[0], "largest": whole[2]}
    return found


def job(splits, places, lost=()):
    """The whole job; the map tasks numbered in ``lost`` have to be run a second time."""
    outputs = [None if number in lost else combine(split) for number, split in enumerate(splits)]
    outputs = [combine(splits[number]) if states is None else states for number, states in enumerate(outputs)]
    result = {}
    for groups in shuffle(outputs, places):
        result.update(reduce_place(groups))
    return {"result": result, "shuffled": sum(map(len, outputs)), "tasks": len(splits) + len(set(lost)) + places}


def loads(keys, places):
    """How many rows come to each place if every row is sent."""
    found = [0] * places
    for key in keys:
        found[place_of(key, places)] += 1
    return found


def salted(keys, hot, salts):
    """The keys with "#0", "#1", ... in turn behind those in ``hot``; the others as they are."""
    turns, found = {}, []
    for key in keys:
        if key in hot:
            turn = turns.get(key, 0)
            turns[key] = turn + 1
            key = f"{key}#{turn % salts}"
        found.append(key)
    return found


def unsalted(states, hot):
    """The states of the true keys from those of salted ones."""
    found = {}
    for key, state in states.items():
        bare = key.rpartition("#")[0]
        key = bare if bare in hot else key
        found[key] = merge(found[key], state) if key in found else state
    return found


def join_plan(left, right, workers, limit):
    """How to join two tables of so many bytes on so many workers."""
    small = min(left, right)
    broadcast, sent = workers * small, (left + right) * (workers - 1) / workers
    if small <= limit and broadcast < sent:
        return {"plan": "broadcast", "moved": broadcast}
    return {"plan": "shuffle", "moved": sent}


def makespan(durations, workers):
    """When the last task ends if each free worker takes the next task."""
    free = [0.0] * workers
    for duration in durations:
        heapq.heappush(free, heapq.heappop(free) + duration)
    return max(free)
