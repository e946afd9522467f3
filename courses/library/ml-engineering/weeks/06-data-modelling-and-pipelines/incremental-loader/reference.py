"""An incremental loader: contract, idempotent load, quarantine, alerts.

A state is plain data: {"rows": {id: record}, "quarantine": [...], "batches": [[source, number], ...]}.
A batch is {"source": text, "number": integer, "records": [record, ...]}; a record is a dictionary.
A contract maps each field to its rule, a dictionary with "type" ("text", "integer" or "number") and perhaps
"optional": True, "low" and "high" (limits that are allowed themselves), "allowed" (a list of values).
No function changes what it is given.
"""

import statistics


def empty_state():
    return {"rows": {}, "quarantine": [], "batches": []}


def problems(record, contract):
    """What is wrong with a record: a list of [field, problem], empty if nothing is.

    For each field of the contract, in its order, at most one problem, the first of these that holds:
      "missing"  the field is not there or None, and not optional
      "type"     not of its type (True and False are neither integer nor number; an integer is a number; nan is not)
      "range"    below "low" or above "high"
      "unknown"  not in "allowed"
    Then, in alphabetical order, [field, "extra"] for each field that the contract does not know.
    """
    found = []
    for field, rule in contract.items():
        value = record.get(field)
        if value is None:
            if not rule.get("optional"):
                found.append([field, "missing"])
            continue
        kinds = {"text": str, "integer": int, "number": (int, float)}[rule["type"]]
        if isinstance(value, bool) or not isinstance(value, kinds) or value != value:
            found.append([field, "type"])
        elif ("low" in rule and value < rule["low"]) or ("high" in rule and value > rule["high"]):
            found.append([field, "range"])
        elif "allowed" in rule and value not in rule["allowed"]:
            found.append([field, "unknown"])
    return found + [[field, "extra"] for field in sorted(record) if field not in contract]


def load(state, batch, contract):
    """Load a batch. Returns (new state, report).

    A batch whose [source, number] is in state["batches"] has been loaded: the state stays as it is, and the report is
    {"skipped": True, "read": 0, "inserted": 0, "updated": 0, "stale": 0, "quarantined": 0}.
    Otherwise [source, number] is appended to "batches", and the records are taken one after the other:
      with problems          {"source", "number", "record", "problems"} is appended to "quarantine"
      an id not in "rows"    inserted
      a greater "updated" than the row that is held   updated: the new record takes the row's place
      otherwise              stale: the row that is held stays
    The report counts each record once, "read" is their number, and "skipped" is False.
    """
    report = {"skipped": False, "read": 0, "inserted": 0, "updated": 0, "stale": 0, "quarantined": 0}
    mark = [batch["source"], batch["number"]]
    if mark in state["batches"]:
        return state, {**report, "skipped": True}
    rows, quarantine = dict(state["rows"]), list(state["quarantine"])
    for record in batch["records"]:
        report["read"] += 1
        wrong = problems(record, contract)
        if wrong:
            quarantine.append({"source": mark[0], "number": mark[1], "record": record, "problems": wrong})
            report["quarantined"] += 1
        else:
            report[_put(rows, record)] += 1
    return {"rows": rows, "quarantine": quarantine, "batches": state["batches"] + [mark]}, report


def _put(rows, record):
    held = rows.get(record["id"])
    if held is not None and record["updated"] <= held["updated"]:
        return "stale"
    rows[record["id"]] = record
    return "inserted" if held is None else "updated"


def retry_quarantine(state, contract):
    """Try the quarantined records again, in their order, under a contract that may have changed.

    Records without problems go into "rows" by the same rules as in `load` (a stale one is only taken out of quarantine);
    the others stay, with their present problems. Returns the new state.
    """
    rows, still = dict(state["rows"]), []
    for entry in state["quarantine"]:
        wrong = problems(entry["record"], contract)
        if wrong:
            still.append({**entry, "problems": wrong})
        else:
            _put(rows, entry["record"])
    return {**state, "rows": rows, "quarantine": still}


def alerts(history, report, newest, now, max_age):
    """What somebody should look at, in alphabetical order.

      "freshness"   the newest record is older than `max_age`: now - newest > max_age (all in hours)
      "quarantine"  more than 5 % of the records read were quarantined
      "volume"      fewer than half, or more than double, of the median of `history`, the numbers read in earlier runs;
                    never with fewer than 3 of them
    A report of a skipped batch can only raise "freshness".
    """
    found = []
    if now - newest > max_age:
        found.append("freshness")
    if report["skipped"]:
        return found
    if report["quarantined"] > 0.05 * report["read"]:
        found.append("quarantine")
    if len(history) >= 3:
        middle = statistics.median(history)
        if report["read"] < middle / 2 or report["read"] > 2 * middle:
            found.append("volume")
    return found
