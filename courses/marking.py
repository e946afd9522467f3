"""How quiz answers are marked: pure functions over a question's options and accepted answers."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from courses.models.quizzes import Question, QuestionKind


@dataclass(frozen=True)
class Marked:
    """What one answer earned and what the learner reads; `chosen` are option indexes, `text` what they typed.

    Of an ordering, `chosen` are the places from 1 that the options were given, 0 for none.
    """

    question: Question
    correct: bool
    chosen: tuple[int, ...] = ()
    text: str = ""
    problem: str = ""

    @property
    def points(self) -> Decimal:
        return self.question.points if self.correct else Decimal(0)

    @property
    def answered(self) -> bool:
        return bool(self.chosen or self.text)


def mark(question: Question, answer: list[str]) -> Marked:
    """Mark the raw answer of a form or of JSON: option indexes as text, `name:place` of an ordering (`step_names`), or
    one typed text. All or nothing per question.
    """
    if question.kind == QuestionKind.ORDERING:
        return _mark_order(question, answer)
    if question.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        indexes = {str(index): index for index in range(len(question.options))}
        chosen = tuple(sorted({indexes[one] for one in answer if one in indexes}))
        right = tuple(index for index, option in enumerate(question.options) if option["correct"])
        return Marked(question, correct=chosen == right, chosen=chosen)
    text = answer[0].replace("\0", "").strip()[:500] if answer else ""
    if question.kind == QuestionKind.NUMERIC:
        return _mark_number(question, text)
    accepted = {_plain(one) for one in question.accepted}
    return Marked(question, correct=_plain(text) in accepted, text=text)


def step_names(question: Question) -> list[str]:
    """What forms call the steps of an ordering, in the right order, which the names do not tell."""
    return [hashlib.sha256(f"{question.slug} {one['text_html']}".encode()).hexdigest()[:8] for one in question.options]


def stored_answer(marked: Marked) -> dict[str, Any]:
    """What a quiz attempt keeps of one answer."""
    return {"chosen": list(marked.chosen), "text": marked.text, "correct": marked.correct}


def _mark_order(question: Question, answer: list[str]) -> Marked:
    count = range(len(question.options))
    known = {
        f"{name}:{place + 1}": (index, place + 1) for index, name in enumerate(step_names(question)) for place in count
    }
    given = dict(known[one] for one in answer if one in known)
    if not given:
        return Marked(question, correct=False)
    chosen = tuple(given.get(index, 0) for index in count)
    twice = len(set(given.values())) < len(question.options)
    problem = "Give each step a place of its own." if twice else ""
    return Marked(question, correct=chosen == tuple(index + 1 for index in count), chosen=chosen, problem=problem)


def _mark_number(question: Question, text: str) -> Marked:
    if not text:
        return Marked(question, correct=False)
    expected = Decimal(str(question.accepted[0]))
    try:
        correct = abs(Decimal(text.replace(",", ".").replace("−", "-")) - expected) <= question.tolerance
    except ArithmeticError:  # also NaN, which compares with nothing, and numbers beyond what Decimal can subtract
        return Marked(question, correct=False, text=text, problem="This is not a number; write it like 0.25.")
    return Marked(question, correct=correct, text=text)


def _plain(text: str) -> str:
    return " ".join(str(text).casefold().split())
