"""A consumer of a log that may crash at any moment and still counts each event once."""

import copy


def assign(partitions, members):
    """{member: [partitions]}, handed out in turn; members in alphabetical order."""
    members = sorted(members)
    return {member: [p for place, p in enumerate(sorted(partitions)) if place % len(members) == number] for number, member in enumerate(members)}


def poll(log, position, most):
    """At most ``most`` messages of one partition from this offset on; offsets may have gaps."""
    return [message for message in log if message["offset"] >= position][:most]


def lag(ends, starts, committed):
    """How many offsets each partition is behind; without a commit the group begins at the partition's start."""
    return {p: end - max(starts[p], committed.get(p, starts[p])) for p, end in ends.items()}


def compact(log):
    """The log with the last message of each key only; keys whose last value is None are gone."""
    last = {message["key"]: message["offset"] for message in log}
    return [message for message in log if last[message["key"]] == message["offset"] and message["value"] is not None]


def empty():
    """The state of a consumer that has read nothing."""
    return {"totals": {}, "next": {}, "seen": [], "dead": []}


def fault(message):
    """Why a message cannot be applied, or None."""
    if not isinstance(message.get("id"), str):
        return "id"
    if not isinstance(message.get("key"), str):
        return "key"
    if isinstance(message.get("value"), bool) or not isinstance(message.get("value"), int):
        return "value"
    return None


def handle(state, partition, message):
    """The state after one message; the state that came in stays as it is."""
    offset = message["offset"]
    if offset < state["next"].get(partition, 0):
        return state
    state = copy.deepcopy(state)
    state["next"][partition] = offset + 1
    reason = fault(message)
    if reason:
        state["dead"].append([partition, offset, reason])
    elif message["id"] not in state["seen"]:
        state["seen"].append(message["id"])
        state["totals"][message["key"]] = state["totals"].get(message["key"], 0) + message["value"]
    return state


def consume(logs, state, most, steps):
    """The state after so many messages were handled, or all; polls the partitions in turn."""
    done = 0
    while True:
        progress = False
        for partition in sorted(logs):
            for message in poll(logs[partition], state["next"].get(partition, 0), most):
                if done == steps:
                    return state
                state = handle(state, partition, message)
                done, progress = done + 1, True
        if not progress:
            return state


def played(count, commit_every, crash_after, order):
    """How often each of ``count`` messages is worked on by a consumer that crashes once and starts again.

    It commits after every ``commit_every`` messages; order is "work first" or "commit first".
    """
    worked, committed = [0] * count, 0
    for limit in (crash_after, None):
        position, steps = committed, 0
        while position < count:
            batch = range(position, min(position + commit_every, count))
            if order == "commit first":
                committed = batch[-1] + 1
            for number in batch:
                if steps == limit:
                    break
                worked[number] += 1
                steps += 1
            else:
                committed = position = batch[-1] + 1
                continue
            break
    return worked
