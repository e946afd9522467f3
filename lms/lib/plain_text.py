"""The words of a rendered text, for search and for lists."""

import html
import re
from typing import Final

from lms.lib import mathml

_TAG: Final = re.compile(r'<(/?)([a-zA-Z0-9]+)((?:[^">]|"[^"]*")*)>')
_ALTERNATIVE: Final = re.compile(r'\balt="([^"]*)"')
_INLINE: Final = mathml.ELEMENTS | set("a em strong s code span sup label".split())


def plain_text_of(body_html: str) -> str:
    """The words of HTML as our renderer writes it, as lines without markup: one line for each paragraph, heading, cell and
    line of code, the alternative text of an image, a formula as its signs."""
    lines = (" ".join(line.split()) for line in html.unescape(_TAG.sub(_as_words, body_html)).split("\n"))
    return "\n".join(line for line in lines if line)


def _as_words(tag: re.Match[str]) -> str:
    """What stands for a tag: nothing within a line, an image's text on a line of its own."""
    if tag[2] in _INLINE:
        return ""
    said = _ALTERNATIVE.search(tag[3]) if tag[2] == "img" else None
    return f"\n{said[1]}\n" if said else "\n"
