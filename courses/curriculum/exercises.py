"""Exercises: what is handed in by machine alone; `exercise.yaml` says of which kind one is, and how often it is tried."""

from typing import Any, Literal, get_args

from courses.curriculum.documents import open_record
from courses.curriculum.folder import Folder
from courses.curriculum.function_exercises import read_function
from courses.curriculum.model_exercises import read_model
from courses.curriculum.notebooks import read_notebook
from courses.curriculum.pages import Page, Pages
from courses.curriculum.points import read_points
from courses.curriculum.record import Record
from courses.curriculum.spec import ProjectSpec
from courses.curriculum.wrong_solutions import is_wrong_solution, read_wrong_solutions

Kind = Literal["notebook", "function", "model"]
_KINDS: tuple[Kind, ...] = get_args(Kind)


def read_exercise(path: str, slug: str, folder: Folder, pages: Pages) -> tuple[ProjectSpec, Page]:
    """The exercise in the folder `path`; its page is `brief.md`, or empty."""
    settings = f"{path}/exercise.yaml"
    record = open_record(settings, folder)
    page = pages.file(f"{path}/brief.md")
    own = {"exercise.yaml", "brief.md"} | page.images.keys()
    files = {name: data for name, data in folder.below(path).items() if name not in own and not is_wrong_solution(name)}
    kind: Kind | None = "notebook"
    if record is not None:
        kind = record.choice("kind", _KINDS, default="notebook")
    elif settings in folder.files:
        kind = None
    max_attempts, config = _terms(record) if record is not None else (None, {})
    if kind == "notebook":
        files, found = read_notebook(path, slug, files, folder, record)
    elif kind is not None and record is not None:
        _refuse_notebook(path, slug, kind, folder)
        found = (read_function if kind == "function" else read_model)(path, files, folder, record)
    else:
        found = {}
    if record is not None and kind is not None:
        record.close()
    return ProjectSpec(
        kind="exercise",
        bundle_kind=kind or "notebook",
        files=files,
        config={**found, **config},
        max_attempts=max_attempts,
        accepts_files=True,
        accepts_link="none",
        rubric=None,
        wrong=read_wrong_solutions(path, kind, folder) if kind else (),
    ), page


def _terms(record: Record) -> tuple[int | None, dict[str, Any]]:
    """How often it may be handed in at all, and what the config says of every kind."""
    max_attempts = record.optional_integer("max_attempts", minimum=1, maximum=10_000)
    daily_cap = record.optional_integer("daily_cap", minimum=1, maximum=1_000)
    free = read_points(record, "free_points", default="0")
    return max_attempts, {
        **({"daily_cap": daily_cap} if daily_cap else {}),
        **({"free_points": str(free)} if free else {}),
    }


def _refuse_notebook(path: str, slug: str, kind: Kind, folder: Folder) -> None:
    notebook = f"{path}/{slug}.ipynb"
    if notebook in folder.files:
        remedy = "Remove it, since learners would get it, or remove kind from exercise.yaml."
        folder.problems.add(notebook, None, f"A {kind} exercise has no instructor notebook.", remedy)
