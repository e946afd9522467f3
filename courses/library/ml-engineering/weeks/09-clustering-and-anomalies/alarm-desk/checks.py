"""Checks of the alarm desk."""

import math
import statistics


def same(found, wanted):
    """Whether two dicts have the same keys and nearly the same numbers."""
    if sorted(found) != sorted(wanted):
        return False
    return all(abs(found[key] - wanted[key]) < 1e-9 for key in wanted)


def spans(found, wanted):
    """Whether two dicts of pairs of numbers are nearly the same."""
    if sorted(found) != sorted(wanted):
        return False
    return all(len(found[key]) == 2 and abs(found[key][0] - wanted[key][0]) < 1e-6 and abs(found[key][1] - wanted[key][1]) < 1e-6 for key in wanted)


def check_profile():
    rows = [{"price": 10.0}, {"price": None}, {"price": 30.0}, {}]
    assert same(profile(rows, ["price"]), {"rows": 4, "missing:price": 0.5, "median:price": 20.0})
    assert same(profile([], ["price"]), {"rows": 0, "missing:price": 1.0})


def check_profile_unseen():
    random = draw(__seed__)
    for _ in range(5):
        rows = []
        for _ in range(random.randint(5, 30)):
            row = {"price": random.choice([random.uniform(1, 50), None, math.nan, 0.0]), "stock": random.randint(0, 9)}
            if random.random() < 0.2:
                del row["price"]
            rows.append(row)
        present = [row["price"] for row in rows if row.get("price") is not None and not math.isnan(row["price"])]
        wanted = {"rows": len(rows), "missing:price": 1 - len(present) / len(rows), "missing:stock": 0.0, "median:stock": statistics.median(row["stock"] for row in rows)}
        if present:
            wanted["median:price"] = statistics.median(present)
        assert same(profile(rows, ["price", "stock"]), wanted)
    assert same(profile([{"price": math.nan}], ["price"]), {"rows": 1, "missing:price": 1.0})


def check_limits():
    history = [{"rows": rows, "missing:price": 0.0} for rows in (980, 1010, 1000, 1020, 990, 1005, 40)]
    found = limits(history, 4.0, {"missing:price": 0.01})
    assert spans(found, {"rows": (940.696, 1059.304), "missing:price": (-0.04, 0.04)})


def check_limits_unseen():
    random = draw(__seed__ + 1)
    for _ in range(5):
        history = [{"rows": random.randint(900, 1100), "median:price": random.gauss(20, 1), "still": 3.0} for _ in range(random.randint(5, 12))]
        history[0]["rows"] = 7
        del history[0]["still"], history[-1]["median:price"]
        width, floors = random.uniform(2, 5), {"still": 0.5, "rows": 1.0}
        wanted = {}
        for measure in ("rows", "median:price", "still"):
            values = [past[measure] for past in history if measure in past]
            middle = statistics.median(values)
            scale = max(1.4826 * statistics.median(abs(value - middle) for value in values), floors.get(measure, 0.0))
            wanted[measure] = (middle - width * scale, middle + width * scale)
        assert spans(limits(history, width, floors), wanted)


def check_breaches():
    random = draw(__seed__ + 2)
    low, width = random.uniform(-50, 50), random.uniform(1, 9)
    high = low + width
    bands = {"b": (low, high), "a": (low, high), "c": (low, high), "d": (low, high), "e": (low, high)}
    today = {"a": high + 0.9 * width, "b": low - 1.2 * width, "c": low, "d": high, "new": 1e9}
    found = breaches(today, bands)
    assert [breach["measure"] for breach in found] == ["a", "b", "e"]
    assert [breach["level"] for breach in found] == ["ticket", "page", "page"]
    assert found[2]["value"] is None
    assert all(abs(breach["low"] - low) < 1e-9 and abs(breach["high"] - high) < 1e-9 for breach in found)
    assert abs(found[0]["value"] - today["a"]) < 1e-9
    zero = breaches({"rows": 0}, {"rows": (900.0, 1100.0)})
    assert len(zero) == 1 and zero[0]["value"] == 0 and zero[0]["level"] == "page"
    assert breaches({"rows": 0}, {"rows": (-1.0, 1.0)}) == []


DAY = [
    (0, "prices:rows", "ticket"), (30, "prices:rows", "ticket"), (60, "prices:rows", "ticket"),
    (70, "stock:rows", "ticket"), (80, "prices:median", "page"), (100, "prices:median", "page"),
]


def check_decide():
    assert [tuple(event) for event in decide(DAY, 60, 2)] == [DAY[0], DAY[2], DAY[4]]


def decided(events, cooldown, budget):
    """What is to be sent."""
    kept = []
    for event in events:
        minute, key, level = event
        before = [old for old in kept if old[1] == key][-1:]
        if before and minute - before[0][0] < cooldown and not (level == "page" and before[0][2] == "ticket"):
            continue
        today = [old for old in kept if old[2] == "ticket" and old[0] // 1440 == minute // 1440]
        if level == "ticket" and len(today) >= budget:
            continue
        kept.append(event)
    return kept


def check_decide_unseen():
    random = draw(__seed__ + 3)
    for _ in range(8):
        minutes = sorted(random.randint(0, 4000) for _ in range(60))
        events = [(minute, random.choice("abc"), random.choice(["ticket", "ticket", "page"])) for minute in minutes]
        cooldown, budget = random.randint(30, 200), random.randint(2, 6)
        assert [tuple(event) for event in decide(events, cooldown, budget)] == decided(events, cooldown, budget)
    raised = [(0, "x", "ticket"), (5, "x", "page"), (10, "x", "ticket"), (12, "x", "page")]
    assert [tuple(event) for event in decide(raised, 60, 9)] == raised[:2]
    night = [(1430, "x", "ticket"), (1435, "y", "ticket"), (1441, "z", "ticket")]
    assert [tuple(event) for event in decide(night, 1, 1)] == [night[0], night[2]]
    assert list(decide([], 60, 2)) == []


def check_page():
    random = draw(__seed__ + 4)
    value, low = random.uniform(0, 5), random.uniform(10, 20)
    breach = {"measure": "median:price", "value": value, "low": low, "high": low + 3, "level": "page"}
    runbook = {"prices:median:price": {"first": "Pause the import.", "call": "data team"}}
    band = f"usually {low:.2f} to {low + 3:.2f}"
    assert page("prices", breach, runbook).strip().splitlines() == [f"prices: median:price is {value:.2f}, {band}", "Level: page", "First: Pause the import.", "Call: data team"]
    absent = {**breach, "value": None, "level": "page"}
    assert page("stock", absent, runbook).strip().splitlines() == [f"stock: median:price is absent, {band}", "Level: page", "First: No entry in the runbook. Look at the feed and write one.", "Call: owner of stock"]
    nothing = {**breach, "value": 0, "level": "ticket"}
    assert page("prices", nothing, {}).splitlines()[:2] == [f"prices: median:price is 0.00, {band}", "Level: ticket"]
