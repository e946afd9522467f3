"""What a grader version is made of, and the digest that names it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from .errors import NotebookError
from .identity import give_ids
from .notebook import Notebook, read_notebook
from .runtime import lock_digest

Kind = Literal["notebook", "archive", "function", "model"]
ENGINE_VERSION = "5"
SOURCE = "source.ipynb"


@dataclass(frozen=True)
class Bundle:
    """One grader version's input.

    kind "notebook": ``files["source.ipynb"]`` is the instructor's notebook, other files are placed beside the
    learner's. ``config`` is what the self-test decided when the version was published: ``in_kernel``, the graded
    cells that run beside the learner's code; ``objects`` and ``changes``, by graded cell, where the reference
    solution answers with objects and which arguments it changes (see :class:`.boxed.channel.Manner`).
    kind "function" or "model": see :mod:`.calls` and :mod:`.models`.
    kind "archive": ``config`` is the checks spec (see :mod:`.checks`); files are not used.
    """

    kind: Kind
    files: Mapping[str, bytes] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """SHA-256, hexadecimal, over everything that can change a score: kind, files, config, runtime, engine."""
        parts = [ENGINE_VERSION, lock_digest(), self.kind, json.dumps(self.config, sort_keys=True, default=str)]
        for name in sorted(self.files):
            parts += [name, hashlib.sha256(self.files[name]).hexdigest()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    @cached_property
    def notebook(self) -> Notebook:
        """The instructor's notebook, each graded cell with an id of its own. Raises ``NotebookError`` when it is
        missing or unreadable."""
        return self._named[0]

    @property
    def notices(self) -> list[str]:
        """What was amiss with the ids of the instructor's notebook."""
        return self._named[1]

    @cached_property
    def _named(self) -> tuple[Notebook, list[str]]:
        if SOURCE not in self.files:
            raise NotebookError(f"The bundle has no {SOURCE}.")
        notebook = read_notebook(self.files[SOURCE])
        return notebook, give_ids(notebook)

    @property
    def public_files(self) -> dict[str, bytes]:
        """The files that learners get and that both boxes see."""
        return {name: content for name, content in self.files.items() if name != SOURCE}
