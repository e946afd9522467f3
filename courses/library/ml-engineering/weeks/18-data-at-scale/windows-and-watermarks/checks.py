import builtins

import reference

TOLD = [60, 310, 250, 425, 290, 900, 100]


def some_events(rng, count, late):
    events, now = [], rng.randint(-200, 200)
    for _ in range(count):
        now += rng.choice([0, 1, 5, 20, 60])
        at = now - rng.choice([0, 0, 0, rng.randint(0, 30), rng.randint(0, late)])
        events.append({"at": at, "key": rng.choice(["Market", "Lake", "10", "9"]), "value": rng.randint(-3, 9)})
    return events


def rows(emitted):
    return [{**row, "start": int(row["start"]), "count": int(row["count"]), "sum": int(row["sum"])} for row in emitted]


def same_state(found, wanted):
    assert sorted(found) == sorted(wanted)
    assert found["latest"] == wanted["latest"] and found["dropped"] == wanted["dropped"]
    assert {name: list(one) for name, one in found["windows"].items()} == wanted["windows"]
    assert list(found["fired"]) == wanted["fired"]


def check_windows():
    assert tumbling(299, 300) == 0 and tumbling(300, 300) == 300, "a border belongs to the next window"
    assert list(sliding(310, 600, 300)) == [0, 300]
    assert [list(one) for one in sessions([100, 0, 50, 500], 60)] == [[0, 100, 3], [500, 500, 1]]


def check_windows_unseen():
    rng = draw(__seed__)
    for _ in range(40):
        at, step = rng.randint(-1000, 1000), rng.choice([1, 7, 60])
        size = step * rng.randint(1, 6)
        assert tumbling(at, size) == reference.tumbling(at, size)
        assert list(sliding(at, size, step)) == reference.sliding(at, size, step)
        times, gap = [rng.randint(0, 300) for _ in range(rng.randint(0, 15))], rng.choice([1, 10, 30])
        assert [list(one) for one in sessions(times, gap)] == reference.sessions(times, gap)
    assert [list(one) for one in sessions([0, 30], 30)] == [[0, 0, 1], [30, 30, 1]]


def check_watermark():
    rng = draw(__seed__)
    assert watermark({}, 10) is None and watermark({"0": 50, "1": None}, 10) is None
    assert watermark({"0": 0, "1": 5}, 0) == 0
    for _ in range(20):
        latest = {str(p): rng.choice([None, rng.randint(-50, 500), rng.randint(-50, 500), 0]) for p in range(rng.randint(1, 4))}
        assert watermark(latest, 20) == reference.watermark(latest, 20)


def check_stream():
    state, seen = start(), []
    for at in TOLD:
        state, emitted = push(state, {"at": at, "key": "Market", "value": 1}, 300, 120, 300)
        seen.append([(row["start"], row["count"], row["kind"]) for row in emitted])
    assert seen[:3] == [[], [], []], "nothing fires before the watermark reaches 300"
    assert seen[3] == [(0, 2, "first")], "the fourth event moves the watermark to 305"
    assert seen[4] == [(0, 3, "correction")], "late, but within the allowed lateness"
    assert seen[5] == [(300, 2, "first")]
    assert seen[6] == [] and state["dropped"] == 1, "too late"
    assert state["latest"] == 900 and sorted(state["windows"]) == ["300|Market", "900|Market"], "the first window is forgotten"


def check_stream_unseen():
    rng = draw(__seed__)
    for _ in range(8):
        size, bound, lateness = rng.choice([30, 60, 100]), rng.choice([0, 10, 60]), rng.choice([0, 30, 120])
        mine = theirs = reference.start()
        for event in some_events(rng, 22, 300):
            before = {**theirs, "windows": {name: list(one) for name, one in theirs["windows"].items()}, "fired": list(theirs["fired"])}
            mine, wanted = reference.push(mine, event, size, bound, lateness)
            after, emitted = push(theirs, event, size, bound, lateness)
            assert rows(emitted) == wanted and theirs == before
            same_state(after, mine)
            theirs = after


def check_memory():
    state, most = start(), 0
    for number in range(120):
        state, _ = push(state, {"at": 10 * number, "key": "k", "value": 1}, 20, 30, 40)
        most = builtins.max(most, len(state["windows"]) + len(state["fired"]))
    assert 4 <= most <= 12, "old windows are forgotten, and their names with them"
    assert len(state["windows"]) <= 6 and set(state["fired"]) <= set(state["windows"])


def check_agreement():
    rng = draw(__seed__)
    told = [{"at": at, "key": "Market", "value": rng.randint(1, 9)} for at in (-10, 60, 310, 250, 425, 290, 900, 100, 130, 350, 360)]
    cases = [(told, 300, 120, 300), (some_events(rng, 25, 40), 60, 40, 60), (some_events(rng, 25, 400), 60, 40, 30)]
    for events, size, bound, lateness in cases:
        state, table, own, mine = start(), {}, reference.start(), {}
        for event in [*events, {"at": 10**6, "key": "end", "value": 0}]:
            own, wanted = reference.push(own, event, size, bound, lateness)
            mine = reference.upsert(mine, wanted)
            state, emitted = push(state, event, size, bound, lateness)
            table = upsert(table, emitted)
        assert {name: list(one) for name, one in table.items()} == mine
        whole = reference.batch(events, size)
        assert {name: list(one) for name, one in batch(events, size).items()} == whole
        assert list(differences(whole, mine)) == reference.differences(whole, mine)
    assert list(differences({"0|a": [1, 2], "60|a": [1, 1]}, {"0|a": [2, 2], "120|b": [1, 0]})) == ["0|a", "120|b", "60|a"]


def check_trailing():
    events = [{"at": at, "key": key, "value": 1} for at, key in ((0, "b1"), (100, "b1"), (100, "b1"), (3600, "b1"), (3601, "b2"))]
    assert list(trailing(events, 3600)) == [0, 1, 1, 3, 0], "the example of the reading"


def check_trailing_unseen():
    rng = draw(__seed__)
    for _ in range(10):
        events = sorted(some_events(rng, 25, 50), key=lambda event: event["at"])
        events = [{**event, "at": event["at"] - event["at"] % 10} for event in events]
        length = rng.choice([10, 30, 100])
        wanted = [
            builtins.sum(other["value"] for other in events if other["key"] == event["key"] and event["at"] - length <= other["at"] < event["at"])
            for event in events
        ]
        assert [int(one) for one in trailing(events, length)] == wanted
