"""Marking quiz answers."""

from decimal import Decimal

import pytest

from courses.actions.quizzes import take_quiz
from courses.marking import mark
from courses.models import ActivityProgress, Question
from tests import world


def question(kind, **fields):
    return Question(kind=kind, slug="q", prompt_html="", points=2, **fields)


OPTIONS = [{"text_html": "", "correct": correct, "feedback_html": ""} for correct in (True, False, True)]


@pytest.mark.parametrize(
    ("answer", "correct"),
    [(["0", "2"], True), (["2", "0", "2"], True), (["0"], False), (["0", "1", "2"], False), ([], False), (["7"], False),
     (["zero"], False), (["-1"], False)],
)  # fmt: skip
def test_several_options_must_be_exactly_right(answer, correct):
    assert mark(question("multiple", options=OPTIONS), answer).correct is correct


@pytest.mark.parametrize(
    ("answer", "correct"),
    [("0.25", True), (" 0,251 ", True), ("0.26", False), ("", False), ("a quarter", False), ("NaN", False),
     ("Infinity", False), ("2.5e-1", True)],
)  # fmt: skip
def test_a_number_is_right_within_its_tolerance(answer, correct):
    from_curriculum = question("numeric", accepted=["0.25"], tolerance=Decimal("0.005"))
    assert mark(from_curriculum, [answer]).correct is correct


@pytest.mark.parametrize("answer", ["1e9999999", "-1e9999999", "1e99999999999999999999", "NaN", "sNaN", "9e"])
def test_what_is_beyond_numbers_is_told_to_be_no_number(answer):
    marked = mark(question("numeric", accepted=["0.25"]), [answer])
    assert not marked.correct
    assert marked.problem.startswith("This is not a number")


@pytest.mark.parametrize("answer", ["9" * 5000, "0" * 5000, "²", "٠"])
def test_an_option_is_named_by_its_index_and_nothing_else(answer):
    assert mark(question("multiple", options=OPTIONS), [answer]).chosen == ()


def test_text_that_no_database_can_keep_is_left_out():
    assert mark(question("text", accepted=["a"]), ["\0a\0"]).text == "a"


def test_text_is_compared_without_case_and_outer_space():
    one = question("text", accepted=["Positive predictive value"])
    assert mark(one, ["  positive  PREDICTIVE value "]).correct
    assert not mark(one, ["recall"]).correct


def test_a_passed_quiz_is_done_and_a_failed_one_is_not(enrollment, curriculum):
    quiz = world.make_quiz(curriculum)
    failed, _ = take_quiz(enrollment=enrollment, quiz=quiz, answers={"q1": ["1"]})
    assert (failed.score, failed.max_score, failed.passed) == (0, 2, False)
    assert not ActivityProgress.objects.filter(enrollment=enrollment).exists()
    passed, marked = take_quiz(enrollment=enrollment, quiz=quiz, answers={"q1": ["0"], "q2": ["9"]})
    assert (passed.number, passed.score, passed.passed) == (2, 1, True)
    assert [one.correct for one in marked] == [True, False]
    assert ActivityProgress.objects.get(enrollment=enrollment).activity == quiz.activity
