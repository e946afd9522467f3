"""Which names the instructor's cells bind, and how; read from their syntax, never from the learner's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from .transform import to_python


@dataclass
class CellNames:
    """Top-level names of one cell. ``provided`` maps a name to the import or def that binds it last;
    ``bound`` are all names it binds; ``starred`` are modules it imports everything from."""

    bound: set[str] = field(default_factory=set)
    provided: dict[str, ast.stmt] = field(default_factory=dict)
    starred: list[str] = field(default_factory=list)


def names_of(source: str, *, with_functions: bool) -> CellNames:
    """The names a cell binds at top level. Functions count as provided only ``with_functions``, as a solution's
    functions are the learner's to write. A cell that does not compile binds nothing."""
    found = CellNames()
    try:
        tree = ast.parse(to_python(source))
    except (SyntaxError, ValueError, RecursionError):
        return found
    for statement in _statements(tree.body):
        names = set(_targets(statement))
        found.bound |= names
        for name in names:
            found.provided.pop(name, None)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
                found.starred.append(statement.module or "")
            else:
                found.provided.update(dict.fromkeys(names, statement))
        elif with_functions and isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.provided[statement.name] = statement
    return found


def only_asserts(source: str) -> bool:
    """Whether a cell binds nothing and only asserts, so that all its effects are those of the learner's functions."""
    try:
        tree = ast.parse(to_python(source))
    except (SyntaxError, ValueError, RecursionError):
        return False
    kinds = all(isinstance(statement, ast.Assert) for statement in tree.body)
    return kinds and not any(isinstance(node, (ast.NamedExpr, ast.Await)) for node in ast.walk(tree))


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements at module level, those inside if, for, while, with and try included."""
    for statement in body:
        yield statement
        for block in ("body", "orelse", "finalbody"):
            if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield from _statements(getattr(statement, block, []))
        for handler in getattr(statement, "handlers", []):
            yield from _statements(handler.body)


def _targets(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for node in _own_nodes(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """Nodes of a statement that run in the module's own scope (no nested functions, comprehensions or blocks)."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        for child in ast.iter_child_nodes(node):
            nested = (
                ast.Lambda,
                ast.ListComp,
                ast.SetComp,
                ast.DictComp,
                ast.GeneratorExp,
                ast.stmt,
                ast.ExceptHandler,
            )
            if not isinstance(child, nested):
                waiting.append(child)
