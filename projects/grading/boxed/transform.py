"""Notebook syntax to Python: line and cell magics, shell lines, help marks. Plain Python passes unchanged."""

from __future__ import annotations

import ast
import re

_LINE_MAGIC = re.compile(r"^(\s*)%(\w+)[ \t]*(.*)$")
_SHELL = re.compile(r"^(\s*)!+(.*)$")
_ASSIGNED = re.compile(r"^(\s*)([\w.,\s\[\]'\"]+?)\s*=\s*([%!])(.+)$")
_HELP = re.compile(r"^(\s*)(\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*$")
_CELL_MAGIC = re.compile(r"^\s*%%(\w+)[ \t]*(.*)\n?")
_AUTO_MAGIC = re.compile(r"^(pip|conda|mamba|cd|ls|pwd|mkdir|cat|rm|cp|mv)\b(?!\s*[-+*/%&|^<>=!(.,:\[])[ \t]*(.*)$")
_RUNS_BODY = frozenset({"time", "prun"})


def to_python(source: str) -> str:
    """``source`` as Python. Text that is no notebook syntax either is returned as it is, to fail to compile."""
    found = _CELL_MAGIC.match(source)
    if found:
        return _cell_magic(found.group(1), found.group(2), source[found.end() :])
    if parses(source):
        return source
    return "\n".join(_line(line) for line in source.split("\n"))


def parses(source: str) -> bool:
    """Whether ``source`` is Python, top-level await allowed."""
    try:
        compile(source, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _cell_magic(name: str, arguments: str, body: str) -> str:
    if name in _RUNS_BODY:
        return "\n" + to_python(body)
    return f"get_ipython().run_cell_magic({name!r}, {arguments!r}, {body!r})"


def _line(line: str) -> str:
    found = _LINE_MAGIC.match(line)
    if found:
        indent, name, rest = found.groups()
        if name in ("time", "timeit") and rest and not rest.startswith("-"):
            return indent + rest
        return f"{indent}get_ipython().run_line_magic({name!r}, {rest!r})"
    found = _SHELL.match(line)
    if found:
        return f"{found.group(1)}get_ipython().system({found.group(2)!r})"
    found = _ASSIGNED.match(line)
    if found:
        indent, target, mark, rest = found.groups()
        if mark == "!":
            return f"{indent}{target} = get_ipython().getoutput({rest!r})"
        name, _, rest = rest.partition(" ")
        if name == "time":
            return f"{indent}{target} = {rest}"
        return f"{indent}{target} = get_ipython().run_line_magic({name!r}, {rest!r})"
    found = _AUTO_MAGIC.match(line)
    if found and not parses(line):
        return f"get_ipython().run_line_magic({found.group(1)!r}, {found.group(2)!r})"
    found = _HELP.match(line)
    return f"{found.group(1)}pass" if found else line
