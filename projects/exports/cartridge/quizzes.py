"""A quiz in QTI 1.2.1 as the cartridge's profile has it.

The profile knows choices, texts to be matched and essays. A number with a tolerance and steps to put in order are neither, so
a person marks them; the answer is their solution. It draws nothing, so everybody gets the first questions of each pool.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from courses.models import Question, Quiz
from courses.models.quizzes import QuestionKind
from courses.quiz_draws import order_of_options
from projects.exports.cartridge.pages import rooted
from projects.exports.cartridge.profile import QTI_NAMESPACE

CHOICE, CHOICES, TEXT, ESSAY = (f"cc.{kind}.v0p1" for kind in ("multiple_choice", "multiple_response", "fib", "essay"))
FULL: Final = "100"
HEAVIEST: Final = 99
GENERAL, SOLUTION = "general_fb", "solution"


def quiz_xml(quiz: Quiz, title: str, ident: str, base: str) -> Element:
    """The quiz; `base` is the cartridge's folder of what it shows."""
    root = Element("questestinterop", xmlns=QTI_NAMESPACE)
    assessment = SubElement(root, "assessment", ident=ident, title=title)
    questions = asked_of(quiz)
    has_essays = any(profile_of(one) == ESSAY for one in questions)
    _fields(
        assessment,
        cc_profile="cc.exam.v0p1",
        qmd_assessmenttype="Examination",
        qmd_scoretype="Percentage",
        qmd_feedbackpermitted="Yes",
        qmd_hintspermitted="No",
        qmd_solutionspermitted="Yes" if has_essays else "No",
        cc_maxattempts="unlimited",
    )
    _material(SubElement(assessment, "rubric"), f"<p>You pass with {quiz.pass_percent} % of the points.</p>")
    section = SubElement(assessment, "section", ident=f"{ident}-section")
    for question, weight in zip(questions, weights_of([one.points for one in questions]), strict=True):
        _Item(section, quiz, question, weight, base)
    return root


def asked_of(quiz: Quiz) -> list[Question]:
    """Those that every learner gets, and of each pool as many as one of them gets."""
    asked = []
    left = dict(quiz.draw)
    for question in quiz.questions.all():
        if question.pool:
            left[question.pool] -= 1
        if not question.pool or left[question.pool] >= 0:
            asked.append(question)
    return asked


def profile_of(question: Question) -> str:
    """The profile's kind of question. One answer of two is asked as several of two: the profile wants three options."""
    if question.kind == QuestionKind.SINGLE and len(question.options) > 2:
        return CHOICE
    if question.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        return CHOICES
    if question.kind == QuestionKind.ORDERING or (question.kind == QuestionKind.NUMERIC and question.tolerance):
        return ESSAY
    return TEXT


def weights_of(points: Sequence[Decimal]) -> list[int]:
    """Whole numbers from 1 to 99 in the ratio of the points, as nearly as that can be said."""
    scale = next((scale for scale in (1, 2, 4, 5, 10, 20, 100) if all(one * scale % 1 == 0 for one in points)), 1)
    if max(points, default=Decimal(0)) * scale > HEAVIEST:
        return [max(1, round(HEAVIEST * one / max(points))) for one in points]
    return [max(1, int(one * scale)) for one in points]


def texts_of(question: Question) -> list[str]:
    """The answers that are right, as they may be typed."""
    if question.kind != QuestionKind.NUMERIC:
        return list(question.accepted)
    number = Decimal(question.accepted[0])
    plain = f"{number.normalize():f}"
    return list(dict.fromkeys([plain, str(number), plain.replace("0.", ".", 1) if abs(number) < 1 else plain]))


def steps_html(quiz: Quiz, question: Question, *, right: bool) -> str:
    """The steps that are to be put in order, in the right order or in another; "" of other questions."""
    if question.kind != QuestionKind.ORDERING:
        return ""
    order = range(len(question.options)) if right else order_of_options(quiz, question, 0)
    steps = "".join(f"<li>{question.options[index]['text_html']}</li>" for index in order)
    return f"<ol>{steps}</ol>" if right else f"<ul>{steps}</ul>"


class _Item:
    """One question, its answers and what is said of them."""

    def __init__(self, section: Element, quiz: Quiz, question: Question, weight: int, base: str) -> None:
        self.quiz, self.question, self.base = quiz, question, base
        self.profile = profile_of(question)
        self.item = SubElement(section, "item", ident=question.slug, title=question.slug)
        own = {"qmd_computerscored": "No"} if self.profile == ESSAY else {}
        metadata = SubElement(self.item, "itemmetadata")
        _fields(metadata, cc_profile=self.profile, cc_weighting=str(weight), qmd_scoringpermitted="Yes", **own)
        self.presentation = SubElement(self.item, "presentation")
        self._show(self.presentation, question.prompt_html + steps_html(quiz, question, right=False))
        processing = SubElement(self.item, "resprocessing")
        decvar = {"varname": "SCORE", "vartype": "Decimal", "minvalue": "0", "maxvalue": FULL}
        SubElement(SubElement(processing, "outcomes"), "decvar", decvar)
        self.processing = processing
        self.feedback: list[tuple[str, str]] = []
        if self.profile in (CHOICE, CHOICES):
            self._ask_for_choices()
        else:
            self._ask_for_text()
        for ident, text in self.feedback:
            self._show(SubElement(self.item, "itemfeedback", ident=ident), text)
        if self.profile == ESSAY:
            self._tell_solution()

    def _show(self, parent: Element, text: str) -> None:
        _material(parent, rooted(text, self.base))

    def _ask_for_choices(self) -> None:
        several = "Multiple" if self.profile == CHOICES else "Single"
        asked = SubElement(self.presentation, "response_lid", ident="response1", rcardinality=several)
        choice = SubElement(asked, "render_choice", shuffle="Yes" if self.quiz.shuffle else "No")
        idents = [f"option{number}" for number in range(1, len(self.question.options) + 1)]
        for ident, option in zip(idents, self.question.options, strict=True):
            self._show(SubElement(choice, "response_label", ident=ident), option["text_html"])
        self._always()
        for ident, option in zip(idents, self.question.options, strict=True):
            if option["feedback_html"]:
                condition, variable = self._condition(more=True)
                _equal(variable, ident)
                self._tell(condition, f"{ident}_fb", option["feedback_html"])
        right, variable = self._condition(more=False)
        if self.profile == CHOICES:
            variable = SubElement(variable, "and")
        for ident, option in zip(idents, self.question.options, strict=True):
            if option["correct"]:
                _equal(variable, ident)
            elif self.profile == CHOICES:
                _equal(SubElement(variable, "not"), ident)
        _score(right)

    def _ask_for_text(self) -> None:
        asked = SubElement(self.presentation, "response_str", ident="response1", rcardinality="Single")
        SubElement(asked, "render_fib", prompt="Box")
        self._always()
        if self.profile == TEXT:
            right, variable = self._condition(more=False)
            for text in texts_of(self.question):
                _equal(variable, text)
            _score(right)

    def _condition(self, *, more: bool) -> tuple[Element, Element]:
        """A condition, after which others are looked at or not, and where its tests go."""
        condition = SubElement(self.processing, "respcondition", {"continue": "Yes" if more else "No"})
        return condition, SubElement(condition, "conditionvar")

    def _tell(self, condition: Element, ident: str, text: str) -> None:
        SubElement(condition, "displayfeedback", feedbacktype="Response", linkrefid=ident)
        self.feedback.append((ident, text))

    def _always(self) -> None:
        """What is said whatever was answered."""
        essay = self.profile == ESSAY
        if not self.question.explanation_html and not essay:
            return
        condition, variable = self._condition(more=True)
        SubElement(variable, "other")
        if self.question.explanation_html:
            self._tell(condition, GENERAL, self.question.explanation_html)
        if essay:
            SubElement(condition, "displayfeedback", feedbacktype="Solution", linkrefid=SOLUTION)

    def _tell_solution(self) -> None:
        told = steps_html(self.quiz, self.question, right=True)
        if self.question.kind == QuestionKind.NUMERIC:
            told = f"<p>{self.question.accepted[0]}, at most {self.question.tolerance.normalize():f} more or less.</p>"
        solution = SubElement(SubElement(self.item, "itemfeedback", ident=SOLUTION), "solution")
        self._show(SubElement(solution, "solutionmaterial"), told)


def _fields(parent: Element, **fields: str) -> None:
    metadata = SubElement(parent, "qtimetadata")
    for label, entry in fields.items():
        field = SubElement(metadata, "qtimetadatafield")
        SubElement(field, "fieldlabel").text = label
        SubElement(field, "fieldentry").text = entry


def _material(parent: Element, text: str) -> None:
    SubElement(SubElement(parent, "material"), "mattext", texttype="text/html").text = text


def _equal(variable: Element, text: str) -> None:
    SubElement(variable, "varequal", respident="response1", case="No").text = text


def _score(condition: Element) -> None:
    SubElement(condition, "setvar", varname="SCORE", action="Set").text = FULL
