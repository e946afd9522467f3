"""How Markdown looks as HTML (code, tables, formulas, footnotes) and the allow-list that everything passes last."""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from lms.lib import mathml

_TAGS: Final = {
    *"p h2 h3 h4 h5 h6 a em strong s code pre span div blockquote ul ol li hr br img".split(),
    *"table thead tbody tr th td sup section input label".split(),
}
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "a": {"href", "title", "rel", "class", "id", "aria-label"},
    "img": {"src", "alt", "title"},
    "ol": {"start", "class"},
    "div": {"class"},
    "input": {"class"},
    "li": {"class", "id"},
    **{tag: {"class"} for tag in ("code", "hr", "p", "section", "span", "sup", "table", "td", "ul")},
    **{f"h{level}": {"id"} for level in range(2, 7)},
    "th": {"class"},
    **{tag: set(mathml.ATTRIBUTES) for tag in mathml.ELEMENTS},
}
_VALUES: Final[dict[str, dict[str, set[str]]]] = {
    "div": {"role": {"note"}, "tabindex": {"0"}},
    "input": {"type": {"checkbox"}, "disabled": {"disabled", ""}, "checked": {"checked", ""}},
    "pre": {"tabindex": {"0"}},
    "th": {"scope": {"col"}},
}
_LANGUAGE = re.compile(r"[a-z0-9+#.-]{1,30}")

_Rule = Callable[[Sequence[Token], int, Any, Mapping[str, Any]], str]


def _cleaner(tags: set[str], attributes: dict[str, set[str]]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        attributes=attributes,
        tag_attribute_values=_VALUES,
        clean_content_tags={"script", "style"},
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
    )


_CLEAN: Final = _cleaner(_TAGS | mathml.ELEMENTS, _ATTRIBUTES)
_CLEAN_WITHOUT_IMAGES: Final = _cleaner((_TAGS | mathml.ELEMENTS) - {"img", "h2", "h3"}, _ATTRIBUTES)


def sanitise(markup: str, *, images: bool = True) -> str:
    """Only what the allow-list names: no style, no handler, no address but http, https, mailto and relative ones."""
    return (_CLEAN if images else _CLEAN_WITHOUT_IMAGES).clean(markup)


def add_rules(md: MarkdownIt, *, highlighting: bool) -> None:
    """Teach the renderer our looks of code, tables, displayed formulas and footnotes."""
    assert isinstance(md.renderer, RendererHTML)
    rules: dict[str, Callable[..., str]] = md.renderer.rules
    rules["fence"] = _fence if highlighting else _plain_fence
    rules["code_block"] = _plain_fence
    rules["table_open"] = _before('<div class="table-responsive" tabindex="0">', md.renderer)
    rules["table_close"] = _after("</div>\n", md.renderer)
    formula = rules["math_block"]
    rules["math_block"] = lambda *given: f'<div class="math-block" tabindex="0">{formula(*given)}</div>\n'
    if "footnote_anchor" in rules:
        anchor = rules["footnote_anchor"]
        rules["footnote_anchor"] = lambda *given: anchor(*given).replace(
            'class="footnote-backref"', 'class="footnote-backref" aria-label="Back to the text"'
        )


def _before(markup: str, renderer: RendererHTML) -> _Rule:
    return lambda tokens, idx, options, env: markup + renderer.renderToken(tokens, idx, options, dict(env))


def _after(markup: str, renderer: RendererHTML) -> _Rule:
    return lambda tokens, idx, options, env: renderer.renderToken(tokens, idx, options, dict(env)) + markup


def _plain_fence(tokens: Sequence[Token], idx: int, options: Any, env: Mapping[str, Any]) -> str:
    return f'<div class="highlight"><pre tabindex="0"><code>{html.escape(tokens[idx].content)}</code></pre></div>\n'


def _fence(tokens: Sequence[Token], idx: int, options: Any, env: Mapping[str, Any]) -> str:
    words = tokens[idx].info.split(maxsplit=1)
    language = words[0].lower() if words else ""
    if not _LANGUAGE.fullmatch(language):
        return _plain_fence(tokens, idx, options, env)
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return _plain_fence(tokens, idx, options, env)
    code = highlight(tokens[idx].content, lexer, HtmlFormatter(nowrap=True))
    name = html.escape(lexer.aliases[0] if lexer.aliases else language)
    return f'<div class="highlight"><pre tabindex="0"><code class="language-{name}">{code}</code></pre></div>\n'
