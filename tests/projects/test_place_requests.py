"""What learners ask the office about their places: asking, the queue, the answer, and what no longer fits."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.actions.leaving import withdraw
from courses.actions.places import spell
from courses.models import Enrollment, Extension, Pause, PlaceRequest
from lms.accounts.models import AuditEntry
from lms.lib.errors import InvalidInput
from projects.actions.answering_requests import begin_pauses_due, grant, refuse
from projects.actions.place_requests import RequestRefused, ask, take_back
from tests import world
from tests.at_once import at_once, refused


@pytest.fixture
def later(curriculum):
    return world.make_cohort(curriculum, name="Autumn cohort", started_days_ago=-60)


@pytest.fixture
def more_days(enrollment, exercise):
    """A function by which the learner asks for five more days."""

    def act(enrollment=enrollment, days=5):
        wish = {"activity": exercise.activity, "days": days}
        return ask(enrollment=enrollment, kind="extension", why="I am ill.", by=enrollment.user, **wish)

    return act


def a_pause(enrollment, begins_in=0, days=7):
    first = enrollment.cohort.today() + timedelta(days=begins_in)
    wish = {"starts_on": first, "ends_on": first + timedelta(days=days - 1)}
    return ask(enrollment=enrollment, kind="pause", why="A new job.", by=enrollment.user, **wish)


def given_by(asked):
    names = {"extension": ["days"], "pause": ["starts_on", "ends_on"]}.get(asked.kind, ["to_cohort"])
    return {name: getattr(asked, name) for name in names}


def say_yes(asked, admin, **changes):
    grant(request=asked, given=given_by(asked) | changes, words="Get well.", by=admin)
    asked.refresh_from_db()
    return asked


def test_a_request_reaches_the_office_and_its_answer_the_learner(more_days, enrollment, admin, exercise):
    asked = more_days()
    told = admin.notifications.get(kind="request_asked")
    assert (told.title, told.path) == (
        f"Lea Learner asks: 5 more days for “{exercise.title}”",
        f"/requests/{asked.pk}/",
    )
    say_yes(asked, admin, days=3)
    assert Extension.objects.get().days == 3
    (answer,) = enrollment.user.notifications.all()
    assert "Granted: 3 more days (asked: 5)" in answer.body
    assert answer.body.endswith("Get well.")
    audited = AuditEntry.objects.filter(target_kind="courses.Enrollment", target_id=str(enrollment.pk))
    assert {"ask_office", "grant_extension", "answer_request"} <= set(audited.values_list("action", flat=True))


@pytest.mark.parametrize("days", [0, 61])
def test_what_cannot_be_asked_is_refused_and_not_sent(more_days, enrollment, days):
    with pytest.raises(InvalidInput, match="Nothing was sent"):
        more_days(days=days)
    with pytest.raises(InvalidInput, match="at most 21 days"):
        a_pause(enrollment, days=22)
    with pytest.raises(InvalidInput, match="Write why"):
        ask(enrollment=enrollment, kind="deferral", why=" ", by=enrollment.user, to_cohort=None)
    assert not PlaceRequest.objects.exists()


def test_only_later_cohorts_with_a_seat_can_be_asked_for(enrollment, later, curriculum):
    earlier, full = world.make_cohort(curriculum, started_days_ago=90), world.make_cohort(curriculum, seats=1)
    full.starts_on = later.starts_on
    full.seats_held = 1
    full.save()
    for wrong in (earlier, full, enrollment.cohort):
        with pytest.raises(InvalidInput, match="no free seat"):
            ask(enrollment=enrollment, kind="transfer", why="Work.", by=enrollment.user, to_cohort=wrong)
    ask(enrollment=enrollment, kind="transfer", why="Work.", by=enrollment.user, to_cohort=later)


def test_of_each_kind_one_is_open_and_can_be_taken_back(more_days, enrollment, learner, admin):
    asked = more_days()
    a_pause(enrollment)
    with pytest.raises(RequestRefused, match="asked for this already"):
        more_days(days=2)
    take_back(request=asked, by=learner)
    with pytest.raises(RequestRefused, match="has taken this back"):
        say_yes(asked, admin)
    more_days(days=2)
    assert not Extension.objects.exists()


def test_a_refusal_needs_words_and_changes_nothing(more_days, admin, learner):
    asked = more_days()
    with pytest.raises(InvalidInput, match="Write why"):
        refuse(request=asked, words=" ", by=admin)
    refuse(request=asked, words="Hand in what you have.", by=admin)
    assert "Refused. Hand in what you have." in learner.notifications.get(kind="request_answered").body
    with pytest.raises(RequestRefused, match="Ada Admin has answered this already"):
        say_yes(asked, admin)
    assert not Extension.objects.exists()


def test_a_pause_begins_on_its_day_by_itself(enrollment, admin, as_user, monkeypatch):
    asked = a_pause(enrollment, begins_in=2, days=5)
    assert (
        f"from {spell(asked.starts_on)} to {spell(asked.ends_on)}" in as_user(admin).get(f"/requests/{asked.pk}/").text
    )
    say_yes(asked, admin)
    assert (begin_pauses_due(), Enrollment.objects.get().state) == (0, "active")
    monkeypatch.setattr("courses.models.Cohort.today", lambda cohort: asked.begins_on)
    assert (begin_pauses_due(), begin_pauses_due()) == (1, 0)
    span = Pause.objects.get()
    assert (Enrollment.objects.get().state, span.starts_on, span.ends_on) == ("paused", asked.begins_on, asked.until)


def test_a_granted_pause_that_cannot_begin_says_so_to_both(enrollment, admin, learner, monkeypatch):
    asked = say_yes(a_pause(enrollment, begins_in=1), admin)
    withdraw(enrollment=Enrollment.objects.get(), by=admin)
    monkeypatch.setattr("courses.models.Cohort.today", lambda cohort: asked.begins_on)
    begin_pauses_due()
    asked.refresh_from_db()
    assert "It did not begin" in asked.outcome
    for person in (admin, learner):
        assert person.notifications.filter(title__contains="did not begin").count() == 1


def test_a_granted_pause_can_be_taken_back_before_it_begins(enrollment, admin, learner, monkeypatch):
    asked = say_yes(a_pause(enrollment, begins_in=1), admin)
    take_back(request=asked, by=learner)
    monkeypatch.setattr("courses.models.Cohort.today", lambda cohort: asked.begins_on)
    assert (begin_pauses_due(), Enrollment.objects.get().state) == (0, "active")


def test_a_cohort_change_and_coming_back_later_are_granted(enrollment, later, admin, as_user):
    learner, client = enrollment.user, as_user(admin)
    asked = ask(enrollment=enrollment, kind="transfer", why="Work.", by=learner, to_cohort=later)
    address = reverse("request_answer", args=[asked.pk])
    shown = client.get(address)
    assert f"Seats taken in {later}" in shown.text
    client.post(address, {"grant": "1", "to_cohort": later.pk, "seen": shown.context["preview"].stamp})
    enrollment.refresh_from_db()
    assert enrollment.cohort == later
    say_yes(ask(enrollment=enrollment, kind="deferral", why="A child.", by=learner, to_cohort=None), admin)
    assert Enrollment.objects.get().state == "deferred"


def test_nobody_leads_a_learner_to_a_cohort_that_they_do_not_run(enrollment, later, learner, cohort):
    office = world.make_cohort_staff(cohort)
    asked = ask(enrollment=enrollment, kind="transfer", why="Work.", by=learner, to_cohort=later)
    with pytest.raises(RequestRefused, match="You do not run"):
        say_yes(asked, office)
    asked.refresh_from_db()
    assert (asked.is_open, Enrollment.objects.get().cohort) == (True, cohort)
    world.make_cohort_staff(later, office)
    say_yes(asked, office)
    assert Enrollment.objects.get().cohort == later


def test_what_no_longer_fits_says_so_and_can_only_be_refused(more_days, enrollment, admin, as_user):
    asked = more_days()
    Enrollment.objects.update(state="withdrawn")
    with pytest.raises(RequestRefused, match="place is withdrawn by now"):
        say_yes(asked, admin)
    client, address = as_user(admin), reverse("request_answer", args=[asked.pk])
    page = client.get(address).text
    assert "This no longer fits" in page
    assert 'name="grant"' not in page
    assert client.post(address, {"refuse": "1", "words": "You have left."}).status_code == 302


def test_the_office_sees_what_an_answer_does_before_it_is_given(more_days, admin, as_user):
    asked = more_days()
    client, address = as_user(admin), reverse("request_answer", args=[asked.pk])
    shown = client.get(address)
    assert "5 more days for" in shown.text
    other = client.post(address, {"grant": "1", "days": 9, "seen": shown.context["preview"].stamp})
    assert "9 more days for" in other.text
    assert not Extension.objects.exists()
    done = client.post(address, {"grant": "1", "days": 9, "seen": other.context["preview"].stamp}, follow=True)
    assert "Answered. Lea Learner is told." in done.text
    assert Extension.objects.get().days == 9
    late = client.post(address, {"refuse": "1", "words": "No."})
    assert "Ada Admin has answered this already" in late.text


def test_a_learner_asks_and_follows_it_on_their_own_pages(learner, cohort, exercise, as_user):
    client = as_user(learner)
    assert "Ask for more days" in client.get("/").text
    address = reverse("place_request_ask", args=[cohort.slug, "extension"])
    page = client.get(address + f"?activity={exercise.slug}")
    assert page.context["form"].initial["activity"] == exercise.activity_id
    wrong = client.post(address, {"activity": exercise.activity_id, "days": 99, "why": "Flu"})
    assert wrong.status_code == 422
    sent = client.post(address, {"activity": exercise.activity_id, "days": 2, "why": "Flu"}, follow=True)
    assert "Waiting for an answer" in sent.text
    assert "2 more days" in client.get("/").text
    asked = PlaceRequest.objects.get()
    client.post(reverse("place_request_take_back", args=[cohort.slug, asked.pk]), follow=True)
    assert "2 more days" not in client.get("/").text


def test_nobody_answers_their_own_request(more_days, enrollment, cohort, as_user):
    world.make_cohort_staff(cohort, enrollment.user)
    asked = more_days()
    assert as_user(enrollment.user).get(reverse("request_answer", args=[asked.pk])).status_code == 404
    assert not enrollment.user.notifications.exists()


def test_the_queue_is_oldest_first_filtered_and_costs_the_same_at_any_size(more_days, cohort, admin, as_user):
    client, costs = as_user(admin), []
    for size in (3, 12):
        for number in range(size):
            one = world.make_enrollment(cohort, world.make_user(f"Learner {number}"))
            (a_pause if number % 2 else more_days)(one)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse("request_queue"))
        costs.append(len(queries))
    rows = list(answer.context["page"])
    assert rows == sorted(rows, key=lambda one: one.asked_at)
    assert costs[0] == costs[1] <= 10
    pauses = client.get(reverse("request_queue"), {"kind": "pause", "cohort": cohort.pk}).context["page"]
    assert {one.kind for one in pauses} == {"pause"}
    assert '<span class="count">15<span' in client.get("/").text


def test_the_queue_of_answered_ones_says_who_answered(more_days, admin, other_admin, as_user):
    say_yes(more_days(), admin)
    assert "Ada Admin" in as_user(admin).get(reverse("request_queue"), {"show": "answered"}).text
    assert "Lea Learner" not in as_user(other_admin).get(reverse("request_queue"), {"show": "answered"}).text


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_and_of_two_requests_one_counts():
    cohort = world.make_cohort(world.make_curriculum())
    enrollment, activity = world.make_enrollment(cohort), world.make_project(cohort.curriculum).activity
    staff = [world.make_cohort_staff(cohort) for _ in range(2)]

    def asking():
        own = Enrollment.objects.select_related("cohort", "user").get(pk=enrollment.pk)
        return ask(enrollment=own, kind="extension", why="Ill.", by=own.user, activity=activity, days=2)

    (refusal,) = refused(at_once(asking, asking))
    assert refusal.code == "asked_already"
    asked = PlaceRequest.objects.get()

    def yes():
        grant(request=PlaceRequest.objects.get(), given={"days": 2}, words="", by=staff[0])

    def no():
        refuse(request=PlaceRequest.objects.get(), words="No.", by=staff[1])

    (refusal,) = refused(at_once(yes, no))
    assert refusal.code == "answered_already"
    asked.refresh_from_db()
    assert Extension.objects.count() == (asked.state == "granted")
    assert enrollment.user.notifications.count() == 1
    assert timezone.now() >= asked.answered_at
