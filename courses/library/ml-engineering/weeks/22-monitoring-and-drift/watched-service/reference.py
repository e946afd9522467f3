"""Watching a service and its results, as pure functions."""

RULES = [("page", 60, 5, 14.4), ("page", 360, 30, 6), ("ticket", 4320, 360, 1)]  # who, long and short window, burn at least


def increase(samples, start, end):
    """By how much a counter rose, from samples (time, value); None with fewer than two samples."""
    inside = [value for time, value in sorted(samples) if start <= time <= end]
    if len(inside) < 2:
        return None
    return sum(new - old if new >= old else new for old, new in zip(inside, inside[1:]))


def _window(events, now, minutes):
    """All and bad events of the last minutes."""
    inside = [(total, bad) for minute, total, bad in events if now - minutes < minute <= now]
    return sum(total for total, _ in inside), sum(bad for _, bad in inside)


def burn(events, now, minutes, objective):
    """Burn rate over the last minutes of events (minute, all, bad); None if nothing came."""
    total, bad = _window(events, now, minutes)
    return bad / total / (1 - objective) if total else None


def alarm(events, now, objective, quiet):
    """ "silence", "page", "ticket" or "fine"."""
    if burn(events, now, quiet, objective) is None:
        return "silence"
    for who, *windows, least in RULES:
        rates = [burn(events, now, minutes, objective) for minutes in windows]
        if all(rate is not None and rate >= least for rate in rates):
            return who
    return "fine"


def budget_left(events, now, minutes, objective):
    """The share of the error budget that is left; None if nothing came."""
    total, bad = _window(events, now, minutes)
    return 1 - bad / (total * (1 - objective)) if total else None


def join(predictions, labels, now, wait):
    """{"rows": [...], "immature": n, "lost": n, "assumed": n}."""
    first = {}
    for one in sorted(predictions, key=lambda one: one["at"]):
        first.setdefault(one["id"], one)
    last = {}
    for one in sorted(labels, key=lambda one: one["at"]):
        if one["at"] <= now:
            last[one["id"]] = one["value"]
    rows, immature, lost, assumed = [], 0, 0, 0
    for name in sorted(first):
        one = first[name]
        if one["at"] > now:
            continue
        if one["at"] > now - wait:
            immature += 1
        elif last.get(name, 0) is None:
            lost += 1
        else:
            assumed += name not in last
            rows.append({"id": name, "score": one["score"], "label": last.get(name, 0)})
    return {"rows": rows, "immature": immature, "lost": lost, "assumed": assumed}


def estimate(strata):
    """{"precision": ..., "recall": ...} from a sample drawn in strata; None where nothing can be said."""
    blind = {one["flagged"] for one in strata if one["size"] and not one["drawn"]}
    bad = {flagged: 0.0 for flagged in (True, False)}
    for one in strata:
        if one["drawn"]:
            bad[one["flagged"]] += one["size"] * one["bad"] / one["drawn"]
    flagged = sum(one["size"] for one in strata if one["flagged"])
    precision = bad[True] / flagged if flagged and True not in blind else None
    found = bad[True] + bad[False]
    recall = bad[True] / found if found and not blind else None
    return {"precision": precision, "recall": recall}
