"""LaTeX mathematics as MathML: an allow-listed tree, so that nothing a formula says becomes markup of the page."""

import html
import re
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element

MAX_LATEX: Final = 2_000
_MAX_DEPTH: Final = 60

ELEMENTS: Final = frozenset(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle merror mpadded mphantom msub msup msubsup munder mover"
    " munderover mmultiscripts mprescripts none mtable mtr mtd menclose".split()
)
ATTRIBUTES: Final = frozenset(
    "accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form frame height"
    " largeop linethickness lspace mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowlines rowspacing"
    " rspace scriptlevel separator stretchy symmetric voffset width".split()
)
_VALUE = re.compile(r"[A-Za-z0-9 .+#%-]{0,60}")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_OPERATOR = re.compile(r"\\operatorname\s*\*?\s*\{([^{}]*)\}")
_OPERATOR_SPACE = re.compile(r"\\[,;:! ]|\\thinspace|~|\s+")
_BARE_STYLE = re.compile(r"(\\math(?:bb|bf|cal|frak|it|rm|scr|sf|tt))\s+([A-Za-z0-9])")
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(aligned|align|gathered|gather\*?|equation\*?)\}")
_ENVIRONMENTS = {"aligned": "split", "align": "align*", "gathered": "matrix", "gather": "matrix", "gather*": "matrix"}
_KNOWN_ENVIRONMENT = re.compile(r"(?:[pbBvV]?matrix\*?|smallmatrix|array|cases|split|align\*|substack|eqalign)")
_FENCES: Final = {"()", "[]", "{}", "||", "\u2016\u2016"}
_BEGIN = re.compile(r"\\begin\{([^}]*)\}")

# MathML Core knows no mathvariant but "normal": bold and double-struck letters are characters of their own.
_LETTERS: Final = {
    "bold": {"A": 0x1D400, "a": 0x1D41A, "0": 0x1D7CE, "\u0391": 0x1D6A8, "\u03b1": 0x1D6C2},
    "bold-italic": {"A": 0x1D468, "a": 0x1D482, "0": 0x1D7CE, "\u0391": 0x1D71C, "\u03b1": 0x1D736},
    "double-struck": {"0": 0x1D7D8},
}
_RANGES: Final = {"A": "Z", "a": "z", "0": "9", "\u0391": "\u03a9", "\u03b1": "\u03c9"}


class BadMath(ValueError):
    """The LaTeX cannot be shown as MathML; the message says why."""


@lru_cache(maxsize=2_048)
def latex_to_mathml(latex: str, *, display: bool = False) -> str:
    """The formula as one `<math>` element, or raise `BadMath`. At most `MAX_LATEX` characters are accepted."""
    if len(latex) > MAX_LATEX:
        raise BadMath(f"the formula is longer than {MAX_LATEX} characters")
    if not _balanced(latex):
        raise BadMath("its braces do not pair")
    for name in _BEGIN.findall(source := _normalised(latex)):
        if not _KNOWN_ENVIRONMENT.fullmatch(name):
            raise BadMath(f"the environment {name} is not known")
    try:
        tree = convert_to_element(source, display="block" if display else "inline")
    except Exception as error:  # the converter raises its own errors and, on odd input, IndexError, KeyError and others
        raise BadMath(_reason(error)) from error
    _clean(tree, depth=0)
    return tostring(tree, encoding="unicode")


def _balanced(latex: str) -> bool:
    depth = 0
    for character in _ESCAPED.sub("", latex):
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def _reason(error: Exception) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error")).lower()
    return f"the LaTeX is not complete or not right ({words})"


def _normalised(latex: str) -> str:
    """Say what the converter does not know in words that it knows."""

    def operator(match: re.Match[str]) -> str:
        return rf"\operatorname{{{_OPERATOR_SPACE.sub(chr(0x2009), match[1])}}}"

    def environment(match: re.Match[str]) -> str:
        if match[2].startswith("equation"):
            return ""
        return rf"\{match[1]}{{{_ENVIRONMENTS[match[2]]}}}"

    source = _ENVIRONMENT.sub(environment, _OPERATOR.sub(operator, latex))
    return _BARE_STYLE.sub(r"\1{\2}", source).strip()


def _clean(element: Element, *, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise BadMath("the formula is nested too deeply")
    if element.tag not in ELEMENTS:
        raise BadMath(f"{element.tag} is not supported")
    for name, value in list(element.attrib.items()):
        if name not in ATTRIBUTES or not _VALUE.fullmatch(value):
            del element.attrib[name]
    if element.tag == "mi" and element.text == "&":
        raise BadMath("& stands outside an environment with columns")
    element.text = _character(element, html.unescape(element.text or ""))
    element.tail = None
    for child in element:
        _clean(child, depth=depth + 1)
    _fence_matrices(element)


def _fence_matrices(row: Element) -> None:
    """Let the brackets of a matrix grow with it: the converter leaves them three siblings among others."""
    children = list(row)
    for opening, table, closing in zip(children, children[1:], children[2:], strict=False):
        around = f"{opening.text}{closing.text}"
        if table.tag != "mtable" or around not in _FENCES or opening.attrib or closing.attrib:
            continue
        matrix = Element("mrow")
        row.insert(list(row).index(opening), matrix)
        for part in (opening, table, closing):
            row.remove(part)
            matrix.append(part)
        opening.attrib.update(form="prefix", fence="true", stretchy="true", symmetric="true")
        closing.attrib.update(form="postfix", fence="true", stretchy="true", symmetric="true")


def _character(element: Element, text: str) -> str:
    text = "".join(character for character in text if character >= " ")
    if element.tag == "mtext":
        return text
    if text in {r"\{", r"\}"}:
        return text[1:]
    if _COMMAND.match(text):
        raise BadMath(f"the command {text} is not known")
    starts = _LETTERS.get(element.get("mathvariant", ""))
    if starts and len(text) == 1:
        for first, code in starts.items():
            if first <= text <= _RANGES[first]:
                del element.attrib["mathvariant"]
                return chr(code + ord(text) - ord(first))
    return text
