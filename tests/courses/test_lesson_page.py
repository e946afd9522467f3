"""What stands beside a text: the outline of its week with ticks, and the contents of the text."""

import re

import pytest
from django.urls import reverse

from courses.models import ActivityProgress
from lms.lib.markdown import render_markdown
from tests import world

HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(learner, as_user):
    return as_user(learner)


def outline_in(body):
    found = re.search(r'<nav class="outline".*?</nav>', body, re.DOTALL)
    return found[0] if found else ""


def address(name, cohort, activity):
    return reverse(name, args=[cohort.slug, activity.slug])


def test_the_outline_shows_the_week_what_is_done_and_where_one_is(page, curriculum, cohort, enrollment, exercise):
    reading = world.make_activity(curriculum, "reading", "a-reading", title="Loss & gain")
    done = world.make_activity(curriculum, "video", "seen", url="https://videos.example.org/1")
    world.make_activity(curriculum, "reading", "elsewhere", week=2)
    ActivityProgress.objects.create(enrollment=enrollment, activity=done)
    outline = outline_in(page.get(address("activity_detail", cohort, reading)).text)
    assert "1 of 3 done" in outline
    assert outline.count('aria-label="Done:"') == 1
    assert f'href="{address("activity_detail", cohort, reading)}" aria-current="page"' in outline
    assert "Loss &amp; gain" in outline
    assert address("project_detail", cohort, exercise) in outline
    assert "Elsewhere" not in outline
    assert reverse("week_detail", args=[cohort.slug, 4]) in outline
    beside_exercise = outline_in(page.get(address("project_detail", cohort, exercise)).text)
    assert f'href="{address("project_detail", cohort, exercise)}" aria-current="page"' in beside_exercise


def test_what_is_not_open_yet_is_marked_and_staff_see_no_ticks(page, as_user, mentor, curriculum, cohort, enrollment):
    later = world.make_activity(curriculum, "reading", "later", week=3)
    outline = outline_in(page.get(address("activity_detail", cohort, later)).text)
    assert 'aria-label="Not open yet:"' in outline
    looked_into = outline_in(as_user(mentor).get(address("activity_detail", cohort, later)).text)
    assert "1 activity" in looked_into
    assert "done" not in looked_into.replace("is-done", "")


def test_a_tick_brings_the_outline_along(page, curriculum, cohort, enrollment):
    reading = world.make_activity(curriculum, "reading", "a-reading")
    quiz = world.make_quiz(curriculum, "a-quiz")
    answer = page.post(address("activity_tick", cohort, reading), {"done": "1"}, headers=HTMX).text
    assert 'hx-swap-oob="true"' in answer
    assert "1 of 2 done" in outline_in(answer)
    passed = page.post(address("quiz_take", cohort, quiz.activity), {"q-q1": "0", "q-q2": "0.25"}, headers=HTMX).text
    assert "2 of 2 done" in outline_in(passed)


def test_the_contents_lead_to_the_headings_of_the_text(page, curriculum, cohort, enrollment):
    text = render_markdown("# One\n\n## Two $x$\n\n## Two $x$\n\n#### Deep")
    reading = world.make_activity(curriculum, "reading", "a-reading", body_html=text)
    body = page.get(address("activity_detail", cohort, reading)).text
    links = re.findall(r'<li class="toc-[23]"><a href="#([^"]+)">', body)
    assert len(links) == len(set(links)) == 3
    assert all(f'id="{link}"' in body for link in links)


def test_no_page_of_a_lesson_holds_inline_script_or_style(page, curriculum, cohort, exercise):
    reading = world.make_activity(curriculum, "reading", "a-reading")
    for url in (address("activity_detail", cohort, reading), address("project_detail", cohort, exercise)):
        answer = page.get(url)
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", answer.text)
        assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
