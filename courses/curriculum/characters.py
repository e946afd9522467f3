"""Characters that no text of a curriculum may hold, as PostgreSQL, UTF-8 or XML has no place for them."""

import re
from typing import Final

_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
CHARACTER_REMEDY: Final = "Remove it."


def forbidden_in(text: str) -> tuple[int, str] | None:
    """Where the first such character is, and a sentence that names it: controls but tab and newline, halves of a pair."""
    match = _FORBIDDEN.search(text)
    return (match.start(), f"There is the character U+{ord(match[0]):04X}.") if match else None
