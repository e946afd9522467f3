"""An alarm desk: from a batch of records to a message."""

import math
import statistics


def profile(rows, columns):
    found = {"rows": len(rows)}
    for column in columns:
        values = [row.get(column) for row in rows]
        present = [value for value in values if value is not None and not math.isnan(value)]
        found[f"missing:{column}"] = 1 - len(present) / len(rows) if rows else 1.0
        if present:
            found[f"median:{column}"] = statistics.median(present)
    return found


def limits(history, width, floors):
    found = {}
    for measure in sorted({name for past in history for name in past}):
        values = [past[measure] for past in history if measure in past]
        middle = statistics.median(values)
        mad = statistics.median(abs(value - middle) for value in values)
        reach = width * max(1.4826 * mad, floors.get(measure, 0.0))
        found[measure] = (middle - reach, middle + reach)
    return found


def breaches(today, limits):
    found = []
    for measure, (low, high) in sorted(limits.items()):
        value = today.get(measure)
        if value is not None and low <= value <= high:
            continue
        far = value is None or max(low - value, value - high) > high - low
        found.append({"measure": measure, "value": value, "low": low, "high": high, "level": "page" if far else "ticket"})
    return found


def decide(events, cooldown, budget):
    sent, last, tickets = [], {}, {}
    for minute, key, level in events:
        if key in last:
            before, before_level = last[key]
            raised = level == "page" and before_level == "ticket"
            if minute - before < cooldown and not raised:
                continue
        day = minute // 1440
        if level == "ticket":
            if tickets.get(day, 0) >= budget:
                continue
            tickets[day] = tickets.get(day, 0) + 1
        last[key] = (minute, level)
        sent.append((minute, key, level))
    return sent


def page(feed, breach, runbook):
    value = "absent" if breach["value"] is None else format(breach["value"], ".2f")
    default = {"first": "No entry in the runbook. Look at the feed and write one.", "call": f"owner of {feed}"}
    entry = runbook.get(f"{feed}:{breach['measure']}", default)
    return "\n".join([
        f"{feed}: {breach['measure']} is {value}, usually {breach['low']:.2f} to {breach['high']:.2f}",
        f"Level: {breach['level']}",
        f"First: {entry['first']}",
        f"Call: {entry['call']}",
    ])
