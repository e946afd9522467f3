"""Changing a place on its pages: what happens is shown first, done against that, told in the history, and taken back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Cohort, Enrollment, OfficeChange
from mentors.actions import assign_mentor
from projects.actions.deferring import defer
from projects.actions.transferring import transfer
from projects.consequences import consequences_of
from projects.place_changes import PlaceChange
from tests import world
from tests.projects.versions import fresh, make_versions, tick


@pytest.fixture
def versions(db):
    return make_versions()


@pytest.fixture
def staff(versions):
    return world.make_staff(versions.old.program, world.make_user("Ada Admin"))


@pytest.fixture
def lea(versions):
    return world.make_enrollment(versions.cohort, world.make_user("Lea Learner"))


@pytest.fixture
def later(versions):
    return world.make_cohort(versions.new, "Later cohort", started_days_ago=-30, seats=2)


@pytest.fixture
def page(as_user, staff):
    """`page(kind, enrollment, sent)`: opens the page of a change, or sends its form."""
    client = as_user(staff)

    def open_page(kind, enrollment, sent=None):
        address = reverse(f"enrollment_{kind}", args=[enrollment.cohort.slug, enrollment.pk])
        return client.get(address) if sent is None else client.post(address, sent)

    return open_page


def words(response):
    return " ".join(response.text.split())


def lines(preview):
    return {line.about: line.says for line in preview.lines}


def done(page, kind, enrollment, **choices):
    """Look at what a change does, then do it."""
    shown = page(kind, enrollment, choices) if choices else page(kind, enrollment)
    return page(kind, enrollment, {**choices, "reason": "Her wish", "seen": shown.context["preview"].stamp})


def test_a_transfer_says_what_it_does_and_does_it(versions, lea, later, staff, page):
    world.make_assignment(world.make_mentor(world.make_user("Mia Mentor")), lea)
    tick(lea, versions.old, "reading"), tick(lea, versions.old, "old-reading")
    world.make_submission(lea, versions.project(versions.old, "prices"), "waiting_for_review")
    assert "Show what happens" in words(page("transfer", lea))
    shown = page("transfer", lea, {"to": later.slug, "mentor": "keep"})
    assert fresh(lea).cohort == versions.cohort
    said = lines(shown.context["preview"])
    assert said["Mentor"] == "Mia Mentor stays."
    assert said["Reviews that wait"] == "1; keeping the place in the queue"
    assert said["Activities done"] == "1 follow; 1 stay with the earlier version, readable"
    assert said[f"Seats taken in {versions.cohort}"] == "1 → 0 of 30"
    assert said["Seats taken in Later cohort"] == "0 → 1 of 2"
    assert said["What is lost"].startswith("Nothing")
    dates = {one.activity.slug: one.by for one in shown.context["preview"].dates}
    assert dates["ols"] == "35 days later"
    assert dates["new-reading"] == "new"
    assert "reading" not in dates
    answer = page("transfer", lea, {"to": later.slug, "mentor": "keep", "seen": shown.context["preview"].stamp})
    assert answer.url == reverse("enrollment_detail", args=[later.slug, lea.pk])
    assert fresh(lea).cohort == later


def test_what_changed_since_it_was_shown_is_refused(versions, lea, later, page):
    choices = {"to": later.slug, "mentor": "keep"}
    seen = page("transfer", lea, choices).context["preview"].stamp
    world.make_submission(lea, versions.project(versions.old, "ols"))
    refused = page("transfer", lea, {**choices, "seen": seen})
    assert refused.status_code == 422
    assert "not what you looked at last" in words(refused)
    assert fresh(lea).cohort == versions.cohort
    again = refused.context["preview"].stamp
    other = page("transfer", lea, {**choices, "mentor": "release", "seen": again})
    assert other.status_code == 422
    assert page("transfer", lea, {**choices, "seen": again}).status_code == 302


def test_there_is_no_preview_of_what_cannot_be_done(versions, lea, later, page):
    Cohort.objects.filter(pk=later.pk).update(seats=0)
    assert "No seat of Later cohort is free" in words(page("transfer", lea, {"to": later.slug, "mentor": "keep"}))
    assert "is active now, so this cannot be done" in words(page("resume", lea))
    assert "Choose a cohort" in words(page("transfer", lea, {"to": "no-such", "mentor": "keep"}))
    late = lea.cohort.today() + timedelta(days=30)
    refused = page("pause", lea, {"ends_on": str(late)})
    assert refused.status_code == 422
    assert "A pause from today ends between" in words(refused)
    assert not OfficeChange.objects.exists()


def test_a_pause_shows_the_dates_that_move(versions, lea, page):
    ends_on = lea.cohort.today() + timedelta(days=6)
    shown = page("pause", lea, {"ends_on": str(ends_on)}).context["preview"]
    assert {one.by for one in shown.dates} == {"7 days later"}
    assert done(page, "pause", lea, ends_on=str(ends_on)).status_code == 302
    assert fresh(lea).state == "paused"
    back = page("resume", fresh(lea)).context["preview"]
    assert {one.by for one in back.dates} == {"6 days earlier"}
    assert done(page, "resume", fresh(lea)).status_code == 302
    assert fresh(lea).state == "active"


def test_each_change_is_told_in_the_history_and_can_be_undone_from_the_page(versions, lea, later, staff, page, as_user):
    client = as_user(staff)
    assert done(page, "defer", lea, to=later.slug).status_code == 302
    assert done(page, "return", fresh(lea), to=later.slug).status_code == 302
    assert done(page, "complete", fresh(lea)).status_code == 302
    address = reverse("enrollment_detail", args=[later.slug, lea.pk])
    shown = words(client.get(address))
    assert "Completed the program" in shown
    assert f"Came back in Later cohort, was deferred in {versions.cohort}" in shown
    assert "Deferred, was active" in shown
    assert "Her wish" in shown
    newest = OfficeChange.objects.first()
    undo = reverse("office_change_undo", args=[later.slug, newest.pk])
    assert client.post(undo).url == address
    assert fresh(lea).state == "active"
    assert "Undone: Completed Lea Learner in Later cohort" in words(client.get(address))
    assert "undone already" in words(client.post(undo, follow=True))
    returned = OfficeChange.objects.get(kind="come_back")
    client.post(reverse("office_change_undo", args=[later.slug, returned.pk]))
    assert (fresh(lea).state, fresh(lea).cohort) == ("deferred", versions.cohort)


def test_who_ran_the_cohort_before_takes_nothing_of_a_place_back_that_has_gone_on(versions, lea, later, staff, as_user):
    before = world.make_cohort_staff(versions.cohort)
    assign_mentor(enrollment=lea, mentor=world.make_mentor(), by=before)
    assigned = OfficeChange.objects.get(kind="assign_mentor")
    transfer(enrollment=lea, to=later, by=staff)
    undo = reverse("office_change_undo", args=[versions.cohort.slug, assigned.pk])
    assert as_user(before).post(undo).status_code == 404
    assert lea.mentor_assignments.filter(ended_at=None).exists()


def test_the_old_roster_says_who_went_where(versions, lea, later, staff, as_user):
    transfer(enrollment=lea, to=later, by=staff, reason="new job")
    client, address = as_user(staff), reverse("cohort_learners", args=[versions.cohort.slug])
    assert "Lea Learner" not in words(client.get(address))
    left = words(client.get(address, {"show": "left"}))
    assert "Lea Learner" in left
    assert "To Later cohort" in left
    assert "new job" in left


def test_an_open_invitation_stands_in_the_roster(versions, staff, as_user):
    world.make_invitation(versions.cohort, "nora@example.org", by=staff)
    assert "nora@example.org" in words(as_user(staff).get(reverse("cohort_learners", args=[versions.cohort.slug])))


def test_learners_read_that_they_are_paused_or_deferred_and_until_when(versions, lea, later, page, staff, as_user):
    learner = as_user(lea.user)
    ends_on = lea.cohort.today() + timedelta(days=6)
    done(page, "pause", lea, ends_on=str(ends_on))
    assert "Nothing is due while you are away, until" in words(learner.get("/"))
    defer(enrollment=fresh(lea), by=staff, returns_in=later)
    home = words(learner.get("/"))
    assert "Your place is deferred since" in home
    assert "You mean to come back in Later cohort, which starts on" in home


def test_links_to_the_old_cohort_still_lead_to_what_is_the_same_in_the_new_one(versions, lea, later, staff, as_user):
    address = reverse("activity_detail", args=[versions.cohort.slug, "reading"])
    client = as_user(lea.user)
    assert client.get(address).status_code == 200
    Cohort.objects.filter(pk=later.pk).update(starts_on=versions.cohort.starts_on)
    transfer(enrollment=lea, to=Cohort.objects.get(pk=later.pk), by=staff)
    assert client.get(address).status_code == 200
    assert as_user(world.make_user("Stranger")).get(address).status_code == 404


def queries_of(act):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        act()
    return len(queries)


def test_a_preview_and_the_roster_ask_as_much_however_much_there_is(versions, lea, later, staff, as_user):
    client, address = as_user(staff), reverse("cohort_learners", args=[versions.cohort.slug]) + "?show=all"

    def both():
        wanted = PlaceChange("transfer", fresh(lea), later)
        return queries_of(lambda: consequences_of(wanted)), queries_of(lambda: client.get(address))

    def more(count):
        for number in range(count):
            transfer(enrollment=world.make_enrollment(versions.cohort), to=later, by=staff)
            world.make_invitation(versions.cohort, f"{later.seats}-{number}@example.org", by=staff)
            world.make_submission(lea, versions.project(versions.old, "ols"), "checks_passed")

    Cohort.objects.filter(pk=later.pk).update(seats=50)
    later.refresh_from_db()
    more(1)
    tick(lea, versions.old, "reading")
    both()  # outlines stay in memory
    before = both()
    later.seats = 51
    more(4)
    tick(lea, versions.old, "old-reading")
    assert both() == before
    assert Enrollment.objects.count() == 6
