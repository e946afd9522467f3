"""An orchestrator in miniature: it decides, and executes nothing."""


def order(tasks):
    """All tasks, each after what it needs; of several that are ready the first by name."""
    placed = []
    while len(placed) < len(tasks):
        placed.append(min(name for name in tasks if name not in placed and set(tasks[name]["needs"]) <= set(placed)))
    return placed


def impossible(tasks):
    """The tasks that can never run, sorted."""
    possible = set()
    while True:
        more = {name for name in tasks if name not in possible and set(tasks[name]["needs"]) <= possible}
        if not more:
            return sorted(set(tasks) - possible)
        possible |= more


def critical(tasks, minutes):
    """The longest chain of tasks: {"minutes": ..., "path": [...]}."""
    longest = {}
    for name in order(tasks):
        before = max((longest[need] for need in tasks[name]["needs"]), key=lambda chain: chain[0], default=(0, []))
        longest[name] = (before[0] + minutes[name], [*before[1], name])
    total, path = max(longest.values(), key=lambda chain: chain[0])
    return {"minutes": total, "path": path}


def due(start, every, now, done, catch_up):
    """The beginnings of the intervals that are over and not done."""
    over = list(range(start, now - every + 1, every))
    if not catch_up:
        over = over[-1:]
    return [begin for begin in over if begin not in done]


def simulate(tasks, plan, workers):
    """What happens in one run: {"attempts": [[name, number, start, end, ok], ...], "states": {...}}."""
    now, running, attempts, states = 0, [], [], {}
    earliest, tried = dict.fromkeys(tasks, 0), dict.fromkeys(tasks, 0)
    while True:
        for end, name, ok in [one for one in running if one[0] == now]:
            running.remove((end, name, ok))
            if ok:
                states[name] = "success"
            elif tried[name] > tasks[name]["retries"]:
                states[name] = "failed"
            else:
                earliest[name] = now + tasks[name]["delay"] * 2 ** (tried[name] - 1)
        busy = {name for _, name, _ in running}
        waiting = [
            name for name in sorted(tasks)
            if name not in states and name not in busy and all(states.get(need) == "success" for need in tasks[name]["needs"])
        ]  # fmt: skip
        for name in [name for name in waiting if earliest[name] <= now][: workers - len(running)]:
            minutes, ok = plan[name][tried[name]]
            tried[name] += 1
            running.append((now + minutes, name, ok))
            attempts.append([name, tried[name], now, now + minutes, ok])
        moments = [end for end, _, _ in running] + [earliest[name] for name in waiting if earliest[name] > now]
        if not moments:
            break
        now = min(moments)
    return {"attempts": attempts, "states": {name: states.get(name, "upstream_failed") for name in tasks}}


def backfill(tasks, wrong, days):
    """All [day, name] to be computed again, by day and in the order of the graph."""
    again = {tuple(cell) for cell in wrong}
    found = []
    for day in range(days):
        for name in order(tasks):
            below = any((day, need) in again for need in tasks[name]["needs"])
            if below or (tasks[name]["past"] and (day - 1, name) in again):
                again.add((day, name))
            if (day, name) in again:
                found.append([day, name])
    return found
