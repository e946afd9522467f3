"""Read a curriculum folder whole: one value when everything is right, or every error at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from courses.curriculum.documents import open_record
from courses.curriculum.errors import CurriculumError, CurriculumErrors, Problems
from courses.curriculum.folder import Folder
from courses.curriculum.pages import Pages
from courses.curriculum.record import SLUG_REMEDY, Record, is_slug
from courses.curriculum.skills import COVERAGE, ROLES, SKILLS, read_coverage, read_roles, read_skills
from courses.curriculum.spec import CurriculumSpec, ModuleSpec, SkillSpec
from courses.curriculum.weeks import MAX_WEEKS, Program, read_week
from lms.lib.garbage import put_off

__all__ = ["CurriculumError", "CurriculumErrors", "read_curriculum"]

PROGRAM: Final = "program.yaml"
_AT_ROOT: Final = (PROGRAM, SKILLS, ROLES, COVERAGE)


@dataclass(frozen=True)
class Label:
    """What a folder says it is, before all of it is read."""

    slug: str
    version: str
    digest: str


def label_of(files: Folder) -> Label | None:
    """The label of the folder, or None where something is wrong with its files or with program.yaml."""
    if files.problems.errors:
        return None
    record = open_record(PROGRAM, files)
    label = Label(record.slug("slug"), record.text("version", limit=40), files.digest()) if record else None
    found, files.problems.errors = files.problems.errors, []  # whoever reads all of it notes them again
    return None if found else label


def read_curriculum(folder: Path) -> CurriculumSpec:
    """The curriculum in the folder (docs/curriculum-format.md); raises `CurriculumErrors` with all that is wrong."""
    return read_files(Folder(folder, Problems()))


@put_off()
def read_files(files: Folder) -> CurriculumSpec:
    """The curriculum that these files are; raises as `read_curriculum`.

    What is read stays until it is published, so looking for garbage in it would take a tenth of the time.
    """
    problems = files.problems
    pages = Pages(files)
    record = _required(PROGRAM, files)
    head = _Head(record, problems) if record else None
    skills = _skills(files, head)
    program = Program(
        folder=files,
        pages=pages,
        areas=set(head.areas) if head else set(),
        skills={skill.slug for skill in skills},
        weeks=head.weeks if head else None,
    )
    _check_root(files)
    modules = [module for name in files.subfolders("weeks") if (module := read_week(name, program))]
    if head is not None:
        head.check_prerequisites(program.skills)
        head.check_entry_exercise(modules)
        _check_weeks(program, head)
    pages.check_links(set(program.activities))
    roles, coverage = read_roles(files, program.skills), read_coverage(files, set(program.activities))
    if problems.errors or head is None:
        raise CurriculumErrors(problems.errors)
    whole = head.curriculum(skills, sorted(modules, key=lambda module: module.week), files.digest())
    return replace(whole, roles=roles, coverage=coverage, files=files.files)


def _check_root(folder: Folder) -> None:
    """A misnamed file would be left out in silence."""
    for name in folder.files:
        if "/" not in name and name.endswith((".yaml", ".yml")) and name not in _AT_ROOT:
            remedy = f"Remove it, or name it one of: {', '.join(_AT_ROOT)}."
            folder.problems.add(name, None, "Nothing uses this file.", remedy)


def _required(path: str, folder: Folder) -> Record | None:
    if path not in folder.files and folder.files:
        folder.problems.add(path, None, "This file is missing.", "Write it.")
    elif not folder.files and not folder.problems.errors:
        folder.problems.add(".", None, "The folder holds no files.", "Name the folder that holds program.yaml.")
    return open_record(path, folder)


class _Head:
    """program.yaml."""

    def __init__(self, record: Record, problems: Problems) -> None:
        self._problems = problems
        self.slug = record.slug("slug")
        self.title = record.text("title", limit=150)
        self.version = record.text("version", limit=40)
        self.weeks = record.optional_integer("weeks", minimum=1, maximum=MAX_WEEKS, required=True)
        self.hours_per_week = record.integer("hours_per_week", minimum=1, maximum=100)
        self.summary = record.text("summary")
        self.areas = _areas(record)
        self.outcomes = tuple(entry.text for entry in record.texts("outcomes"))
        self._prerequisites = record.texts("prerequisites", required=False)
        self._entry_exercise = record.slug("entry_exercise") if "entry_exercise" in record else ""
        record.allow("entry_exercise")
        self._record = record
        record.close()

    def check_prerequisites(self, skills: set[str]) -> None:
        for entry in self._prerequisites:
            if skills and entry.text not in skills:
                problem = f"There is no skill {entry.text}."
                self._problems.add(entry.file, entry.line, problem, "Use the slug of a skill in skills.yaml.")

    def check_entry_exercise(self, modules: Iterable[ModuleSpec]) -> None:
        """Who applies reads its brief, and nothing else of the program."""
        if not self._entry_exercise:
            return
        exercises = {one.slug: one for module in modules for one in module.activities if one.kind == "exercise"}
        entry = exercises.get(self._entry_exercise)
        if entry is None:
            problem = f"There is no exercise {self._entry_exercise}."
            self._record.refuse("entry_exercise", problem, "Use the slug of an activity of the kind exercise.")
        elif 'href="../' in entry.body_html:
            problem = f"The brief of {entry.slug} links to other activities, which who applies cannot open."
            self._record.refuse("entry_exercise", problem, "Say it in the brief, or name another exercise.")

    def curriculum(self, skills: tuple[SkillSpec, ...], modules: list[ModuleSpec], digest: str) -> CurriculumSpec:
        return CurriculumSpec(
            slug=self.slug,
            title=self.title,
            version=self.version,
            weeks=self.weeks or 0,
            hours_per_week=self.hours_per_week,
            summary=self.summary,
            areas=self.areas,
            outcomes=self.outcomes,
            prerequisites=tuple(entry.text for entry in self._prerequisites),
            skills=skills,
            modules=tuple(modules),
            digest=digest,
            entry_exercise=self._entry_exercise,
        )


def _areas(record: Record) -> dict[str, str]:
    given = record.record("areas", required=True)
    if given is None:
        return {}
    areas: dict[str, str] = {}
    for slug in given.entries():
        areas[slug] = given.text(slug, limit=60)
        if not is_slug(slug):
            given.refuse(slug, f"{slug} is not a slug.", SLUG_REMEDY)
    if not areas:
        record.refuse("areas", "The program has no areas.", "Add one.")
    return areas


def _skills(folder: Folder, head: _Head | None) -> tuple[SkillSpec, ...]:
    record = _required(SKILLS, folder)
    return read_skills(record, set(head.areas) if head else set()) if record else ()


def _check_weeks(program: Program, head: _Head) -> None:
    missing = [str(week) for week in range(1, (head.weeks or 0) + 1) if week not in program.numbers]
    if missing:
        noun = "week" if len(missing) == 1 else "weeks"
        problem = f"There is no folder for {noun} {', '.join(missing)}."
        program.folder.problems.add("weeks", None, problem, "Add one for each week; a week may be only outlined.")
