"""Event-time windows with watermarks, and features that are the same in batch and stream."""

from collections import deque


def tumbling(at, size):
    """The start of the window [start, start + size) that holds this moment."""
    return at - at % size


def sliding(at, size, step):
    """The starts of all windows [start, start + size) that hold this moment; starts are multiples of step."""
    last = at - at % step
    return [start for start in range(last - size, last + 1, step) if start <= at < start + size]


def sessions(times, gap):
    """[[first, last, count]] of the visits; a gap of at least ``gap`` begins a new one."""
    found = []
    for at in sorted(times):
        if found and at - found[-1][1] < gap:
            found[-1][1], found[-1][2] = at, found[-1][2] + 1
        else:
            found.append([at, at, 1])
    return found


def watermark(latest, bound):
    """The watermark of a source from the latest event time of each partition; None before all have begun."""
    if not latest or any(at is None for at in latest.values()):
        return None
    return min(latest.values()) - bound


def start():
    """The state of a stream that has seen nothing."""
    return {"latest": None, "windows": {}, "fired": [], "dropped": 0}


def push(state, event, size, bound, lateness):
    """(the state after one event, what is emitted); the state that came in stays as it is."""
    windows = {name: list(found) for name, found in state["windows"].items()}
    fired, dropped, latest = set(state["fired"]), state["dropped"], state["latest"]
    mark = None if latest is None else latest - bound
    begin = tumbling(event["at"], size)
    name, emitted = f"{begin}|{event['key']}", []

    def row(name, kind):
        begin, _, key = name.partition("|")
        return {"start": int(begin), "key": key, "count": windows[name][0], "sum": windows[name][1], "kind": kind}

    if mark is not None and begin + size + lateness <= mark:
        dropped += 1
    else:
        count, total = windows.get(name, [0, 0])
        windows[name] = [count + 1, total + event["value"]]
        if mark is not None and begin + size <= mark:
            emitted.append(row(name, "correction" if name in fired else "first"))
            fired.add(name)
    latest = event["at"] if latest is None else max(latest, event["at"])
    mark = latest - bound
    ready = [one for one in windows if one not in fired and int(one.partition("|")[0]) + size <= mark]
    for one in sorted(ready, key=lambda one: (int(one.partition("|")[0]), one.partition("|")[2])):
        emitted.append(row(one, "first"))
        fired.add(one)
    kept = {one: found for one, found in windows.items() if int(one.partition("|")[0]) + size + lateness > mark}
    return {"latest": latest, "windows": kept, "fired": sorted(fired & set(kept)), "dropped": dropped}, emitted


def upsert(table, emitted):
    """The table {"start|key": [count, sum]} after these rows; the last row of a window wins."""
    return {**table, **{f"{row['start']}|{row['key']}": [row["count"], row["sum"]] for row in emitted}}


def batch(events, size):
    """The same table from all events at once."""
    table = {}
    for event in events:
        name = f"{tumbling(event['at'], size)}|{event['key']}"
        count, total = table.get(name, [0, 0])
        table[name] = [count + 1, total + event["value"]]
    return table


def differences(by_batch, by_stream):
    """The sorted names of the windows in which the tables do not agree."""
    return sorted(name for name in {*by_batch, *by_stream} if by_batch.get(name) != by_stream.get(name))


def trailing(events, length):
    """For each event, in order of time: the sum of values of its key in [at - length, at)."""
    recent, found = {}, []
    for event in events:
        rows = recent.setdefault(event["key"], deque())
        while rows and rows[0][0] < event["at"] - length:
            rows.popleft()
        found.append(sum(value for at, value in rows if at < event["at"]))
        rows.append((event["at"], event["value"]))
    return found
