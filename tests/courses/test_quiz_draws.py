"""Questions of a learner's own: pools, shuffled orders, steps to put in order, and what an attempt keeps of them."""

import re

import pytest
from django.urls import reverse

from courses.actions.quizzes import QuizRefused, take_quiz
from courses.marking import mark, step_names
from courses.models import Question, Quiz
from courses.quiz_draws import draw, order_of_options, seed_of
from courses.quizzing import sheet_of
from tests import world

STEPS = [{"text_html": f"<p>Step {name}</p>", "correct": True, "feedback_html": ""} for name in "abc"]


@pytest.fixture
def quiz(curriculum):
    """Two questions for all, and two of a pool of six."""
    quiz = world.make_quiz(curriculum, "a-quiz")
    Quiz.objects.filter(pk=quiz.pk).update(draw={"pool": 2}, shuffle=True)
    Question.objects.bulk_create(
        Question(quiz=quiz, position=2 + n, slug=f"p{n}", kind="text", prompt_html="", points=1, accepted=["a"], pool="pool")
        for n in range(6)
    )  # fmt: skip
    quiz.refresh_from_db()
    return quiz


def slugs(quiz, seed):
    return [one.slug for one in draw(quiz, quiz.questions.all(), seed)]


def test_each_learner_gets_the_common_questions_and_as_many_of_the_pool_as_said(quiz):
    drawn = [slugs(quiz, seed) for seed in range(1, 60)]
    for one in drawn:
        assert {"q1", "q2"} < set(one)
        assert len(one) == len(set(one)) == 4
    assert {slug for one in drawn for slug in one} == {"q1", "q2", *(f"p{n}" for n in range(6))}
    assert len({tuple(one) for one in drawn}) > 20


def test_the_same_seed_draws_the_same_and_learners_and_attempts_have_their_own(quiz):
    assert slugs(quiz, 7) == slugs(quiz, 7)
    assert seed_of(quiz, 1, 1) == seed_of(quiz, 1, 1)
    assert len({seed_of(quiz, enrollment, number) for enrollment in (1, 2) for number in (1, 2)}) == 4


def test_where_nothing_is_drawn_questions_stay_in_their_order(curriculum):
    plain = world.make_quiz(curriculum, "plain")
    assert seed_of(plain, 1, 1) == 0
    assert slugs(plain, 0) == ["q1", "q2"]
    assert order_of_options(plain, plain.questions.first(), 0) == [0, 1]


def test_steps_to_be_put_in_order_never_come_in_order(curriculum):
    plain = world.make_quiz(curriculum, "plain")
    for slug in map(str, range(30)):
        shown = order_of_options(plain, Question(slug=slug, kind="ordering", options=STEPS), 0)
        assert sorted(shown) == [0, 1, 2]
        assert shown != [0, 1, 2]


@pytest.mark.parametrize(
    ("answer", "chosen", "correct", "problem"),
    [
        (["0:1", "1:2", "2:3"], (1, 2, 3), True, False),
        (["2:3", "0:1", "1:2"], (1, 2, 3), True, False),
        (["0:2", "1:1", "2:3"], (2, 1, 3), False, False),
        (["0:1", "1:1", "2:3"], (1, 1, 3), False, True),
        (["0:1", "1:2"], (1, 2, 0), False, True),
        (["", "", ""], (), False, False),
        (["0:4", "3:1", "x", "²:1"], (), False, False),
    ],
)
def test_steps_are_right_when_each_has_its_place(answer, chosen, correct, problem):
    question = Question(kind="ordering", slug="q", options=STEPS, points=1)
    marked = mark(question, [named(question, one) for one in answer])
    assert (marked.chosen, marked.correct, bool(marked.problem)) == (chosen, correct, problem)


def test_an_attempt_keeps_its_seed_and_is_marked_by_the_questions_it_had(enrollment, quiz):
    shown = [one.question.slug for one in sheet_of(quiz, enrollment).answers]
    first, marked = take_quiz(enrollment=enrollment, quiz=quiz, answers={"q1": ["0"]}, drawn_for=1)
    assert [one.question.slug for one in marked] == shown
    assert first.max_score == 4
    again, marked = take_quiz(enrollment=enrollment, quiz=quiz, answers={"q1": ["0"]}, drawn_for=1)
    assert (again.number, again.seed) == (2, first.seed)
    assert [one.question.slug for one in marked] == shown
    other, _ = take_quiz(enrollment=enrollment, quiz=quiz, answers={"q1": ["0"]}, drawn_for=3)
    assert other.seed == seed_of(quiz, enrollment.pk, 3) != first.seed


@pytest.mark.parametrize("number", [0, 3, 99999])
def test_nobody_draws_ahead(enrollment, quiz, number):
    take_quiz(enrollment=enrollment, quiz=quiz, answers={"q1": ["0"]}, drawn_for=1)
    with pytest.raises(QuizRefused, match="no questions of yours"):
        take_quiz(enrollment=enrollment, quiz=quiz, answers={"q1": ["0"]}, drawn_for=number)
    assert quiz.attempts.count() == 1


def test_the_page_keeps_what_was_drawn_and_offers_other_questions(as_user, learner, cohort, enrollment, quiz):
    page = as_user(learner)
    address = reverse("activity_detail", args=[cohort.slug, "a-quiz"])
    first = asked(page.get(address))
    assert len(first) == 4
    answered = page.post(
        reverse("quiz_take", args=[cohort.slug, "a-quiz"]), {"q-q1": "1", "drawn_for": "1"}, follow=True
    )
    assert asked(answered) == first
    assert "Other questions" in answered.content.decode()
    drawn_next = asked(page.get(f"{address}?afresh=1"))
    assert drawn_next == [one.question.slug for one in sheet_of(quiz, enrollment, afresh=True).answers]
    assert sheet_of(quiz, enrollment, afresh=True).drawn_for == 2


def test_steps_keep_the_places_they_were_given(as_user, learner, cohort, enrollment, curriculum):
    quiz = world.make_quiz(curriculum, "steps")
    steps = Question.objects.create(
        quiz=quiz, position=3, slug="q3", kind="ordering", prompt_html="", points=1, options=STEPS
    )
    given = [named(steps, one) for one in ("0:1", "1:3", "2:2")]
    page = as_user(learner)
    body = page.post(reverse("quiz_take", args=[cohort.slug, "steps"]), {"q-q3": given}, follow=True).content.decode()
    assert sorted(re.findall(r'value="(\w+:\d)" selected', body)) == sorted(given)
    assert "Not right" in body


def test_the_page_does_not_tell_the_right_order(as_user, learner, cohort, enrollment, curriculum):
    quiz = world.make_quiz(curriculum, "steps")
    Question.objects.create(quiz=quiz, position=3, slug="q3", kind="ordering", prompt_html="", points=1, options=STEPS)
    body = as_user(learner).get(reverse("activity_detail", args=[cohort.slug, "steps"])).content.decode()
    names = re.findall(r'id="s-q3-(\w+)"', body)
    assert len(set(names)) == 3
    assert not {"0", "1", "2"} & set(names)


def named(question, said):
    """`index:place` with the name that a form gives the step; what is no index stays."""
    index, _, place = said.partition(":")
    return f"{step_names(question)[int(index)]}:{place}" if index in ("0", "1", "2") else said


def asked(response):
    return re.findall(r'id="p-([^"]+)"', response.content.decode())
