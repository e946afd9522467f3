"""Mini-projects and milestones: brief.md, rubric.yaml and checks.yaml in a folder of their own."""

from typing import Any, Literal, get_args

from courses.curriculum.documents import known_skills, open_record
from courses.curriculum.folder import Folder, is_safe_path
from courses.curriculum.pages import Page, Pages
from courses.curriculum.points import check_sum, read_points
from courses.curriculum.record import Passage, Record
from courses.curriculum.spec import CriterionSpec, LevelSpec, LinkRule, ProjectSpec, RubricSpec

_LINKS: tuple[LinkRule, ...] = get_args(LinkRule)
_FILES = {"brief.md", "rubric.yaml", "checks.yaml"}
_MAX_FILES = 500
_MAX_PATTERNS = 1_000


def read_project(
    path: str, kind: Literal["mini-project", "milestone"], folder: Folder, pages: Pages, skills: set[str]
) -> tuple[ProjectSpec, Page]:
    """The project in the folder `path`, and its brief as a page."""
    problems = folder.problems
    for name in sorted(_FILES - folder.below(path).keys()):
        problems.add(f"{path}/{name}", None, "This file is missing.", "Write it.")
    page = pages.file(f"{path}/brief.md")
    for name in sorted(folder.below(path).keys() - _FILES - page.images.keys()):
        problems.add(f"{path}/{name}", None, "Nothing uses this file.", "Show it in brief.md, or remove it.")
    accepts_files, accepts_link, config = _checks(f"{path}/checks.yaml", folder)
    return ProjectSpec(
        kind=kind,
        bundle_kind="archive",
        files={},
        config=config,
        max_attempts=None,
        accepts_files=accepts_files,
        accepts_link=accepts_link,
        rubric=_rubric(f"{path}/rubric.yaml", folder, skills),
    ), page


def _checks(path: str, folder: Folder) -> tuple[bool, LinkRule, dict[str, Any]]:
    record = open_record(path, folder)
    if record is None:
        return True, "none", {}
    accepts = record.record("accepts", required=True)
    files, link = True, None
    if accepts is not None:
        files, link = accepts.boolean("files", default=True), accepts.choice("link", _LINKS, default="none")
        accepts.close()
        if not files and link == "none":
            record.refuse("accepts", "Nothing can be handed in.", "Accept files or a link.")
    config: dict[str, Any] = {
        "required_files": _patterns(record, "required_files"),
        "forbidden_files": _patterns(record, "forbidden_files"),
        "python_syntax": record.boolean("python_syntax", default=False),
        "max_files": record.integer("max_files", minimum=1, maximum=10_000, default=_MAX_FILES),
    }
    if "pytest" in record:
        place = config["pytest"] = record.text("pytest", limit=200)
        if not is_safe_path(place):
            record.refuse("pytest", "This is no place in the work.", "Name a file or folder in it, such as tests.")
    record.close()
    return files, link or "none", config


def _patterns(record: Record, key: str) -> list[str]:
    patterns = []
    given = record.texts(key, required=False, limit=200)
    if len(given) > _MAX_PATTERNS:
        record.refuse(key, f"{key} has {len(given)} entries.", f"Keep to {_MAX_PATTERNS}.")
    for entry in given:
        if not is_pattern(entry):
            remedy = "Name files inside the work, such as README.md, *.py or src/*.py."
            record.problems.add(entry.file, entry.line, f"The pattern {entry.text} cannot match.", remedy)
        patterns.append(entry.text)
    return patterns


def is_pattern(entry: Passage) -> bool:
    """Whether it is a relative path that may hold `*`, `?`, `[` and `]`, and never `..`."""
    text = entry.text
    plain = text.translate(str.maketrans("*?[]!", "_____"))
    return is_safe_path("/".join(part.lstrip(".") or part for part in plain.split("/")))


def _rubric(path: str, folder: Folder, skills: set[str]) -> RubricSpec | None:
    record = open_record(path, folder)
    if record is None:
        return None
    pass_percent = record.integer("pass_percent", minimum=0, maximum=100)
    criteria: list[CriterionSpec] = []
    seen: set[str] = set()
    for entry in record.records("criteria"):
        slug = entry.slug("slug")
        if slug in seen:
            entry.refuse("slug", f"There is already a criterion {slug}.", "Give each criterion its own slug.")
        seen.add(slug)
        title, description = entry.text("title", limit=120), entry.text("description")
        named = known_skills(entry, skills, required=False)
        criteria.append(CriterionSpec(slug, title, description, named, _levels(entry)))
        entry.close()
    if "criteria" in record and not criteria:
        record.refuse("criteria", "The rubric has no criterion.", "Add one.")
    best = (max(level.points for level in criterion.levels) for criterion in criteria if criterion.levels)
    check_sum(best, path, record.line("criteria"), folder.problems)
    record.close()
    return RubricSpec(pass_percent, tuple(criteria))


def _levels(record: Record) -> tuple[LevelSpec, ...]:
    levels: list[LevelSpec] = []
    for entry in record.records("levels"):
        before = len(record.problems.errors)
        points = read_points(entry)
        known = len(record.problems.errors) == before
        level = LevelSpec(entry.text("title", limit=80), points, entry.text("description"))
        if levels and known and points <= levels[-1].points:
            problem = f"A level of {points} points follows one of {levels[-1].points}."
            entry.refuse(
                "points", problem, "Order levels from the fewest points to the most, each with more than the last."
            )
        levels.append(level)
        entry.close()
    if "levels" in record and len(levels) < 2:
        record.refuse("levels", "A criterion has at least two levels.", "Add levels.")
    return tuple(levels)
