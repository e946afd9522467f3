"""quiz.yaml: questions whose answers can be marked at once."""

from decimal import Decimal
from typing import get_args

from courses.curriculum.documents import open_record
from courses.curriculum.folder import Folder
from courses.curriculum.pages import Page, Pages
from courses.curriculum.points import check_sum, read_points
from courses.curriculum.record import Record
from courses.curriculum.spec import OptionSpec, QuestionKind, QuestionSpec, QuizSpec

_KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
_MOST_TOLERANCE = Decimal(1_000_000_000)


def read_quiz(path: str, folder: Folder, pages: Pages) -> tuple[QuizSpec | None, Page]:
    """The quiz of the file and the images that it shows."""
    page = Page()
    record = open_record(path, folder)
    if record is None:
        return None, page
    pass_percent = record.integer("pass_percent", minimum=0, maximum=100)
    shuffle = record.boolean("shuffle", default=False)
    questions: list[QuestionSpec] = []
    seen: set[str] = set()
    for entry in record.records("questions"):
        question = _question(entry, pages, page)
        if question.id in seen:
            entry.refuse("id", f"There is already a question {question.id}.", "Give each question its own id.")
        seen.add(question.id)
        questions.append(question)
    if "questions" in record and not questions:
        record.refuse("questions", "The quiz has no question.", "Add one.")
    check_sum((question.points for question in questions), path, record.line("questions"), folder.problems)
    draw = _draw(record, questions)
    record.close()
    return QuizSpec(pass_percent, tuple(questions), shuffle, draw), page


def _draw(record: Record, questions: list[QuestionSpec]) -> dict[str, int]:
    """How many questions of each pool a learner gets."""
    pools: dict[str, list[QuestionSpec]] = {}
    for question in questions:
        if question.pool:
            pools.setdefault(question.pool, []).append(question)
    entry = record.record("draw")
    draw = {name: entry.integer(name, minimum=1) for name in pools if name in entry} if entry else {}
    for name, members in pools.items():
        if name not in draw:
            record.refuse(
                "draw", f"Nothing says how many questions of the pool {name} are drawn.", f"Add {name} to draw."
            )
        elif entry and draw[name] > len(members):
            entry.refuse(
                name, f"The pool {name} has {len(members)} questions, and {draw[name]} are drawn.", "Draw fewer."
            )
        if len({question.points for question in members}) > 1:
            record.refuse(
                "draw", f"The questions of the pool {name} differ in points.", "Let each learner have the same to win."
            )
    if entry:
        entry.close()
    return draw


def _question(record: Record, pages: Pages, page: Page) -> QuestionSpec:
    slug, pool = record.slug("id"), record.slug("pool") if "pool" in record else ""
    kind = record.choice("kind", _KINDS)
    points = read_points(record, minimum="0.01", default="1")
    prompt = pages.render(record.passage("prompt"), page, id_prefix=slug)
    explanation = pages.render(record.passage("explanation", required=False), page, id_prefix=f"{slug}-why")
    options: tuple[OptionSpec, ...] = ()
    answer: Decimal | None = None
    tolerance, accepted = Decimal(0), tuple[str, ...]()
    if kind in {"single", "multiple"}:
        options = _options(record, kind == "single", slug, pages, page)
    elif kind == "ordering":
        options = _steps(record, slug, pages, page)
    elif kind == "numeric":
        answer = record.decimal("answer", places=10)
        tolerance = record.decimal(
            "tolerance", places=10, minimum=Decimal(0), maximum=_MOST_TOLERANCE, default=Decimal(0)
        )
    elif kind == "text":
        accepted = tuple(entry.text for entry in record.texts("accepted", limit=200))
        if "accepted" in record and not accepted:
            record.refuse("accepted", "The question has no correct answer.", "Name at least one accepted answer.")
    if kind is not None:
        record.close()
    return QuestionSpec(slug, kind or "text", prompt, points, options, answer, tolerance, accepted, explanation, pool)


def _steps(record: Record, slug: str, pages: Pages, page: Page) -> tuple[OptionSpec, ...]:
    """What is to be put in order, in the right order."""
    steps = record.texts("order")
    if "order" in record and len(steps) < 2:
        record.refuse("order", "Something is put in order only where there are two or more.", "Add to order.")
    if len({step.text for step in steps}) < len(steps):
        record.refuse("order", "Two of the steps are the same.", "Word them apart.")
    rendered = (pages.render(one, page, id_prefix=f"{slug}-{number}") for number, one in enumerate(steps, start=1))
    return tuple(OptionSpec(html, True, "") for html in rendered)


def _options(record: Record, single: bool, slug: str, pages: Pages, page: Page) -> tuple[OptionSpec, ...]:
    options = []
    for number, entry in enumerate(record.records("options"), start=1):
        prefix = f"{slug}-{number}"
        text = pages.render(entry.passage("text"), page, id_prefix=prefix)
        feedback = pages.render(entry.passage("feedback", required=False), page, id_prefix=f"{prefix}-why")
        options.append(OptionSpec(text, entry.boolean("correct", default=False), feedback))
        entry.close()
    correct = sum(option.correct for option in options)
    if "options" not in record:
        return ()
    if len(options) < 2:
        record.refuse("options", "A question of this kind has at least two options.", "Add options.")
    if not correct:
        record.refuse("options", "The question has no correct answer.", "Write correct: true in the right option.")
    elif single and correct > 1:
        remedy = "Keep one of them, or make its kind multiple."
        record.refuse("options", f"A question with one answer has {correct} correct options.", remedy)
    return tuple(options)
