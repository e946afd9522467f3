"""The evidence box: unpacks a project and runs its own tests with pytest. What it reports is the project's word only.

The project's code shares this box and may forge every line, so nothing here may ever give a point.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any
from xml.etree import ElementTree

from .job import limit_processes, place_files, read_job
from .project import Refused, project_files, unpack

MAX_TESTS = 200
MAX_WORDS = 300
MAX_REPORT = 60_000
"""Bytes; what a pipe takes before somebody reads it."""
_REPORT = "/tmp/evidence.xml"


def run(path: str, seconds: float) -> dict[str, Any]:
    """Run pytest on ``path``, a file or folder of the project, for at most ``seconds``: the tests and how it ended."""
    null = subprocess.DEVNULL
    command = [sys.executable, "-m", "pytest", path, "-q", "-p", "no:cacheprovider", f"--junitxml={_REPORT}"]
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    try:
        done = subprocess.run(command, env=environment, timeout=seconds, stdin=null, stdout=null, stderr=null)
    except subprocess.TimeoutExpired:
        return {"tests": [], "fault": f"The tests took more than {seconds:g} seconds."}
    faults = {2: "The tests could not be collected.", 3: "pytest failed.", 4: "pytest could not start.",
              5: "There are no tests."}  # fmt: skip
    try:
        tests = read_report(_REPORT)
    except (OSError, ElementTree.ParseError, ValueError):
        return {"tests": [], "fault": "pytest left no report."}
    return {"tests": tests, "fault": faults.get(done.returncode, "")}


def read_report(path: str) -> list[dict[str, str]]:
    """The tests in a JUnit report, at most 200: name, outcome (passed, failed, skipped) and words."""
    if os.path.getsize(path) > 1 << 20:
        raise ValueError("too long")
    found = []
    for case in ElementTree.parse(path).iter("testcase"):
        trouble = next((part for part in case if part.tag in ("failure", "error", "skipped")), None)
        outcome = "passed" if trouble is None else "skipped" if trouble.tag == "skipped" else "failed"
        name = f"{case.get('classname', '')}.{case.get('name', '')}".strip(".")
        words = trouble.get("message", "") if trouble is not None else ""
        found.append({"name": name[:MAX_WORDS], "outcome": outcome, "words": words[:MAX_WORDS]})
    return found[:MAX_TESTS]


def main() -> None:
    """Entry point in the box: descriptor 3 is the pipe to the supervisor, closed for the tests themselves."""
    job, files = read_job()
    limit_processes()
    os.set_inheritable(3, False)
    try:
        if job["archive"]:
            unpack(next(iter(files.values())), job["max_bytes"])
        else:
            place_files(files)
        project_files(job["max_files"])
        report = run(job["path"], job["seconds"])
    except Refused as refused:
        report = {"tests": [], "fault": str(refused)}
    while len(data := json.dumps(report).encode()) > MAX_REPORT:
        report["tests"].pop()
    with os.fdopen(3, "wb") as stream:
        stream.write(data)
    sys.exit(0)
