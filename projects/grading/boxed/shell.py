"""A small IPython-like shell: runs cells one after another in one namespace and says how each ended.

It behaves as a notebook's kernel does where that can change a score: the last expression is the cell's value unless
a semicolon ends it, top-level await works, magics are understood or politely refused, ``input`` raises.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import linecache
from collections.abc import MutableMapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

from .magics import Magics, refuse_shell
from .transform import to_python


@dataclass
class Ended:
    """How a cell ended. ``error`` is what it raised; ``compiled`` is False when it was not even Python."""

    value: Any = None
    error: BaseException | None = None
    compiled: bool = True


class StdinNotImplementedError(RuntimeError):
    """input() was called; nobody is there to answer."""


class Shell:
    """Runs cells in ``namespace``."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.user_ns: MutableMapping[str, Any] = namespace
        self._namespace = namespace
        self._loop: Any = None
        self._magics = Magics(namespace, self._run_inner)
        namespace.update(get_ipython=lambda: self, display=_display, In=[""], Out={})
        vars(builtins).update(input=_no_input)

    def run(self, source: str, name: str) -> Ended:
        """Run one cell; ``name`` is its file name in tracebacks. Never raises what the cell raised."""
        try:
            code = to_python(source)
            linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
            body, last = _compile(code, name)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return Ended(error=error, compiled=False)
        try:
            self._execute(body)
            return Ended(value=None if last is None else self._execute(last))
        except BaseException as error:  # whatever a cell raises, SystemExit included, ends only that cell
            return Ended(error=error)

    def _execute(self, code: CodeType) -> Any:
        value = eval(code, self._namespace)
        if code.co_flags & inspect.CO_COROUTINE:
            return self.wait_for(value)
        return value

    def wait_for(self, awaitable: Any) -> Any:
        """The result of an awaitable, run on the notebook's own event loop."""
        if self._loop is None:
            self._loop = importlib.import_module("asyncio").new_event_loop()
        return self._loop.run_until_complete(awaitable)

    def run_line_magic(self, name: str, line: str, *_: Any) -> Any:
        """A line magic; see :class:`.magics.Magics`."""
        return self._magics.line(name, line)

    magic = run_line_magic

    def run_cell_magic(self, name: str, line: str, body: str) -> Any:
        """A cell magic whose body is not run as it stands; see :class:`.magics.Magics`."""
        return self._magics.cell(name, line, body)

    def system(self, command: str) -> None:
        """``!command``, which is not run."""
        refuse_shell(command)

    def getoutput(self, command: str) -> list[str]:
        """As :meth:`system`, for ``x = !command``."""
        return refuse_shell(command)

    def _run_inner(self, source: str) -> Any:
        ended = self.run(source, "<magic>")
        if ended.error is not None:
            raise ended.error
        return ended.value

    def run_cell(self, source: str, **_: Any) -> Ended:
        """``get_ipython().run_cell``, for notebooks that call it."""
        return self.run(source, "<run_cell>")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


def _compile(source: str, name: str) -> tuple[CodeType, CodeType | None]:
    """A cell's statements and, when it has a value, its last expression."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = compile(source, name, "exec", ast.PyCF_ONLY_AST | flags, dont_inherit=True)
    last: CodeType | None = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not _ends_with_semicolon(source):
        expression = ast.Expression(tree.body.pop().value)
        last = compile(expression, name, "eval", flags, dont_inherit=True)
    return compile(tree, name, "exec", flags, dont_inherit=True), last


def number_in(value: Any) -> float | None:
    """A cell's value as nbgrader sees partial credit: what shows as a number. NumPy's own numbers count too, though
    they do not show as one."""
    if isinstance(value, bool):
        return None
    if type(value).__module__ == "numpy":
        return (
            float(value) if getattr(getattr(value, "dtype", None), "kind", "") in "iuf" and _is_scalar(value) else None
        )
    try:
        return float(repr(value)) if isinstance(value, (int, float)) else None
    except ValueError:
        return None


def _is_scalar(value: Any) -> bool:
    return getattr(value, "shape", None) == () and type(value).__name__ != "ndarray"


def _ends_with_semicolon(source: str) -> bool:
    lines = [line.partition("#")[0].rstrip() for line in source.splitlines()]
    return next((line for line in reversed(lines) if line), "").endswith(";")


def _display(*values: Any, **_: Any) -> None:
    for value in values:
        print(repr(value))


def _no_input(prompt: object = "", /) -> str:
    raise StdinNotImplementedError("input() cannot be used while grading: nobody is there to answer.")
