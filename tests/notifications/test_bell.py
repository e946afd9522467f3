"""The bell: a person's own notifications, opened and read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.notifications.actions import mark_read, notify, notify_all
from lms.notifications.models import Delivery, Kind, Preference
from lms.portal.backends import PortalBackend
from tests import world
from tests.at_once import at_once


def test_opening_marks_as_read_and_leads_to_its_page(learner, as_user):
    notification = world.make_notification(learner, path="/grades/")
    response = as_user(learner).get(reverse("notification_open", args=[notification.pk]))
    assert response.headers["Location"] == "/grades/"
    notification.refresh_from_db()
    assert notification.read_at


def test_somebody_elses_notification_is_not_found_and_stays_unread(learner, outsider, as_user):
    notification = world.make_notification(learner)
    assert as_user(outsider).get(reverse("notification_open", args=[notification.pk])).status_code == 404
    notification.refresh_from_db()
    assert notification.read_at is None


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "grades/"]
)
def test_it_never_leads_out_of_the_portal(learner, as_user, path):
    notification = world.make_notification(learner, path=path)
    response = as_user(learner).get(reverse("notification_open", args=[notification.pk]))
    assert response.headers["Location"] == reverse("notification_list")


def test_all_are_marked_as_read_but_nobody_elses(learner, outsider, as_user):
    mine = [world.make_notification(learner) for _ in range(3)]
    other = world.make_notification(outsider)
    client = as_user(learner)
    assert ">3<span" in client.get(reverse("notification_list")).content.decode()
    client.post(reverse("notifications_read"))
    assert learner.notifications.unread().count() == 0
    assert len(mine) == learner.notifications.count()
    other.refresh_from_db()
    assert other.read_at is None


def test_only_unread_ones_are_shown_on_wish(learner, as_user):
    client = as_user(learner)
    read = world.make_notification(learner, title="Old news")
    world.make_notification(learner, title="Fresh news")
    client.get(reverse("notification_open", args=[read.pk]))
    page = client.get(reverse("notification_list") + "?show=unread").content.decode()
    assert "Fresh news" in page
    assert "Old news" not in page


def test_the_list_costs_the_same_however_long(learner, as_user, django_assert_max_num_queries):
    client = as_user(learner)
    for count in (1, 60):
        for _ in range(count):
            world.make_notification(learner)
        with django_assert_max_num_queries(6):
            assert client.get(reverse("notification_list")).status_code == 200


def test_an_unwanted_kind_is_not_emailed_but_stands_under_the_bell(learner, as_user):
    wanted = [kind for kind in Kind.values if kind != Kind.MENTOR_ASSIGNED]
    as_user(learner).post(reverse("notification_preferences"), {"kind": wanted})
    notify(recipient=learner, key="m", kind=Kind.MENTOR_ASSIGNED, title="A mentor", path="/")
    notify(recipient=learner, key="e", kind=Kind.ENROLLED, title="A place", path="/")
    assert learner.notifications.count() == 2
    assert Delivery.objects.get().notification.key == "e"


def test_a_wish_can_be_taken_back(learner, as_user):
    client = as_user(learner)
    client.post(reverse("notification_preferences"), {"kind": []})
    client.post(reverse("notification_preferences"), {"kind": Kind.values})
    assert not Preference.objects.filter(user=learner, wanted=False).exists()
    notify(recipient=learner, key="e", kind=Kind.ENROLLED, title="A place", path="/")
    assert Delivery.objects.count() == 1


def test_a_fact_told_twice_is_one_notification_and_one_email(learner):
    for _ in range(2):
        notify(recipient=learner, key="same", kind=Kind.ENROLLED, title="A place", path="/")
    assert learner.notifications.count() == Delivery.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_fact_told_by_four_at_once_is_one_notification_and_one_email():
    person = world.make_user()
    told = at_once(
        *(
            lambda: notify(recipient=person, key="same", kind=Kind.ENROLLED, title="A place", path="/").pk
            for _ in range(4)
        )
    )
    assert len(told) == 4
    assert set(told) == set(person.notifications.values_list("pk", flat=True))
    assert Delivery.objects.count() == 1


def test_what_is_unread_is_counted_along_with_the_person(learner, as_user):
    world.make_notification(learner)
    client = as_user(learner)
    client.get(reverse("notification_preferences"))
    with CaptureQueriesContext(connection) as queries:
        assert '<span class="bell-count">1<' in client.get(reverse("notification_preferences")).text
    assert [one["sql"] for one in queries if one["sql"].startswith("SELECT COUNT")] == []
    person = PortalBackend().get_user(learner.pk)
    assert person.unread_count == 1
    mark_read(recipient=person)
    assert person.unread_count is None


def test_many_are_told_at_once_each_in_their_own_way_and_at_the_cost_of_one(db, django_assert_num_queries):
    people = [world.make_user() for _ in range(12)]
    Preference.objects.create(user=people[0], kind=Kind.DATES_CHANGED, channel="email", wanted=False)
    for key, some in (("few", people[:2]), ("many", people)):
        with django_assert_num_queries(5):  # savepoint, its release, and three
            notify_all(
                bodies={one: f"For {one.pk}" for one in some}, key=key, kind=Kind.DATES_CHANGED, title="Yes", path="/"
            )
        assert all(one.notifications.get(key=key).body == f"For {one.pk}" for one in some)
        mailed = Delivery.objects.filter(notification__key=key).values_list("notification__recipient", flat=True)
        assert set(mailed) == {one.pk for one in some[1:]}
