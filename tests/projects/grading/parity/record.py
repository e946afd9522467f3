"""Writes `scores/`: what nbgrader gives each cell of the cases named, or of all; null for "not by the machine".

From the repository's root, in an environment of its own:

    uv venv /tmp/nbgrader && uv pip install -p /tmp/nbgrader/bin/python nbgrader==0.9.5 pandas scikit-learn matplotlib
    PATH=/tmp/nbgrader/bin:$PATH python -m tests.projects.grading.parity.record
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from tests.projects.grading.parity.cases import CASES, source_of, submission_of


def main(names):
    scores = Path(__file__).with_name("scores")
    scores.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        config = Config()
        config.CourseDirectory.root = folder
        config.CourseDirectory.course_id = "parity"
        config.ClearSolutions.enforce_metadata = False
        api = NbGraderAPI(config=config)
        api.log.setLevel(logging.ERROR)
        for case in names or CASES:
            found = {name: graded(api, Path(folder), case, name) for name in prepared(api, Path(folder), case)}
            (scores / f"{case}.json").write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")


def prepared(api, folder, case):
    """Release the case; the names of its submissions."""
    _, files, answers = CASES[case]
    put(folder / "source" / case, source_of(case), files)
    outcome = api.generate_assignment(case)
    if not outcome["success"]:
        raise SystemExit(outcome["log"] + outcome.get("error", ""))
    for name in answers:
        put(folder / "submitted" / name / case, submission_of(case, name), files)
    return answers


def put(place, notebook, files):
    place.mkdir(parents=True)
    (place / "work.ipynb").write_bytes(notebook)
    for name, text in files.items():
        (place / name).write_text(text)
    if place.name == "old":
        subprocess.run(["nbgrader", "update", str(place)], check=True, capture_output=True)


def graded(api, folder, case, name):
    outcome = api.autograde(case, name, force=True)
    if not outcome["success"]:
        print(case, name, outcome.get("error", ""), outcome["log"][-1500:])
        return None
    with api.gradebook as gradebook:
        try:
            work = gradebook.find_submission_notebook("work", case, name)
        except MissingEntry:
            return None
        return {grade.name: grade.auto_score for grade in work.grades}


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", os.getcwd())
    main(sys.argv[1:])
