"""A quiz as its page shows it: the questions, with what the last attempt answered and earned."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import strip_tags

from courses.marking import Marked, mark
from courses.models import Enrollment, Question, Quiz, QuizAttempt


@dataclass(frozen=True)
class Choice:
    """One option, whether it was chosen, and what the learner reads about it then."""

    index: int
    text_html: str
    is_chosen: bool
    is_correct: bool
    feedback_html: str

    @property
    def spoken(self) -> str:
        """The name of an option that is a formula, which screen readers and browsers do not agree on."""
        return strip_tags(self.text_html).strip() if "<math" in self.text_html else ""


@dataclass(frozen=True)
class Answered:
    """One question and its answer; `marked` is None before the first attempt."""

    question: Question
    marked: Marked | None
    choices: list[Choice]

    @property
    def field_name(self) -> str:
        return f"q-{self.question.slug}"


@dataclass(frozen=True)
class Sheet:
    """All questions of a quiz with the newest attempt's answers, which stay in the form."""

    quiz: Quiz
    attempts: int
    newest: QuizAttempt | None
    answers: list[Answered]


def sheet_of(quiz: Quiz, enrollment: Enrollment | None) -> Sheet:
    """The sheet of a learner, in two queries; without an enrollment, the empty one."""
    newest = quiz.attempts.filter(enrollment=enrollment).order_by("-number").first() if enrollment else None
    answers = [answered(question, newest) for question in quiz.questions.all()]
    return Sheet(quiz, newest.number if newest else 0, newest, answers)


def answered(question: Question, attempt: QuizAttempt | None) -> Answered:
    """One question with what the attempt kept of its answer, marked again."""
    marked = mark(question, raw_answer(attempt.answers.get(question.slug, {}))) if attempt else None
    chosen = set(marked.chosen) if marked else set()
    choices = [
        Choice(index, one["text_html"], index in chosen, one["correct"], one["feedback_html"])
        for index, one in enumerate(question.options)
    ]
    return Answered(question, marked, choices)


def raw_answer(stored: dict[str, Any]) -> list[str]:
    """What a form would send for an answer that an attempt kept."""
    if stored.get("chosen"):
        return [str(index) for index in stored["chosen"]]
    return [stored["text"]] if stored.get("text") else []
