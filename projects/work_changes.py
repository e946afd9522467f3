"""What changed in a text file between two attempts."""

import difflib
from dataclasses import dataclass
from typing import Final

MAX_LINES: Final = 2_000
MAX_WIDTH: Final = 2_000
CONTEXT: Final = 3
MARKS: Final = {"same": " ", "gone": "−", "new": "+", "gap": "…"}


@dataclass(frozen=True)
class DiffLine:
    """One line: `kind` same, gone, new or gap; its numbers before and after (0: it was or is not there)."""

    kind: str
    before: int
    after: int
    text: str

    @property
    def mark(self) -> str:
        return MARKS[self.kind]


def changed_lines(before: str, after: str) -> list[DiffLine] | None:
    """The changed lines with three lines around them; None when the texts are too long to compare in a moment."""
    old, new = before.split("\n"), after.split("\n")
    if max(len(old), len(new)) > MAX_LINES or max(map(len, (*old, *new))) > MAX_WIDTH:
        return None
    lines: list[DiffLine] = []
    for group in difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(CONTEXT):
        if lines:
            lines.append(DiffLine("gap", 0, 0, ""))
        for kind, i1, i2, j1, j2 in group:
            if kind == "equal":
                lines += [DiffLine("same", i + 1, j1 + i - i1 + 1, old[i]) for i in range(i1, i2)]
                continue
            lines += [DiffLine("gone", i + 1, 0, old[i]) for i in range(i1, i2)]
            lines += [DiffLine("new", 0, j + 1, new[j]) for j in range(j1, j2)]
    return lines
