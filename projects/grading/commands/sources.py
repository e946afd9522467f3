"""What a command is to work with: an exercise from a file or a folder, and the config to grade it with."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ..bundle import SOURCE, Bundle
from ..calls import reference_of
from ..selftest import judge
from ..static import has_reference, read_tests, with_reading
from ..trial import reference_work

SPEC = "bundle.json"


def read_bundle(source: Path, beside: Path | None = None) -> Bundle:
    """A bundle from a notebook, from a folder with one and the files beside it, or from one with a bundle.json.

    Raises ``OSError``, or ``ValueError`` for a folder with no or several notebooks.
    """
    if source.is_dir() and (source / SPEC).exists():
        return _declared(source)
    if source.is_dir():
        notebooks = sorted(source.glob("*.ipynb"))
        chosen = source / SOURCE if source / SOURCE in notebooks else notebooks[0] if len(notebooks) == 1 else None
        if chosen is None:
            raise ValueError(f"{source} must hold one notebook, or one named {SOURCE}")
        source, beside = chosen, beside or source
    if beside is not None and not beside.is_dir():
        raise ValueError(f"{beside} is not a folder")
    files = {SOURCE: source.read_bytes()}
    if beside:
        for path in sorted(beside.rglob("*")):
            if path.is_file() and path.suffix != ".ipynb" and "__pycache__" not in path.parts:
                files[path.relative_to(beside).as_posix()] = path.read_bytes()
    return Bundle("notebook", files)


def _declared(folder: Path) -> Bundle:
    """A function or model exercise: ``bundle.json`` holds its kind and config, the other files are the bundle's."""
    spec = json.loads((folder / SPEC).read_text(encoding="utf-8"))
    if not isinstance(spec, dict) or spec.get("kind") not in ("function", "model"):
        raise ValueError(f"{SPEC} must name the kind, function or model")
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.name != SPEC}
    return Bundle(spec["kind"], files, spec.get("config", {}))


def decided(bundle: Bundle) -> tuple[Bundle, dict[str, str]]:
    """The bundle with the config to grade it with, and why each in-kernel cell is not lifted.

    A reference solution is run both ways. Cells of which it says nothing, because there is none or it fails them, are
    judged by their text (see :mod:`projects.grading.static`). Raises as ``engine.grade``.
    """
    if bundle.kind != "notebook":
        known = reference_of(bundle) is not None
        config = judge(bundle, reference_work(bundle)).config if known else {}
        return replace(bundle, config={**bundle.config, **config}), {}
    reading = read_tests(bundle)
    if not has_reference(bundle.notebook):
        return replace(bundle, config=reading.config), reading.weak
    found = judge(bundle, reference_work(bundle))
    untold = {name for name, score in found.scores.items() if score == 0}
    weak = found.weak | {name: reason for name, reason in reading.weak.items() if name in untold}
    return replace(bundle, config=with_reading(found.config, reading, untold)), weak
