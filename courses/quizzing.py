"""A quiz as its page shows it: the questions, with what the last attempt answered and earned."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.html import strip_tags

from courses.marking import Marked, mark, step_names
from courses.models import Enrollment, Question, Quiz, QuizAttempt
from courses.models.quizzes import QuestionKind
from courses.outline import with_editions
from courses.quiz_draws import draw, is_drawn, order_of_options, seed_of


@dataclass(frozen=True)
class Choice:
    """One option, whether it was chosen, and what the learner reads about it then. Of steps to be put in
    order, `name` is what the form calls it and `place` the one it was given, 0 for none."""

    index: int
    text_html: str
    is_chosen: bool
    is_correct: bool
    feedback_html: str
    name: str = ""
    place: int = 0

    @property
    def spoken(self) -> str:
        """The name of an option that is a formula, which screen readers and browsers do not agree on."""
        return strip_tags(self.text_html).strip() if "<math" in self.text_html else ""


@dataclass(frozen=True)
class Answered:
    """One question and what was `given` as its answer, None before the first attempt; `counts`: an attempt keeps it."""

    question: Question
    given: Marked | None
    choices: list[Choice]
    counts: bool = True

    @property
    def marked(self) -> Marked | None:
        """What the answer earned, None where none was kept."""
        return self.given if self.counts else None

    @property
    def field_name(self) -> str:
        return f"q-{self.question.slug}"

    @property
    def places(self) -> range:
        """The places that steps to be put in order can have."""
        return range(1, len(self.choices) + 1)


@dataclass(frozen=True)
class Sheet:
    """The questions of a quiz, with the newest attempt's answers, which stay in the form, unless new ones are asked for.

    `drawn_for` is the number of the attempt whose questions these are. `earlier` is the newest attempt at what the quiz was
    in an earlier version of the program, where there is none at this.
    """

    quiz: Quiz
    attempts: int
    newest: QuizAttempt | None
    answers: list[Answered]
    drawn_for: int
    earlier: QuizAttempt | None = None

    @property
    def has_others(self) -> bool:
        """Whether the next attempt may have other questions."""
        return self.newest is not None and is_drawn(self.quiz)


def sheet_of(quiz: Quiz, enrollment: Enrollment | None, *, afresh: bool = False) -> Sheet:
    """The sheet of a learner, in two queries, three before the first attempt; without an enrollment, an empty one with every
    question.

    `afresh`: the questions of the next attempt, if those are others.
    """
    last = quiz.attempts.filter(enrollment=enrollment).order_by("-number").first() if enrollment else None
    earlier = earlier_attempt(quiz, enrollment) if enrollment and not last else None
    attempts = last.number if last else 0
    newest = None if afresh and is_drawn(quiz) else last
    number = newest.number if newest else attempts + 1
    seed = newest.seed if newest else seed_of(quiz, enrollment.pk, number) if enrollment else 0
    answers = [answered(quiz, question, newest, seed) for question in draw(quiz, shown_questions(quiz), seed)]
    return Sheet(quiz, attempts, newest, answers, number, earlier)


def refused_sheet(
    quiz: Quiz, enrollment: Enrollment, *, answers: dict[str, list[str]], seed: int, drawn_for: int | None
) -> Sheet:
    """The sheet with answers as they were sent, by question slug, of which nothing was kept; two queries."""
    attempts = quiz.attempts.filter(enrollment=enrollment).aggregate(last=Max("number"))["last"] or 0
    found = [
        _shown(quiz, question, mark(question, answers.get(question.slug, [])), seed, counts=False)
        for question in draw(quiz, shown_questions(quiz), seed)
    ]
    return Sheet(quiz, attempts, None, found, drawn_for or attempts + 1)


def shown_questions(quiz: Quiz) -> list[Question]:
    """All questions of a quiz, their images addressed as those of this version."""
    questions = list(quiz.questions.all())
    for one in questions:
        one.prompt_html, one.explanation_html = (
            with_editions(html, quiz.activity.content_id) for html in (one.prompt_html, one.explanation_html)
        )
        for option in one.options:
            option.update(
                (name, with_editions(option[name], quiz.activity.content_id)) for name in ("text_html", "feedback_html")
            )
    return questions


def earlier_attempt(quiz: Quiz, enrollment: Enrollment) -> QuizAttempt | None:
    """The newest answers to the quiz of this name in other versions: they were to other questions."""
    attempts = QuizAttempt.objects.filter(enrollment=enrollment, quiz__activity__slug=quiz.activity.slug)
    return attempts.order_by("-submitted_at", "-pk").first()


def answered(quiz: Quiz, question: Question, attempt: QuizAttempt | None, seed: int) -> Answered:
    """One question with what the attempt kept of its answer, marked again."""
    marked = mark(question, raw_answer(question, attempt.answers.get(question.slug, {}))) if attempt else None
    return _shown(quiz, question, marked, seed)


def _shown(quiz: Quiz, question: Question, marked: Marked | None, seed: int, *, counts: bool = True) -> Answered:
    chosen = marked.chosen if marked else ()
    show = _step if question.kind == QuestionKind.ORDERING else _option
    choices = [show(question, index, chosen) for index in order_of_options(quiz, question, seed)]
    return Answered(question, marked, choices, counts)


def _option(question: Question, index: int, chosen: tuple[int, ...]) -> Choice:
    option = question.options[index]
    return Choice(index, option["text_html"], index in chosen, option["correct"], option["feedback_html"])


def _step(question: Question, index: int, chosen: tuple[int, ...]) -> Choice:
    place, option = chosen[index] if chosen else 0, question.options[index]
    name = step_names(question)[index]
    return Choice(index, option["text_html"], place > 0, place == index + 1, option["feedback_html"], name, place)


def raw_answer(question: Question, stored: dict[str, Any]) -> list[str]:
    """What a form would send for an answer that an attempt kept."""
    chosen = stored.get("chosen")
    if chosen and question.kind == QuestionKind.ORDERING:
        return [f"{name}:{place}" for name, place in zip(step_names(question), chosen, strict=True) if place]
    if chosen:
        return [str(index) for index in chosen]
    return [stored["text"]] if stored.get("text") else []
