"""Whether the visible part of a lifted test is also run in the learner's box; read from its text, nothing is run.

The grader runs the whole cell, and what the cell asks of the learner's functions and objects happens in the learner's box.
Only what it does there by itself is left to a second run, whose outcome counts for nothing: names that it binds, data of
the learner's that it changes, files, plots, random numbers. This run is spared where the text shows that nothing of it can
be seen later: it imports, assigns to names, loops, asserts; it calls nothing but the learner's functions and what is known
to change nothing; and it binds no name that anything else that runs there mentions. Even then it takes place when the
grader did not see the cell through, or saw a call change its arguments, which were copies.

No mark is protected by this: a learner who writes such a name, or a word that reaches all names, gets the second run.
"""

from __future__ import annotations

import ast
import builtins
import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

from .boxed.bindings import names_of, only_asserts
from .boxed.transform import to_python
from .harmless import (
    HARMLESS_BUILTINS,
    REACHES_ALL,
    is_harmless_import,
    is_value,
    most_unnamed,
    most_unnamed_of_method,
    writes,
)
from .notebook import Cell
from .release import visible_part

SecondRun = Literal["always", "unless_clean", "never"]
_Kind = Literal["part", "answer", "first", "other"]
"""Cells: the visible part of a lifted test; an answer; one of the author's own before the first test; any other."""

_WORD = re.compile(r"[^\W\d]\w*")
_COMMENT = re.compile(r"^([^'\"#\n]*)#.*$", re.MULTILINE)
_PLAIN = (
    ast.Module, ast.Expr, ast.Assert, ast.Assign, ast.For, ast.If, ast.Pass, ast.Constant, ast.Tuple, ast.List, ast.Dict,
    ast.Set, ast.Starred, ast.Subscript, ast.Slice, ast.keyword, ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.IfExp,
    ast.JoinedStr, ast.FormattedValue, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension,
    ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop,
)  # fmt: skip
_FIXED = (ast.Constant, ast.UnaryOp, ast.unaryop, ast.Tuple, ast.List, ast.expr_context)


@dataclass(frozen=True)
class _Part:
    """A visible part: the names that it binds, imported ones with what they stand for (``np``: ``numpy``), or None when it
    does more than that; the names that it reads before it binds them; and whether it only asserts, so that all that it
    does is done by the learner's functions."""

    binds: Mapping[str, str] | None
    needs: frozenset[str]
    only_asserts: bool = False


@dataclass(frozen=True)
class _Exercise:
    """What an instructor's notebook runs in the learner's box: ``parts`` by grade_id; ``imports`` at the head of cells
    before the first of them; ``words`` of all other cells; and all its ``text``, the parts included."""

    parts: Mapping[str, _Part]
    imports: Mapping[str, str]
    words: frozenset[str]
    text: str


def second_runs(cells: Sequence[Cell], answers: Mapping[str, str], config: Mapping[str, Any]) -> dict[str, SecondRun]:
    """By grade_id, what to do with the visible part of each lifted test among an exercise's code ``cells``: run it in the
    learner's box ``"always"``, ``"never"``, or ``"unless_clean"``: when the grader did not see the cell through, or a call
    changed its arguments.
    """
    exercise = _read_exercise(tuple(_sources(cells, config.get("in_kernel", ()))))
    theirs = _normal("\n".join(answers.values()))
    words = exercise.words | _words(theirs)
    changes = config.get("changes", {})
    found: dict[str, SecondRun] = {}
    for name, part in exercise.parts.items():
        is_spared = changes.get(name) == [] and not words & REACHES_ALL and _is_unseen(name, exercise, words, theirs)
        found[name] = "never" if part.only_asserts else "unless_clean" if is_spared else "always"
    return found


def _sources(cells: Sequence[Cell], in_kernel: Container[str]) -> Iterator[tuple[_Kind, str, str]]:
    """What each cell is, its grade_id, and what of its text runs or may run in the learner's box (of an answer, the
    reference stands for that)."""
    is_first = True
    for cell in cells:
        if cell.is_staff:
            continue
        if cell.is_test and cell.grade_id not in in_kernel:
            is_first = False
            yield "part", cell.grade_id, visible_part(cell.source)
        else:
            kind: _Kind = "answer" if cell.is_solution else "first" if is_first and not cell.is_test else "other"
            yield kind, cell.grade_id, cell.source


def _is_unseen(name: str, exercise: _Exercise, words: set[str] | frozenset[str], theirs: str) -> bool:
    """Whether nothing else that runs in the box reads what this part binds. An import that is there already binds nothing
    new, unless some text makes the name mean something else."""
    binds = exercise.parts[name].binds
    if binds is None:
        return False
    needed = frozenset[str]().union(
        *(part.needs for other, part in exercise.parts.items() if other != name and not part.only_asserts)
    )
    for bound, meaning in binds.items():
        if meaning and exercise.imports.get(bound) == meaning:
            if not _only_means(bound, meaning, exercise.text) or not _only_means(bound, meaning, theirs):
                return False
        elif bound in words or bound in needed:
            return False
    return True


@lru_cache(4096)
def _only_means(name: str, module: str, text: str) -> bool:
    """Whether ``text`` imports this module under the name, and else only looks into it (``np.``)."""
    again = rf"^[ \t]*import {re.escape(module)}{'' if name == module else f' as {name}'}[ \t]*(#.*)?$"
    return not re.search(rf"\b{name}\b(?!\.)", re.sub(again, "", text, flags=re.MULTILINE))


@lru_cache(256)
def _read_exercise(cells: tuple[tuple[_Kind, str, str], ...]) -> _Exercise:
    rest = [source for kind, _, source in cells if kind != "part"]
    imports: dict[str, str] = {}
    for kind, _, source in cells:
        imports |= _head_imports(source) if kind == "first" else {}
    bound = {kind: set[str]() for kind in get_args(_Kind)}
    made = set[str]()
    for kind, _, source in cells:
        found = names_of(source, with_functions=kind != "answer")
        bound[kind] |= found.bound - found.provided.keys()
        made |= found.provided.keys()
    functions = frozenset(bound["answer"] - bound["first"] - bound["other"] - made)
    text = _normal("\n".join(source for _, _, source in cells))
    words = set[str]().union(*(_words(_normal(source)) for source in rest)) | (_words(text) & REACHES_ALL)
    parts = {
        name: _read_part(source, imports, functions, frozenset(made - imports.keys()))
        for kind, name, source in cells
        if kind == "part"
    }
    return _Exercise(parts, imports, frozenset(words), text)


def _normal(text: str) -> str:
    """Python takes names that differ only in this for the same."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _words(text: str) -> set[str]:
    """All words, those in strings too; those in comments only where they are not told apart with ease."""
    if "'''" not in text and '"""' not in text:
        text = _COMMENT.sub(r"\1", text)
    return set(_WORD.findall(text))


def _head_imports(source: str) -> dict[str, str]:
    """What a cell imports before it does anything that could fail."""
    found: dict[str, str] = {}
    for statement in _parse(source).body:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            break
        found |= _meanings(statement)
    return found


def _meanings(statement: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """Names that an import binds, with what they stand for."""
    if isinstance(statement, ast.ImportFrom):
        return {alias.asname or alias.name: f"{statement.module}.{alias.name}" for alias in statement.names}
    return {
        alias.asname or alias.name.partition(".")[0]: alias.name if alias.asname else alias.name.partition(".")[0]
        for alias in statement.names
    }


def _parse(source: str) -> ast.Module:
    """A cell's syntax; that of an empty one when it is no Python."""
    try:
        return ast.parse(to_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _read_part(source: str, imports: Mapping[str, str], functions: frozenset[str], made: frozenset[str]) -> _Part:
    try:
        tree = ast.parse(source)
        reader = _Reader(imports, functions, made)
        reader.visit(tree)
        needs = frozenset(_needs(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _Part(None, frozenset(_words(_normal(source))), only_asserts(source))
    bound = names_of(source, with_functions=True).bound
    binds = {name: reader.imported.get(name, "") for name in bound} if reader.is_plain else None
    return _Part(binds, needs, only_asserts(source))


def _needs(tree: ast.Module) -> Iterator[str]:
    """Names that a cell reads, or may read, before it has bound them for certain."""
    bound: set[str] = set()
    for statement in tree.body:
        nodes = [*ast.walk(statement)]
        is_changed = isinstance(statement, (ast.AugAssign, ast.Delete))
        for node in nodes:
            if isinstance(node, ast.Name) and (is_changed or isinstance(node.ctx, ast.Load)) and node.id not in bound:
                yield node.id
            elif isinstance(node, (ast.Global, ast.Nonlocal)):
                yield from node.names
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                yield node.target.id
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            bound |= _meanings(statement).keys()
        elif isinstance(statement, ast.Assign):
            bound |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


class _Reader(ast.NodeVisitor):
    """Reads a visible part. ``is_plain``: all that it does of itself is to bind names."""

    def __init__(self, imports: Mapping[str, str], functions: frozenset[str], made: frozenset[str]) -> None:
        """What imported names stand for, the learner's functions, and what else the author's cells import or define."""
        self._imports = dict(imports)
        self._functions = functions
        self._made = made
        self.imported: dict[str, str] = {}
        self.is_plain = True

    def generic_visit(self, node: ast.AST) -> None:
        self.is_plain = self.is_plain and isinstance(node, _PLAIN)
        if isinstance(node, (ast.Subscript, ast.Starred)) and isinstance(node.ctx, ast.Store):
            self.is_plain = self.is_plain and isinstance(node, ast.Starred)
        super().generic_visit(node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        relative = isinstance(node, ast.ImportFrom) and (node.level > 0 or node.names[0].name == "*")
        self.is_plain = self.is_plain and not relative and all(map(is_harmless_import, modules))
        self.imported |= _meanings(node)
        self._imports |= _meanings(node)

    visit_ImportFrom = visit_Import

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            return
        if node.id in self._imports:
            self.is_plain = self.is_plain and is_value(self._imports[node.id])
        elif node.id in self._made:  # it runs in the grader
            self.is_plain = False
        elif hasattr(builtins, node.id) and node.id not in self._functions:
            self.is_plain = self.is_plain and node.id in HARMLESS_BUILTINS

    def visit_Attribute(self, node: ast.Attribute) -> None:
        path = self._imported_path(node)
        if path:
            self.is_plain = self.is_plain and is_value(path)
        elif node.attr.startswith("__") or not isinstance(node.ctx, ast.Load):
            self.is_plain = False
        else:
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        self.is_plain = self.is_plain and self._is_harmless(node)
        if isinstance(node.func, ast.Attribute) and not self._imported_path(node.func):
            self.visit(node.func.value)
        for value in [*node.args, *(word.value for word in node.keywords)]:
            self.visit(value)

    def _is_harmless(self, node: ast.Call) -> bool:
        """Whether a call changes nothing, or is one of a learner's function or method that the grader looks after: what is
        passed by keyword it does not see changed, so that may be no variable."""
        if any(isinstance(one, ast.Starred) for one in node.args) or any(writes(word.arg) for word in node.keywords):
            return False
        if path := self._imported_path(node.func):
            return len(node.args) <= most_unnamed(path)
        if any(not isinstance(part, _FIXED) for word in node.keywords for part in ast.walk(word.value)):
            return False
        if isinstance(node.func, ast.Name):
            return node.func.id in self._functions | HARMLESS_BUILTINS
        return isinstance(node.func, ast.Attribute) and len(node.args) <= most_unnamed_of_method(node.func.attr)

    def _imported_path(self, node: ast.AST) -> str:
        """What a chain of names such as ``np.linalg.norm`` stands for, if it begins with an import; else nothing."""
        if isinstance(node, ast.Attribute):
            base = self._imported_path(node.value)
            return base and f"{base}.{node.attr}"
        return self._imports.get(node.id, "") if isinstance(node, ast.Name) else ""
