"""The Markdown of a curriculum: every link, image and formula is checked before it is rendered."""

import multiprocessing
import os
import posixpath
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import unquote, urlsplit

from courses.curriculum.characters import CHARACTER_REMEDY, forbidden_in
from courses.curriculum.folder import MAX_TEXT, Folder, is_safe_path
from courses.curriculum.record import Passage, is_slug
from courses.curriculum.spec import ASSET_PREFIX, ImageSpec
from lms.lib.filetypes import IMAGE_TYPES, UnsafeSvg, check_svg, image_type, picture_size
from lms.lib.markdown import Document, Reference

MAX_PIXELS: Final = 16_000_000
MANY: Final = 40
"""Texts of a folder from which on they are rendered side by side; fewer take less time than starting the processes."""
MOST_PROCESSES: Final = 8

_LINK_REMEDY = "Link to http://, https://, mailto:, #a-heading or activity:its-slug."
_IMAGE_REMEDY = "Name a file below the folder of this text, such as images/fit.svg."


@dataclass(frozen=True)
class Rendered:
    """A text as safe HTML, what it refers to, and what `#…` may lead to in it."""

    html: str
    references: tuple[Reference, ...]
    anchors: frozenset[str]


@dataclass
class Page:
    """Passages of one activity, and the images that they show."""

    html: str = ""
    images: dict[str, ImageSpec] = field(default_factory=dict)


class Pages:
    """Renders passages; links to activities are checked by `check_links`, when all activities are known."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._problems = folder.problems
        self._links: list[tuple[str, int, str]] = []
        self._checked: dict[str, ImageSpec | None] = {}
        self._rendered = _rendered_at_once(
            data for path, data in folder.files.items() if path.endswith(".md") and len(data) <= MAX_TEXT
        )

    def file(self, path: str) -> Page:
        """The page of a Markdown file of the folder."""
        page = Page()
        text = self._folder.text(path)
        if text is not None and not text.strip():
            self._problems.add(path, 1, "This text is empty.", "Write it.")
        elif text is not None and (found := forbidden_in(text)):
            self._problems.add(path, text.count("\n", 0, found[0]) + 1, found[1], CHARACTER_REMEDY)
        elif text is not None:
            page.html = self.render(Passage(text, path, 1), page)
        return page

    def render(self, passage: Passage | None, page: Page, *, id_prefix: str = "") -> str:
        """The passage as safe HTML; its images are added to the page."""
        if passage is None:
            return ""
        rendered = (None if id_prefix else self._rendered.get(passage.text)) or _rendered(passage.text, id_prefix)
        for reference in rendered.references:
            line = passage.line + reference.line - 1
            if reference.kind == "link":
                self._check_link(passage.file, line, reference.target, rendered.anchors)
            elif reference.kind == "image":
                self._check_image(passage.file, line, reference, page)
            elif reference.problem:
                problem = f"The formula {reference.target.strip()[:60]} cannot be shown: {reference.problem}."
                self._problems.add(passage.file, line, problem, "Correct its LaTeX.")
        if found := forbidden_in(rendered.html):  # written as an entity
            self._problems.add(passage.file, passage.line, found[1], CHARACTER_REMEDY)
        return rendered.html

    def check_links(self, slugs: set[str]) -> None:
        """Note every link to an activity that is none of `slugs`."""
        for file, line, slug in self._links:
            if slug not in slugs:
                self._problems.add(file, line, f"There is no activity {slug}.", "Link to the slug of an activity.")

    def _check_link(self, file: str, line: int, target: str, anchors: frozenset[str]) -> None:
        if target.startswith("activity:"):
            slug = target.removeprefix("activity:")
            if is_slug(slug):
                self._links.append((file, line, slug))
            else:
                self._problems.add(file, line, f"{slug} is not the slug of an activity.", "Write activity:its-slug.")
        elif target.startswith("#") and len(target) > 1:
            if unquote(target[1:]) not in anchors:
                remedy = "Link to the words of one in this text, in lower case with hyphens for spaces."
                self._problems.add(file, line, f"There is no heading {target}.", remedy)
        elif not _leads_outside(target):
            self._problems.add(file, line, f"The link to {target or 'nothing'} leads nowhere.", _LINK_REMEDY)

    def _check_image(self, file: str, line: int, reference: Reference, page: Page) -> None:
        shown = unquote(reference.target)
        if not reference.text.strip():
            remedy = "Say between the square brackets what it shows."
            self._problems.add(file, line, f"The image {shown} has no alternative text.", remedy)
        path = posixpath.join(posixpath.dirname(file), shown)
        if not is_safe_path(shown):
            self._problems.add(file, line, f"The image {shown[:80]} is not a file of this folder.", _IMAGE_REMEDY)
        elif path not in self._folder.files:
            self._problems.add(file, line, f"There is no image {shown}.", _IMAGE_REMEDY)
        elif (image := self._image(path)) is not None:
            page.images[shown] = replace(image, name=shown)

    def _image(self, path: str) -> ImageSpec | None:
        if path not in self._checked:
            self._checked[path] = self._check_file(path)
        return self._checked[path]

    def _check_file(self, path: str) -> ImageSpec | None:
        data = self._folder.files[path]
        expected = IMAGE_TYPES.get(path.rpartition(".")[2])
        if expected is None:
            self._problems.add(path, None, "This is no kind of image that pages show.", "Use png, jpg, webp or svg.")
            return None
        if image_type(data) != expected:
            self._problems.add(
                path, None, f"Its content is not {expected}, as its name says.", "Export the image again."
            )
            return None
        if expected != "image/svg+xml":
            return self._check_pixels(path, expected, data)
        try:
            check_svg(data, pixels=MAX_PIXELS)
        except UnsafeSvg as error:
            remedy = "Export it as a plain drawing: no scripts, handlers or addresses."
            self._problems.add(path, None, f"This SVG is not safe to show: {error}.", remedy)
            return None
        return ImageSpec(name=path, content_type=expected, data=data)

    def _check_pixels(self, path: str, content_type: str, data: bytes) -> ImageSpec | None:
        """Readers' browsers decode it: a small file may hold more pixels than they can bear."""
        size = picture_size(data)
        if size is None:
            self._problems.add(
                path, None, "This image is damaged, or has far too many pixels.", "Export the image again."
            )
            return None
        if size[0] * size[1] > MAX_PIXELS:
            problem = f"This image has {size[0]} × {size[1]} pixels."
            self._problems.add(path, None, problem, f"Scale it to at most {MAX_PIXELS // 1_000_000} million.")
            return None
        return ImageSpec(name=path, content_type=content_type, data=data)


def _rendered(text: str, id_prefix: str = "") -> Rendered:
    document = Document(text, id_prefix=id_prefix)
    references, anchors = tuple(document.references), frozenset(document.anchors)
    return Rendered(document.html(link=_link, image=_asset), references, anchors)


def _rendered_at_once(files: Iterable[bytes]) -> dict[str, Rendered]:
    """Texts by what they are, rendered by as many processes as this one has processors, up to `MOST_PROCESSES`.

    None when they are few, or when a process is killed: then each is rendered when it is asked for.
    """
    texts = [data.decode("utf-8", "ignore") for data in files]
    if len(texts) < MANY or not hasattr(os, "sched_getaffinity"):  # where it is missing, forking is not safe either
        return {}
    count = min(len(os.sched_getaffinity(0)), MOST_PROCESSES)
    try:
        with ProcessPoolExecutor(count, multiprocessing.get_context("fork")) as processes:
            return dict(zip(texts, processes.map(_rendered, texts, chunksize=8), strict=True))
    except BrokenProcessPool:
        return {}


def _leads_outside(target: str) -> bool:
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return (parts.scheme in {"http", "https"} and bool(parts.hostname)) or (
        parts.scheme == "mailto" and "@" in parts.path
    )


def _asset(src: str) -> str:
    return ASSET_PREFIX + src


def _link(href: str) -> str:
    return f"../{href.removeprefix('activity:')}/" if href.startswith("activity:") else href
