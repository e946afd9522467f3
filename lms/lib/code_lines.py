"""Code as lines that a style sheet numbers."""

import html
import re
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters.html import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

INVISIBLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""What shows nothing, or changes the order of what is shown."""


def code_lines(text: str, language: str = "") -> SafeString:
    """Escaped, highlighted text with one `<span class="line">` for each line."""
    text = INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", text)
    if language:
        marked = highlight(text, get_lexer_by_name(language, stripnl=False), HtmlFormatter(nowrap=True))
    else:
        marked = html.escape(text)
    lines = marked.removesuffix("\n").split("\n")
    return mark_safe("\n".join(f'<span class="line">{line}</span>' for line in lines))
