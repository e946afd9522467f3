"""Small real exercises for tests that submit: a notebook with one function, a visible and a hidden test of two points each;
and, as files of a curriculum folder, one function exercise and one model exercise."""

from pathlib import Path

from projects.actions.publishing import publish_grader_version
from projects.grading.engine import Bundle
from tests import world
from tests.projects.grading import build

SHIPPED = Path(__file__).parent.parent / "courses" / "library" / "ml-engineering"
SOLUTION = "### BEGIN SOLUTION\ndef double(x):\n    return 2 * x\n### END SOLUTION"
CELLS = (
    build.answer("double", SOLUTION),
    build.check("test_double", "assert double(2) == 4", points=2),
    build.check("test_double_more", build.hidden("assert double(-3) == -6"), points=2),
)
SOLVED = "def double(x):\n    return 2 * x"
HALF_SOLVED = "def double(x):\n    return 4"


def make_real_exercise(curriculum, slug="doubling", **fields):
    """A project whose newest grader version is the small exercise."""
    project = world.make_project(curriculum, "exercise", slug, **fields)
    publish_grader_version(project=project, bundle=build.bundle(*CELLS))
    project.checks_max = 4
    project.save(update_fields=["checks_max"])
    return project


def make_capped_exercise(curriculum, daily_cap, slug="averages"):
    """A function exercise that takes `daily_cap` attempts a day; its checks are not run by tests that use it."""
    project = world.make_project(curriculum, "exercise", slug)
    config = {"module": "stats.py", "groups": [{"id": "mean", "points": 10}], "daily_cap": daily_cap}
    publish_grader_version(project=project, bundle=Bundle("function", {"checks.py": b""}, config))
    return project


def notebook(answer=SOLVED):
    """The bytes of a learner's notebook with this answer."""
    return build.work(double=answer)["work.ipynb"]


def shipped(slug):
    """The instructor notebook of an exercise of the shipped programme, with its reference solution, as bytes."""
    return next(SHIPPED.glob(f"weeks/*/{slug}/{slug}.ipynb")).read_bytes()


FUNCTION = {
    "exercise.yaml": """\
schema: 1
kind: function
module: stats.py
groups:
  - {id: sum, points: 1, title: Your own sum, visible: true, seconds: 1}
  - {id: mean, points: 2, title: The mean}
""",
    "checks.py": """\
import reference

def numbers():
    rng = draw(__seed__)
    return [[rng.uniform(-9, 9) for _ in range(rng.randint(1, 20))] for _ in range(10)]

def check_sum():
    agree(sum, reference.sum, numbers(), 1e-9)
    assert sum([]) == 0, "the sum of nothing is 0"

def check_mean():
    agree(mean, reference.mean, numbers(), 1e-9)
""",
    "reference.py": """\
def sum(x):
    total = 0
    for one in x:
        total += one
    return total

def mean(x):
    return sum(x) / len(x)
""",
    "stats.py": "def sum(x):\n    ...\n\n\ndef mean(x):\n    ...\n",
    "numbers.csv": "x\n1\n2\n",
}
MODEL = {
    "exercise.yaml": """\
schema: 1
kind: model
module: model.py
metric: rmse
target: y
thresholds:
  public: [{score: 2, points: 1}, {score: 0.1, points: 2}]
  private: [{score: 0.1, points: 3}]
public_share: 0.25
round: 2
daily_cap: 2
""",
    "reference.py": """\
def fit(X, y):
    return (y / X["x"]).mean()

def predict(model, X):
    return X["x"] * model
""",
    "train.csv": "x,y\n" + "".join(f"{x},{3 * x}\n" for x in range(1, 21)),
    "hidden/test.csv": "x,y\n" + "".join(f"{x},{3 * x}\n" for x in range(21, 41)),
}
PROGRAM = """\
schema: 1
slug: tiny
title: A tiny program
version: "1"
weeks: 1
hours_per_week: 15
summary: What it is about.
areas: {modelling: Modelling}
outcomes: [Fit a line.]
prerequisites: []
"""
SKILLS = "schema: 1\nskills:\n  - {slug: python, title: Python, area: modelling, summary: Writes Python.}\n"
WEEK = """\
schema: 1
week: 1
slug: first
title: First
summary: The first week.
activities:
  - {{slug: {slug}, kind: exercise, title: An exercise, minutes: 60, area: modelling, source: {slug}, due_day: 6}}
"""


def write_programme(folder, slug, exercise):
    """A curriculum folder with one exercise, whose files are given by name."""
    files = {"program.yaml": PROGRAM, "skills.yaml": SKILLS, "weeks/01-first/week.yaml": WEEK.format(slug=slug)}
    files |= {f"weeks/01-first/{slug}/{name}": text for name, text in exercise.items()}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder
