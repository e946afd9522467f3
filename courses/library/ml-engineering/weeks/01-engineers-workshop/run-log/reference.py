"""What happened in the night: exit statuses, settings, a log, and the commit to blame."""

from collections.abc import Iterable, Mapping

WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def meaning(status: int) -> str:
    """What an exit status says. Raises ``ValueError`` outside 0 to 255."""
    if not 0 <= status <= 255:
        raise ValueError(f"an exit status is a number from 0 to 255, not {status}")
    if status in (0, 126, 127):
        return {0: "ok", 126: "not executable", 127: "not found"}[status]
    return f"signal {status - 128}" if 129 <= status <= 192 else "failed"


def _integer(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{name} must be an integer, not {text!r}") from None


def settings(environment: Mapping[str, str]) -> dict[str, int | bool]:
    """Seed, retries and verbosity from environment variables. Raises ``ValueError`` naming the variable."""
    retries = _integer(environment, "RUN_RETRIES", 3)
    if retries < 0:
        raise ValueError(f"RUN_RETRIES must be at least 0, not {retries}")
    text = environment.get("RUN_VERBOSE", "").strip().lower() or "no"
    if text not in WORDS:
        raise ValueError(f"RUN_VERBOSE must be one of {', '.join(WORDS)}, not {text!r}")
    return {"seed": _integer(environment, "RUN_SEED", 0), "retries": retries, "verbose": WORDS[text]}


def report(lines: Iterable[str]) -> dict[str, dict[str, int | str | float]]:
    """Runs, failures, the last outcome and the seconds of each job."""
    found: dict[str, dict[str, int | str | float]] = {}
    for line in sorted(line.strip() for line in lines if line.strip()):
        _, job, status, seconds = line.split()
        code = int(status.removeprefix("exit="))
        entry = found.setdefault(job, {"runs": 0, "failed": 0, "last": "", "seconds": 0.0})
        entry["runs"] += 1
        entry["failed"] += code != 0
        entry["last"] = meaning(code)
        entry["seconds"] += float(seconds.removeprefix("seconds="))
    return found


def next_to_test(good: int, bad: int) -> int | None:
    """The commit to test next, or ``None`` when ``bad`` is the first bad one."""
    return None if bad - good <= 1 else (good + bad) // 2
