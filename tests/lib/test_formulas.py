"""Formulas become MathML where they are meant, or show their source."""

import pytest

from lms.lib.markdown import Document, render_markdown
from lms.lib.mathml import MAX_LATEX, latex_to_mathml


def test_formulas_become_mathml_in_the_line_and_on_their_own():
    assert '<span class="math"><math display="inline">' in render_markdown("so $x^2$ is")
    assert '<div class="math-block" tabindex="0"><math display="block">' in render_markdown("$$\nx^2\n$$")
    assert "<math" not in render_markdown("It costs $5, or $10 for two.")


@pytest.mark.parametrize("latex", ["\\foo{x}", "x_{", "}", "\\begin{foo}x\\end{foo}", "a & b", "x^a^b", "{" * 900 + "}" * 900,
                                   "x" * (MAX_LATEX + 1), "\\left("])  # fmt: skip
def test_bad_formulas_show_their_source(latex):
    html = render_markdown(f"${latex}$")
    assert html.startswith('<p><span class="math"><code class="math-error">$')
    assert [reference.kind for reference in Document(f"${latex}$").references if reference.problem] == ["mathematics"]


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", '<mtd columnalign="right"><mi>a</mi></mtd>'),
        (r"\operatorname*{arg\,min}_w", "<mo>arg\u2009min</mo>"),
        (r"\boldsymbol{\beta}", "<mi>\U0001d737</mi>"),
        (r"\mathcal L", "<mi>\u2112</mi>"),
        (r"\Bigl\{ x \Bigr\}", ">{</mo>"),
        (r"a \& b", "<mi>&amp;</mi>"),
        (r"x < y", "<mo>&lt;</mo>"),
    ],
)
def test_formulas_of_the_field_are_shown(latex, expected):
    assert expected in latex_to_mathml(latex)


@pytest.mark.parametrize("text", ["$x$ is 1", "$x$ ends in a backslash\\", "$$x$$ and 2", "- $x$ of 3"])
def test_a_formula_may_open_a_text_however_that_ends(text):
    assert "<mi>x</mi>" in render_markdown(text)


@pytest.mark.parametrize("text", ["$5 and $6", "a $x$1", "5$x$"])
def test_prices_are_no_formulas(text):
    assert "<math" not in render_markdown(text)


@pytest.mark.parametrize(
    ("name", "opening", "closing"), [("pmatrix", "(", ")"), ("bmatrix", "[", "]"), ("vmatrix", "|", "|")]
)
def test_the_brackets_of_a_matrix_grow_with_it(name, opening, closing):
    mathml = latex_to_mathml(rf"A = \begin{{{name}}}1&2\\3&4\end{{{name}}} + B")
    grows = 'fence="true" stretchy="true" symmetric="true"'
    assert f'<mrow><mo form="prefix" {grows}>{opening}</mo><mtable>' in mathml
    assert f'</mtable><mo form="postfix" {grows}>{closing}</mo></mrow><mo>+</mo>' in mathml
