# ruff: noqa: E501 -- lists of attacks read better in rows
"""Markdown becomes HTML that says what the author meant and can do nothing else."""

import re
from contextlib import suppress
from html.parser import HTMLParser
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.lib.markdown import MAX_UNTRUSTED, Document, render_markdown, render_untrusted
from lms.lib.mathml import BadMath, latex_to_mathml

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
INERT = set(
    "p h2 h3 h4 h5 h6 a em strong s code pre span div blockquote ul ol li hr br img table thead tbody tr th td sup section"
    " input label math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle merror mpadded mphantom msub msup msubsup"
    " munder mover munderover mmultiscripts mprescripts none mtable mtr mtd menclose".split()
)


class Markup(HTMLParser):
    """Every tag and attribute as a browser would read them."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.attributes = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data):
        raise AssertionError(f"a processing instruction: {data}")


def assert_harmless(html):
    markup = Markup(html)
    assert set(markup.tags) <= INERT
    for tag, name, value in markup.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in {"style", "srcdoc", "formaction", "action", "xlink:href", "srcset", "background"}, (
            tag,
            name,
        )
        if name in {"href", "src"}:
            scheme = SCHEME.match(re.sub(r"[\x00-\x20\x7f-\x9f]", "", value))
            assert scheme is None or scheme[0].lower() in {"http:", "https:", "mailto:"}, (tag, value)
            assert tag in {"a", "img"}
    assert "<script" not in html.lower()


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    '<a href="javascript:alert(1)" style="position:fixed">x</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>*{display:none}</style>",
    "<!-- --!><script>alert(1)</script>",
    "<math><mtext></p><img src=x onerror=alert(1)></mtext></math>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://a.example/1)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](data:image/png;base64,AAAA)",
    '![x" onerror="alert(1)](a.png)',
    '![x](a.png "t\\" onload=\\"alert(1)")',
    '[x](https://a.example "\\" onmouseover=alert(1) x=\\"")',
    "[x]: javascript:alert(1)\n\n[x]",
    "[![x](javascript:1)](javascript:2)",
    "- [ ] <b onclick=alert(1)>x</b>",
    '- [x] "><script>alert(1)</script>',
    "> [!NOTE]<script>alert(1)</script>",
    "> [!NOTE]\n> <script>alert(1)</script>",
    "# <script>alert(1)</script>",
    '# x" onclick="alert(1)',
    "a[^x]\n\n[^x]: <script>alert(1)</script>",
    'a[^"onclick=alert(1)]\n\n[^"onclick=alert(1)]: x',
    "^[<img src=x onerror=alert(1)>]",
    '```"onclick=alert(1)\nx\n```',
    "```html\n<script>alert(1)</script>\n```",
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    "    </code></pre><script>alert(1)</script>",
    "`</code><script>alert(1)</script>`",
    "| <script> | b |\n|--|--|\n| <img onerror=1> | ` <x onload=1> ` |",
    "| a |\n|:-:|\n| b |",
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{</mtext></math><img src=x onerror=alert(1)>}$",
    r"$$\href{javascript:alert(1)}{x}$$",
    r"$\style{background:url(//a.example)}{x}$",
    r"$\class{btn}{x}$",
    r"$\color{red;background:url(x)}{x}$",
    r"$\unicode{x3c}script>$",
    r"$</math><script>alert(1)</script>$",
    r"$\text{&lt;img src=x onerror=alert(1)&gt;}$",
    r"$\mathrm{<style>}$ $\operatorname{<img src=x onerror=1>}$",
    r"$\begin{array}{<script>} a \end{array}$",
    "$\\foo{<script>alert(1)</script>}$",
    "$$\n</code><script>alert(1)</script>{\n$$",
    "http://a.example/\"onmouseover='alert(1)'",
    "https://a.example/<script>alert(1)</script>",
    "\x00<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "\u2028<script>alert(1)</script>",
    "[a](//evil.example)",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_becomes_markup(attack):
    for text in (attack, f"> {attack}", f"- {attack}", f"**{attack}**", f"[^1]\n\n[^1]: {attack}", f"# {attack}"):
        assert_harmless(render_markdown(text))
        assert_harmless(render_markdown(text, link=lambda href: href, image=lambda src: src))
        assert_harmless(render_untrusted(text))


FRAGMENTS = st.sampled_from(
    [*ATTACKS, "\n", "\n\n", "> ", "- ", "# ", "|", "```", "$", "$$", "[", "](", ")", "![", "<", ">", '"', "'", "&", "\\", "`", "*",
     "_", "~~", "^[", "[^1]", "\\text{", "}", "{", "\\begin{array}{c}", "\\end{array}", "[!NOTE]", "    ", "javascript:"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=12)), max_size=12).map("".join))
def test_whatever_is_written_nothing_acts(text):
    assert_harmless(render_markdown(text))
    assert_harmless(render_untrusted(text))
    assert isinstance(Document(text).references, list)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=6)), max_size=10).map("".join))
def test_whatever_the_formula_it_is_mathml_or_refused(latex):
    with suppress(BadMath):
        assert_harmless(latex_to_mathml(latex))


def test_the_callbacks_cannot_bring_in_an_address_that_acts():
    html = render_markdown(
        "[x](a) ![y](b)", link=lambda _: "javascript:alert(1)", image=lambda _: "javascript:alert(1)"
    )
    assert_harmless(html)


# ---- what it says


def test_headings_begin_below_the_title_of_the_page():
    assert render_markdown("# A\n\n## B") == '<h2 id="h-a">A</h2>\n<h3 id="h-b">B</h3>\n'
    assert render_markdown("### A\n\n###### B") == '<h2 id="h-a">A</h2>\n<h5 id="h-b">B</h5>\n'
    assert render_untrusted("# A\n\n###### B") == "<h4>A</h4>\n<h6>B</h6>\n"


def test_links_to_headings_and_elsewhere():
    assert '<a href="#h-b">' in render_markdown("[a](#b)\n\n# B")
    assert '<a href="#h-q1-b">' in render_markdown("[a](#b)", id_prefix="q1")
    assert render_markdown("[a](https://a.example)") == (
        '<p><a href="https://a.example" rel="noopener noreferrer">a</a></p>\n'
    )
    assert render_markdown("[a](activity:x)", link=lambda href: "../x/") == '<p><a href="../x/">a</a></p>\n'
    assert 'rel="noopener noreferrer nofollow ugc"' in render_untrusted("https://a.example")


def test_names_of_files_do_not_become_links():
    assert render_markdown("Run train.py and read README.md") == "<p>Run train.py and read README.md</p>\n"


def test_images_have_their_place_and_comments_have_none():
    assert render_markdown("![a fit](images/x.png)", image=lambda src: f"asset/{src}") == (
        '<p><img src="asset/images/x.png" alt="a fit"></p>\n'
    )
    assert render_markdown("![a fit](https://a.example/x.png)") == "<p>a fit</p>\n"
    assert render_untrusted("![a fit](x.png)") == "<p>a fit</p>\n"


def test_callouts_have_a_visible_title():
    assert render_markdown("> [!WARNING]\n> Hot.") == (
        '<div class="callout callout-warning" role="note">\n<p class="callout-title">Warning</p><p>Hot.</p>\n</div>\n'
    )
    assert render_markdown("> [!NOTE] Hot.") == "<blockquote>\n<p>[!NOTE] Hot.</p>\n</blockquote>\n"
    assert "<blockquote>" in render_markdown("> [!TIP]\n>\n> A\n>\n> > B")


def test_code_has_classes_and_no_styles():
    html = render_markdown("```python\ndef f(): pass\n```")
    assert '<code class="language-python"><span class="k">def</span>' in html
    assert '<pre tabindex="0">' in html
    assert render_markdown("```nonsense\na < b\n```") == (
        '<div class="highlight"><pre tabindex="0"><code>a &lt; b\n</code></pre></div>\n'
    )


def test_tables_say_what_their_heads_are():
    html = render_markdown("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert '<th scope="col">a</th>' in html
    assert '<td class="text-end">2</td>' in html


def test_task_lists_are_labelled():
    assert '<label><input class="task-list-item-checkbox" checked="checked" disabled="disabled"' in render_markdown(
        "- [x] a"
    )


def test_footnotes_lead_there_and_back():
    html = render_markdown("a[^1]\n\n[^1]: b", id_prefix="q1")
    assert 'href="#fn-q1-1" id="fnref-q1-1"' in html
    assert 'href="#fnref-q1-1" class="footnote-backref" aria-label="Back to the text"' in html


def test_references_know_their_lines():
    text = "# T\n\none\n[a](b)\n\n> [!NOTE]\n> [c](d)\n\n| x |\n|---|\n| ![e](f) |\n\n- $\\foo$\n\n$$\n\\bar\n"
    assert [(found.kind, found.line) for found in Document(text).references] == [
        ("link", 4), ("link", 7), ("image", 11), ("mathematics", 13),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "piece", ["[", "![", "*a", "_a_", "`", "<", "> ", "- ", "[^1]", "^[", "$", "$$", "\\(", "|", "a|", "https://a", "&#", "~~", "[a](",
              "\n- ", "\n> ", "*_", "[!NOTE]\n", "\\frac", "{"]
)  # fmt: skip
def test_no_comment_takes_long(piece):
    text = (piece * MAX_UNTRUSTED)[:MAX_UNTRUSTED]
    start = process_time()
    assert_harmless(render_untrusted(text))
    assert process_time() - start < 5


def test_a_comment_beyond_the_limit_is_shown_as_it_is():
    assert render_untrusted("<b>" * MAX_UNTRUSTED).startswith("<pre>&lt;b&gt;")


def test_equal_headings_are_numbered_past_those_that_say_a_number():
    html = render_markdown("# A\n\n# A 1\n\n# A\n\n# A\n\n# ?\n\n# ?")
    assert re.findall(r'id="([^"]*)"', html) == ["h-a", "h-a-1", "h-a-2", "h-a-3", "h-heading", "h-heading-1"]


def test_thousands_of_equal_headings_are_numbered_at_once():
    assert len(Document("# a\n" * 20_000).anchors) == 20_000
