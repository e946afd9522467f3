"""Seeing the portal as a learner: what is shown, that nothing is written, and when it ends."""

import importlib
import pkgutil
from datetime import timedelta

import pytest
import structlog
from django.apps import apps
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django_structlog.signals import bind_extra_request_finished_metadata

from lms.accounts.models import AuditEntry
from lms.portal.view_as_pages import SHOWN, SHOWN_TO_OFFICE
from projects.models import Review
from tests import access, world

ROWS = [
    row
    for module in pkgutil.iter_modules(access.__path__)
    for row in importlib.import_module(f"tests.access.{module.name}").ROWS
]


@pytest.fixture
def see(as_user):
    """A client of this person who sees the portal as the learner of a place."""

    def start(viewer, enrollment, on=""):
        client = as_user(viewer)
        answer = client.post(reverse("view_as_start", args=[enrollment.cohort.slug, enrollment.pk]), {"on": on})
        assert answer.status_code == 302, answer.text
        return client

    return start


def everything():
    """All rows of the database, by model."""
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in apps.get_models()}


def address_of(row, access_world):
    kwargs = {key: value(access_world) if callable(value) else value for key, value in row.kwargs.items()}
    return reverse(row.name, kwargs=kwargs) + row.query


def test_learner_pages_are_shown_nothing_else_is_and_no_row_changes(access_world, see, mentor):
    now, waiting = timezone.now(), access_world["waiting"]
    Review.objects.create(
        submission=waiting, reviewer=mentor, state="finished", verdict="passed", finished_at=now, lease_until=now
    )
    pages = [(row, address_of(row, access_world)) for row in ROWS if row.method == "get"]
    client = see(access_world["admin"], access_world["enrollment"])
    before, surprises, shown = everything(), [], set()
    for row, address in pages:
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer.streaming_content)
        wanted = (
            (200, 204, 302) if row.name in SHOWN | SHOWN_TO_OFFICE and row.expected("learner") == "ok" else (403, 404)
        )
        if answer.status_code not in wanted:
            surprises.append(f"{row.id}: {answer.status_code}, expected {wanted}")
        if answer.status_code == 200:
            shown.add(row.name)
    assert surprises == []
    assert shown == (SHOWN | SHOWN_TO_OFFICE) - {"notification_open", "project_submit"}  # these lead on
    assert everything() == before


def test_no_address_takes_anything_but_stop(access_world, see):
    sent = [(row, address_of(row, access_world)) for row in ROWS if row.method != "get" and row.name != "view_as_stop"]
    client = see(access_world["mentor"], access_world["enrollment"])
    before = everything()
    for row, address in sent:
        cache.clear()
        answer = getattr(client, row.method)(address)
        assert (row.id, answer.status_code) == (row.id, 403)
    assert client.post("/profile/", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert client.post(reverse("api_token")).json()["error"]["code"] == "read_only"
    assert everything() == before


def test_every_page_says_as_whom_and_stopping_leads_back(see, admin, enrollment, exercise):
    client = see(admin, enrollment)
    for address in ("/", reverse("week_detail", args=["spring", 1]), "/nowhere/", reverse("cohort_list")):
        page = client.get(address).text
        assert "You see the portal as Lea Learner" in page
        assert reverse("view_as_stop") in page
    assert reverse("cohort_list") not in client.get("/").text  # nor do the viewer's own places stand in the navigation
    assert "Change password" not in client.get("/").text
    there = reverse("enrollment_detail", args=["spring", enrollment.pk])
    assert client.post(reverse("view_as_stop")).headers["Location"] == there
    assert client.get(there).status_code == 200
    entries = AuditEntry.objects.order_by("pk").values_list("action", "actor", "person")
    assert list(entries) == [(action, admin.pk, enrollment.user_id) for action in ("view_as", "stop_view_as")]


def test_it_ends_with_the_time_and_with_the_right(see, admin, mentor, enrollment, monkeypatch):
    for viewer, end in (
        (admin, lambda: admin.program_staff.all().delete()),
        (mentor, lambda: mentor.mentor.assignments.update(ended_at=timezone.now())),
    ):
        client = see(viewer, enrollment)
        assert client.get("/profile/").status_code == 403
        end()
        before = AuditEntry.objects.count()
        assert client.post("/profile/", {"name": "Another", "time_zone": "UTC"}).headers["Location"] == "/"
        assert AuditEntry.objects.count() == before + 1
        assert "You see the portal as Lea" not in client.get("/grades/").text
        viewer.refresh_from_db()
        assert viewer.name != "Another"
    world.make_staff(enrollment.cohort.program, admin)
    client, later = see(admin, enrollment), timezone.now() + timedelta(minutes=31)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "half an hour is over" in client.get("/profile/", follow=True).text
    assert AuditEntry.objects.first().reason == "half an hour is over"


def test_who_has_powers_of_their_own_is_not_seen(as_user, admin, enrollment):
    address = reverse("view_as_start", args=["spring", enrollment.pk])
    world.make_mentor(enrollment.user)
    assert "Nobody can see the portal as them" in as_user(admin).post(address).text
    assert not AuditEntry.objects.exists()


def test_another_mentor_of_the_cohort_may_not(as_user, enrollment, cohort):
    colleague = world.make_user("Colleague")
    world.make_assignment(world.make_mentor(colleague), world.make_enrollment(cohort))
    assert as_user(colleague).get(reverse("view_as_start", args=["spring", enrollment.pk])).status_code == 403


def test_other_places_and_what_is_private_stay_hidden(see, as_user, mentor, enrollment, other_cohort, curriculum):
    elsewhere = world.make_enrollment(other_cohort, enrollment.user)
    work = world.make_submission(elsewhere, world.make_project(other_cohort.curriculum))
    reading = world.make_activity(curriculum, "reading", "a-reading")
    page = reverse("activity_detail", args=["spring", reading.slug])
    own = as_user(enrollment.user)
    own.post(reverse("note_edit", args=["spring", reading.slug]), {"note": "my own thought"})
    assert "my own thought" in own.get(page).text
    client = see(mentor, enrollment)
    assert "my own thought" not in client.get(page).text
    assert client.get(reverse("note_list")).status_code == 403
    assert client.get(reverse("submission_detail", args=[work.pk])).status_code == 404
    for cohort in ("other", "spring"):
        assert client.get(reverse("place_requests", args=[cohort])).status_code == 403
    assert "Other cohort" not in client.get("/?cohort=other").text


def test_what_a_learner_is_told_of_other_places_stays_hidden(see, as_user, mentor, enrollment, other_cohort):
    told = world.make_notification(enrollment.user, title="Not admitted elsewhere")
    pages = "/", reverse("notification_list")
    client = see(mentor, enrollment)
    assert all("Not admitted elsewhere" in client.get(page).text for page in pages)
    world.make_application(other_cohort, "not_admitted", enrollment.user)
    assert not any("Not admitted elsewhere" in client.get(page).text for page in pages)
    assert client.get(reverse("notification_open", args=[told.pk])).status_code == 404
    assert "Not admitted elsewhere" in as_user(enrollment.user).get(pages[1]).text
    enrollment.user.applications.all().delete()
    world.make_enrollment(other_cohort, enrollment.user)
    assert not any("Not admitted elsewhere" in client.get(page).text for page in pages)


def test_another_day_opens_and_locks_what_it_would(see, admin, enrollment, curriculum):
    later = world.make_activity(curriculum, "reading", "of-week-two", week=2, body_html="<p>Secret of week two</p>")
    page = reverse("activity_detail", args=["spring", later.slug])
    assert "Secret of week two" not in see(admin, enrollment).get(page).text
    opened = see(admin, enrollment, on=str(enrollment.cohort.starts_on + timedelta(days=7)))
    assert "Secret of week two" in opened.get(page).text
    home = opened.get("/").text
    assert "week 2 of 4" in home
    assert "12:00 (Lisbon)" in home
    early = see(admin, enrollment, on=str(enrollment.cohort.starts_on - timedelta(days=1)))
    assert "also those of later days" in early.get("/").text
    assert "starts" in early.get("/").text


def test_a_day_far_away_is_refused(as_user, admin, enrollment):
    address = reverse("view_as_start", args=["spring", enrollment.pk])
    answer = as_user(admin).post(address, {"on": "1999-01-01"})
    assert answer.status_code == 422
    assert "within two years" in answer.text


def test_the_log_of_each_request_names_both(see, mentor, enrollment):
    client, logged = see(mentor, enrollment), []

    def note(**said):
        logged.append(structlog.contextvars.get_contextvars())

    bind_extra_request_finished_metadata.connect(note)
    try:
        client.get("/")
        client.post("/profile/")
    finally:
        bind_extra_request_finished_metadata.disconnect(note)
    assert [(one["viewer_id"], one["seen_as_id"]) for one in logged] == [(mentor.pk, enrollment.user_id)] * 2


def test_what_a_page_writes_all_the_same_is_refused(see, mentor, enrollment, monkeypatch):
    client = see(mentor, enrollment)
    monkeypatch.setattr("lms.portal.views.home.roles_of", lambda user: user.save())
    assert client.get("/").status_code == 403
