"""Bookmarks and private notes: kept for one person, lost by nobody."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.actions.keepsakes import NoteChanged, save_note, set_bookmark
from courses.models import Keepsake
from courses.models.keepsakes import MAX_NOTE
from lms.lib.errors import InvalidInput
from tests import world
from tests.at_once import at_once, refused

SECRET = "the singular matrix of doubts"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(learner, as_user):
    return as_user(learner)


@pytest.fixture
def reading(curriculum):
    return world.make_activity(curriculum, "reading", "a-reading")


@pytest.fixture
def save(learner, cohort, reading):
    """A function that saves the learner's note on the reading."""

    def save_it(text, seen=""):
        return save_note(program=cohort.program_id, slug=reading.slug, text=text, seen=seen, by=learner)

    return save_it


@pytest.fixture
def mark(learner, cohort, reading):
    return lambda on: set_bookmark(program=cohort.program_id, slug=reading.slug, on=on, by=learner)


def address(name, cohort, activity):
    return reverse(name, args=[cohort.slug, activity.slug])


def test_a_bookmark_is_set_shown_and_taken_away(page, cohort, reading):
    url, shown = address("bookmark_set", cohort, reading), address("activity_detail", cohort, reading)
    assert 'aria-pressed="false"' in page.get(shown).text
    for _ in range(2):
        assert page.post(url, {"on": "1"})["Location"] == shown
    assert 'aria-pressed="true"' in page.get(shown).text
    assert Keepsake.objects.get().bookmarked_at is not None
    assert 'aria-pressed="false"' in page.post(url, {"on": "0"}, headers=HTMX).text
    assert not Keepsake.objects.exists()


def test_a_note_is_saved_shown_again_and_deleted(page, cohort, reading):
    url = address("note_edit", cohort, reading)
    assert page.post(url, {"note": "  code\r\nWhy?\r\n\r\n"})["Location"].endswith("/a-reading/#note")
    kept = Keepsake.objects.get()
    assert kept.note == "  code\nWhy?"
    assert ">  code\nWhy?</textarea>" in page.get(address("activity_detail", cohort, reading)).text
    delete = address("note_delete", cohort, reading)
    assert f'value="{kept.edition}"' in page.get(delete).text
    page.post(delete, {"edition": kept.edition})
    assert not Keepsake.objects.exists()


def test_a_note_stays_when_its_bookmark_goes_and_the_other_way_round(save, mark):
    kept = save("A thought")
    mark(True)
    mark(False)
    assert Keepsake.objects.get().note == "A thought"
    mark(True)
    save("", kept.edition)
    assert Keepsake.objects.get().bookmarked_at is not None


def test_the_second_window_is_told_and_loses_nothing(page, cohort, reading, save):
    seen = save("first").edition
    url = address("note_edit", cohort, reading)
    assert "Saved" in page.post(url, {"note": "of one window", "edition": seen}, headers=HTMX).text
    answer = page.post(url, {"note": "of the other", "edition": seen}, headers=HTMX).text
    assert "was changed in another window" in answer
    assert "of one window" in answer
    assert f'name="edition" value="{seen}"' in answer  # so that writing on does not overwrite it unasked
    refused_page = page.post(url, {"note": "of the other", "edition": seen})
    assert refused_page.status_code == 409
    assert "of the other</textarea>" in refused_page.text
    assert Keepsake.objects.get().note == "of one window"
    now = Keepsake.objects.get().edition
    page.post(url, {"note": "of the other", "edition": seen, "instead_of": now})
    assert Keepsake.objects.get().note == "of the other"


def test_a_note_that_another_window_deleted_is_not_lost_either(page, cohort, reading, save):
    seen = save("first").edition
    save("", seen)
    url = address("note_edit", cohort, reading)
    assert "was deleted in another window" in page.post(url, {"note": "more", "edition": seen}, headers=HTMX).text
    page.post(url, {"note": "more", "edition": seen, "instead_of": ""})
    assert Keepsake.objects.get().note == "more"


def test_a_deleted_and_rewritten_note_is_another_one(save):
    seen = save("first").edition
    save("", seen)
    save("rewritten")
    with pytest.raises(NoteChanged):
        save("over it", seen)
    with pytest.raises(NoteChanged):
        save("", seen)


def test_the_same_text_twice_is_saved_once(save):
    first = save("twice")
    assert save("twice", "").edition == first.edition


def test_a_note_that_is_too_long_is_refused_and_stays_in_the_form(page, cohort, reading, save):
    save("x" * MAX_NOTE)
    edition = Keepsake.objects.get().edition
    with pytest.raises(InvalidInput):
        save("x" * (MAX_NOTE + 1), edition)
    url, text = address("note_edit", cohort, reading), "y" * (MAX_NOTE + 1)
    answer = page.post(url, {"note": text, "edition": edition})
    assert answer.status_code == 400
    assert "10,000 characters at most; this one has 10,001" in answer.text
    assert f"{text}</textarea>" in answer.text
    assert Keepsake.objects.get().note == "x" * MAX_NOTE


def test_a_note_has_its_edition(learner, cohort):
    with pytest.raises(IntegrityError, match="a_note_has_its_edition"), transaction.atomic():
        Keepsake.objects.create(user=learner, program=cohort.program, slug="x", note="text")


@pytest.mark.parametrize("person", ["mentor", "admin", "other_learner", "other_admin", "outsider"])
def test_nobody_else_reads_a_note(person, request, as_user, page, cohort, reading, save, mark, exercise, learner):
    save(SECRET)
    mark(True)
    save_note(program=cohort.program_id, slug=exercise.slug, text=SECRET, seen="", by=learner)
    assert SECRET in page.get(address("activity_detail", cohort, reading)).text
    assert SECRET in page.get(address("project_detail", cohort, exercise)).text
    other = as_user(request.getfixturevalue(person))
    own = learner.enrollments.get()
    for name in ("note_edit", "note_delete"):
        assert other.get(address(name, cohort, reading)).status_code == 404
        assert other.post(address(name, cohort, reading), {"note": "mine now"}).status_code == 404
    assert other.post(address("bookmark_set", cohort, reading), {"on": "0"}).status_code == 404
    for url in (
        reverse("note_list"),
        reverse("note_list") + f"?cohort={cohort.slug}",
        address("activity_detail", cohort, reading),
        address("project_detail", cohort, exercise),
        reverse("enrollment_detail", args=[cohort.slug, own.pk]),
        reverse("cohort_learners", args=[cohort.slug]),
        "/api/v1/notes/",
        "/api/v1/notes/a-reading/",
    ):
        answer = other.get(url)
        assert SECRET not in answer.text
        assert "own-note" not in answer.text or person == "other_learner"
    assert Keepsake.objects.filter(note=SECRET).count() == 2


def test_what_is_kept_stays_with_who_left(page, cohort, reading, save, enrollment):
    save(SECRET)
    enrollment.state = "withdrawn"
    enrollment.save()
    body = page.get(reverse("note_list")).text
    assert SECRET in body
    assert 'href="{}"'.format(address("activity_detail", cohort, reading)) not in body
    page.post(address("note_delete", cohort, reading), {"edition": Keepsake.objects.get().edition})
    assert not Keepsake.objects.exists()


def test_the_list_goes_by_week_with_notes_as_text(page, curriculum, cohort, reading, save, learner):
    late = world.make_activity(curriculum, "reading", "late", week=3, title="A late one")
    save("**Bold** <script>alert(1)</script>")
    for slug in (late.slug, "gone-since"):
        set_bookmark(program=cohort.program_id, slug=slug, on=True, by=learner)
    body = page.get(reverse("note_list")).text
    assert "<strong>Bold</strong>" in body
    assert "<script>alert" not in body
    order = [
        body.index(text)
        for text in ("Week 1: ", "A reading", "Week 3: ", "A late one", "No longer in your", "Gone since")
    ]
    assert order == sorted(order)
    page.post(reverse("bookmark_set", args=[cohort.slug, "gone-since"]), {"on": "0", "next": "list"})
    assert not Keepsake.objects.filter(slug="gone-since").exists()
    assert page.post(reverse("bookmark_set", args=[cohort.slug, "gone-since"]), {"on": "1"}).status_code == 404


def test_an_empty_list_says_what_to_do(page, enrollment):
    assert "Nothing kept yet" in page.get(reverse("note_list")).text


def test_what_is_kept_stays_when_the_cohort_moves_to_another_curriculum(page, cohort, reading, save):
    save(SECRET)
    newer = world.make_curriculum()
    world.make_activity(newer, "reading", "a-reading", week=2)
    cohort.curriculum = newer
    cohort.save()
    body = page.get(reverse("note_list")).text
    assert SECRET in body
    assert "Week 2: " in body


def test_the_list_costs_the_same_however_much_is_kept(page, curriculum, cohort, learner, save):
    save("one")
    url = reverse("note_list")

    def queries():
        page.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert page.get(url).status_code == 200
        return len(captured)

    few = queries()
    for n in range(50):
        one = world.make_activity(curriculum, "reading", f"more-{n}", week=n % 4 + 1)
        save_note(program=cohort.program_id, slug=one.slug, text=f"note {n}", seen="", by=learner)
    assert queries() == few
    assert few <= 8
    body = page.get(url).text
    assert body.count("kept-line") == 20
    assert "?page=2" in body


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_windows_at_once_one_is_told(learner, cohort, reading, save):
    assert len(refused(at_once(lambda: save("one"), lambda: save("two")))) == 1
    kept = Keepsake.objects.get()
    outcomes = at_once(lambda: save("three", kept.edition), lambda: save("", kept.edition))
    assert len(refused(outcomes)) == 1
    assert Keepsake.objects.filter(note="one").count() + Keepsake.objects.filter(note="two").count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_note_saved_while_its_bookmark_goes_is_kept(learner, cohort, reading, save, mark):
    for _ in range(5):
        mark(True)
        assert refused(at_once(lambda: mark(False), lambda: save("kept"))) == []
        kept = Keepsake.objects.get()
        assert (kept.note, kept.bookmarked_at) == ("kept", None)
        save("", kept.edition)


def test_a_paused_learner_writes_and_a_locked_activity_takes_a_note(page, curriculum, cohort, enrollment):
    later = world.make_activity(curriculum, "reading", "later", week=3)
    enrollment.state = "paused"
    enrollment.save()
    cohort.starts_on += timedelta(days=1)
    cohort.save()
    assert page.post(address("note_edit", cohort, later), {"note": "soon"}).status_code == 302
    assert Keepsake.objects.get().note == "soon"
