"""What a maintainer will miss, found before the first hour."""

import posixpath
import re

REQUIRED = ["README.md", "HANDOVER.md", "RUNBOOK.md"]
SECTIONS = ["Start", "Stop", "Deploy", "Roll back", "Incidents"]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"(#{1,6}) +(.*)")


def _lines(text):
    """Pairs (line, whether it is within or at the edge of a fenced block)."""
    fenced = False
    for line in text.splitlines():
        edge = line.startswith("```")
        yield line, fenced or edge
        fenced ^= edge


def sections(text):
    """Headings as pairs (level, title), without those in code."""
    found = [HEADING.match(line) for line, code in _lines(text) if not code]
    return [(len(match[1]), match[2].strip()) for match in found if match]


def missing_sections(text, wanted):
    """Wanted titles that have no heading, or only empty sections."""
    filled, open_ = set(), []
    for line, code in _lines(text):
        match = None if code else HEADING.match(line)
        if match:
            open_ = [one for one in open_ if one[0] < len(match[1])] + [(len(match[1]), match[2].strip().lower())]
        elif line.strip():
            filled |= {title for _, title in open_}
    return [title for title in wanted if title.lower() not in filled]


def anchor(title):
    """How a heading is linked to."""
    return "".join(c for c in title.lower() if c.isalnum() or c in " -_").replace(" ", "-")


def broken_links(files):
    """Pairs (path, target) of links that lead nowhere."""
    folders = {"."}
    for path in files:
        while path := posixpath.dirname(path):
            folders.add(path)
    broken = set()
    for path, text in files.items():
        if not path.endswith(".md"):
            continue
        for target in (target for line, code in _lines(text) if not code for target in LINK.findall(line)):
            if target.startswith(("http://", "https://", "mailto:")):
                continue
            where, _, words = target.partition("#")
            place = posixpath.normpath(posixpath.join(posixpath.dirname(path), where)) if where else path
            if place not in files and place not in folders:
                broken.add((path, target))
            elif words and place in files and place.endswith(".md"):
                if words not in {anchor(title) for _, title in sections(files[place])}:
                    broken.add((path, target))
    return sorted(broken)


def owner(path, rules):
    """Name of the last rule that fits, or None."""
    found = None
    for pattern, name in rules:
        if pattern.endswith("/"):
            fits = path.startswith(pattern)
        elif pattern.startswith("*"):
            fits = path.endswith(pattern[1:])
        else:
            fits = path == pattern
        found = name if fits else found
    return found


def unowned(files, rules, people):
    """Sorted paths of files that nobody answers for."""
    return sorted(path for path in files if owner(path, rules) not in people)


def monthly_cost(items, requests):
    """Total, dearest item, and items without a price."""
    unknown = sorted(item["name"] for item in items if item["price"] is None)
    if unknown:
        return {"total": None, "largest": None, "unknown": unknown}
    costs = {}
    for item in items:
        times = {"fixed": lambda: 1, "hourly": lambda: item["count"] * 730, "requests": lambda: requests / 1000}[item["kind"]]()
        costs[item["name"]] = item["price"] * times
    return {"total": sum(costs.values()), "largest": min(costs, key=lambda name: (-costs[name], name), default=None), "unknown": []}


def report(repo):
    """All findings, and whether the repository can be handed over."""
    files = repo["files"]
    findings = [("must", "file", path) for path in REQUIRED if path not in files]
    if "RUNBOOK.md" in files:
        findings += [("must", "section", title) for title in missing_sections(files["RUNBOOK.md"], SECTIONS)]
    for path, target in broken_links(files):
        findings.append(("must" if path == "RUNBOOK.md" else "should", "link", f"{path} -> {target}"))
    findings += [("should", "owner", path) for path in unowned(files, repo["rules"], repo["people"])]
    findings += [("must", "price", name) for name in monthly_cost(repo["items"], repo["requests"])["unknown"]]
    for fault in repo["faults"]:
        if fault["state"] == "open" and not fault["consequence"].strip():
            findings.append(("must", "fault", fault["id"]))
        if fault["state"] == "closed" and fault["test"] not in files:
            findings.append(("should", "test", fault["id"]))
    return {"ready": all(level != "must" for level, _, _ in findings), "findings": sorted(findings)}
