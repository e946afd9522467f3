"""Changing a cohort's name, first day, time zone and seats: what moves is shown first, and nothing is overwritten unseen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from courses.actions.cohorts import CohortRefused, change_cohort, hold_seat, let_go_of_seat, take_seat
from courses.actions.enrollments import accept_place
from courses.cohort_changes import CohortFacts, consequences_of
from courses.models import Cohort
from lms.accounts.models import AuditEntry
from lms.notifications.models import Notification
from tests import world
from tests.at_once import at_once, refused


@pytest.fixture
def next_month(curriculum):
    """A cohort that starts in 30 days, with one learner and one project."""
    cohort = world.make_cohort(curriculum, name="Autumn", started_days_ago=-30)
    world.make_project(curriculum)
    world.make_enrollment(cohort)
    return cohort


def typed(cohort, **changes):
    facts = CohortFacts.of(cohort)
    sent = {"name": facts.name, "starts_on": facts.starts_on, "time_zone": facts.time_zone, "seats": facts.seats}
    return {**sent, "seen": facts.stamp, **changes}


def saved(cohort):
    return Cohort.objects.get(pk=cohort.pk)


def address(cohort):
    return reverse("cohort_change", args=[cohort.slug])


def test_name_and_seats_are_saved_at_once_and_the_address_stays(cohort, enrollment, admin, as_user):
    response = as_user(admin).post(address(cohort), typed(cohort, name="Late spring", seats=12))
    assert response.status_code == 302
    after = saved(cohort)
    assert (after.name, after.seats, after.slug, after.starts_on) == ("Late spring", 12, "spring", cohort.starts_on)
    entry = AuditEntry.objects.get(action="change_cohort")
    assert entry.before == {"name": "Spring cohort", "seats": 30}
    assert entry.after == {"name": "Late spring", "seats": 12}
    assert not Notification.objects.exists()


def test_another_first_day_is_shown_before_it_is_saved(next_month, admin, as_user):
    client, later = as_user(admin), next_month.starts_on + timedelta(days=7)
    page = client.post(address(next_month), typed(next_month, starts_on=later))
    assert (page.status_code, saved(next_month).starts_on) == (200, next_month.starts_on)
    assert "1 of 1 due dates move, for 1 learner" in page.text
    confirmed = page.context["form"].wanted.calendar
    assert f'name="confirmed" value="{confirmed}"' in page.text
    assert client.post(address(next_month), typed(next_month, starts_on=later, confirmed=confirmed)).status_code == 302
    assert saved(next_month).starts_on == later
    told = Notification.objects.get()
    assert told.title == f"Autumn starts on {later:%-d %B %Y}"


@pytest.mark.parametrize(
    ("days", "title", "body"),
    [
        (
            0,
            "Autumn keeps the time of Asia/Tokyo now",
            "Work is due at 23:59 in Asia/Tokyo, no longer in Europe/Lisbon.",
        ),
        (7, "Autumn starts on ", "It was to start on "),
    ],
)
def test_learners_are_told_of_another_time_zone(next_month, admin, as_user, days, title, body):
    client = as_user(admin)
    wanted = {"time_zone": "Asia/Tokyo", "starts_on": next_month.starts_on + timedelta(days=days)}
    page = client.post(address(next_month), typed(next_month, **wanted))
    assert "for 1 learner, who is told." in " ".join(page.text.split())
    confirmed = page.context["form"].wanted.calendar
    client.post(address(next_month), typed(next_month, **wanted, confirmed=confirmed))
    told = Notification.objects.get(recipient__enrollments__cohort=next_month)
    assert (told.title.startswith(title), told.body.startswith(body)) == (True, True)
    assert "due at 23:59 in Asia/Tokyo" in told.body


def test_what_was_confirmed_is_what_is_saved(next_month, admin, as_user):
    shown = next_month.starts_on + timedelta(days=7)
    data = typed(next_month, starts_on=shown + timedelta(days=7), confirmed=f"{shown} {next_month.time_zone}")
    assert as_user(admin).post(address(next_month), data).context["moves"] is not None
    assert saved(next_month).starts_on == next_month.starts_on


@pytest.mark.parametrize("days", [7, -7])
def test_what_has_begun_keeps_its_first_day(cohort, enrollment, admin, as_user, days):
    response = as_user(admin).post(address(cohort), typed(cohort, starts_on=cohort.starts_on + timedelta(days=days)))
    assert (response.status_code, "add a break" in response.text) == (422, True)
    assert saved(cohort).starts_on == cohort.starts_on


def test_what_has_begun_keeps_its_time_zone(cohort, enrollment, admin, as_user):
    response = as_user(admin).post(address(cohort), typed(cohort, time_zone="Asia/Tokyo"))
    assert (response.status_code, saved(cohort).time_zone) == (422, "Europe/Lisbon")


def test_a_first_day_that_was_mistyped_can_be_mended_while_nobody_is_in(cohort, admin):
    wanted = replace(CohortFacts.of(cohort), starts_on=timezone.localdate() + timedelta(days=20))
    change_cohort(cohort=cohort, wanted=wanted, seen=CohortFacts.of(cohort).stamp, by=admin)
    assert saved(cohort).starts_on == wanted.starts_on


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"seats": 0}, "At least 1 seat"),
        ({"name": " "}, "required"),
        ({"starts_on": "2000-01-03"}, "is the year right"),
        ({"starts_on": "soon"}, "Enter a valid date"),
        ({"time_zone": "Mars/Olympus"}, "Choose one of the list"),
        ({"seen": "what it was"}, "was changed meanwhile"),
    ],
)
def test_a_refused_change_keeps_what_was_typed(next_month, admin, as_user, changes, complaint):
    response = as_user(admin).post(address(next_month), typed(next_month, **{"name": "Kept name", **changes}))
    assert (response.status_code, complaint in response.text) == (422, True)
    assert CohortFacts.of(saved(next_month)) == CohortFacts.of(next_month)
    if "name" not in changes:
        assert "Kept name" in response.text


def test_seats_cannot_fall_below_what_is_taken(cohort, enrollment, admin, as_user):
    world.make_enrollment(cohort)
    response = as_user(admin).post(address(cohort), typed(cohort, seats=1))
    assert (response.status_code, "2 seats are taken, so 1 are too few" in response.text) == (422, True)
    assert saved(cohort).seats == 30


def test_a_held_seat_is_neither_taken_nor_given_away(cohort, enrollment, admin):
    Cohort.objects.update(seats=2)
    hold_seat(cohort.pk)
    wanted = replace(CohortFacts.of(saved(cohort)), seats=1)
    for act in (
        lambda: take_seat(cohort.pk),
        lambda: hold_seat(cohort.pk),
        lambda: change_cohort(cohort=cohort, wanted=wanted, seen=CohortFacts.of(saved(cohort)).stamp, by=admin),
    ):
        with pytest.raises(CohortRefused):
            act()
    with pytest.raises(IntegrityError, match="seats_taken_and_held_are_within_seats"), transaction.atomic():
        Cohort.objects.update(seats=1)
    let_go_of_seat(cohort.pk)
    take_seat(cohort.pk)
    assert (saved(cohort).seats_taken, saved(cohort).seats_held, saved(cohort).seats_free) == (2, 0, 0)


def test_learners_do_not_begin_in_the_past(next_month, admin):
    wanted = replace(CohortFacts.of(next_month), starts_on=timezone.localdate() - timedelta(days=3))
    with pytest.raises(CohortRefused, match="in the past"):
        change_cohort(cohort=next_month, wanted=wanted, seen=CohortFacts.of(next_month).stamp, by=admin)


def test_breaks_stay_where_they_are(next_month, curriculum):
    world.make_activity(curriculum, week=4)
    world.make_break(next_month, days_from_now=50)
    wanted = replace(CohortFacts.of(next_month), starts_on=next_month.starts_on - timedelta(days=20))
    last = consequences_of(next_month, wanted).examples[-1]
    assert (bool(last.before.reasons), bool(last.after.reasons)) == (True, False)


def test_the_preview_costs_the_same_however_many_learners(next_month, django_assert_num_queries):
    wanted = replace(CohortFacts.of(next_month), starts_on=next_month.starts_on + timedelta(days=1))
    consequences_of(next_month, wanted)
    for count in (1, 12):
        for _ in range(count):
            world.make_enrollment(next_month)
        with django_assert_num_queries(3):
            consequences_of(next_month, wanted)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_admins_change_at_once_and_none_is_overwritten_unseen():
    cohort, admin = world.make_cohort(world.make_curriculum()), world.make_user("Admin")
    facts = CohortFacts.of(cohort)
    changes = [replace(facts, name="One"), *(replace(facts, seats=seats) for seats in range(5, 12))]
    outcomes = at_once(
        *(
            lambda wanted=wanted: change_cohort(cohort=cohort, wanted=wanted, seen=facts.stamp, by=admin)
            for wanted in changes
        )
    )
    assert len(refused(outcomes)) == len(changes) - 1
    assert CohortFacts.of(saved(cohort)) in changes
    assert AuditEntry.objects.filter(action="change_cohort").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_accepts_while_the_first_day_moves_is_counted_or_is_welcomed_with_the_new_one(curriculum):
    admin, past = world.make_user("Admin"), timezone.localdate() - timedelta(days=3)
    cohorts = [world.make_cohort(curriculum, started_days_ago=-30) for _ in range(4)]
    calls = []
    for number, cohort in enumerate(cohorts):
        facts = CohortFacts.of(cohort)
        person = world.make_user("Nora", f"nora-{number}@x.org")
        invitation = world.make_invitation(cohort, person.email, by=admin).invitation
        change = {"cohort": cohort, "wanted": replace(facts, starts_on=past), "seen": facts.stamp, "by": admin}
        calls.append(lambda change=change: change_cohort(**change))
        calls.append(lambda invitation=invitation, user=person: accept_place(invitation=invitation, user=user))
    at_once(*calls)
    for cohort in cohorts:
        told = Notification.objects.get(recipient__enrollments__cohort=cohort)
        assert f"on {saved(cohort).starts_on:%-d %B %Y}." in told.body
