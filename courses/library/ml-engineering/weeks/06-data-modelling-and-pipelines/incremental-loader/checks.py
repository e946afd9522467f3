"""Checks of the incremental loader."""

import copy

import reference as right

CONTRACT = {
    "id": {"type": "text"},
    "updated": {"type": "text"},
    "kind": {"type": "text", "allowed": ["drill", "ladder", "saw"]},
    "fee": {"type": "number", "low": 0, "high": 50},
    "days": {"type": "integer", "optional": True, "low": 1},
}
NOTHING = {"rows": {}, "quarantine": [], "batches": []}


def stamp(n):
    return f"2026-06-{1 + n // 24:02}T{n % 24:02}:00"


def records(rng, n, ids, bad=0.2):
    """Records with distinct moments; some break the contract."""
    found = []
    for moment in rng.sample(range(600), n):
        record = {"id": f"k{rng.randrange(ids)}", "updated": stamp(moment), "kind": rng.choice(["drill", "ladder", "saw"]), "fee": rng.randint(0, 50)}
        if rng.random() < 0.5:
            record["days"] = rng.choice([None, 1, 14])
        if rng.random() < bad:
            record.update(rng.choice([{"fee": -1}, {"fee": "7"}, {"kind": "hammer"}, {"days": 0}, {"colour": "red"}, {"kind": None}]))
        found.append(record)
    return found


def batches(rng, count=5, size=12, ids=9):
    drawn = records(rng, count * size, ids)
    return [{"source": ["desk", "web"][k % 2], "number": k // 2, "records": drawn[k * size : (k + 1) * size]} for k in range(count)]


def check_contract():
    fine = {"id": "k1", "updated": stamp(5), "kind": "saw", "fee": 4.5}
    if problems(fine, CONTRACT) != []:
        raise Told(f"{fine} breaks nothing: days is optional. Found {problems(fine, CONTRACT)!r:.100}")
    odd = {"id": "k1", "kind": "hammer", "fee": 51, "days": "two", "colour": "red", "age": 3}
    wanted = [["updated", "missing"], ["kind", "unknown"], ["fee", "range"], ["days", "type"], ["age", "extra"], ["colour", "extra"]]
    found = problems(odd, CONTRACT)
    if found != wanted:
        raise Told(f"For {odd} expected {wanted}, found {found!r:.200}")


def check_contract_unseen():
    rng = draw(__seed__)
    for value, wanted in ((0, []), (50, []), (50.01, ["range"]), (-0.01, ["range"]), (True, ["type"]), (False, ["type"]), ("4", ["type"]),
                          (float("nan"), ["type"]), (None, ["missing"]), (7, []), (7.25, [])):
        found = problems({"id": "a", "updated": "b", "kind": "saw", "fee": value}, CONTRACT)
        assert found == [["fee", word] for word in wanted], "the fee"
    for value, wanted in ((None, []), (1, []), (0, ["range"]), (2.0, ["type"]), (True, ["type"])):
        found = problems({"id": "a", "updated": "b", "kind": "saw", "fee": 1, "days": value}, CONTRACT)
        assert found == [["days", word] for word in wanted], "the days"
    for record in records(rng, 60, 9, bad=0.7):
        assert problems(record, CONTRACT) == right.problems(record, CONTRACT)
    marks = {"mark": {"type": "integer", "low": 1, "high": 6, "allowed": [1, 2, 3]}}
    for value, wanted in ((9, "range"), (5, "unknown"), ("9", "type")):
        assert problems({"mark": value}, marks) == [["mark", wanted]], "the first that holds"
    names = rng.sample(["z", "q", "b", "m", "c"], 5)
    shuffled = {name: {"type": "integer", "low": rng.randint(0, 5)} for name in names}
    for _ in range(10):
        record = {name: rng.choice([-1, 2, 9, "x", None]) for name in sorted(names)}
        assert problems(record, shuffled) == right.problems(record, shuffled), "in the order of the contract"


def check_batch():
    first = {"id": "k1", "updated": stamp(5), "kind": "saw", "fee": 4}
    newer = {"id": "k1", "updated": stamp(9), "kind": "saw", "fee": 6}
    bad = {"id": "k2", "updated": stamp(6), "kind": "saw", "fee": -1}
    state, report = load(NOTHING, {"source": "desk", "number": 1, "records": [first, bad, newer, first]}, CONTRACT)
    wanted = {"skipped": False, "read": 4, "inserted": 1, "updated": 1, "stale": 1, "quarantined": 1}
    if report != wanted:
        raise Told(f"Expected {wanted}, found {report!r:.200}")
    if state["rows"] != {"k1": newer}:
        raise Told("The newest valid record of k1 should be held, and nothing else.")
    entry = {"source": "desk", "number": 1, "record": bad, "problems": [["fee", "range"]]}
    if state["quarantine"] != [entry] or state["batches"] != [["desk", 1]]:
        raise Told(f"Quarantine should be {[entry]} and batches [['desk', 1]].")


def check_accounts():
    rng = draw(__seed__)
    for _ in range(4):
        mine = wanted = NOTHING
        for batch in batches(rng):
            batch["records"] += [{**record, "fee": rng.randint(0, 50)} for record in batch["records"][:4]]  # of the same moment
            mine, report = load(mine, batch, CONTRACT)
            wanted, truth = right.load(wanted, batch, CONTRACT)
            assert report == truth
            assert report["read"] == report["inserted"] + report["updated"] + report["stale"] + report["quarantined"] == len(batch["records"])
        assert mine == wanted


def check_again():
    rng = draw(__seed__)
    nothing = {"skipped": True, "read": 0, "inserted": 0, "updated": 0, "stale": 0, "quarantined": 0}
    all_of_them = batches(rng)
    state = NOTHING
    for batch in all_of_them:
        state, _ = load(state, batch, CONTRACT)
    before = copy.deepcopy(state)
    for batch in all_of_them:
        state, report = load(state, batch, CONTRACT)
        assert report == nothing
        assert state == before, "a second run changes nothing"
    other = {**all_of_them[0], "source": "locker"}
    _, report = load(state, other, CONTRACT)
    assert report["read"] == 12, "another source has numbers of its own"


def check_any_order():
    rng = draw(__seed__)
    given = batches(rng, count=6)
    for batch in given:
        for record in batch["records"]:
            if rng.random() < 0.3:
                record["updated"] = stamp(rng.randrange(600, 690)) + f":{len(batch['records']):02}{rng.random()}"
    wanted = None
    for _ in range(6):
        state = NOTHING
        for batch in rng.sample(given, len(given)):
            state, _ = load(state, {**batch, "records": rng.sample(batch["records"], len(batch["records"]))}, CONTRACT)
        wanted = wanted or state["rows"]
        assert state["rows"] == wanted, "late batches must not overwrite newer rows"
    best = {}
    for batch in given:
        for record in batch["records"]:
            if not right.problems(record, CONTRACT) and (record["id"] not in best or record["updated"] > best[record["id"]]["updated"]):
                best[record["id"]] = record
    assert wanted == best


def check_second_chance():
    rng = draw(__seed__)
    wider = copy.deepcopy(CONTRACT)
    wider["kind"]["allowed"].append("hammer")
    wider["fee"]["low"] = -5
    wider["colour"] = {"type": "text", "optional": True}
    for _ in range(4):
        state = NOTHING
        for batch in batches(rng):
            state, _ = right.load(state, batch, CONTRACT)
        mine = retry_quarantine(state, wider)
        assert mine == right.retry_quarantine(state, wider)
        assert retry_quarantine(mine, wider) == mine, "a second run changes nothing"
        assert retry_quarantine(state, CONTRACT) == state, "nothing new under the old contract"
        narrow = {**CONTRACT, "size": {"type": "integer"}}
        assert retry_quarantine(state, narrow) == right.retry_quarantine(state, narrow), "present problems are noted"


def a_report(read, bad, skipped=False):
    return {"skipped": skipped, "read": read, "inserted": read - bad, "updated": 0, "stale": 0, "quarantined": bad}


def check_alarm():
    found = alerts([100, 110, 90, 105], a_report(40, 4), 30, 60, 24)
    if found != ["freshness", "quarantine", "volume"]:
        raise Told(f"30 hours old, 10 % in quarantine, 40 records where 102.5 are usual: all three, not {found!r:.100}")
    if alerts([100, 110, 90, 105], a_report(98, 1), 50, 60, 24) != []:
        raise Told("10 hours old, 1 of 98 in quarantine, 98 records: nothing to look at.")


def check_alarm_unseen():
    rng = draw(__seed__)
    for history, report, newest, now, wanted in (
        ([100, 100, 100], a_report(50, 0), 0, 24, []),
        ([100, 100, 100], a_report(200, 10), 0, 24, []),
        ([100, 100, 100], a_report(49, 0), 0, 24, ["volume"]),
        ([100, 100, 100], a_report(201, 0), 0, 24.5, ["freshness", "volume"]),
        ([100, 100], a_report(3, 0), 0, 1, []),
        ([10, 10, 10, 1000], a_report(12, 0), 0, 1, []),
        ([10, 20, 30, 40], a_report(45, 0), 0, 1, []),
        ([5, 5, 5], a_report(2, 0), 0, 1, ["volume"]),
        ([10, 10, 10], a_report(0, 0), 0, 1, ["volume"]),
        ([10, 10, 10], a_report(0, 0, skipped=True), 0, 1, []),
        ([10, 10, 10], a_report(0, 0, skipped=True), 0, 99, ["freshness"]),
        ([], a_report(20, 2), 0, 1, ["quarantine"]),
    ):
        assert alerts(history, report, newest, now, 24) == wanted
    for _ in range(40):
        history = [rng.randint(20, 120) for _ in range(rng.randint(0, 7))]
        read = rng.randint(0, 200)
        report = a_report(read, rng.randint(0, read // 8))
        newest = rng.randint(0, 40)
        assert alerts(history, report, newest, 48, 24) == right.alerts(history, report, newest, 48, 24)
