"""A YAML mapping read key by key: each value has its type checked, and whatever is left over is an unknown key."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar

import yaml

from courses.curriculum.errors import Problems

_Word = TypeVar("_Word", bound=str)

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_REMEDY: Final = "Use lower-case letters and digits with single hyphens between them, at most 60 characters."
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:[eE][-+]?[0-9]{1,2})?")
_NAMES: Final = {"int": "a number", "float": "a number", "bool": "true or false", "null": "nothing", "map": "a mapping",
                 "seq": "a list", "timestamp": "a date", "str": "text"}  # fmt: skip


@dataclass(frozen=True)
class Passage:
    """Text with its place: `line` is the number of its first line in `file`."""

    text: str
    file: str
    line: int


class Record:
    """One mapping of one file. Every getter notes what is wrong and returns something harmless in its place."""

    def __init__(self, node: yaml.MappingNode, file: str, problems: Problems, *, line: int | None = None) -> None:
        self.file = file
        self.problems = problems
        self._keys: dict[str, yaml.Node] = {key.value: key for key, _ in node.value}
        self._values: dict[str, yaml.Node] = {key.value: value for key, value in node.value}
        self._line = line or node.start_mark.line + 1
        self._known: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def line(self, key: str = "") -> int:
        """The line of the key, or of the mapping where it is absent."""
        return self._keys[key].start_mark.line + 1 if key in self._keys else self._line

    def refuse(self, key: str, problem: str, remedy: str) -> None:
        """Note that the value of `key` is wrong."""
        self.problems.add(self.file, self.line(key), problem, remedy)

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._values:
            if key not in self._known:
                self.refuse(key, f"The key {key} is unknown here.", f"Known are: {', '.join(self._known)}.")

    def allow(self, key: str) -> None:
        """Let a key pass that is not always read."""
        if key not in self._known:
            self._known.append(key)

    def schema(self) -> None:
        """Check `schema: 1`, with which each file begins."""
        self.integer("schema", minimum=1, maximum=1)

    def text(self, key: str, *, limit: int = 5_000, default: str | None = None) -> str:
        """One line or paragraph of plain text."""
        node = self._get(key, required=default is None)
        return (default or "") if node is None else self._text(node, key, limit)

    def slug(self, key: str) -> str:
        """A slug, or ""."""
        slug = self.text(key)
        if slug and not is_slug(slug):
            self.refuse(key, f"{slug} is not a slug.", SLUG_REMEDY)
            return ""
        return slug

    def passage(self, key: str, *, required: bool = True) -> Passage | None:
        """Markdown, with the line on which it begins."""
        node = self._get(key, required=required)
        if node is None or not self._text(node, key, 50_000):
            return None
        block = getattr(node, "style", None) in {"|", ">"}
        return Passage(str(node.value), self.file, node.start_mark.line + (2 if block else 1))

    def choice(self, key: str, words: Collection[_Word], *, default: _Word | None = None) -> _Word | None:
        """One of the words; None after an error."""
        if key not in self and default is not None:
            self.allow(key)
            return default
        said = self.text(key)
        for word in words:
            if word == said:
                return word
        if said:
            self.refuse(key, f"{said} is not a known {key}.", f"Use one of: {', '.join(words)}.")
        return None

    def integer(self, key: str, *, minimum: int, maximum: int = 1_000_000, default: int | None = None) -> int:
        """A whole number between the bounds; `minimum` after an error."""
        value = self.optional_integer(key, minimum=minimum, maximum=maximum, required=default is None)
        return value if value is not None else minimum if default is None else default

    def optional_integer(
        self, key: str, *, minimum: int, maximum: int = 1_000_000, required: bool = False
    ) -> int | None:
        """A whole number between the bounds, or None where it is absent or wrong."""
        node = self._get(key, required=required)
        if node is None:
            return None
        if not _is_plain(node) or not _INTEGER.fullmatch(node.value):
            self.refuse(key, f"{key} must be a whole number, and is {describe(node)}.", "Write digits without quotes.")
            return None
        value = int(node.value)
        if not minimum <= value <= maximum:
            self.refuse(key, f"{key} is {value}.", _bounds(minimum, maximum))
            return None
        return value

    def decimal(
        self,
        key: str,
        *,
        places: int = 2,
        minimum: Decimal | None = None,
        maximum: Decimal | None = None,
        default: Decimal | None = None,
    ) -> Decimal:
        """A number between the bounds, exactly as written; zero after an error."""
        node = self._get(key, required=default is None)
        value = default if node is None else self._decimal(node, key, places)
        if value is None:
            return Decimal(0)
        if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
            self.refuse(key, f"{key} is {value}.", _bounds(minimum, maximum))
            return Decimal(0)
        return value

    def boolean(self, key: str, *, default: bool) -> bool:
        """true or false."""
        node = self._get(key, required=False)
        if node is None:
            return default
        if not _is_plain(node) or node.value not in {"true", "false"}:
            self.refuse(
                key, f"{key} must be true or false, and is {describe(node)}.", "Write true or false without quotes."
            )
            return default
        return bool(node.value == "true")

    def texts(self, key: str, *, required: bool = True, limit: int = 1_000) -> list[Passage]:
        """A list of texts, each with its line."""
        found = ((self._text(item, key, limit), item) for item in self._items(key, required=required))
        return [Passage(text, self.file, item.start_mark.line + 1) for text, item in found if text]

    def records(self, key: str, *, required: bool = True) -> list["Record"]:
        """A list of mappings."""
        records = []
        for item in self._items(key, required=required):
            line = item.start_mark.line + 1
            if isinstance(item, yaml.MappingNode):
                records.append(Record(item, self.file, self.problems, line=line))
            else:
                self.problems.add(
                    self.file, line, f"An entry of {key} must hold keys, and is {describe(item)}.", "See the format."
                )
        return records

    def record(self, key: str, *, required: bool = False) -> "Record | None":
        """A mapping."""
        node = self._get(key, required=required)
        if node is None or isinstance(node, yaml.MappingNode):
            return Record(node, self.file, self.problems, line=self.line(key)) if node else None
        self.refuse(key, f"{key} must hold keys, and is {describe(node)}.", "See the format.")
        return None

    def entries(self) -> list[str]:
        """The keys themselves, of a mapping whose keys are the author's."""
        return list(self._values)

    def _get(self, key: str, *, required: bool) -> yaml.Node | None:
        self.allow(key)
        if key not in self._values and required:
            self.refuse(key, f"{key} is missing.", f"Add {key}.")
        return self._values.get(key)

    def _items(self, key: str, *, required: bool) -> list[yaml.Node]:
        node = self._get(key, required=required)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(
                key, f"{key} must be a list, and is {describe(node)}.", "Write one entry per line, each after a hyphen."
            )
            return []
        return list(node.value)

    def _text(self, node: yaml.Node, key: str, limit: int) -> str:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.ScalarNode) or not node.tag.endswith(":str"):
            remedy = (
                "Put it in quotes." if isinstance(node, yaml.ScalarNode) and node.value else f"Write text for {key}."
            )
            self.problems.add(self.file, line, f"{key} must be text, and is {describe(node)}.", remedy)
            return ""
        text = str(node.value).strip()
        if not text:
            self.problems.add(self.file, line, f"{key} is empty.", f"Write text for {key}.")
        if len(text) > limit:
            self.problems.add(self.file, line, f"{key} has {len(text)} characters.", f"Keep it to {limit}.")
            return ""
        return text

    def _decimal(self, node: yaml.Node, key: str, places: int) -> Decimal | None:
        if not _is_plain(node) or not _DECIMAL.fullmatch(node.value):
            self.refuse(key, f"{key} must be a number, and is {describe(node)}.", "Write digits without quotes.")
            return None
        value = Decimal(node.value)
        exponent = value.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > places:
            self.refuse(key, f"{key} has more than {places} decimals.", "Round it.")
            return None
        return value


def _is_plain(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style  # libyaml says "" for plain


def is_slug(text: str) -> bool:
    """Whether the text is lower-case letters, digits and single hyphens, at most 60 characters."""
    return len(text) <= 60 and bool(SLUG.fullmatch(text))


def _bounds(minimum: Decimal | int | None, maximum: Decimal | int | None) -> str:
    if minimum is None or maximum is None:
        return f"Use a number of at most {maximum}." if minimum is None else f"Use a number of at least {minimum}."
    return f"Use {minimum}." if minimum == maximum else f"Use a number from {minimum} to {maximum}."


def describe(node: yaml.Node) -> str:
    """What the value is, in an author's words."""
    kind = _NAMES.get(node.tag.rpartition(":")[2], "something else")
    if isinstance(node, yaml.ScalarNode) and node.value:
        return f"{kind} ({node.value[:40]})"
    return kind
