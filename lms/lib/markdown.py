"""The only renderer of Markdown in the product: CommonMark with mathematics and code to HTML that is safe to show.

Raw HTML is never passed on, mathematics becomes MathML, code gets Pygments classes, and whatever comes out goes
through an allow-list (`markdown_html.sanitise`) as the last step. No `style` attribute and no event handler is ever
emitted.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.anchors.index import slugify
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_inline_dollar
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from lms.lib import markdown_html
from lms.lib.mathml import BadMath, latex_to_mathml

MAX_UNTRUSTED: Final = 10_000
_CALLOUT = re.compile(r"\[!(NOTE|TIP|WARNING)\][ \t]*(?:\n|$)")
_EXTERNAL = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//)")


@dataclass(frozen=True)
class Reference:
    """Something in a Markdown text that may be wrong. `line` counts from 1.

    `target` is the link's address, the image's address, or the formula; `problem` is "" or, of mathematics, why it
    cannot be shown; `text` is the alternative text of an image.
    """

    kind: Literal["link", "image", "mathematics"]
    target: str
    line: int
    text: str = ""
    problem: str = ""


class Document:
    """A text by staff, parsed once: what it refers to, and its HTML.

    `id_prefix` keeps apart the ids of several texts on one page.
    """

    def __init__(self, text: str, *, id_prefix: str = "") -> None:
        self._id_prefix = id_prefix
        self._env: dict[str, object] = {"docId": id_prefix} if id_prefix else {}
        self._tokens = _TRUSTED.parse(text, self._env)
        self.references = list(_references(self._tokens))
        self.anchors = {str(token.attrGet("id")) for token in self._tokens if token.type == "heading_open"}
        """What `#…` may lead to: its headings, named by their words."""

    @property
    def highest(self) -> int | None:
        """The level of the highest heading, from 1; None without any."""
        return min(_levels(self._tokens), default=None)

    def html(
        self,
        *,
        link: Callable[[str], str] | None = None,
        image: Callable[[str], str] | None = None,
        lowered: int | None = None,
    ) -> str:
        """Safe HTML; call it once. Its highest heading becomes an `h2`, or, in a part of a longer text, each is `lowered` by
        so many levels.

        `link` and `image` rewrite the address of each link (but `#heading`) and image. Without `image`, images from
        other origins are shown as their alternative text.
        """
        _lower_headings(self._tokens, highest=2, lowest=6, by=lowered)
        for token in _flat(self._tokens):
            _decorate(token, link, self._id_prefix)
            if token.type == "image":
                _place_image(token, image)
        return markdown_html.sanitise(_TRUSTED.renderer.render(self._tokens, _TRUSTED.options, self._env))


def render_markdown(
    text: str,
    *,
    link: Callable[[str], str] | None = None,
    image: Callable[[str], str] | None = None,
    id_prefix: str = "",
) -> str:
    """Safe HTML of a text by staff, whatever it refers to."""
    return Document(text, id_prefix=id_prefix).html(link=link, image=image)


def render_untrusted(text: str) -> str:
    """Safe HTML of a comment by anybody: no images, headings `h4` to `h6`, no ids, links marked as theirs.

    More than `MAX_UNTRUSTED` characters are shown as plain text.
    """
    if len(text) > MAX_UNTRUSTED:
        return f"<pre>{html.escape(text)}</pre>"
    tokens = _UNTRUSTED.parse(text)
    _lower_headings(tokens, highest=4, lowest=6)
    for token in _flat(tokens):
        _decorate(token, None, "")
        if token.type == "image":
            _show_alternative(token)
        if token.attrGet("rel"):
            token.attrSet("rel", "noopener noreferrer nofollow ugc")
    return markdown_html.sanitise(_UNTRUSTED.renderer.render(tokens, _UNTRUSTED.options, {}), images=False)


def _references(tokens: list[Token]) -> Iterator[Reference]:
    """Every link, image and formula, in order, with its line."""
    row = 0
    for token in tokens:
        row = token.map[0] if token.map else row
        if token.type in {"math_block", "math_inline"}:
            yield _formula(token, row + 1)
        line = row + 1
        for child in token.children or ():
            if child.type in {"softbreak", "hardbreak"}:
                line += 1
            elif child.type == "link_open":
                yield Reference("link", str(child.attrGet("href") or ""), line)
            elif child.type == "image":
                yield Reference("image", str(child.attrGet("src") or ""), line, child.content)
            elif child.type in {"math_inline", "math_inline_double"}:
                yield _formula(child, line)


def _formula(token: Token, line: int) -> Reference:
    try:
        latex_to_mathml(token.content, display=token.type != "math_inline")
    except BadMath as error:
        return Reference("mathematics", token.content, line, problem=str(error))
    return Reference("mathematics", token.content, line)


def _flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or [])


def _lower_headings(tokens: list[Token], *, highest: int, lowest: int, by: int | None = None) -> None:
    shift = highest - min(_levels(tokens), default=highest) if by is None else by
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(lowest, int(token.tag[1:]) + shift)}"


def _levels(tokens: list[Token]) -> list[int]:
    return [int(token.tag[1:]) for token in tokens if token.type == "heading_open"]


def _decorate(token: Token, link: Callable[[str], str] | None, id_prefix: str) -> None:
    if token.type == "link_open":
        href = str(token.attrGet("href") or "")
        if href.startswith("#"):
            token.attrSet("href", f"#{_heading_id(href[1:], id_prefix)}")
        elif link:
            token.attrSet("href", link(href))
        if _EXTERNAL.match(str(token.attrGet("href"))):
            token.attrSet("rel", "noopener noreferrer")
    elif token.type == "heading_open" and token.attrGet("id"):
        token.attrSet("id", _heading_id(str(token.attrGet("id")), id_prefix))
    elif token.type in {"td_open", "th_open"}:
        _align(token)


def _heading_id(slug: str, prefix: str) -> str:
    return f"h-{prefix}-{slug}" if prefix else f"h-{slug}"


def _align(token: Token) -> None:
    style = str(token.attrs.pop("style", ""))
    for side, name in (("right", "text-end"), ("center", "text-center")):
        if style.endswith(side):
            token.attrSet("class", name)
    if token.type == "th_open":
        token.attrSet("scope", "col")


def _place_image(token: Token, image: Callable[[str], str] | None) -> None:
    src = str(token.attrGet("src") or "")
    if image is None and _EXTERNAL.match(src):
        _show_alternative(token)
    elif image is not None:
        token.attrSet("src", image(src))


def _show_alternative(image: Token) -> None:
    image.type, image.tag, image.children = "text", "", None


def _callouts(state: StateCore) -> None:
    """Turn `> [!NOTE]` quotations into callouts, before their inline content is parsed."""
    opened: list[Token] = []
    position = 0
    while position < len(state.tokens):
        token = state.tokens[position]
        if token.type == "blockquote_open":
            opened.append(token)
            match = _first_line(state.tokens, position)
            if match:
                kind = match[1].lower()
                token.type, token.tag = "callout_open", "div"
                token.attrs = {"class": f"callout callout-{kind}", "role": "note"}
                _drop_marker(state.tokens, position + 1, match.end())
                state.tokens[position + 1 : position + 1] = _title(kind.capitalize(), token)
        elif token.type == "blockquote_close":
            opening = opened.pop()
            if opening.type == "callout_open":
                token.type, token.tag = "callout_close", "div"
        position += 1


def _name_headings(state: StateCore) -> None:
    """Give each heading an id from its words; of equal ones the later are numbered, without trying all numbers again."""
    numbered: dict[str, int] = {}
    for opening, inline in pairwise(state.tokens):
        if opening.type != "heading_open":
            continue
        words = (child.content for child in inline.children or () if child.type in {"text", "code_inline"})
        slug = name = slugify("".join(words)) or "heading"
        while name in numbered:
            numbered[slug] += 1
            name = f"{slug}-{numbered[slug]}"
        numbered[name] = 0
        opening.attrSet("id", name)


def _first_line(tokens: list[Token], position: int) -> re.Match[str] | None:
    following = tokens[position + 1 : position + 3]
    if [token.type for token in following] != ["paragraph_open", "inline"]:
        return None
    return _CALLOUT.match(following[1].content)


def _drop_marker(tokens: list[Token], paragraph: int, length: int) -> None:
    inline = tokens[paragraph + 1]
    inline.content = inline.content[length:]
    if inline.map:
        inline.map = [inline.map[0] + 1, inline.map[1]]
    if not inline.content.strip():
        del tokens[paragraph : paragraph + 3]


def _title(text: str, callout: Token) -> list[Token]:
    opening = Token("paragraph_open", "p", 1, attrs={"class": "callout-title"}, map=callout.map)
    inline = Token("inline", "", 0, content=text, children=[], map=callout.map)
    return [opening, inline, Token("paragraph_close", "p", -1)]


_DOLLAR_MATH: Final = math_inline_dollar(allow_space=False, allow_digits=False, allow_double=True)


def _math_inline(state: StateInline, silent: bool) -> bool:
    """The plug-in's rule, which takes a text's last character for the one before its first."""
    if state.pos:
        return _DOLLAR_MATH(state, silent)
    text, state.src = state.src, f"{state.src} "
    try:
        return _DOLLAR_MATH(state, silent)
    finally:
        state.src = text


def _build(*, trusted: bool) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": 20})
    md.enable(["table", "strikethrough", "linkify"])
    assert md.linkify is not None
    md.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # or train.py and README.md become links
    md.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    md.inline.ruler.at("math_inline", _math_inline)
    md.use(tasklists_plugin, label=True)
    md.core.ruler.before("inline", "callouts", _callouts)
    if trusted:
        md.use(footnote_plugin)
        md.core.ruler.push("anchors", _name_headings)
    else:
        md.inline.ruler.disable(
            "linkify"
        )  # it looks back over the whole text at every address; the core rule is enough
    markdown_html.add_rules(md, highlighting=trusted)
    return md


_TRUSTED: Final = _build(trusted=True)
_UNTRUSTED: Final = _build(trusted=False)
