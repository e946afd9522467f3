"""Versions of a curriculum: each is kept whole, shares what did not change, and changes nothing that runs."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Content, Curriculum, Program
from courses.outline import outline_of, text_of
from projects.actions import publishing
from projects.actions.publishing import publish_curriculum
from projects.models import CurriculumFile, GraderVersion, StoredFile
from tests import world
from tests.at_once import at_once
from tests.generated import write_generated

TOKENS = re.compile(rb'(csrfmiddlewaretoken" value=|CSRFToken": )"[^"]*"')


@pytest.fixture
def folder(tmp_path):
    return write_generated(tmp_path / "generated", weeks=2)


def publish(folder, version=""):
    return publish_curriculum(folder=folder, by=None, version=version, tested=False)


def rewrite(folder, name, old, new):
    (path,) = folder.rglob(name)
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_the_command_publishes_under_another_version(db, folder, capsys):
    call_command("publish_curriculum", folder, version="1.b", untested=True)
    assert "A generated program 1.b: published." in capsys.readouterr().out
    call_command("publish_curriculum", folder, version="1.b", untested=True)
    assert "nothing changed" in capsys.readouterr().out
    assert Curriculum.objects.get().version == "1.b"
    with pytest.raises(CommandError, match="is no version"):
        call_command("publish_curriculum", folder, version="1\n", untested=True)


def test_a_new_version_shares_what_did_not_change(db, folder):
    first, _ = publish(folder)
    contents, files = Content.objects.count(), StoredFile.objects.count()
    second, new = publish(folder, "2")
    assert new
    assert (Content.objects.count(), StoredFile.objects.count()) == (contents, files)
    rewrite(folder, "reading-2-0.md", "no other reading", "no other text")
    third, _ = publish(folder, "3")
    assert (Content.objects.count(), StoredFile.objects.count()) == (contents + 1, files + 1)
    shown = [dict(one.activities.values_list("slug", "content")) for one in (first, second, third)]
    assert shown[0] == shown[1]
    assert {slug for slug in shown[0] if shown[0][slug] != shown[2][slug]} == {"reading-2-0"}


def test_what_was_published_is_known_by_its_files_alone(db, folder, monkeypatch):
    before, _ = publish(folder)

    def refuse(files):
        raise AssertionError("the folder was read")

    monkeypatch.setattr(publishing, "read_files", refuse)
    assert publish(folder) == (before, False)
    rewrite(folder, "reading-2-0.md", "no other reading", "no other text")
    with pytest.raises(CommandError, match="never changed"):
        call_command("publish_curriculum", folder)


def test_a_broken_folder_is_not_taken_for_what_was_published(db, folder):
    publish(folder)
    (folder / "weeks" / "more").symlink_to(folder)
    with pytest.raises(CommandError, match="symbolic link"):
        call_command("publish_curriculum", folder)


def test_a_version_of_before_files_were_kept_gets_them_when_it_is_published_again(db, folder):
    curriculum, _ = publish(folder)
    count = CurriculumFile.objects.count()
    CurriculumFile.objects.all().delete()
    assert publish(folder) == (curriculum, False)
    assert curriculum.files.count() == count > 10


def test_publishing_changes_nothing_of_a_running_cohort(db, folder, as_user):
    cohort = world.make_cohort(publish(folder)[0])
    enrollment = world.make_enrollment(cohort)
    before = everything_of(cohort, as_user(enrollment.user))
    rewrite(folder, "reading-1-0.md", "no other reading", "no other text")
    rewrite(folder, "quiz-1-1.yaml", "text: That", "text: Another")
    (folder / "weeks" / "01-week" / "exercise-1-2" / "numbers.csv").write_text("x\n3\n")
    rewrite(folder / "weeks" / "01-week", "week.yaml", "due_day: 6", "due_day: 3")
    rewrite(folder / "weeks" / "01-week" / "mini-project-1-3", "rubric.yaml", "points: 6", "points: 9")
    assert publish(folder, "2")[1]
    cohort.refresh_from_db()
    assert everything_of(cohort, as_user(enrollment.user)) == before


def everything_of(cohort, client):
    """What the cohort is pinned to, and what its learner reads."""
    outline = outline_of(cohort.curriculum_id)
    graders = GraderVersion.objects.filter(project__curriculum=cohort.curriculum_id).order_by("pk")
    addresses = [reverse("curriculum"), reverse("week_detail", args=[cohort.slug, 1])]
    for one in outline.activities[:4]:
        name = "project_detail" if one.is_handed_in else "activity_detail"
        addresses.append(reverse(name, args=[cohort.slug, one.slug]))
    pages = [client.get(address) for address in addresses]
    assert {page.status_code for page in pages} == {200}
    return (
        cohort.curriculum_id,
        [(one.slug, one.due_offset, text_of(one.content_id)) for one in outline.activities],
        list(graders.values_list("project", "number", "digest")),
        [TOKENS.sub(b"", page.content) for page in pages],
    )


@pytest.mark.parametrize("version", ["1", "2"], ids=["first", "next"])
def test_publishing_takes_as_many_queries_for_a_large_program_as_for_a_small_one(db, tmp_path, version):
    kinds = []
    for weeks in (1, 7):
        folder = write_generated(tmp_path / f"{weeks}", weeks=weeks)
        forget_everything()
        for one in ["1", "2"][: int(version)]:
            with CaptureQueriesContext(connection) as queries:
                assert publish(folder, one)[1]
        kinds.append([query["sql"][:12] for query in queries])
    assert kinds[0] == kinds[1]


def forget_everything():
    for model in (Curriculum, Program, Content, StoredFile):
        model.objects.all().delete()


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.django_db
def test_a_thousand_activities_are_published_and_listed_like_a_few(tmp_path, as_user):
    few, many = (
        queries_of(write_generated(tmp_path / str(weeks), weeks=weeks, readings=readings), as_user)
        for weeks, readings in ((2, 1), (20, 47))
    )
    assert many == few


def queries_of(folder, as_user):
    """How many queries publishing a folder takes, reading it anew, and the pages of its outline."""
    forget_everything()
    counts = []
    with CaptureQueriesContext(connection) as queries:
        curriculum, _ = publish(folder)
    counts.append(len(queries))
    with CaptureQueriesContext(connection) as queries:
        outline_of(curriculum.pk)
    counts.append(len(queries))
    cohort = world.make_cohort(curriculum)
    client = as_user(world.make_enrollment(cohort).user)
    for address in (reverse("home"), reverse("curriculum")):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    cohort.enrollments.all().delete()
    cohort.delete()
    return counts


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_that_publish_the_same_at_once_make_one_version(folder):
    outcomes = at_once(lambda: publish(folder), lambda: publish(folder))
    assert sorted(new for _, new in outcomes) == [False, True]
    assert Curriculum.objects.count() == 1
    assert CurriculumFile.objects.count() == len([path for path in folder.rglob("*") if path.is_file()])
