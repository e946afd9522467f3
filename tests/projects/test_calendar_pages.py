"""The editor of a cohort's calendar, and more time for one learner: shown first, then done, through the pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.models import Accommodation, Break, Cohort
from lms.notifications.models import Notification
from tests import world


@pytest.fixture
def office(cohort, enrollment, exercise, admin, as_user):
    """A function that opens or sends a page of the cohort's office by its name."""
    client = as_user(admin)

    def ask(name, *args, **sent):
        address = reverse(name, args=[cohort.slug, *args])
        return client.post(address, sent) if sent else client.get(address)

    return ask


def spring(cohort, **changes):
    first = cohort.starts_on + timedelta(days=5)
    facts = {"label": "spring break", "starts_on": first, "ends_on": first + timedelta(days=6), "kind": "stop"}
    return {**facts, **changes}


def seen(page):
    stamp = page.context["preview"].stamp
    assert f'name="seen" value="{stamp}"' in page.text
    return stamp


def test_a_break_is_shown_added_changed_and_removed(office, cohort, learner):
    shown = office("break_add", **spring(cohort))
    assert (shown.status_code, Break.objects.exists(), "7 days later" in shown.text) == (200, False, True)
    assert "+7 days spring break" in shown.text
    assert office("break_add", **spring(cohort), seen=seen(shown)).status_code == 302
    assert Notification.objects.filter(recipient=learner).count() == 1
    page = office("cohort_calendar").text
    assert ("+7 days spring break" in page, "Can be undone" in page, "Stops the clock." in page) == (True,) * 3
    span = Break.objects.get()
    changed = spring(cohort, kind="holiday")
    shown = office("break_change", span.pk, **changed)
    assert office("break_change", span.pk, **changed, seen=seen(shown)).status_code == 302
    shown = office("break_remove", span.pk)
    assert "Remove the spring break?" in shown.text
    assert office("break_remove", span.pk, seen=seen(shown)).status_code == 302
    assert not Break.objects.exists()


def test_weekends_are_taken_off_once_that_was_seen(office, cohort):
    page = office("weekends_change")
    assert "Take weekends off?" in page.text
    assert office("weekends_change", seen=seen(page)).status_code == 302
    again = office("weekends_change", seen=seen(page))
    assert (again.status_code, "not what you looked at last" in again.text) == (422, True)
    assert Cohort.objects.get(pk=cohort.pk).weekends_off


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"ends_on": "2001-01-01"}, "ends on or after"),
        ({"ends_on": "9999-12-31"}, "at most 180 days"),
        ({"starts_on": "9999-01-01", "ends_on": "9999-01-02"}, "years away"),
        ({"kind": "nap"}, "Choose one of the list"),
        ({"starts_on": "soon"}, "Enter a valid date"),
    ],
)
def test_a_refused_break_keeps_what_was_typed(office, cohort, changes, complaint):
    page = office("break_add", **spring(cohort, label="kept words") | changes)
    assert (page.status_code, page.context["preview"]) == (422, None)
    assert ("kept words" in page.text, complaint in page.text) == (True, True)


def test_more_time_is_shown_granted_and_ended(office, enrollment, learner, as_user):
    facts = {"factor": "1.5", "reason": "a private reason"}
    shown = office("accommodation_grant", enrollment.pk, **facts)
    assert (Accommodation.objects.exists(), "+4 days ×1.5 time" in shown.text) == (False, True)
    assert office("accommodation_grant", enrollment.pk, **facts, seen=seen(shown)).status_code == 302
    assert "a private reason" in office("enrollment_detail", enrollment.pk).text
    home = as_user(learner).get(reverse("home")).text
    assert ("×1.5 time" in home, "private" in home) == (True, False)
    again = office("accommodation_grant", enrollment.pk, **facts)
    assert (again.status_code, "has more time already" in again.text) == (422, True)
    shown = office("accommodation_end", enrollment.pk)
    assert office("accommodation_end", enrollment.pk, seen=seen(shown)).status_code == 302
    assert Accommodation.objects.get().ended_at


@pytest.mark.parametrize("factor", ["1", "1.04", "3.01", "NaN", "1e9", ""])
def test_a_refused_factor_keeps_what_was_typed(office, enrollment, factor):
    page = office("accommodation_grant", enrollment.pk, factor=factor, reason="kept words")
    assert (page.status_code, "kept words" in page.text) == (422, True)


def test_the_calendar_of_the_office_costs_the_same_however_many_breaks(office, cohort, django_assert_max_num_queries):
    office("cohort_calendar")
    for count in (1, 12):
        for day in range(count):
            world.make_break(cohort, days_from_now=40 + day, length=1)
        with django_assert_max_num_queries(14):
            assert office("cohort_calendar").status_code == 200
