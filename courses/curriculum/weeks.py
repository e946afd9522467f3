"""week.yaml: one module and its activities in order."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Final, get_args
from urllib.parse import urlsplit

from courses.curriculum.documents import known_skills, open_record
from courses.curriculum.exercises import read_exercise
from courses.curriculum.folder import Folder, is_safe_path
from courses.curriculum.pages import Page, Pages
from courses.curriculum.projects import read_project
from courses.curriculum.quizzes import read_quiz
from courses.curriculum.record import Record
from courses.curriculum.spec import ActivityKind, ActivitySpec, ModuleSpec, ProjectSpec, QuizSpec, Step

_KINDS: Final[tuple[ActivityKind, ...]] = get_args(ActivityKind)
_STEPS: Final[tuple[Step, ...]] = get_args(Step)
_FOLDERS: Final = frozenset({"exercise", "mini-project", "milestone"})
_WITH_URL: Final = frozenset({"video", "call", "live-session"})
_WEEK = re.compile(r"([0-9]{2})-[a-z0-9-]+")
_LAST_DAY: Final = 730
MAX_WEEKS: Final = 99


@dataclass
class Program:
    """What the weeks refer to, and the slugs that they have used so far.

    Areas, skills and the number of weeks are empty where they could not be read, and then nothing is compared with them.
    """

    folder: Folder
    pages: Pages
    areas: set[str]
    skills: set[str]
    weeks: int | None
    activities: dict[str, str] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)


def read_week(name: str, program: Program) -> ModuleSpec | None:
    """The module in the folder `weeks/<name>`, or None after an error that leaves nothing of it."""
    path = f"weeks/{name}/week.yaml"
    problems = program.folder.problems
    if path not in program.folder.files:
        problems.add(path, None, "This file is missing.", "Write it, or remove its folder.")
        return None
    record = open_record(path, program.folder)
    if record is None:
        return None
    week = record.optional_integer("week", minimum=1, maximum=program.weeks or MAX_WEEKS, required=True)
    _check_number(record, week, name, program)
    slug = record.slug("slug")
    _claim(record, slug, program.modules, "week")
    title, summary = record.text("title", limit=150), record.text("summary")
    skills = known_skills(record, program.skills, required=False)
    activities = tuple(_activity(entry, f"weeks/{name}", program) for entry in record.records("activities"))
    hours, topics = _outline(record, program)
    if "activities" in record and not activities and "outline" not in record:
        record.refuse("activities", "The week has neither activities nor an outline.", "Add one of the two.")
    record.close()
    return ModuleSpec(week or 0, slug, title, summary, skills, activities, hours, topics)


def _check_number(record: Record, week: int | None, name: str, program: Program) -> None:
    match = _WEEK.fullmatch(name)
    if match is None:
        problem, remedy = (
            "This is no name of a week.",
            "Name the folder by two digits and a slug: 03-linear-regression.",
        )
        record.problems.add(f"weeks/{name}", None, problem, remedy)
    elif week is not None and int(match[1]) != week:
        record.refuse("week", f"week is {week}, and the folder says {int(match[1])}.", "Make them equal.")
    if week in program.numbers:
        record.refuse("week", f"Week {week} is also in {program.numbers[week]}.", "Give each week its own number.")
    elif week is not None or match is not None:
        program.numbers[week or int(match[1] if match else 0)] = f"weeks/{name}"


def _claim(record: Record, slug: str, taken: dict[str, str], noun: str) -> None:
    if slug and slug in taken:
        record.refuse("slug", f"The slug {slug} is taken by {taken[slug]}.", f"Give each {noun} its own slug.")
    elif slug:
        taken[slug] = f"{record.file}:{record.line('slug')}"


def _outline(record: Record, program: Program) -> tuple[dict[str, Decimal], tuple[str, ...]]:
    outline = record.record("outline")
    if outline is None:
        return {}, ()
    hours: dict[str, Decimal] = {}
    if (given := outline.record("hours")) is not None:
        for area in given.entries():
            hours[area] = given.decimal(area, minimum=Decimal(0))
            if program.areas and area not in program.areas:
                given.refuse(area, f"There is no area {area}.", _areas(program))
    topics = tuple(topic.text for topic in outline.texts("topics", required=False))
    outline.close()
    return hours, topics


def _areas(program: Program) -> str:
    return f"Use one of: {', '.join(sorted(program.areas))}."


def _activity(record: Record, folder: str, program: Program) -> ActivitySpec:
    slug = record.slug("slug")
    _claim(record, slug, program.activities, "activity")
    kind = record.choice("kind", _KINDS)
    title, minutes = record.text("title", limit=150), record.integer("minutes", minimum=1, maximum=10_000)
    area = record.text("area", limit=60)
    if area and program.areas and area not in program.areas:
        record.refuse("area", f"There is no area {area}.", _areas(program))
    skills = known_skills(record, program.skills, required=False)
    step = record.choice("step", _STEPS) if "step" in record else None
    algorithm = record.text("algorithm", limit=60, default="")
    _check_step(record)
    available, due, until = _days(record)
    required, url = record.boolean("required", default=True), record.text("url", limit=200, default="")
    page, quiz, project = _content(record, kind, slug, folder, program)
    _check_url(record, kind, url)
    for known in ("step", "source"):
        record.allow(known)
    record.close()
    return ActivitySpec(
        slug=slug,
        kind=kind or "reading",
        title=title,
        minutes=minutes,
        area=area,
        skills=skills,
        step=step or "",
        algorithm=algorithm,
        available_day=available,
        due_day=due,
        until_day=until,
        required=required,
        body_html=page.html,
        url=url,
        images=page.images,
        quiz=quiz,
        project=project,
    )


def _check_step(record: Record) -> None:
    if "step" in record and "algorithm" not in record:
        record.refuse("step", "There is a step without algorithm.", "Name the algorithm that it is a step of.")
    if "algorithm" in record and "step" not in record:
        record.refuse("algorithm", "There is an algorithm without step.", f"Add step: {', '.join(_STEPS)}.")


def _days(record: Record) -> tuple[int, int | None, int | None]:
    available = record.integer("available_day", minimum=0, maximum=_LAST_DAY, default=0)
    due = record.optional_integer("due_day", minimum=0, maximum=_LAST_DAY)
    until = record.optional_integer("until_day", minimum=0, maximum=_LAST_DAY)
    if due is not None and due < available:
        record.refuse(
            "due_day", f"It is due on day {due}, before it is available on day {available}.", "Make it due later."
        )
    if "until_day" in record and "due_day" not in record:
        record.refuse("until_day", "There is until_day without due_day.", "Add due_day, or remove until_day.")
    if due is not None and until is not None and until < due:
        record.refuse("until_day", f"Work is accepted until day {until}, and due on day {due}.", "Make it end later.")
    return available, due, until


def _check_url(record: Record, kind: ActivityKind | None, url: str) -> None:
    if kind == "video" and "url" not in record:
        record.refuse("url", "url is missing.", "Add url: where the video is.")
    if "url" not in record:
        return
    if kind is not None and kind not in _WITH_URL:
        record.refuse("url", f"An activity of kind {kind} has no url.", "Remove it, or link to it in the text.")
    try:
        good = urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname) and url.isprintable()
    except ValueError:
        good = False
    if url and (not good or " " in url):
        record.refuse("url", f"{url} is no address of a page.", "Write it whole, with https://.")


def _content(
    record: Record, kind: ActivityKind | None, slug: str, folder: str, program: Program
) -> tuple[Page, QuizSpec | None, ProjectSpec | None]:
    """What `source` names: a page, a quiz, or something to hand in."""
    source = _source(record, kind, slug, folder, program) if kind is not None else None
    if source is None:
        return Page(), None, None
    if kind == "quiz":
        quiz, page = read_quiz(source, program.folder, program.pages)
        return page, quiz, None
    if kind == "exercise":
        project, page = read_exercise(source, slug, program.folder, program.pages)
        return page, None, project
    if kind == "mini-project" or kind == "milestone":
        project, page = read_project(source, kind, program.folder, program.pages, program.skills)
        return page, None, project
    return program.pages.file(source), None, None


def _source(record: Record, kind: ActivityKind, slug: str, folder: str, program: Program) -> str | None:
    """The path of the source inside the whole folder, or None where there is none or it is wrong (which is noted)."""
    if "source" not in record:
        if kind not in _WITH_URL:
            record.refuse("source", "source is missing.", f"Name what holds this {kind}, relative to week.yaml.")
        return None
    source = record.text("source", limit=200)
    if not source:
        return None
    if not is_safe_path(source):
        record.refuse(
            "source", f"{source} is not inside the folder of the week.", "Write a path relative to week.yaml."
        )
        return None
    path = f"{folder}/{source.rstrip('/')}"
    if kind in _FOLDERS:
        if not program.folder.below(path):
            record.refuse("source", f"There is no folder {source}.", "Create it, or name the one that is meant.")
            return None
        if PurePosixPath(path).name != slug and slug:
            record.refuse("source", f"The folder {source} is not named by the slug {slug}.", "Make them equal.")
            return None
        return path
    ending = ".yaml" if kind == "quiz" else ".md"
    if path not in program.folder.files:
        record.refuse("source", f"There is no file {source}.", "Create it, or name the one that is meant.")
    elif not path.endswith(ending):
        record.refuse("source", f"The source of a {kind} is not {source}.", f"Name a file that ends in {ending}.")
    else:
        return path
    return None
