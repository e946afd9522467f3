"""Curriculum folders of any size, made of short right parts: for query counts and for the benchmark."""

from tests.exercises import FUNCTION

PROGRAM = """\
schema: 1
slug: generated
title: A generated program
version: "1"
weeks: {weeks}
hours_per_week: 15
summary: As large as it is asked to be.
areas: {{modelling: Modelling}}
outcomes: [Read a lot.]
prerequisites: []
"""
SKILLS = "schema: 1\nskills:\n  - {slug: python, title: Python, area: modelling, summary: Writes Python.}\n"
WEEK = (
    "schema: 1\nweek: {week}\nslug: week-{week}\ntitle: Week {week}\nsummary: A week.\nskills: [python]\nactivities:\n"
)
ACTIVITY = (
    "  - {{slug: {slug}, kind: {kind}, title: Activity {slug}, minutes: 30, area: modelling, skills: [python], "
    "source: {source}, due_day: 6}}\n"
)
READING = """\
# Reading {slug}

What this says of $y = {number} x$ is in no other reading; see [the first](activity:{first}).

![A drawing](images/{slug}.svg)
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number} 1"><path d="M0 0L1 1"/></svg>'
QUIZ = """\
schema: 1
pass_percent: 70
questions:
  - id: q1
    kind: single
    prompt: Which of {number}?
    options: [{{text: This, correct: true}}, {{text: That}}, {{text: None}}]
  - {{id: q2, kind: numeric, prompt: How many?, answer: {number}}}
"""
BRIEF = "Do what {slug} asks for.\n"
RUBRIC = """\
schema: 1
pass_percent: 60
criteria:
  - slug: method
    title: Method
    description: What was done.
    skills: [python]
    levels: [{title: Missing, points: 0, description: Nothing.}, {title: Solid, points: 6, description: Enough.}]
"""
CHECKS = "schema: 1\naccepts: {files: true, link: optional}\n"


def write_generated(folder, *, weeks, readings=1, quizzes=1, exercises=1, projects=1):
    """A folder with this many activities of each kind in each week; returns it."""
    files = {"program.yaml": PROGRAM.format(weeks=weeks), "skills.yaml": SKILLS}
    for week in range(1, weeks + 1):
        kinds = ["reading"] * readings + ["quiz"] * quizzes + ["exercise"] * exercises + ["mini-project"] * projects
        listed = WEEK.format(week=week)
        for number, kind in enumerate(kinds):
            slug = f"{kind}-{week}-{number}"
            source, made = _made(kind, slug, week * 1000 + number)
            listed += ACTIVITY.format(slug=slug, kind=kind, source=source)
            files |= {f"weeks/{week:02}-week/{name}": text for name, text in made.items()}
        files[f"weeks/{week:02}-week/week.yaml"] = listed
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def _made(kind, slug, number):
    """The source of an activity, and its files."""
    if kind == "reading":
        text = READING.format(slug=slug, number=number, first="reading-1-0")
        return f"{slug}.md", {f"{slug}.md": text, f"images/{slug}.svg": SVG.format(number=number)}
    if kind == "quiz":
        return f"{slug}.yaml", {f"{slug}.yaml": QUIZ.format(number=number)}
    if kind == "exercise":
        return slug, {
            f"{slug}/{name}": text for name, text in {**FUNCTION, "brief.md": BRIEF.format(slug=slug)}.items()
        }
    files = {"brief.md": BRIEF.format(slug=slug), "rubric.yaml": RUBRIC, "checks.yaml": CHECKS}
    return slug, {f"{slug}/{name}": text for name, text in files.items()}
