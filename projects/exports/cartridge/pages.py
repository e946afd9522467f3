"""The web pages of a cartridge: texts as they are, with what other systems have no place for written below them."""

import html
import re
from collections.abc import Collection, Iterable
from decimal import Decimal

from courses.models import Activity, Module
from lms.lib.points import plain_number
from projects.models import Criterion, Project, Rubric

_LINK = re.compile(r'<a href="\.\./([a-z0-9-]+)/"[^>]*>(.*?)</a>', re.DOTALL)
PAGE = "page.html"


def page(title: str, *parts: str) -> bytes:
    """A whole HTML document."""
    name = html.escape(title)
    body = "\n".join(part for part in parts if part)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{name}</title></head>\n'
        f"<body>\n<h1>{name}</h1>\n{body}\n</body>\n</html>\n"
    ).encode()


def linked(text: str, pages: Collection[str]) -> str:
    """The text with links to other activities leading to their pages; to one without a page there is none."""

    def link(match: re.Match[str]) -> str:
        return f'<a href="../{match[1]}/{PAGE}">{match[2]}</a>' if match[1] in pages else match[2]

    return _LINK.sub(link, text)


def rooted(text: str, folder: str) -> str:
    """The text for a place that is no file of the cartridge: what it shows lies in `folder` of it."""
    base = f"$IMS-CC-FILEBASE$/{folder}"
    shown = linked(text, ()).replace('src="asset/', f'src="{base}/asset/')
    return shown.replace('href="files/', f'href="{base}/files/')


def week_page(module: Module) -> bytes:
    """What a week is about."""
    return page(str(module), _paragraph(module.summary), _list(module.topics))


def about(activity: Activity) -> str:
    """What an activity is and how long it takes."""
    return _paragraph(f"{activity.get_kind_display()}, about {activity.minutes} minutes.")


def points_of(project: Project) -> Decimal:
    """All points that the project's checks and its mentor can give."""
    return project.checks_max + project.rubric_max


def downloads(names: Iterable[str]) -> str:
    """A list of files that lie beside the page."""
    links = "".join(f'<li><a href="files/{html.escape(name)}">{html.escape(name)}</a></li>' for name in names)
    return f"<h2>Starting files</h2>\n<ul>{links}</ul>" if links else ""


def rubric_table(rubric: Rubric) -> str:
    """The criteria with their levels, and what passes."""
    rows = "".join(_criterion(one) for one in rubric.criteria.all())
    return f"<h2>Rubric</h2>\n<p>Passed with {rubric.pass_percent} % of the points.</p>\n<table>{rows}</table>"


def _criterion(criterion: Criterion) -> str:
    levels = (f"{one.title} ({plain_number(one.points)}): {one.description}" for one in criterion.levels.all())
    said = _paragraph(criterion.description) + _list(levels)
    return f'<tr><th scope="row">{html.escape(criterion.title)}</th><td>{said}</td></tr>'


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>" if text else ""


def _list(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""
