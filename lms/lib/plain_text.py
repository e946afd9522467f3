"""The words of a rendered text, for search and for lists."""

from html.parser import HTMLParser
from typing import Final

_INLINE: Final = frozenset("a em strong s code span sup label math".split())


class _Words(HTMLParser):
    """Collects text: a formula or a piece of code stays in one line, anything else that is no part of a line begins one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._formulas = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.parts.append(f"\n{dict(attrs).get('alt') or ''}\n")
        elif tag == "math":
            self._formulas += 1
        elif tag not in _INLINE and not self._formulas:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "math":
            self._formulas -= 1
        elif tag not in _INLINE and not self._formulas:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain_text_of(body_html: str) -> str:
    """The words of safe HTML as lines without markup: one line for each paragraph, heading, cell and line of code, the
    alternative text of an image, a formula as its signs."""
    words = _Words()
    words.feed(body_html)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).split("\n"))
    return "\n".join(line for line in lines if line)
