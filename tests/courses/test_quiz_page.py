"""What is told of each choice once answers are checked: in words too, and beside the field it is about."""

import re

import pytest
from django.urls import reverse

from courses.marking import step_names
from courses.models import Question, Quiz, QuizAttempt
from tests import world

OPTIONS = [
    {"text_html": f"<p>Option {name}</p>", "correct": name in "ab", "feedback_html": ""}
    for name in ("a", "b", "c", "d")
]
STEPS = [{"text_html": f"<p>Step {name}</p>", "correct": True, "feedback_html": ""} for name in "abc"]


@pytest.fixture
def questions(curriculum):
    quiz = world.make_quiz(curriculum, "a-quiz")
    return [
        Question.objects.create(
            quiz=quiz, position=place, slug=kind, kind=kind, prompt_html="", points=1, options=options
        )
        for place, (kind, options) in enumerate((("multiple", OPTIONS), ("ordering", STEPS)), start=2)
    ]


@pytest.fixture
def page(as_user, learner, enrollment):
    return as_user(learner)


def answered(page, cohort, answers):
    return page.post(reverse("quiz_take", args=[cohort.slug, "a-quiz"]), answers, follow=True).text


def fields(body, name):
    """The fields of a question as (their own attributes, what describes them, in words)."""
    found = re.findall(rf'<(?:input|select)[^>]* name="q-{name}"([^>]*)>', body)
    return [(one, words_of(body, "aria-describedby", one)) for one in found]


def words_of(body, attribute, attributes):
    """The first words of each of the elements that an attribute names."""
    ids = "".join(re.findall(rf'{attribute}="([^"]*)"', attributes)).split()
    return " ".join(re.search(rf'id="{one}">(?:\s|<[^>]+>)*([^<]+)', body).group(1).strip() for one in ids)


def test_each_chosen_option_says_in_words_whether_it_is_right(page, cohort, questions):
    body = answered(page, cohort, {"q-multiple": ["0", "2"]})
    told = {re.search(r'value="(\d)"', one).group(1): words for one, words in fields(body, "multiple")}
    assert told == {"0": "Right", "1": "", "2": "Not right", "3": ""}
    assert (body.count("icon-circle-check"), body.count('class="choice-mark tone-red"')) == (1, 1)


def test_each_step_says_in_words_what_is_asked_and_whether_its_place_is_right(page, cohort, questions):
    first, second, third = step_names(questions[1])
    body = answered(page, cohort, {"q-ordering": [f"{first}:1", f"{second}:3", f"{third}:2"]})
    told = {words_of(body, "aria-labelledby", one): words for one, words in fields(body, "ordering")}
    assert told == {"Place of Step a": "Right", "Place of Step b": "Not right", "Place of Step c": "Not right"}


def test_nothing_is_told_of_choices_before_an_answer_or_of_a_question_left_out(page, cohort, questions):
    blank = page.get(reverse("activity_detail", args=[cohort.slug, "a-quiz"])).text
    for body in (blank, answered(page, cohort, {"q-q2": "1"})):
        assert "choice-mark" not in body
        assert "aria-describedby" not in "".join(
            one for name in ("multiple", "ordering") for one, _ in fields(body, name)
        )


def sent(page, cohort, answers):
    """What htmx shows for these answers."""
    answer = page.post(reverse("quiz_take", args=[cohort.slug, "a-quiz"]), answers, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("number", ["1/5", "10 %"])
def test_an_answer_that_cannot_be_read_uses_no_attempt_tells_nothing_and_is_kept(page, cohort, questions, number):
    Question.objects.update(explanation_html="<p>The solution.</p>")
    first, second, third = step_names(questions[1])
    places = [f"{first}:1", f"{second}:3", f"{third}:2"]
    answers = {"q-q1": "1", "q-q2": number, "q-multiple": ["0", "2"], "q-ordering": places}
    body = sent(page, cohort, answers)
    assert "Question 2: This is not a number; write it like 0.25. Nothing was checked, and no attempt was used." in body
    assert not QuizAttempt.objects.exists()
    assert [
        words for words in ("Not right", "The solution.", "Attempt", "<p>No.</p>", "choice-mark") if words in body
    ] == []
    assert f'value="{number}"' in body
    assert (body.count(" checked>"), body.count(" selected")) == (3, 3)
    assert [words for _, words in fields(body, "q2")] == ["This is not a number; write it like 0.25."]
    mended = sent(page, cohort, {**answers, "q-q2": "0.25"})
    assert "Attempt 1" in mended
    assert "no attempt was used" not in mended


def test_two_steps_in_one_place_are_refused_and_keep_their_places(page, cohort, questions):
    first, second, third = step_names(questions[1])
    body = sent(page, cohort, {"q-ordering": [f"{first}:1", f"{second}:1", f"{third}:2"]})
    assert "Question 4: Give each step a place of its own." in body
    assert body.count(" selected") == 3
    assert not QuizAttempt.objects.exists()


def test_what_is_refused_keeps_the_questions_it_was_drawn_for(page, cohort, questions):
    Quiz.objects.update(shuffle=True)
    shown = [
        re.findall('id="p-([^"]+)"', sent(page, cohort, {"q-q2": answer, "drawn_for": "1"}))
        for answer in ("0.25", "one", "0.3", "two")
    ]
    assert shown == [shown[0]] * 4
    assert list(QuizAttempt.objects.values_list("number", flat=True).order_by("number")) == [1, 2]
