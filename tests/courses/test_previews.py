"""An author looks at a published version as learners of any week see it: nothing is recorded, and what is broken is marked."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import outline
from courses.models import ActivityProgress, Cohort, Module, QuizAttempt
from courses.places import preview_place, preview_slug
from courses.version_checks import UNTRIED, problems_of
from projects.models import GraderVersion
from tests import world


@pytest.fixture
def author(curriculum):
    """Runs the program, and no cohort of this version there is."""
    return world.make_staff(curriculum.program)


@pytest.fixture
def open_page(curriculum, author, as_user):
    """A function from a page, the week that is now, and what the address holds, to the answer."""
    client = as_user(author)

    def get(name, now=1, **held):
        cohort = preview_slug(curriculum, now)
        if name == "curriculum":
            return client.get(reverse(name), {"cohort": cohort})
        return client.get(reverse(name, kwargs={"cohort": cohort, **held}))

    return get


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def tried(project):
    GraderVersion.objects.filter(project=project).update(config={"changes": {}, "objects": {}})
    return project


@pytest.mark.parametrize("week", [1, 3, 4])
def test_the_chosen_week_is_now_and_later_ones_are_locked(curriculum, author, open_page, week):
    for number in range(1, 5):
        world.make_activity(curriculum, "reading", f"reading-{number}", week=number)
    place = preview_place(author, preview_slug(curriculum, week))
    assert place.timeline.week() == week
    page = open_page("curriculum", week)
    assert [one.module.week for one in page.context["weeks"] if one.is_current] == [week]
    locked = [one.module.week for one in page.context["weeks"] if one.entries[0].is_locked]
    assert locked == list(range(week + 1, 5))
    assert f"You see what a learner sees in week {week}" in words(page)


def test_every_page_of_a_version_is_shown_and_says_that_it_is_a_preview(curriculum, open_page):
    world.make_activity(curriculum, "reading", "reading", body_html="<p>A text.</p>")
    world.make_activity(curriculum, "call", "call")
    world.make_project(curriculum, "mini-project", "prices")
    project = world.make_project(curriculum, "exercise", "ols")
    world.make_release(project)
    for name, held in (
        ("week_detail", {"week": 1}),
        ("activity_detail", {"slug": "reading"}),
        ("activity_detail", {"slug": "call"}),
        ("project_detail", {"slug": "prices"}),
        ("project_detail", {"slug": "ols"}),
    ):
        page = open_page(name, **held)
        assert (page.status_code, "Nothing is recorded" in words(page)) == (200, True)
    assert "How it is judged" in words(open_page("project_detail", slug="prices"))
    assert open_page("project_release", slug="ols").status_code == 200
    assert "A text." in words(open_page("activity_detail", slug="reading"))


def test_what_is_not_open_in_that_week_is_locked_as_it_is_to_learners(curriculum, open_page):
    world.make_activity(curriculum, "reading", "later", week=3, body_html="<p>A secret.</p>")
    assert "A secret." not in words(open_page("activity_detail", 2, slug="later"))
    assert "A secret." in words(open_page("activity_detail", 3, slug="later"))


def test_the_author_reads_the_answers_of_a_quiz(curriculum, open_page):
    quiz = world.make_quiz(curriculum, "quiz")
    quiz.questions.update(explanation_html="<p>Because.</p>", tolerance="0.0050000000")
    said = words(open_page("activity_detail", slug="quiz"))
    assert "Right Right answer" in said
    assert "Right answer 0.25, give or take 0.005" in said
    assert (said.count("Because."), "No." in said) == (2, True)


def test_learners_and_who_looks_in_do_not_read_them(curriculum, cohort, learner, admin, as_user):
    quiz = world.make_quiz(curriculum, "quiz")
    quiz.questions.update(explanation_html="<p>Because.</p>")
    for person in (learner, admin):
        said = words(as_user(person).get(reverse("activity_detail", args=[cohort.slug, "quiz"])))
        assert not any(word in said for word in ("Right answer", "0.25 ,", "Because."))


def test_nothing_is_recorded(curriculum, author, as_user):
    reading, quiz = world.make_activity(curriculum, "reading", "reading"), world.make_quiz(curriculum, "quiz")
    project, cohort = world.make_project(curriculum, "exercise", "ols"), preview_slug(curriculum, 1)
    client = as_user(author)
    for name, slug in (
        ("activity_tick", reading.slug),
        ("quiz_take", quiz.activity.slug),
        ("project_submit", project.slug),
    ):
        assert client.post(reverse(name, args=[cohort, slug]), {"done": "1", "q-q1": "0"}).status_code == 403
    for rows in (ActivityProgress.objects, QuizAttempt.objects, project.submissions, Cohort.objects):
        assert rows.count() == 0


@pytest.mark.parametrize(
    "slug", ["_preview-{pk}-0", "_preview-{pk}-5", "_preview-0-1", "_preview-{pk}", "_preview-{pk}-1-1"]
)
def test_weeks_and_versions_that_are_not_there_are_not_found(curriculum, author, as_user, slug):
    address = reverse("week_detail", args=[slug.format(pk=curriculum.pk), 1])
    assert as_user(author).get(address).status_code == 404


def test_no_cohort_can_take_the_address_of_a_preview(curriculum, author, as_user):
    sent = {"curriculum": curriculum.pk, "name": "_preview-1-1", "time_zone": "Europe/Lisbon", "seats": 3}
    as_user(author).post(reverse("cohort_create"), {**sent, "starts_on": timezone.localdate() + timedelta(days=9)})
    assert Cohort.objects.get().slug == "preview-1-1"


def test_the_way_in_leads_to_the_same_activity_in_another_week(curriculum, author, as_user):
    world.make_project(curriculum, "exercise", "ols", week=2)
    client, address = as_user(author), reverse("curriculum_preview", args=["ml"])
    there = client.get(address, {"version": "2026.1", "week": 3, "at": "ols"})
    assert there["Location"] == reverse("project_detail", args=[preview_slug(curriculum, 3), "ols"])
    outline_of_it = client.get(address, {"version": "2026.1"})
    assert outline_of_it["Location"] == f"{reverse('curriculum')}?cohort={preview_slug(curriculum, 1)}"
    assert client.get(outline_of_it["Location"]).status_code == 200
    for week in ("0", "5", "x", "-1", "²", "0001" + "0" * 5000):
        assert client.get(address, {"version": "2026.1", "week": week}).status_code == 404
    for wrong in ({"version": "3"}, {}):
        assert client.get(address, wrong).status_code == 404
    assert f"{address}?version=2026.1" in client.get(reverse("program_detail", args=["ml"])).text


# What is broken


def sound(curriculum):
    """Skills, hours and exercises in order."""
    curriculum.areas = {"modelling": "Modelling"}
    curriculum.save()
    return curriculum


def test_a_sound_version_says_so(curriculum, open_page):
    tried(world.make_project(sound(curriculum), "exercise", "ols"))
    assert problems_of(curriculum) == []
    assert "Nothing to look at" in words(open_page("curriculum"))


def test_an_exercise_that_was_not_tried_is_named_at_the_top_and_beside_itself(curriculum, open_page):
    tried(world.make_project(sound(curriculum), "exercise", "fine"))
    world.make_project(curriculum, "exercise", "ols", week=2)
    world.make_project(curriculum, "mini-project", "prices")
    (problem,) = problems_of(curriculum)
    assert (problem.slug, problem.week, problem.said) == ("ols", 2, UNTRIED)
    assert words(open_page("curriculum", 2)).count(UNTRIED) == 2
    for page in (open_page("week_detail", week=2), open_page("project_detail", 2, slug="ols")):
        assert words(page).count(UNTRIED) == 1


def test_learners_read_nothing_of_it(curriculum, cohort, learner, as_user):
    world.make_project(curriculum, "exercise", "ols")
    for name, args in (("week_detail", [1]), ("project_detail", ["ols"])):
        assert UNTRIED not in as_user(learner).get(reverse(name, args=[cohort.slug, *args])).text


def test_a_mended_grader_was_tried(curriculum):
    project = world.make_project(sound(curriculum), "exercise", "ols")
    tried(project)
    world.make_grader_version(project)
    assert problems_of(curriculum) == []


def test_what_soundness_says_stands_at_its_week_or_at_the_whole(curriculum, open_page):
    world.make_activity(curriculum, "reading", "long", week=3)
    curriculum.activities.update(minutes=21 * 60)
    Module.objects.filter(week=2).update(hours={"modelling": "3"})
    world.make_activity(curriculum, "reading", "short", week=2)
    curriculum.skills.create(slug="sql", title="SQL", area="modelling")
    outline.forget()
    said = [(one.week, one.said) for one in problems_of(curriculum)]
    assert said == [
        (0, "Production engineering takes 0.0 of 21.8 hours, which is not more than half."),
        (0, "Nothing teaches the skill sql."),
        (2, "The activities of week 2 take other hours than its outline: modelling 0.75, production 0.00."),
        (3, "Week 3 takes 21.0 hours."),
    ]
    assert "Week 3 takes 21.0 hours. Plan at most 20." in words(open_page("curriculum"))


@pytest.mark.parametrize("page", ["curriculum", "week_detail"])
def test_a_preview_costs_the_same_however_large_the_version_is(
    curriculum, open_page, page, django_assert_max_num_queries
):
    counts = []
    for _ in range(2):
        for number in range(5):
            world.make_project(curriculum, "exercise", f"exercise-{len(counts)}-{number}")
        held = {} if page == "curriculum" else {"week": 1}
        open_page(page, **held)
        with django_assert_max_num_queries(15) as asked:
            open_page(page, **held)
        counts.append(len(asked))
    assert counts[0] == counts[1]
