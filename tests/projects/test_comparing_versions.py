"""What differs between two versions of a program: each kind of difference once, and what is the same stays unsaid."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from courses import outline
from courses.comparing import Facts, compare
from courses.models import Program, Skill
from projects.comparing import comparison_of
from projects.models import Criterion, GraderVersion
from tests import world


def facts(slug, *, kind="reading", title="A title", week=1, days=(0, 6, 20), minutes=45, required=True, **parts):
    return Facts(slug, kind, title, week, days, minutes, required, parts)


def only(comparison):
    (change,) = comparison.changes
    return change


def test_what_is_the_same_is_only_counted():
    found = compare([facts("a", text="1"), facts("b")], [facts("a", text="1"), facts("b")])
    assert (found.is_empty, found.unchanged) == (True, 2)


def test_added_and_removed():
    found = compare([facts("a"), facts("b")], [facts("b"), facts("c")])
    assert ([one.slug for one in found.added], [one.slug for one in found.removed]) == (["c"], ["a"])
    assert (found.changes, found.unchanged) == ((), 1)


def test_an_activity_of_another_kind_is_another_one():
    found = compare([facts("a", kind="reading")], [facts("a", kind="quiz")])
    assert (len(found.added), len(found.removed), found.changes) == (1, 1, ())


@pytest.mark.parametrize("part", ["text", "quiz", "grader", "rubric", "rules", "details", "skills"])
def test_each_part_is_named(part):
    change = only(compare([facts("a", **{part: "1"})], [facts("a", **{part: "2"})]))
    assert (change.parts, change.sentences, change.is_moved) == ([part], [], False)


def test_a_part_that_comes_or_goes_differs():
    assert only(compare([facts("a")], [facts("a", text="1")])).parts == ["text"]
    assert only(compare([facts("a", text="1")], [facts("a")])).parts == ["text"]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"week": 2}, "moved from week 1 to week 2"),
        ({"title": "New"}, "called “New”, no longer “A title”"),
        ({"minutes": 60}, "60 minutes, no longer 45"),
        ({"required": False}, "optional now"),
        ({"days": (1, 6, 20)}, "opens on day 2 of its week, no longer on day 1 of its week"),
        ({"days": (0, 7, 20)}, "is due on day 8 of its week, no longer on day 7 of its week"),
        ({"days": (0, 6, None)}, "closes on no day, no longer on day 21 of its week"),
    ],
)
def test_each_other_difference_is_a_sentence(other, said):
    assert only(compare([facts("a")], [facts("a", **other)])).sentences == [said]


def test_only_what_has_to_move_is_moved():
    old, new = [facts(slug) for slug in "abcd"], [facts(slug) for slug in "xacdb"]
    found = compare(old, new)
    assert [one.after.slug for one in found.changes] == ["b"]
    assert only(found).sentences == ["moved within its week"]


def test_a_whole_week_that_moves_is_not_reordered_too():
    found = compare([facts("a"), facts("b", week=2)], [facts("b"), facts("a", week=2)])
    assert {tuple(one.sentences) for one in found.changes} == {
        ("moved from week 1 to week 2",),
        ("moved from week 2 to week 1",),
    }


@pytest.fixture
def versions(curriculum):
    """2026.1 and 2026.2 of one program with the same exercise, project, quiz and reading."""
    for one in (curriculum, newer := world.make_curriculum(version="2026.2")):
        world.make_activity(one, "reading", "reading")
        world.make_quiz(one, "quiz")
        for project in (world.make_project(one, "exercise", "ols"), world.make_project(one, "milestone", "pitch")):
            bundle = project.grader_versions.get()
            world.make_release(project)
            GraderVersion.objects.filter(pk=bundle.pk).update(digest=f"{bundle.pk:064d}")
    return curriculum, newer


def changed(versions):
    outline.forget()
    return {(one.after.slug, part) for one in comparison_of(*versions).changes for part in one.parts}


def test_two_versions_of_the_same_content_do_not_differ(versions):
    """Whatever engine their graders were published with, and whatever its self-tests decided."""
    GraderVersion.objects.filter(project__curriculum=versions[1]).update(config={"in_kernel": [], "changes": {}})
    assert comparison_of(*versions).is_empty


def test_every_part_of_a_published_version_is_compared(versions):
    _, new = versions
    world.make_image(new.activities.get(slug="reading"))
    question = new.activities.get(slug="quiz").quiz.questions.first()
    question.explanation_html = "<p>Because.</p>"
    question.save()
    project = new.projects.get(slug="ols")
    version = world.make_grader_version(project)
    version.config = {"titles": {"test_1": "Another title"}}
    version.save()
    project.max_attempts = 3
    project.save()
    level = Criterion.objects.filter(rubric__project__curriculum=new).first().levels.first()
    level.points = 1
    level.save()
    assert changed(versions) == {
        ("reading", "text"),
        ("quiz", "quiz"),
        ("ols", "grader"),
        ("ols", "rules"),
        ("pitch", "rubric"),
    }


@pytest.mark.parametrize(
    "other", [{"url": "https://example.com/x"}, {"area": "data"}, {"step": "derive"}, {"algorithm": "k-means"}]
)
def test_each_detail_of_an_activity_is_compared(versions, other):
    versions[1].activities.filter(slug="reading").update(**other)
    assert changed(versions) == {("reading", "details")}


def test_the_skills_that_are_taught_and_evidenced_are_compared(versions):
    for one in versions:
        skills = [Skill.objects.create(curriculum=one, slug=slug, title=slug, area="data") for slug in ("sql", "git")]
        one.activities.get(slug="reading").skills.set(skills)
        Criterion.objects.filter(rubric__project__curriculum=one).first().skills.set(skills)
    assert changed(versions) == set()
    skills[0].activities.clear()
    assert changed(versions) == {("reading", "skills")}
    skills[0].criteria.clear()
    assert changed(versions) == {("reading", "skills"), ("pitch", "skills")}


def test_the_command_says_what_differs(versions, capsys):
    _, new = versions
    new.activities.filter(slug="reading").update(title="Read this", area="data")
    world.make_activity(new, "reading", "another")
    outline.forget()
    call_command("compare_curricula", "ml", "2026.1", "2026.2")
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "added    week 1, reading another",
        "changed  week 1, reading reading: other details; called “Read this”, no longer “Reading”",
        "1 added, 0 removed, 1 changed, 3 as before.",
    ]


def test_the_command_names_the_versions_that_there_are(versions):
    with pytest.raises(CommandError, match=r"no published version 3\. Published: 2026\.2, 2026\.1"):
        call_command("compare_curricula", "ml", "3", "2026.1")


def test_program_staff_compare_two_versions(versions, admin, as_user):
    _, new = versions
    world.make_activity(new, "reading", "another", title="Only in the new one")
    client = as_user(admin)
    page = client.get(reverse("program_detail", args=["ml"]))
    assert [one.version for one in page.context["versions"]] == ["2026.2", "2026.1"]
    assert reverse("program_detail", args=["ml"]) in client.get(reverse("cohort_list")).text
    page = client.get(reverse("curricula_compare", args=["ml"]) + "?old=2026.1&new=2026.2")
    assert "1 added, 0 removed, 0 changed, 4 as before" in page.text
    assert "Only in the new one" in page.text


def test_a_program_without_a_version_names_the_command_that_publishes_one(db, as_user):
    program = Program.objects.create(slug="new", title="A new program")
    page = as_user(world.make_staff(program)).get(reverse("program_detail", args=["new"]))
    assert "publish_curriculum publishes a folder as the first version." in page.text
    assert "load_curriculum" not in page.text


def test_a_version_that_is_not_there_is_not_found(versions, admin, as_user):
    assert as_user(admin).get(reverse("curricula_compare", args=["ml"]) + "?old=2026.1&new=3").status_code == 404


@pytest.mark.parametrize("page", ["program_detail", "curricula_compare"])
def test_the_pages_cost_the_same_however_large_the_versions_are(
    versions, admin, as_user, django_assert_max_num_queries, page
):
    client, address = as_user(admin), reverse(page, args=["ml"]) + "?old=2026.1&new=2026.2"
    counts = []
    for _ in range(2):
        outline.forget()
        with django_assert_max_num_queries(40) as asked:
            client.get(address)
        counts.append(len(asked))
        for number in range(6):
            for one in versions:
                world.make_project(one, "milestone", f"more-{number}-{len(counts)}")
                world.make_cohort(one)
    assert counts[0] == counts[1]
