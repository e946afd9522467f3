"""What a grader version is tried with before it is published: the reference, the untouched download, nothing at all, and
the attack pack in the place of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .attacks import ATTACKS, wanted
from .bundle import SOURCE, Bundle
from .calls import module_of, reference_of
from .errors import NotebookError
from .notebook import Cell, read_notebook
from .release import release_version, write_notebook

Work = dict[str, bytes]
_PICKLE = b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(127) + b"\n\x80\x04N."


@dataclass(frozen=True)
class WrongSolution:
    """A typical mistake, under its ``name``: exactly the groups ``must_fail`` lose points to it.

    ``answers`` are the sources of the notebook's answers that differ from the reference, by grade_id; where a module or
    predictions are handed in, their whole text under "answer".
    """

    name: str
    answers: Mapping[str, str]
    must_fail: frozenset[str]


def reference_work(bundle: Bundle) -> Work:
    """The author's own solution, as a learner would hand it in. Raises ``NotebookError`` when there is none."""
    if bundle.kind == "notebook":
        return {"reference.ipynb": bundle.files[SOURCE]}
    name, solution = module_of(bundle), reference_of(bundle)
    if solution is None:
        own = "reference" + name[name.rindex(".") :]
        raise NotebookError(f"There is no reference solution; add {own}, or {name} as the author's own.")
    return {name: solution}


def release_work(bundle: Bundle) -> Work:
    """The download, handed in untouched; an empty file where there is none to start from."""
    if bundle.kind == "notebook":
        return {"release.ipynb": release_version(bundle.files[SOURCE])}
    return {module_of(bundle): bundle.files.get(module_of(bundle), b"")}


def empty_work(bundle: Bundle) -> Work:
    """A notebook whose answer cells are empty, or an empty file."""
    if bundle.kind == "notebook":
        return _answered(bundle, lambda cell: "")
    return {module_of(bundle): b""}


def wrong_work(bundle: Bundle, wrong: WrongSolution) -> Work:
    """What hands the mistake in. Raises ``NotebookError`` when the notebook has no such answer."""
    if bundle.kind != "notebook":
        return {module_of(bundle): wrong.answers["answer"].encode()}
    known = {cell.grade_id for cell in bundle.notebook.cells if cell.is_solution}
    if unknown := sorted(wrong.answers.keys() - known):
        raise NotebookError(f"Wrong solution {wrong.name}: there is no answer cell {', '.join(unknown)}.")
    return _answered(bundle, lambda cell: wrong.answers.get(cell.grade_id, cell.source))


def attack_works(bundle: Bundle, reference: Work, names: Iterable[str] = ATTACKS) -> dict[str, Work]:
    """By attack, the files that hand it in: these of the pack, or forged files where predictions are handed in.

    ``reference`` is a right answer: it says what a module defines, and how long predictions are.
    """
    if bundle.kind == "notebook":
        return {name: _answered(bundle, ATTACKS[name].instead_of) for name in names}
    name = module_of(bundle)
    if not name.endswith(".py"):
        return {title: {name: data} for title, data in _forged(name, reference[name]).items()}
    functions, values = wanted(reference[name].decode("utf-8-sig", "replace"))
    return {title: {name: ATTACKS[title].source(functions, values).encode()} for title in names}


def _answered(bundle: Bundle, answer: Callable[[Cell], str]) -> Work:
    """The instructor's notebook with these answers in its answer cells."""
    work = read_notebook(bundle.files[SOURCE])
    for cell in work.cells:
        if cell.is_solution and cell.cell_type == "code":
            cell.source = answer(cell)
    return {"work.ipynb": write_notebook(work)}


def _forged(name: str, reference: bytes) -> Work:
    half = reference[: len(reference) // 2]
    if name.endswith(".npy"):
        return {"an empty file": b"", "half a file": half, "pickled objects": _PICKLE}
    header, _, rows = reference.partition(b"\n")
    blank = header + b"\n" + b"nan\n" * len(rows.splitlines())
    return {"an empty file": b"", "half a file": half, "no numbers": blank}
