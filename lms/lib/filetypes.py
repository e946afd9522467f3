"""What a file's first bytes say it is, and whether an SVG is only a drawing."""

import binascii
import io
import re
import warnings
from typing import Final
from xml.etree.ElementTree import ParseError, XMLParser

from PIL import Image

IMAGE_TYPES: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "svg": "image/svg+xml",
}
"""Images that pages may show, by the ending of their name."""

_SVG_ELEMENTS: Final = frozenset(
    "svg g defs desc title metadata path rect circle ellipse line polyline polygon text tspan textPath use symbol marker"
    " linearGradient radialGradient stop pattern clipPath mask image style filter feGaussianBlur feOffset feBlend feMerge"
    " feMergeNode feFlood feComposite feColorMatrix feDropShadow switch".split()
)
_METADATA: Final = frozenset("RDF Work format type title Agent creator date".split())
_FORBIDDEN_CSS = re.compile(
    r"@import|expression\s*\(|javascript:|-moz-binding|behavior\s*:|\\|@namespace|image-set|src\s*\(", re.I
)
_URL = re.compile(r"url\(\s*['\"]?\s*([^)]*)", re.I)
_DECLARATION = re.compile(rb"<!(?:ENTITY|ATTLIST|ELEMENT|NOTATION)", re.I)
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*['\"](?!utf-8['\"])", re.I)
_SVG_NAMESPACE = "{http://www.w3.org/2000/svg}"
_MOST_USED: Final = 100_000
_EMBEDDED = re.compile(r"data:image/(?:png|jpeg|webp);base64,[A-Za-z0-9+/=\s]*")


class UnsafeSvg(ValueError):
    """The SVG is more than a drawing; the message says what it holds."""


def image_type(data: bytes) -> str | None:
    """The content type that the bytes themselves show (PNG, JPEG, WebP or SVG), or None."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:4_096]
    if start.startswith((b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE svg")) and b"<svg" in data:
        return "image/svg+xml"
    return None


def picture_size(data: bytes, *, formats: tuple[str, ...] = ("PNG", "JPEG", "WEBP")) -> tuple[int, int] | None:
    """Width and height in pixels as the picture's head says, without decoding it; None where it is damaged or a bomb."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=formats) as image:
                return image.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None


def check_svg(data: bytes, *, pixels: int) -> None:
    """Raise `UnsafeSvg` unless the file is well-formed XML that only draws:
    known elements, nothing from elsewhere, no script, no drawing that grows as it is shown, and at most so many pixels
    in the images that it embeds.
    """
    if _DECLARATION.search(data):
        raise UnsafeSvg("its document type declares entities or elements")
    if _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf").lstrip()):
        raise UnsafeSvg("its encoding is not UTF-8")
    parser = XMLParser(target=_Drawing(pixels), encoding="utf-8")
    try:
        parser.feed(data)
        parser.close()
    except ParseError as error:
        raise UnsafeSvg(f"it is not well-formed XML ({error})") from error


class _Drawing:
    """Looks at an SVG as it is parsed."""

    def __init__(self, pixels: int) -> None:
        self._pixels = pixels
        self._ids: list[tuple[str, int]] = []
        self._used: list[str] = []
        self._uses: set[str] = set()
        self._sizes: dict[str, int] = {}
        self._count = 0
        self._path: list[str] = []
        self._css: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if not self._path and tag != f"{_SVG_NAMESPACE}svg":
            raise UnsafeSvg("its outermost element is not svg of SVG's namespace")
        known = tag.startswith(_SVG_NAMESPACE) and name in _SVG_ELEMENTS
        if not known and not ("metadata" in self._path and name in _METADATA):
            raise UnsafeSvg(f"it holds the element {name}")
        for attribute, value in attributes.items():
            plain = attribute.rpartition("}")[2].lower()
            _check_attribute(name, plain, value)
            if plain == "href" and name == "image":
                self._count_pixels(value)
            elif plain == "href" and name == "use":
                self._used.append(value.strip()[1:])
        self._path.append(name)
        self._ids.append((attributes.get("id", ""), self._count))
        self._count += 1
        if name == "use":
            self._uses.update(slug for slug, _ in self._ids if slug)

    def data(self, text: str) -> None:
        if self._path and self._path[-1] == "style":
            self._css.append(text)

    def end(self, tag: str) -> None:
        self._path.pop()
        slug, before = self._ids.pop()
        self._sizes[slug] = max(self._sizes.get(slug, 0), self._count - before)
        if not self._path:
            _check_css("".join(self._css))
            self._check_uses()

    def pi(self, target: str, text: str = "") -> None:
        raise UnsafeSvg(f"it holds the processing instruction {target}")

    def close(self) -> None:
        if self._path:
            raise UnsafeSvg("it is not complete")

    def _count_pixels(self, address: str) -> None:
        if address.strip().startswith("#"):
            return
        try:
            size = picture_size(binascii.a2b_base64(address.partition(",")[2]))
        except binascii.Error:
            size = None
        self._pixels -= size[0] * size[1] if size else 0
        if not size or self._pixels < 0:
            raise UnsafeSvg("it holds an image that is damaged, or has too many pixels")

    def _check_uses(self) -> None:
        """What is used holds no use itself, or a few lines would draw without end."""
        for slug in self._used:
            if slug in self._uses:
                raise UnsafeSvg(f"it uses #{slug[:60]}, which uses another")
        if sum(self._sizes.get(slug, 0) for slug in self._used) > _MOST_USED:
            raise UnsafeSvg(f"what it uses adds up to more than {_MOST_USED} elements")


def _check_attribute(element: str, name: str, value: str) -> None:
    if name.startswith("on"):
        raise UnsafeSvg(f"it holds the event handler {name}")
    address = value.strip()
    inside = address.startswith("#") or (element == "image" and _EMBEDDED.fullmatch(address))
    if name in {"href", "src"} and not inside:
        raise UnsafeSvg(f"it refers to {address[:60]}")
    _check_css(value if name != "href" else "")


def _check_css(css: str) -> None:
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    if match := _FORBIDDEN_CSS.search(plain):
        raise UnsafeSvg(f"its style holds {match[0]}")
    for address in _URL.findall(plain):
        if not address.startswith("#"):
            raise UnsafeSvg(f"its style refers to {address[:60]}")
