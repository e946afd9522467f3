"""How Markdown looks as HTML (code, tables, formulas, footnotes) and the allow-list that everything passes last."""

import functools
import html
import re
from collections.abc import Sequence
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters.html import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

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
_COLOURS: Final = HtmlFormatter(nowrap=True)
_LANGUAGE = re.compile(r"[a-z0-9+#.-]{1,30}")


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
    """Teach the renderer our looks of code, tables, formulas and footnotes."""
    md.add_render_rule("fence", _fence if highlighting else _plain_fence)
    md.add_render_rule("code_block", _plain_fence)
    md.add_render_rule("table_open", _table_open)
    md.add_render_rule("table_close", _table_close)
    md.add_render_rule("math_inline", _formula)
    md.add_render_rule("math_inline_double", _displayed_formula)
    md.add_render_rule("math_block", _formula_block)
    if highlighting:
        md.add_render_rule("footnote_anchor", _footnote_anchor)


def _formula(renderer: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    return f'<span class="math">{_mathml(tokens[idx].content, display=False)}</span>'


def _displayed_formula(renderer: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    return f'<span class="math">{_mathml(tokens[idx].content, display=True)}</span>'


def _formula_block(renderer: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    return f'<div class="math-block" tabindex="0">{_mathml(tokens[idx].content, display=True)}</div>\n'


def _mathml(latex: str, *, display: bool) -> str:
    try:
        return mathml.latex_to_mathml(latex, display=display)
    except mathml.BadMath:
        fence = "$$" if display else "$"
        return f'<code class="math-error">{html.escape(fence + latex.strip() + fence)}</code>'


def _footnote_anchor(renderer: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    name = renderer.rules["footnote_anchor_name"](tokens, idx, options, env)
    again = tokens[idx].meta["subId"]
    target = f"#fnref{name}:{again}" if again > 0 else f"#fnref{name}"
    return f' <a href="{html.escape(target)}" class="footnote-backref" aria-label="Back to the text">\u21a9\ufe0e</a>'


def _table_open(renderer: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    return '<div class="table-responsive" tabindex="0"><table class="table">\n'


def _table_close(renderer: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    return "</table></div>\n"


def _plain_fence(renderer: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    return f'<div class="highlight"><pre tabindex="0"><code>{html.escape(tokens[idx].content)}</code></pre></div>\n'


@functools.lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    return get_lexer_by_name(language, stripnl=False)


def _fence(renderer: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    words = tokens[idx].info.split(maxsplit=1)
    language = words[0].lower() if words else ""
    if not _LANGUAGE.fullmatch(language):
        return _plain_fence(renderer, tokens, idx, options, env)
    try:
        lexer = _lexer(language)
    except ClassNotFound:
        return _plain_fence(renderer, tokens, idx, options, env)
    code = highlight(tokens[idx].content, lexer, _COLOURS)
    name = html.escape(lexer.aliases[0] if lexer.aliases else language)
    return f'<div class="highlight"><pre tabindex="0"><code class="language-{name}">{code}</code></pre></div>\n'
