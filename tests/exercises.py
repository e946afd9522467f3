"""A small real exercise for tests that submit: one function, a visible and a hidden test, two points each."""

from pathlib import Path

from projects.actions.publishing import publish_grader_version
from tests import world
from tests.projects.grading import build

LIBRARY = Path(__file__).parent.parent / "courses" / "library" / "ml-engineering" / "weeks"
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


def notebook(answer=SOLVED):
    """The bytes of a learner's notebook with this answer."""
    return build.work(double=answer)["work.ipynb"]


def shipped(slug):
    """The instructor notebook of an exercise of the shipped programme, with its reference solution, as bytes."""
    return next(LIBRARY.glob(f"*/{slug}/{slug}.ipynb")).read_bytes()
