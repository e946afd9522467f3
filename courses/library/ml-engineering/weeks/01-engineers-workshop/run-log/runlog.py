"""What happened in the night: exit statuses, settings, a log, and the commit to blame."""

from collections.abc import Iterable, Mapping


def meaning(status: int) -> str:
    """What an exit status says. Raises ``ValueError`` outside 0 to 255."""
    raise NotImplementedError


def settings(environment: Mapping[str, str]) -> dict[str, int | bool]:
    """Seed, retries and verbosity from environment variables. Raises ``ValueError`` naming the variable."""
    raise NotImplementedError


def report(lines: Iterable[str]) -> dict[str, dict[str, int | str | float]]:
    """Runs, failures, the last outcome and the seconds of each job."""
    raise NotImplementedError


def next_to_test(good: int, bad: int) -> int | None:
    """The commit to test next, or ``None`` when ``bad`` is the first bad one."""
    raise NotImplementedError
