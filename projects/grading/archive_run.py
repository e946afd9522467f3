"""One project archive: refused by its listing, or unpacked and checked in a box."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from decimal import Decimal
from typing import Any

from .archive import inspect_files
from .box import BoxSpec, start_box
from .boxed.job import write_job
from .boxed.wire import ProtocolError, loads
from .bundle import Bundle
from .checks import Check, parse_checks
from .errors import BoxUnavailable, Stopped, SystemFault
from .evidence import evidence_groups, evidence_job
from .limits import MAX_ARCHIVE_FILES, MAX_UNPACKED_BYTES, Limits
from .result import Group, Result, Verdict, clean_text, overall
from .runtime import find_runtime
from .watch import Watch

POLL = 0.025
_LIMIT_WORDS = "Your project could not be unpacked within the limits."


def check_archive(bundle: Bundle, files: Mapping[str, bytes]) -> list[str]:
    """See :func:`projects.grading.engine.check_upload`."""
    parse_checks(bundle.config)
    evidence_job(bundle.config)
    inspect_files(files)
    return []


def grade_archive(
    bundle: Bundle,
    files: Mapping[str, bytes],
    *,
    limits: Limits,
    on_progress: Callable[[str], None],
    should_stop: Callable[[], bool],
) -> Result:
    """See :func:`projects.grading.engine.grade`."""
    checks = parse_checks(bundle.config)
    job = {
        "archive": inspect_files(files),
        "checks": [[check.id, check.kind, check.value] for check in checks],
        "max_bytes": MAX_UNPACKED_BYTES,
        "max_files": MAX_ARCHIVE_FILES,
    }
    on_progress("Unpacking")
    data, text, watch = _run(job, files, limits, should_stop, "project")
    report = _parse(data, text, watch)
    usage = watch.usage()
    refused = report.get("refused")
    if watch.verdict is not None or refused:
        verdict: Verdict = watch.verdict or "policy_violation"
        message = clean_text(str(refused or _LIMIT_WORDS))
        groups = tuple(_group(check, verdict, message) for check in checks)
        return Result(verdict, Decimal(0), _total(groups, "max_score"), groups, (message,), usage)
    passed: Mapping[str, Any] = report["passed"]
    groups = tuple(
        _group(check, "passed" if passed.get(check.id) is True else "failed", check.message) for check in checks
    )
    shown = _evidence(evidence_job(bundle.config), job, files, limits, on_progress, should_stop)
    return Result(overall(groups), _total(groups, "score"), _total(groups, "max_score"), groups + shown, (), usage)


def _evidence(
    wanted: dict[str, Any] | None,
    job: dict[str, Any],
    files: Mapping[str, bytes],
    limits: Limits,
    on_progress: Callable[[str], None],
    should_stop: Callable[[], bool],
) -> tuple[Group, ...]:
    """The project's own tests, run in a box of their own, in which the learner's code is loose."""
    if wanted is None:
        return ()
    on_progress("Running your tests")
    try:
        data, _, watch = _run({**job, **wanted}, files, limits, should_stop, "evidence")
        report = loads(data)
    except ProtocolError:
        report = {}
    return evidence_groups(report if isinstance(report, dict) else {}, watch.verdict)


def _group(check: Check, verdict: Verdict, message: str) -> Group:
    good = verdict == "passed"
    return Group(
        check.id, check.title, check.points if good else Decimal(0), check.points, verdict, "" if good else message
    )


def _total(groups: tuple[Group, ...], name: str) -> Decimal:
    return sum((getattr(group, name) for group in groups), Decimal(0))


def _run(
    job: dict[str, Any],
    files: Mapping[str, bytes],
    limits: Limits,
    should_stop: Callable[[], bool],
    module: str,
) -> tuple[bytes, str, Watch]:
    """Run a box that unpacks the project: what it reports, what it says, how it ended. In "project" none of the
    learner's code runs, so its words are ours; in "evidence" they are anybody's, and what it says is not kept."""
    runtime = find_runtime()
    with ExitStack() as stack:
        read_end, write_end = os.pipe()
        report = stack.enter_context(os.fdopen(read_end, "rb"))
        with ExitStack() as given:
            given.callback(os.close, write_end)
            stream = given.enter_context(os.fdopen(os.memfd_create("archive"), "w+b"))
            text = stack.enter_context(os.fdopen(os.memfd_create("text"), "w+b"))
            null = given.enter_context(open(os.devnull, "wb"))
            write_job(stream, job, files)
            stream.seek(0)
            spec = BoxSpec("archive", module, limits, [write_end])
            said = text.fileno() if module == "project" else null.fileno()
            process = start_box(spec, runtime, stream.fileno(), null.fileno(), said)
        watch = Watch(process, limits)
        stack.callback(watch.end)
        while not watch.exited and watch.poll() is None:
            if should_stop():
                raise Stopped("The run was stopped before its end.")
            time.sleep(POLL)
        data = report.read(1 << 20)
        text.seek(0)
        return data, text.read(4096).decode("utf-8", "replace"), watch


def _parse(data: bytes, text: str, watch: Watch) -> dict[str, Any]:
    if data:
        return dict(json.loads(data))
    if watch.verdict is not None:
        return {}
    for line in text.splitlines():
        if line.startswith(("bwrap:", "launcher:")):
            raise BoxUnavailable(f"The box could not be built: {line}.", "Run: python -m projects.grading doctor")
    raise SystemFault(f"The project could not be examined: {text[-1000:] or watch.box.returncode}")
