"""Which test cells can be lifted, read from an exercise without a reference solution; nothing is run.

:mod:`.selftest` finds out by running the reference solution both ways. Where there is none, as in a release version,
a cell is lifted only if its text shows that it reads data and calls functions, and nothing that only the learner's own
process can answer. What the text asks of each answer stands for the manner of the reference.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .boxed.bindings import names_of
from .boxed.transform import to_python
from .bundle import Bundle
from .notebook import Cell, Notebook

_STUBS = ("YOUR CODE HERE", "NotImplementedError", "YOUR ANSWER HERE")
_ONLY_THERE = frozenset({"inspect", "dis", "gc", "matplotlib", "plt", "pylab", "seaborn", "sns", "mock", "builtins"})
_SEES_ALL = frozenset({"eval", "exec", "compile", "locals", "vars", "dir", "get_ipython", "In", "Out", "_", "__main__"})
_OF_PLOTS = frozenset(
    {"lines", "patches", "collections", "containers", "texts", "get_title", "get_xlabel", "get_ylabel", "get_lines",
     "get_legend", "get_xlim", "get_ylim", "get_axes", "get_children", "get_figure", "get_xticklabels", "savefig"}
)  # fmt: skip
_READS_FILES = frozenset(
    {"open", "read_csv", "read_json", "read_table", "read_parquet", "read_excel", "load", "loadtxt", "genfromtxt",
     "exists", "isfile", "listdir", "glob", "read_text", "read_bytes"}
)  # fmt: skip
_TABLE_PARTS = (
    "shape dtype dtypes ndim size sum mean std var min max all any tolist to_list astype reshape T flatten ravel argmax "
    "argmin equals eq values columns index iloc loc at iat head tail isna isnull notna dropna groupby sort_values item "
    "sort_index reset_index set_index to_numpy to_dict nunique unique value_counts empty name names round abs median "
    "describe isin apply map duplicated cumsum idxmax idxmin corr cat str dt real imag nonzero dot squeeze query"
)
_DATA_PARTS = frozenset(_TABLE_PARTS.split()).union(*map(dir, (str, bytes, list, tuple, dict, set, int, float)))


@dataclass
class Reading:
    """``config`` says how to grade (see :class:`.bundle.Bundle`); ``weak`` is why each other cell is not lifted."""

    config: dict[str, Any]
    weak: dict[str, str] = field(default_factory=dict)


def has_reference(notebook: Notebook) -> bool:
    """Whether the answer cells hold a solution: not all of them are the stubs of a release version."""
    answers = [cell for cell in notebook.cells if cell.is_solution and cell.cell_type == "code"]
    if any("BEGIN SOLUTION" in cell.source for cell in answers):
        return True
    return any(cell.source.strip() and not any(stub in cell.source for stub in _STUBS) for cell in answers)


def read_tests(bundle: Bundle) -> Reading:
    """How to grade without a reference solution. Raises ``NotebookError`` for an unreadable bundle."""
    notebook = bundle.notebook
    tests = [cell for cell in notebook.cells if cell.is_test]
    classes, functions = _definitions(notebook)
    readers = {cell.grade_id: _Reader(bundle, classes, functions) for cell in tests}
    weak = {
        cell.grade_id: reason
        for cell in tests
        if (reason := readers[cell.grade_id].why_not(cell)) and not cell.is_staff
    }
    lifted = {name: reader for name, reader in readers.items() if name not in weak}
    return Reading(
        {
            "in_kernel": sorted(weak),
            "objects": {name: sorted(reader.objects - reader.data) for name, reader in lifted.items()},
            "changes": {name: sorted(reader.changes) for name, reader in lifted.items()},
        },
        weak,
    )


def _definitions(notebook: Notebook) -> tuple[set[str], set[str]]:
    """Names of the classes and of the functions that the notebook's cells define, stubs included."""
    classes: set[str] = set()
    functions: set[str] = set()
    for cell in notebook.cells:
        for node in ast.walk(_tree(cell) or ast.Module([], [])) if cell.cell_type == "code" else ():
            if isinstance(node, ast.ClassDef):
                classes.add(node.name)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                functions.add(node.name)
    return classes, functions


def _tree(cell: Cell) -> ast.Module | None:
    try:
        return ast.parse(to_python(cell.staff_source if cell.is_staff else cell.source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _stored(tree: ast.Module) -> set[str]:
    """Names that the cell binds anywhere, in functions and comprehensions too."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    return names | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


class _Reader(ast.NodeVisitor):
    """Reads one test cell. Paths are those of :class:`.boxed.channel.Manner`, such as ``model.predict()``."""

    def __init__(self, bundle: Bundle, classes: set[str], functions: set[str]) -> None:
        self._files = bundle.public_files
        self._classes = classes
        self._paths: dict[str, str] = {}
        self._own: set[str] = set()
        self.objects = set(functions)
        self.data: set[str] = set()
        self.changes: set[str] = set()
        self._reason = ""

    def why_not(self, cell: Cell) -> str:
        """Why the cell cannot be lifted; empty when it can."""
        tree = _tree(cell)
        if tree is None:
            return "it is not plain Python"
        self._own = names_of(cell.source, with_functions=True).bound | _stored(tree)
        try:
            self.visit(tree)
        except RecursionError:
            return "it is nested too deeply"
        return self._reason

    def _refuse(self, reason: str) -> None:
        self._reason = self._reason or reason

    def _path(self, node: ast.AST) -> str:
        """The path of a learner's value; empty for what is the test's own."""
        if isinstance(node, ast.Name):
            return self._paths.get(node.id, "" if node.id in self._own else node.id)
        if isinstance(node, ast.Attribute):
            base = self._path(node.value)
            return base and f"{base}.{node.attr}"
        if isinstance(node, (ast.Call, ast.Subscript)):
            base = self._path(node.func if isinstance(node, ast.Call) else node.value)
            return base and base + ("()" if isinstance(node, ast.Call) else "[]")
        return self._path(node.value) if isinstance(node, ast.Await) else ""

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        modules = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
        if _ONLY_THERE & {part for name in modules for part in name.split(".")}:
            self._refuse("it imports a module that looks into the learner's process")

    visit_ImportFrom = visit_Import

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self._classes:
            self._refuse(f"it uses the notebook's own class {node.id}")
        elif node.id in _ONLY_THERE | _SEES_ALL and node.id not in self._own:
            self._refuse(f"it uses {node.id}")
        elif isinstance(node.ctx, ast.Load) and node.id not in self._own:
            self.objects.add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        base = self._path(node.value)
        if node.attr in _OF_PLOTS:
            self._refuse(f"it looks at a plot's {node.attr}")
        elif node.attr.startswith("__") and node.attr not in ("__name__", "__doc__"):
            self._refuse(f"it reads {node.attr}")
        elif base and not isinstance(node.ctx, ast.Load):
            self._refuse("it changes the learner's objects")
        elif base:
            (self.data if node.attr in _DATA_PARTS else self.objects).add(base)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if self._path(node.value) and not isinstance(node.ctx, ast.Load):
            self._refuse("it changes the learner's data")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        if name in _READS_FILES and first not in self._files:
            self._refuse(f"it reads a file with {name}")
        path = self._path(node.func)
        if path and name not in _DATA_PARTS:
            self.objects.add(path)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        for side in (node.left, *node.comparators):
            if isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and side.func.id == "type":
                self._refuse("it compares the type of something")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        """A call whose answer nobody takes is there for what it does to its arguments."""
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call) and (path := self._path(call.func)):
            self.changes.add(path)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._paths[target.id] = self._path(node.value)


def with_reading(config: Mapping[str, Any], reading: Reading, names: set[str]) -> dict[str, Any]:
    """``config`` with the cells ``names``, of which the reference told nothing, graded as the reading says."""
    merged: dict[str, Any] = {"in_kernel": sorted({*config["in_kernel"], *(set(reading.weak) & names)})}
    for key in ("objects", "changes"):
        read = {name: places for name, places in reading.config[key].items() if name in names}
        merged[key] = {**config[key], **read}
    return {**config, **merged}
