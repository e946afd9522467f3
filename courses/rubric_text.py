"""A rubric for applications as plain text, so that it is written in one field: a title, then its levels."""

import re
from typing import Any

from django.utils.text import slugify

from lms.lib.errors import InvalidInput

LEVEL = re.compile(r"(?P<points>\d{1,2})[.:)]?\s+(?P<text>\S.*)")
MOST_CRITERIA, LONGEST_TITLE, LONGEST_TEXT = 10, 80, 300
TAKEN = {"remark"}
"""Names that the form of a score has for something else."""


def spell_rubric(criteria: list[dict[str, Any]]) -> str:
    """The criteria as text: what `read_rubric` reads."""
    blocks = ([one["title"], *(f"{level['points']} {level['text']}" for level in one["levels"])] for one in criteria)
    return "\n\n".join("\n".join(lines) for lines in blocks)


def read_rubric(text: str) -> list[dict[str, Any]]:
    """The criteria that the text says. Raises `InvalidInput` naming the line that cannot be read."""
    criteria: list[dict[str, Any]] = []
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        level = LEVEL.fullmatch(line)
        if level and criteria:
            _add_level(criteria[-1], int(level["points"]), level["text"], number)
        elif level:
            raise InvalidInput(f"Line {number}: begin with the title of a criterion. Nothing was saved.")
        elif line:
            criteria.append(_titled(line, [one["slug"] for one in criteria], number))
    if not 1 <= len(criteria) <= MOST_CRITERIA:
        raise InvalidInput(f"A rubric has 1 to {MOST_CRITERIA} criteria. Nothing was saved.")
    for one in criteria:
        if len(one["levels"]) < 2:
            raise InvalidInput(f"“{one['title']}” needs two levels at least. Nothing was saved.")
    return criteria


def _titled(title: str, before: list[str], number: int) -> dict[str, Any]:
    slug = slugify(title)
    if not slug or len(title) > LONGEST_TITLE or slug in TAKEN or slug in before:
        raise InvalidInput(
            f"Line {number}: “{title[:40]}” cannot name a criterion: it is too long, there twice, or without letters. "
            "A level begins with its points. Nothing was saved."
        )
    return {"slug": slug, "title": title, "levels": []}


def _add_level(criterion: dict[str, Any], points: int, text: str, number: int) -> None:
    levels = criterion["levels"]
    if levels and points <= levels[-1]["points"]:
        raise InvalidInput(f"Line {number}: each level has more points than the one above it. Nothing was saved.")
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(f"Line {number}: at most {LONGEST_TEXT} characters. Nothing was saved.")
    levels.append({"points": points, "text": text})
