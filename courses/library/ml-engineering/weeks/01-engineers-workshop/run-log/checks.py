import math


def _wanted(status):
    named = {0: "ok", 126: "not executable", 127: "not found"}
    return named.get(status) or (f"signal {status - 128}" if 128 < status <= 192 else "failed")


def _names(environment):
    """The text of the ValueError that ``settings`` raises."""
    try:
        settings(environment)
    except NotImplementedError:
        raise
    except ValueError as problem:
        return str(problem)
    raise AssertionError("no ValueError")


def _log(rng, runs):
    lines, wanted = [], {}
    for second in sorted(rng.sample(range(86_400), runs)):
        day, job = rng.randint(10, 28), rng.choice(["train", "report", "load-data"])
        status, seconds = rng.choice([0, 0, 1, 2, 126, 127, 137, 143]), round(rng.uniform(0.5, 900), 1)
        clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
        lines.append((f"2026-01-{day}T{clock}Z", job, status, seconds))
    for when, job, status, seconds in sorted(lines):
        entry = wanted.setdefault(job, {"runs": 0, "failed": 0, "last": "", "seconds": 0.0})
        entry["runs"] += 1
        entry["failed"] += int(status != 0)
        entry["last"] = _wanted(status)
        entry["seconds"] += seconds
    texts = [f"{when} {job} exit={status} seconds={seconds}" for when, job, status, seconds in lines]
    return texts, wanted


def _same(found, wanted):
    found = {job: dict(found[job]) for job in found}
    return close(found, wanted, 1e-6)


def check_meaning():
    for status, words in {0: "ok", 1: "failed", 2: "failed", 126: "not executable", 127: "not found", 137: "signal 9"}.items():
        found = meaning(status)
        assert found == words, f"meaning({status}) should be {words!r}, not {found!r}"


def check_meaning_edges():
    for status in range(256):
        assert meaning(status) == _wanted(status)
    for status in (-1, 256, -9, 1000):
        try:
            meaning(status)
        except NotImplementedError:
            raise
        except ValueError:
            continue
        raise AssertionError("a status outside 0 to 255")


def check_settings():
    found = dict(settings({}))
    assert found == {"seed": 0, "retries": 3, "verbose": False}, f"settings({{}}) gave {found}"
    found = dict(settings({"RUN_SEED": "42", "RUN_VERBOSE": "Yes", "HOME": "/home/ana"}))
    assert found == {"seed": 42, "retries": 3, "verbose": True}, f"with RUN_SEED=42 and RUN_VERBOSE=Yes: {found}"


def check_settings_edges():
    rng = draw(__seed__)
    for text, value in {"1": True, "TRUE": True, " yes": True, "0": False, "False": False, "NO ": False, "": False, " ": False}.items():
        seed = rng.randint(-50, 5000)
        found = settings({"RUN_VERBOSE": text, "RUN_SEED": f" {seed} ", "RUN_RETRIES": "0"})
        assert found["verbose"] is value
        assert found["seed"] == seed and found["retries"] == 0
    blank = settings({"RUN_SEED": "", "RUN_RETRIES": "  "})
    assert blank["seed"] == 0 and blank["retries"] == 3
    for name, values in {"RUN_SEED": ("x", "1.5"), "RUN_RETRIES": ("-1", "many"), "RUN_VERBOSE": ("2", "maybe", "on")}.items():
        for value in values:
            assert name in _names({name: value})


def check_report():
    lines = [
        "2026-01-05T02:00:07Z train exit=0 seconds=412.5",
        "2026-01-05T02:10:00Z report exit=1 seconds=3.1",
        "",
        "2026-01-06T02:00:06Z train exit=137 seconds=1807.0\n",
    ]
    wanted = {
        "train": {"runs": 2, "failed": 1, "last": "signal 9", "seconds": 2219.5},
        "report": {"runs": 1, "failed": 1, "last": "failed", "seconds": 3.1},
    }
    found = report(lines)
    assert _same(found, wanted), f"expected {wanted}, found {found}"


def check_report_hidden():
    rng = draw(__seed__)
    for runs in (1, 40, 90):
        lines, wanted = _log(rng, runs)
        rng.shuffle(lines)
        assert _same(report(lines), wanted)
    assert dict(report(["", "  "])) == {}


def check_bisect():
    rng = draw(__seed__)
    assert next_to_test(6, 7) is None
    for size in (2, 3, 4, 9, 16, 17, 100, 1000):
        for first in {1, size, rng.randint(1, size)}:
            start = rng.randint(0, 500)
            good, bad, tests = start, start + size, 0
            while (chosen := next_to_test(good, bad)) is not None:
                assert good < chosen < bad
                tests += 1
                good, bad = (chosen, bad) if chosen < start + first else (good, chosen)
            assert bad == start + first
            assert tests <= math.ceil(math.log2(size))
