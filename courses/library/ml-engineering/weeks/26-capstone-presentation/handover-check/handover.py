"""What a maintainer will miss, found before the first hour."""

import posixpath
import re

REQUIRED = ["README.md", "HANDOVER.md", "RUNBOOK.md"]
SECTIONS = ["Start", "Stop", "Deploy", "Roll back", "Incidents"]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def sections(text):
    """Headings as pairs (level, title), without those in code."""
    raise NotImplementedError()


def missing_sections(text, wanted):
    """Wanted titles that have no heading, or only empty sections."""
    raise NotImplementedError()


def anchor(title):
    """How a heading is linked to."""
    raise NotImplementedError()


def broken_links(files):
    """Pairs (path, target) of links that lead nowhere."""
    raise NotImplementedError()


def owner(path, rules):
    """Name of the last rule that fits, or None."""
    raise NotImplementedError()


def unowned(files, rules, people):
    """Sorted paths of files that nobody answers for."""
    raise NotImplementedError()


def monthly_cost(items, requests):
    """Total, dearest item, and items without a price."""
    raise NotImplementedError()


def report(repo):
    """All findings, and whether the repository can be handed over."""
    raise NotImplementedError()
