"""YAML as a tree of nodes that know their lines; aliases, tags, double keys and control characters are refused."""

import re
from typing import Final

import yaml

from courses.curriculum.characters import CHARACTER_REMEDY, forbidden_in
from courses.curriculum.errors import Problems

_MAX_DEPTH: Final = 20
_QUICK: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_REFUSED: Final = yaml.ScalarNode("", "")
_LINE = re.compile(r", line \d+, column \d+|\n.*", re.DOTALL)


def read_yaml(text: str, file: str, problems: Problems) -> yaml.MappingNode | None:
    """The mapping that the file holds, or None (which is noted)."""
    try:
        node = _composed(text, file, problems)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = _LINE.sub("", error.problem or error.context or "it cannot be read")
        if said.startswith("but "):
            said = f"{error.context}, {said}"
        problems.add(file, mark.line + 1 if mark else None, f"This is not YAML: {said}.", "Correct the syntax here.")
        return None
    except yaml.YAMLError as error:
        position = int(getattr(error, "position", 0) or 0)
        line = text.count("\n", 0, position) + 1
        problems.add(file, line, "There is a character that YAML does not allow.", "Remove it.")
        return None
    if node is _REFUSED:
        return None
    if not isinstance(node, yaml.MappingNode):
        problems.add(file, 1, "This file holds no keys.", "Begin it with schema: 1.")
        return None
    return node if _is_sound(node, file, problems) else None


def _composed(text: str, file: str, problems: Problems) -> yaml.Node | None:
    """The tree, or `_REFUSED` after an error was noted. Read by libyaml where it is there, which is ten times as quick;
    what that refuses is read again by the parser that says why in better words.
    """
    try:
        return yaml.compose(text, Loader=_QUICK) if _is_plain(text, file, problems, _QUICK) else _REFUSED
    except yaml.YAMLError:
        plain = _is_plain(text, file, problems, yaml.SafeLoader)
        return yaml.compose(text, Loader=yaml.SafeLoader) if plain else _REFUSED


def _is_plain(text: str, file: str, problems: Problems, loader: type[yaml.SafeLoader]) -> bool:
    """Look at the stream before anything is built from it."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            remedy = "Write the value out, or put text that begins with & or * in quotes."
            problems.add(file, line, "There is an anchor or an alias.", remedy)
            return False
        if tag := getattr(event, "tag", None):
            problems.add(file, line, f"There is a tag ({tag}).", "Remove it, or put text that begins with ! in quotes.")
            return False
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            problems.add(file, line, "The values are nested too deeply.", "Keep to the format.")
            return False
    return True


def _is_sound(node: yaml.Node, file: str, problems: Problems) -> bool:
    """Whether each key is there once, and no text below holds a forbidden character, written out or escaped."""
    good = True
    if isinstance(node, yaml.ScalarNode):
        if found := forbidden_in(node.value):
            problems.add(file, node.start_mark.line + 1, found[1], CHARACTER_REMEDY)
        return not found
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            good = _is_sound(item, file, problems) and good
        return good
    if not isinstance(node, yaml.MappingNode):
        return True
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not _is_sound(key, file, problems):
            good = False
        elif not isinstance(key, yaml.ScalarNode):
            problems.add(file, line, "A key is not a word.", "Use a plain word before the colon.")
            good = False
        elif key.value in lines:
            first = lines[key.value]
            problems.add(
                file, line, f"The key {key.value} is here a second time (first in line {first}).", "Keep one of them."
            )
            good = False
        else:
            lines[key.value] = line
        good = _is_sound(value, file, problems) and good
    return good
