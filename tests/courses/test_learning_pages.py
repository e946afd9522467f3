"""Reading, ticking, answering: the curriculum as its learner sees it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import ActivityProgress, Extension, QuizAttempt
from tests import world

BUDGET = 10
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture
def page(learner, as_user):
    return as_user(learner)


@pytest.fixture
def reading(curriculum):
    return world.make_activity(curriculum, "reading", "a-reading")


@pytest.fixture
def quiz(curriculum):
    return world.make_quiz(curriculum, "a-quiz")


def address(name, cohort, activity):
    return reverse(name, args=[cohort.slug, activity.slug])


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_a_reading_shows_its_text_contents_and_neighbours(page, curriculum, cohort, reading):
    following = world.make_activity(curriculum, "video", "a-video", url="https://videos.example.org/1")
    body = page.get(address("activity_detail", cohort, reading)).content.decode()
    assert "<h2>A heading</h2><p>Some text.</p>" in body
    assert "Mark as done" in body
    assert address("activity_detail", cohort, following) in body
    assert "Due" in body
    assert "week 1" in body


def test_the_answer_to_a_tick_says_done(page, cohort, reading):
    url = address("activity_tick", cohort, reading)
    assert b"Not done after all" in page.post(url, {"done": "1"}, headers={"HX-Request": "true"}).content


def test_a_tick_counts_once_and_can_be_taken_back(page, cohort, reading):
    url = address("activity_tick", cohort, reading)
    for _ in range(2):
        assert page.post(url, {"done": "1"}).status_code == 302
    assert ActivityProgress.objects.count() == 1
    assert b"Not done after all" in page.post(url, {"done": "1"}, headers={"HX-Request": "true"}).content
    page.post(url, {"done": "0"})
    assert not ActivityProgress.objects.exists()


def test_what_is_passed_cannot_be_ticked(page, cohort, quiz):
    page.post(address("activity_tick", cohort, quiz.activity), {"done": "1"})
    assert not ActivityProgress.objects.exists()


def test_a_locked_activity_shows_when_it_opens_and_why_and_nothing_else(page, curriculum, cohort):
    later = world.make_activity(curriculum, "reading", "later", week=3)
    body = page.get(address("activity_detail", cohort, later)).content.decode()
    assert "Opens" in body
    assert "week 3" in body
    assert "Some text." not in body
    page.post(address("activity_tick", cohort, later), {"done": "1"})
    assert not ActivityProgress.objects.exists()


def test_staff_and_mentors_read_ahead_but_tick_nothing(as_user, admin, mentor, curriculum, cohort):
    later = world.make_activity(curriculum, "reading", "later", week=3)
    for person in (admin, mentor):
        response = as_user(person).get(address("activity_detail", cohort, later))
        assert b"Some text." in response.content
        assert b"Mark as done" not in response.content


def test_a_learner_who_left_reads_no_more(page, cohort, reading, enrollment):
    enrollment.state = "withdrawn"
    enrollment.save()
    assert page.get(address("activity_detail", cohort, reading)).status_code == 404
    assert b"has ended" in page.get(reverse("curriculum")).content


def test_a_paused_learner_reads_and_ticks_nothing(page, cohort, reading, enrollment):
    enrollment.state = "paused"
    enrollment.save()
    assert b"Your place is paused" in page.get(address("activity_detail", cohort, reading)).content
    assert page.post(address("activity_tick", cohort, reading), {"done": "1"}).status_code == 403


def test_handed_in_work_and_reading_have_one_address_each(page, cohort, exercise, reading):
    there = page.get(address("activity_detail", cohort, exercise))
    assert there["Location"] == address("project_detail", cohort, exercise)
    back = page.get(address("project_detail", cohort, reading))
    assert back["Location"] == address("activity_detail", cohort, reading)


def test_images_of_a_text_are_served_for_keeping_and_do_nothing(page, cohort, reading):
    world.make_image(reading, "images/fit.svg", "image/svg+xml", SVG)
    response = page.get(reverse("activity_asset", args=[cohort.slug, reading.slug, "images/fit.svg"]))
    assert response.content == SVG
    assert response["Content-Type"] == "image/svg+xml"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "immutable" in response["Cache-Control"]
    assert page.get(reverse("activity_asset", args=[cohort.slug, reading.slug, "other.svg"])).status_code == 404


def test_images_open_with_their_text(page, as_user, mentor, curriculum, cohort):
    later = world.make_activity(curriculum, "reading", "later", week=3)
    world.make_image(later, "figure.png")
    image = reverse("activity_asset", args=[cohort.slug, later.slug, "figure.png"])
    assert page.get(image).status_code == 404
    assert as_user(mentor).get(image).status_code == 200


def test_a_quiz_says_at_once_what_was_right_and_keeps_the_answers(page, cohort, quiz):
    url = address("quiz_take", cohort, quiz.activity)
    body = page.post(url, {"q-q1": "1", "q-q2": "0.25"}, headers={"HX-Request": "true"}).content.decode()
    assert body.lstrip().startswith('<section id="quiz"') or '<section id="quiz"' in body
    assert "<html" not in body
    assert "<p>No.</p>" in body
    assert "<p>Yes.</p>" not in body
    assert 'value="0.25"' in body
    assert "Not right" in body
    assert "Attempt 1" in body


def test_a_quiz_works_as_a_plain_form_too_and_counts_when_passed(page, cohort, quiz, enrollment):
    url = address("quiz_take", cohort, quiz.activity)
    response = page.post(url, {"q-q1": "0", "q-q2": "1"})
    assert response["Location"] == address("activity_detail", cohort, quiz.activity) + "#quiz"
    body = page.get(response["Location"]).content.decode()
    assert "Passed" in body
    assert "<p>Yes.</p>" in body
    assert enrollment.progress.get().activity == quiz.activity


def test_a_passed_quiz_offers_what_comes_next(page, curriculum, cohort, quiz):
    following = world.make_activity(curriculum, "reading", title="What comes then")
    url, link = address("quiz_take", cohort, quiz.activity), address("activity_detail", cohort, following)
    headers = {"HX-Request": "true"}
    assert "Next: What comes then" not in page.post(url, {"q-q1": "1", "q-q2": "1"}, headers=headers).text
    assert f'href="{link}">Next: What comes then' in page.post(url, {"q-q1": "0", "q-q2": "0.25"}, headers=headers).text


def test_an_empty_quiz_is_not_an_attempt_and_what_is_not_answered_is_not_explained(page, cohort, quiz):
    quiz.questions.filter(slug="q1").update(explanation_html="<p>Because one.</p>")
    quiz.questions.filter(slug="q2").update(explanation_html="<p>Because two.</p>")
    url = address("quiz_take", cohort, quiz.activity)
    assert b"Answer at least one question. Nothing was kept." in page.post(url, {"q-q2": " "}, follow=True).content
    assert not QuizAttempt.objects.exists()
    body = page.post(url, {"q-q1": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "Because one." in body
    assert "Because two." not in body
    assert body.count("is-wrong") == 1


def test_an_answer_that_htmx_brings_takes_the_message_of_an_earlier_refusal_away(page, cohort, quiz, reading):
    place = '<div id="messages" hx-swap-oob="true"></div>'
    sent = ((quiz.activity, "quiz_take", {"q-q1": "0"}), (reading, "activity_tick", {"done": "1"}))
    for activity, name, answer in sent:
        assert page.get(address("activity_detail", cohort, activity)).text.count('id="messages"') == 1
        assert place in page.post(address(name, cohort, activity), answer, headers={"HX-Request": "true"}).text


def test_the_title_of_a_page_says_its_heading_with_signs_as_they_are(page, curriculum, cohort, reading):
    curriculum.modules.filter(week=1).update(title="The engineer's R&D <workshop>")
    body = page.get(reverse("week_detail", args=[cohort.slug, 1])).content.decode()
    assert "<title>The engineer&#x27;s R&amp;D &lt;workshop&gt; ·" in body


def test_without_htmx_a_number_that_is_none_is_refused_by_a_message(page, cohort, quiz):
    answer = page.post(address("quiz_take", cohort, quiz.activity), {"q-q1": "0", "q-q2": "abc"}, follow=True)
    assert "Question 2: This is not a number; write it like 0.25. Nothing was checked" in answer.text
    assert not QuizAttempt.objects.exists()


def test_a_quiz_takes_no_answers_before_it_opens_or_after_its_cut_off(page, cohort, quiz, enrollment, admin):
    url = address("quiz_take", cohort, quiz.activity)
    cohort.starts_on += timedelta(days=30)
    cohort.save()
    page.post(url, {"q-q1": "0"})
    cohort.starts_on -= timedelta(days=90)
    cohort.save()
    page.post(url, {"q-q1": "0"})
    assert not QuizAttempt.objects.exists()
    Extension.objects.create(enrollment=enrollment, activity=quiz.activity, days=90, reason="ill", granted_by=admin)
    page.post(url, {"q-q1": "0"})
    assert QuizAttempt.objects.count() == 1


def test_the_curriculum_marks_this_week_ticks_and_outline_weeks(page, curriculum, cohort, reading, enrollment):
    ActivityProgress.objects.create(enrollment=enrollment, activity=reading)
    curriculum.modules.filter(week=2).update(topics=["Bayes & friends"])
    body = page.get(reverse("curriculum")).content.decode()
    assert body.count("This week") == 1
    assert "1 of 1 done" in body
    assert "Bayes &amp; friends" in body
    week = page.get(reverse("week_detail", args=[cohort.slug, 2])).content.decode()
    assert "Bayes &amp; friends" in week
    assert page.get(reverse("week_detail", args=[cohort.slug, 99])).status_code == 404


def test_pages_cost_the_same_however_much_there_is(page, curriculum, cohort, reading, enrollment, admin, quiz):
    urls = {
        address("activity_detail", cohort, reading): BUDGET,
        address("activity_detail", cohort, quiz.activity): BUDGET + 2,
        reverse("curriculum"): BUDGET,
        reverse("week_detail", args=[cohort.slug, 1]): BUDGET + 1,
    }
    page.post(address("quiz_take", cohort, quiz.activity), {"q-q1": "0"})
    Extension.objects.create(enrollment=enrollment, activity=reading, days=1, reason="ill", granted_by=admin)
    few = {url: queries_of(page, url) for url in urls}
    for week in (1, 2, 3, 4):
        for _ in range(6):
            one = world.make_activity(curriculum, week=week)
            Extension.objects.create(enrollment=enrollment, activity=one, days=1, reason="ill", granted_by=admin)
            world.make_quiz(curriculum, f"quiz-{one.pk}", week=week)
    many = {url: queries_of(page, url) for url in urls}
    assert many == few
    assert {url: count for url, count in many.items() if count > urls[url]} == {}
