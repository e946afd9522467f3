"""A small, right curriculum folder that each test breaks in one place."""

import json
from pathlib import Path

import pytest

from courses.curriculum.reader import CurriculumErrors, read_curriculum

PROGRAM = """\
schema: 1
slug: tiny
title: A tiny program
version: "1.0"
weeks: 2
hours_per_week: 15
summary: What it is about.
areas: {modelling: Modelling, practice: Professional practice}
outcomes: [Fit a line.]
prerequisites: [python]
"""
SKILLS = """\
schema: 1
skills:
  - {slug: python, title: Python, area: practice, summary: Writes Python.}
  - {slug: linear-models, title: Linear models, area: modelling, summary: Fits lines.}
"""
WEEK_1 = """\
schema: 1
week: 1
slug: lines
title: Lines
summary: The first model.
skills: [linear-models]
activities:
  - slug: concept
    kind: reading
    title: What a line can know
    minutes: 45
    area: modelling
    skills: [linear-models]
    step: concept
    algorithm: linear regression
    source: concept.md
  - slug: check
    kind: quiz
    title: Check yourself
    minutes: 10
    area: modelling
    source: quiz.yaml
  - slug: ols
    kind: exercise
    title: Least squares
    minutes: 120
    area: modelling
    source: ols
    available_day: 1
    due_day: 6
    until_day: 20
  - slug: prices
    kind: mini-project
    title: House prices
    minutes: 240
    area: practice
    source: prices
    due_day: 6
  - slug: film
    kind: video
    title: A film
    minutes: 8
    area: modelling
    url: https://video.example/1
    required: false
  - slug: first-call
    kind: call
    title: Meet your mentor
    minutes: 30
    area: practice
"""
WEEK_2 = """\
schema: 1
week: 2
slug: planes
title: Planes
summary: More dimensions.
activities: []
outline:
  hours: {modelling: 7.5, practice: 2}
  topics: [Planes, Hyperplanes]
"""
CONCEPT = """\
# What a line can know

A line $y = ax + b$ and its fit; then do [the exercise](activity:ols).

![Points and a line through them](images/fit.svg)
"""
QUIZ = """\
schema: 1
pass_percent: 70
questions:
  - id: q1
    kind: single
    prompt: What is $a$?
    options:
      - {text: The slope, correct: true, feedback: Yes.}
      - {text: The intercept}
    explanation: |
      The slope.

      See [the reading](activity:concept).
  - {id: q2, kind: multiple, points: 2, prompt: "Which?", options: [{text: One, correct: true}, {text: Two, correct: true}]}
  - {id: q3, kind: numeric, prompt: "How much?", answer: 0.25, tolerance: 1e-3}
  - {id: q4, kind: text, prompt: Name it., accepted: [precision, positive predictive value]}
"""
RUBRIC = """\
schema: 1
pass_percent: 60
criteria:
  - slug: method
    title: Method
    description: What was done.
    skills: [linear-models]
    levels:
      - {title: Missing, points: 0, description: Nothing.}
      - {title: Solid, points: 6.5, description: Enough.}
"""
CHECKS = """\
schema: 1
accepts: {files: true, link: optional}
required_files: [README.md, "*.py"]
forbidden_files: ["*.pyc", .env]
python_syntax: true
max_files: 50
pytest: tests
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0L1 1"/></svg>'


def code_cell(source, **grading):
    """A code cell of an instructor notebook."""
    nbgrader = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False, **grading}
    return {"cell_type": "code", "source": source, "metadata": {"nbgrader": nbgrader}, "outputs": []}


def solution_cell(source="### BEGIN SOLUTION\nanswer = 1\n### END SOLUTION\n"):
    return code_cell(source, grade_id="fit", solution=True)


def graded_cell(grade_id="test_fit", **grading):
    return code_cell(
        "assert answer == 1\n", **{"grade_id": grade_id, "grade": True, "locked": True, "points": 1} | grading
    )


def notebook(*cells):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)})


class CurriculumFolder:
    """A folder on disk with words to break it and to read it."""

    def __init__(self, path: Path):
        self.path = path

    def write(self, name, content):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def replace(self, name, old, new):
        text = (self.path / name).read_text()
        assert text.count(old) >= 1, f"{old!r} is not in {name}"
        (self.path / name).write_text(text.replace(old, new, 1))

    def read(self):
        return read_curriculum(self.path)

    def errors(self):
        """Each error as (file, line, problem)."""
        with pytest.raises(CurriculumErrors) as caught:
            self.read()
        assert all(error.remedy.endswith(".") for error in caught.value.errors)
        return [(error.file, error.line, error.problem) for error in caught.value.errors]


@pytest.fixture
def folder(tmp_path):
    made = CurriculumFolder(tmp_path / "tiny")
    week = "weeks/01-lines"
    files = {
        "program.yaml": PROGRAM,
        "skills.yaml": SKILLS,
        f"{week}/week.yaml": WEEK_1,
        f"{week}/concept.md": CONCEPT,
        f"{week}/images/fit.svg": SVG,
        f"{week}/quiz.yaml": QUIZ,
        f"{week}/ols/ols.ipynb": notebook(solution_cell(), graded_cell()),
        f"{week}/ols/exercise.yaml": "schema: 1\nmax_attempts: 20\ntitles: {test_fit: The fit}\n",
        f"{week}/ols/data/points.csv": "x,y\n1,2\n",
        f"{week}/prices/brief.md": "# House prices\n\nPredict them.\n",
        f"{week}/prices/rubric.yaml": RUBRIC,
        f"{week}/prices/checks.yaml": CHECKS,
        "weeks/02-planes/week.yaml": WEEK_2,
    }
    for name, content in files.items():
        made.write(name, content)
    return made


@pytest.fixture
def cells():
    """The makers of cells and of a notebook."""
    return code_cell, solution_cell, graded_cell, notebook
