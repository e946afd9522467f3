import reference


def message(offset, name, key, value):
    return {"offset": offset, "id": name, "key": key, "value": value}


def some_logs(rng):
    logs, made = {}, []
    for partition in ["0", "1", "2", "10"][: rng.randint(1, 4)]:
        log, offset = [], rng.choice([0, 0, 17])
        for _ in range(rng.randint(0, 12)):
            offset += rng.choice([1, 1, 1, 2, 5])
            one = message(offset, f"e-{partition}-{offset}", rng.choice(["Ada", "Ben", "Cleo"]), rng.randint(-9, 99))
            kind = rng.random()
            if made and kind < 0.25:
                one = {**rng.choice(made), "offset": offset}
            elif kind < 0.4:
                bad = rng.choice([{"value": "3,50"}, {"value": True}, {"value": None}, {"key": None}, {"id": 7}, {"value": 2.5}])
                one = {**one, **bad}
            elif kind < 0.45:
                one = {name: value for name, value in one.items() if name != rng.choice(["id", "key", "value"])}
            else:
                made.append(one)
            log.append(one)
        logs[partition] = log
    return logs


def same_state(found, wanted):
    assert sorted(found) == sorted(wanted)
    assert found["totals"] == wanted["totals"] and found["next"] == wanted["next"]
    assert sorted(found["seen"]) == sorted(wanted["seen"]) and len(set(found["seen"])) == len(found["seen"])
    assert sorted([list(one) for one in found["dead"]]) == sorted(wanted["dead"])


def check_assign():
    assert assign([0, 1, 2], ["b", "a"]) == {"a": [0, 2], "b": [1]}
    assert assign([1, 0], ["x", "z", "y"]) == {"x": [0], "y": [1], "z": []}, "one of three is idle"
    rng = draw(__seed__)
    for _ in range(10):
        partitions, members = rng.sample(range(24), rng.randint(1, 12)), rng.sample("abcdefgh", rng.randint(1, 6))
        assert assign(partitions, members) == reference.assign(partitions, members)


def check_poll():
    rng = draw(__seed__)
    for _ in range(20):
        log = next(iter(some_logs(rng).values()))
        position, most = rng.randint(0, 40), rng.randint(1, 6)
        assert list(poll(log, position, most)) == reference.poll(log, position, most)
    for _ in range(20):
        starts = {p: rng.randint(0, 50) for p in ("0", "1", "2")}
        ends = {p: start + rng.randint(0, 100) for p, start in starts.items()}
        committed = {p: rng.randint(0, ends[p]) for p in ends if rng.random() < 0.7}
        assert lag(ends, starts, committed) == reference.lag(ends, starts, committed)


def check_compact():
    rng = draw(__seed__)
    for _ in range(20):
        log, offset = [], 0
        for number in range(rng.randint(0, 15)):
            offset += rng.choice([1, 3])
            log.append(message(offset, f"e{number}", rng.choice(["b1", "b2", "b3", "b4"]), rng.choice([None, 0, 20, 80])))
        assert list(compact(log)) == reference.compact(log)


def check_handle():
    state = handle(empty(), "0", message(7, "ride-1-end", "Ada", 350))
    same_state(state, {"totals": {"Ada": 350}, "next": {"0": 8}, "seen": ["ride-1-end"], "dead": []})
    same_state(handle(state, "0", message(7, "ride-1-end", "Ada", 350)), state)
    again = handle(state, "0", message(8, "ride-1-end", "Ada", 350))
    assert again["totals"] == {"Ada": 350} and again["next"] == {"0": 9}, "the same event again: nothing is added, the offset moves on"
    bad = handle(state, "1", message(3, "ride-2-end", "Ben", "3,50"))
    assert [list(one) for one in bad["dead"]] == [["1", 3, "value"]] and bad["next"] == {"0": 8, "1": 4}
    assert bad["totals"] == {"Ada": 350}


def check_handle_unseen():
    rng = draw(__seed__)
    for _ in range(10):
        mine = theirs = reference.empty()
        for partition, log in some_logs(rng).items():
            for one in log:
                for _ in range(rng.choice([1, 1, 2])):
                    before = {name: (dict(part) if isinstance(part, dict) else list(part)) for name, part in theirs.items()}
                    mine = reference.handle(mine, partition, one)
                    after = handle(theirs, partition, one)
                    assert theirs == before
                    theirs = after
                    same_state(theirs, mine)
                if log and rng.random() < 0.3:
                    old = rng.choice(log)
                    if old["offset"] < one["offset"]:
                        theirs = handle(theirs, partition, old)
                        same_state(theirs, mine)


def check_crashes():
    rng = draw(__seed__)
    for _ in range(10):
        logs, most = some_logs(rng), rng.randint(1, 5)
        whole = reference.consume(logs, reference.empty(), 100, 10**6)
        state = empty()
        for _ in range(rng.randint(1, 4)):
            steps = rng.randint(0, 6)
            wanted = reference.consume(logs, state, most, steps)
            state = consume(logs, state, most, steps)
            same_state(state, wanted)
        state = consume(logs, state, most, 10**6)
        assert state["next"] == whole["next"]
        same_state(consume(logs, state, most, 10**6), state)
        assert sum(state["totals"].values()) == sum(whole["totals"].values())


def check_played():
    assert list(played(6, 2, 3, "work first")) == [1, 1, 2, 1, 1, 1], "the third was worked on but not committed"
    assert list(played(6, 2, 3, "commit first")) == [1, 1, 1, 0, 1, 1], "the fourth was committed but not worked on"
    assert list(played(4, 10, 99, "work first")) == [1, 1, 1, 1], "no crash"


def check_played_unseen():
    rng = draw(__seed__)
    for _ in range(60):
        count, every = rng.randint(0, 14), rng.randint(1, 6)
        given = (count, every, rng.randint(0, 16), rng.choice(["work first", "commit first"]))
        assert list(played(*given)) == reference.played(*given)
