"""The namespace in which test cells run in the grader: their own names, the instructor's, then the learner's."""

from __future__ import annotations

import ast
import builtins
import importlib
from typing import Any

from .bindings import CellNames, names_of
from .channel import Channel
from .proxy import Missing, Proxy


class LiftedNamespace(dict[str, Any]):
    """Globals of lifted test cells.

    A name is looked up among what the tests themselves bound; then, if the instructor's cells import or define it,
    it is made here from the instructor's own statement, so that a learner cannot replace a helper or a metric;
    then it is fetched from the learner's box as it is at that moment. What only a test binds that failed before it did is
    nowhere: the learner does not get to say what it would have been.
    """

    def __init__(self) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._channel: Channel | None = None
        self._provided: dict[str, ast.stmt] = {}
        self._made: dict[str, Any] = {}
        self._starred: list[str] = []
        self._bound: set[str] = set()
        self._others: set[str] = set()
        self._withheld: set[str] = set()
        self._fetched: dict[str, Any] = {}
        self._fetched_at = -1
        self.missing: list[str] = []

    def connect(self, channel: Channel) -> None:
        self._channel = channel

    def learn(self, names: CellNames, *, is_test: bool) -> None:
        """Take note that a cell with ``names`` has been run; what it rebinds is no longer the tests' own."""
        self._bound |= names.bound
        self._starred += names.starred
        self._fetched = {}
        if is_test:
            return
        self._others |= names.bound
        self._withheld -= names.bound
        for name in names.bound:
            self.pop(name, None)
            self._made.pop(name, None)
            self._provided.pop(name, None)
        self._provided.update(names.provided)

    def withhold(self, source: str) -> None:
        """Take note that a test or ``%%grader`` cell failed, and may not have bound all that it should have."""
        self._withheld |= names_of(source, with_functions=True).bound - self._others

    def own_function(self, value: Any) -> str | None:
        """The name under which ``value`` is one of the instructor's functions, known on both sides; else None."""
        name = getattr(value, "__name__", None)
        if isinstance(name, str) and name in self._made and self._made[name] is value:
            return name if isinstance(self._provided.get(name), (ast.FunctionDef, ast.AsyncFunctionDef)) else None
        return None

    def __missing__(self, name: str) -> Any:
        if name in self._made:
            return self._made[name]
        if name in self._provided and self._make(name):
            return self._made[name]
        if hasattr(builtins, name) and name not in self._bound:
            raise KeyError(name)
        for module in self._starred:
            found = _attribute(module, name)
            if found is not None:
                return found
        try:
            return self._fetch(name)
        except KeyError:
            if hasattr(builtins, name):  # else Python's own would do the learner's work
                raise NameError(f"name {name!r} is not defined", name=name) from None
            raise

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        if super().__contains__(name) or name in self._provided:
            return True
        if name in self._withheld:
            return False
        return self._channel is not None and self._channel.ask({"op": "has", "name": name}, name) is True

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except (KeyError, NameError):
            return default

    def _make(self, name: str) -> bool:
        """Run the instructor's import or def of ``name`` here. False when it cannot run without the learner."""
        statement = self._provided[name]
        before = dict(self)
        try:
            exec(compile(ast.Module([statement], []), "<instructor>", "exec"), self)
        except Exception:
            del self._provided[name]
            return False
        finally:
            after = dict(self)
            for key in set(after) - set(before):
                self._made[key] = after[key]
                del self[key]
        return name in self._made

    def _fetch(self, name: str) -> Any:
        """The learner's value of ``name``; fetched again once any of the learner's code has run since."""
        if self._channel is None:
            raise KeyError(name)
        if name in self._withheld:
            self.missing.append(name)
            raise KeyError(name)
        if self._fetched_at != self._channel.calls:
            self._fetched, self._fetched_at = {}, self._channel.calls
        if name not in self._fetched:
            try:
                value = self._channel.ask({"op": "get", "name": name}, name)
            except Missing:
                self.missing.append(name)
                raise KeyError(name) from None
            if isinstance(value, Proxy):
                return value
            self._fetched[name] = value
        return self._fetched[name]


def _attribute(module: str, name: str) -> Any:
    try:
        return getattr(importlib.import_module(module), name, None)
    except ImportError:
        return None
