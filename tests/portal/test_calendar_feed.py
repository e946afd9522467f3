"""The calendar feed: read back with a parser, its revisions, its address, and what it costs."""

import io
import logging
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from courses.actions.feeds import renew_feed, revise_feed, switch_off_feed, switch_on_feed
from courses.models import Break, CalendarFeed, Extension, FeedEvent
from lms.accounts.models import AuditEntry
from lms.portal.calendars.feed_facts import facts_of
from lms.portal.calendars.throttles import FeedThrottle, UnknownFeedThrottle
from mentors.models import Mentor
from projects.actions.moving import move_cohort
from projects.moving import preview_of
from tests import world
from tests.at_once import at_once

LISBON = ZoneInfo("Europe/Lisbon")


@pytest.fixture
def cohort(curriculum):
    """Six weeks around the end of summer time, on 25 October 2026."""
    return world.make_cohort(curriculum, name="Autumn", slug="spring", starts_on=date(2026, 10, 12))


def address_of(user):
    return reverse("calendar_feed", args=[switch_on_feed(user=user, by=user).token])


def fetch(user, **headers):
    return Client().get(address_of(user), headers=headers)


def events_of(user):
    """The events that a calendar program reads, by the part of the uid before the feed's."""
    answer = fetch(user)
    assert answer.status_code == 200
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(event["uid"]).partition("@")[0]: event for event in events}


def event_of(user, end):
    (found,) = [event for key, event in events_of(user).items() if key.endswith(end)]
    return found


def test_a_program_reads_dates_across_the_change_of_clocks(curriculum, cohort, learner):
    title = "Bias, variance; and\nmore \\ “quoted”"
    world.make_activity(curriculum, "quiz", "before", week=2, due_day=5, title=title)
    world.make_activity(curriculum, "quiz", "after", week=3, due_day=0, until_day=7)
    answer = fetch(learner)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["tzid"] == "Europe/Lisbon"
    events = events_of(learner)
    before, after = event_of(learner, "-before"), event_of(learner, "-after")
    assert before["summary"] == f"Due: {title}"
    told = zone.to_tz(lookup_tzid=False)  # who knows the zone only from the rules in the file reads the same moments
    assert [one.decoded("dtstart").replace(tzinfo=told).astimezone(UTC) for one in (before, after)] == [
        datetime(2026, 10, 24, 22, 59, tzinfo=UTC),
        datetime(2026, 10, 26, 23, 59, tzinfo=UTC),
    ]
    url = f"{settings.BASE_URL}/learn/spring/activities/after/"
    said = "Quiz, due Mon 26 Oct 23:59 (UTC): week 3. Work is accepted until Mon 2 Nov 23:59 (UTC)."
    assert (after["description"], after["url"]) == (f"{said}\n{url}", url)
    week = next(event for key, event in events.items() if key.endswith("-week-2"))
    assert (week["summary"], week.decoded("dtstart")) == ("Week 2: Week 2 title (Autumn)", date(2026, 10, 19))
    assert week.decoded("dtend") == date(2026, 10, 20)


def test_a_time_that_the_clocks_show_twice_is_told_exactly(curriculum, learner, cohort):
    """In Santiago it is 23:59 twice on 4 April 2026; work is due at the second."""
    type(cohort).objects.update(time_zone="America/Santiago", starts_on=date(2026, 3, 29))
    world.make_activity(curriculum, "quiz", "twice", due_day=6)
    assert event_of(learner, "-twice").decoded("dtstart").astimezone(UTC) == datetime(2026, 4, 5, 3, 59, tzinfo=UTC)


def test_a_break_an_extension_and_what_has_gone_are_revisions(curriculum, cohort, enrollment, admin):
    learner = enrollment.user
    kept = world.make_activity(curriculum, "quiz", "kept", week=1)
    world.make_activity(curriculum, "quiz", "dropped", week=2)
    first = event_of(learner, "-kept")
    assert (first["sequence"], first["status"], first.decoded("dtstart").date()) == (0, "CONFIRMED", date(2026, 10, 18))

    Break.objects.create(
        cohort=cohort, starts_on=date(2026, 10, 14), ends_on=date(2026, 10, 15), label="<b>rest</b>, and more"
    )
    moved = event_of(learner, "-kept")
    assert (moved["uid"], moved["sequence"], moved.decoded("dtstart").date()) == (first["uid"], 1, date(2026, 10, 20))
    assert "week 1, +2 days <b>rest</b>, and more." in moved["description"]
    assert moved.decoded("last-modified") >= first.decoded("last-modified")
    (rest,) = [event for key, event in events_of(learner).items() if "-break-" in key]
    assert (rest.decoded("dtstart"), rest.decoded("dtend")) == (date(2026, 10, 14), date(2026, 10, 16))

    Extension.objects.create(enrollment=enrollment, activity=kept, days=3, reason="ill", granted_by=admin)
    extended = event_of(learner, "-kept")
    assert (extended["sequence"], extended.decoded("dtstart").date()) == (2, date(2026, 10, 23))
    assert "+3 days extension by Ada Admin" in extended["description"]
    assert event_of(learner, "-dropped")["sequence"] == 1

    other = world.make_curriculum(version="2026.2")
    world.make_activity(other, "quiz", "kept", week=1)
    move_cohort(cohort=cohort, to=other, seen=preview_of(cohort, other).stamp, by=admin)
    events = events_of(learner)
    gone = next(event for key, event in events.items() if key.endswith("-dropped"))
    assert (gone["status"], gone["sequence"], gone["summary"]) == ("CANCELLED", 2, "Due: Dropped")
    assert "description" not in gone
    assert event_of(learner, "-kept")["sequence"] == 2  # extension and all went along: nothing of it changed

    FeedEvent.objects.filter(is_cancelled=True).update(changed_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert not [key for key in events_of(learner) if key.endswith("-dropped")]


def test_nothing_is_written_twice_and_the_same_is_not_sent_again(curriculum, cohort, learner):
    world.make_activity(curriculum, "quiz", "one")
    address = address_of(learner)
    client = Client()
    first = client.get(address)
    assert first["Cache-Control"] == "private, no-cache"
    assert first["X-Robots-Tag"] == "noindex, nofollow"
    with CaptureQueriesContext(connection) as few:
        again = client.get(address)
    assert again.content == first.content
    assert not [query for query in few.captured_queries if query["sql"].split()[0] in ("INSERT", "UPDATE")]
    unchanged = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", first["ETag"])
    for number in range(12):
        world.make_activity(curriculum, "quiz", f"more-{number}", week=2)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few) <= 8


def test_what_comes_back_goes_on_from_its_last_revision(curriculum, enrollment):
    world.make_activity(curriculum, "quiz", "one")
    assert event_of(enrollment.user, "-one")["sequence"] == 0
    for state, sequence, status in (("withdrawn", 1, "CANCELLED"), ("active", 2, "CONFIRMED")):
        enrollment.state = state
        enrollment.save()
        found = event_of(enrollment.user, "-one")
        assert (found["sequence"], found["status"]) == (sequence, status)


def test_a_fetch_that_a_change_overtook_tells_the_change(curriculum, cohort, learner):
    """It read the dates before they moved, and comes to write after another fetch told the new ones."""
    world.make_activity(curriculum, "quiz", "one")
    feed = switch_on_feed(user=learner, by=learner)
    revise_feed(feed=feed, read=lambda: facts_of(learner))
    readings = [facts_of(learner)]
    for day in (date(2026, 10, 13), date(2026, 10, 15)):
        Break.objects.create(cohort=cohort, starts_on=day, ends_on=day, label="a day off")
        readings.append(facts_of(learner))
    revise_feed(feed=feed, read=lambda: readings[2])
    stale_then_true = iter(readings[1:])
    facts, revisions = revise_feed(feed=feed, read=lambda: next(stale_then_true))
    (key,) = [key for key in revisions if key.endswith("-one")]
    assert revisions[key].sequence == feed.events.get(key=key).sequence == 1
    assert {fact.key: fact for fact in facts}[key].starts_at.date() == date(2026, 10, 20)


def test_a_mentor_is_told_what_they_review_without_names(curriculum, cohort, enrollment, mentor, admin):
    project = world.make_project(curriculum, "milestone", "capstone")
    world.make_activity(curriculum, "quiz", "not-reviewed")
    other = world.make_enrollment(cohort, world.make_user("Cem"))
    world.make_assignment(Mentor.objects.get(user=mentor), other)
    assert {key.partition("-")[2]: str(event["summary"]) for key, event in events_of(mentor).items()} == {
        "capstone": "Due for 2 of your learners: Capstone"
    }
    Extension.objects.create(enrollment=other, activity=project.activity, days=2, reason="ill", granted_by=admin)
    with CaptureQueriesContext(connection) as few:
        text = fetch(mentor).content.decode()
    events = events_of(mentor)
    assert sorted((event["sequence"], str(event["summary"])) for event in events.values()) == [
        (0, "Due for a learner with a date of their own: Capstone"),
        (1, "Due for 1 of your learners: Capstone"),
    ]
    assert not [name for name in ("Cem", "Lea", "extension", "ill") if name in text]
    for _ in range(4):
        more = world.make_enrollment(cohort)
        world.make_assignment(Mentor.objects.get(user=mentor), more)
    with CaptureQueriesContext(connection) as many:
        fetch(mentor)
    assert abs(len(many) - len(few)) <= 1  # one of the two writes news


def test_an_activity_called_like_a_week_or_a_break_is_an_event_of_its_own(
    curriculum, cohort, enrollment, mentor, admin
):
    stop = Break.objects.create(cohort=cohort, starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 8), label="Break")
    for slug in ("week-2", f"break-{stop.pk}", "mini"):
        world.make_project(curriculum, "mini-project", slug, title=f"Own {slug}")
    group = f"mini-{enrollment.pk}"
    world.make_project(curriculum, "mini-project", group, title="Own group")
    learning = {key: str(event["summary"]) for key, event in events_of(enrollment.user).items()}
    own = f"p{enrollment.pk}"
    assert learning[f"{own}-week-2"].startswith("Week 2")
    assert learning[f"{own}-week-2."] == "Due: Own week-2"
    assert learning[f"{own}-break-{stop.pk}"].startswith("Break")
    assert learning[f"{own}-break-{stop.pk}."] == f"Due: Own break-{stop.pk}"
    mini = curriculum.activities.get(slug="mini")
    Extension.objects.create(enrollment=enrollment, activity=mini, days=2, reason="ill", granted_by=admin)
    mentoring = {key: str(event["summary"]) for key, event in events_of(mentor).items()}
    assert mentoring[f"m{cohort.pk}-{group}"] == "Due for 1 of your learners: Own group"
    assert mentoring[f"m{cohort.pk}-{group}."] == "Due for a learner with a date of their own: Own mini"


def test_staff_are_told_the_dates_of_their_newest_cohorts(curriculum, cohort, admin):
    world.make_project(curriculum, "exercise", "to-hand-in")
    world.make_activity(curriculum, "reading", "to-read")
    keys = events_of(admin)
    assert [key for key in keys if key.endswith("-to-hand-in")]
    assert not [key for key in keys if key.endswith("-to-read")]
    for number in range(8):
        world.make_cohort(curriculum, starts_on=date(2026, 11, 1 + number))
    assert len([one for key, one in events_of(admin).items() if "hand" in key and one["status"] == "CONFIRMED"]) == 6


def test_an_address_that_was_replaced_or_switched_off_leads_nowhere(learner, as_user):
    page = as_user(learner)
    page.post(reverse("calendar_feed_on"))
    old = CalendarFeed.objects.get().token
    assert reverse("calendar_feed", args=[old]) in page.get(reverse("calendar")).content.decode()
    assert "Make a new address?" in page.get(reverse("calendar_feed_renew")).content.decode()
    page.post(reverse("calendar_feed_renew"))
    new = CalendarFeed.objects.get().token
    page.post(reverse("calendar_feed_on"))
    assert CalendarFeed.objects.get().token == new
    answers = [Client().get(reverse("calendar_feed", args=[token])) for token in (old, new)]
    assert [answer.status_code for answer in answers] == [404, 200]
    assert answers[0]["X-Robots-Tag"] == "noindex, nofollow"
    page.post(reverse("calendar_feed_off"))
    assert Client().get(reverse("calendar_feed", args=[new])).status_code == 404
    assert new not in page.get(reverse("calendar")).content.decode()
    page.post(reverse("calendar_feed_on"))
    assert Client().get(reverse("calendar_feed", args=[new])).status_code == 404
    assert [renew_feed(user=learner, by=learner), switch_off_feed(user=learner, by=learner)] == [True, True]
    assert [renew_feed(user=learner, by=learner), switch_off_feed(user=learner, by=learner)] == [False, False]
    actions = (
        AuditEntry.objects.filter(action__endswith="calendar_feed").order_by("pk").values_list("action", flat=True)
    )
    on, again, off = (f"{verb}_calendar_feed" for verb in ("switch_on", "renew", "switch_off"))
    assert list(actions) == [on, again, off, on, again, off]
    assert not AuditEntry.objects.filter(target_label__contains=CalendarFeed.objects.get().nonce).exists()


def test_who_looks_on_as_a_learner_does_not_see_their_address(enrollment, admin, as_user):
    token = switch_on_feed(user=enrollment.user, by=enrollment.user).token
    client = as_user(admin)
    client.post(reverse("view_as_start", args=[enrollment.cohort.slug, enrollment.pk]), {"on": ""})
    page = client.get(reverse("calendar")).content.decode()
    assert "Seeing the portal as Lea Learner" in page
    assert token not in page


def test_who_may_not_sign_in_has_no_feed(learner):
    address = address_of(learner)
    learner.is_active = False
    learner.save()
    assert Client().get(address).status_code == 404


def test_who_operates_the_portal_ends_addresses_that_leaked(learner, mentor):
    for person in (learner, mentor):
        switch_on_feed(user=person, by=person)
    call_command("calendar_feed", "off", learner.email, stdout=io.StringIO())
    assert list(CalendarFeed.objects.filter(switched_off_at=None).values_list("user", flat=True)) == [mentor.pk]
    with pytest.raises(CommandError, match="no calendar feed that is on"):
        call_command("calendar_feed", "off", learner.email)
    told = io.StringIO()
    call_command("calendar_feed", "off", "--all", stdout=told)
    assert told.getvalue() == "1 calendar feed switched off.\n"
    assert not CalendarFeed.objects.filter(switched_off_at=None).exists()


def test_what_is_not_ours_costs_no_query_and_is_rate_limited(learner, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(UnknownFeedThrottle, "rate", "3/min", raising=False)
    monkeypatch.setattr(FeedThrottle, "rate", "2/min", raising=False)
    ours = switch_on_feed(user=learner, by=learner).token
    forged = [f"{'0' * 32}.{ours.partition('.')[2]}", "x", "é" * 40]
    with django_assert_num_queries(0):
        answers = [Client().get(reverse("calendar_feed", args=[token])) for token in [*forged, "y"]]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert [fetch(learner).status_code for _ in range(3)] == [200, 200, 429]


def test_no_log_holds_the_address(learner, monkeypatch):
    """What the portal's own handler writes of requests: our lines and Django's."""
    token = switch_on_feed(user=learner, by=learner).token
    root, written = logging.getLogger(), io.StringIO()
    console = next(one for one in root.handlers if type(one) is logging.StreamHandler)
    monkeypatch.setattr(console, "stream", written)
    monkeypatch.setattr(root, "level", logging.INFO)
    for path in (reverse("calendar_feed", args=[token]), f"/calendar/feeds/{token[:-1]}_.ics"):
        Client().get(path)
    lines = written.getvalue()
    for event in ("request_started", "request_finished", "Not Found"):
        assert event in lines
    assert lines.count("/calendar/feeds/[secret]") >= 5
    assert token[:20] not in lines


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_fetches_at_once_raise_a_revision_once():
    curriculum = world.make_curriculum()
    cohort = world.make_cohort(curriculum, starts_on=date(2026, 10, 12))
    learner = world.make_enrollment(cohort).user
    for number in range(3):
        world.make_activity(curriculum, "quiz", f"quiz-{number}")
    address = address_of(learner)
    for expected in (0, 1):
        answers = at_once(*(lambda: Client().get(address) for _ in range(4)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert set(FeedEvent.objects.filter(key__contains="-quiz-").values_list("sequence", flat=True)) == {expected}
        if not expected:
            Break.objects.create(
                cohort=cohort, starts_on=date(2026, 10, 12), ends_on=date(2026, 10, 12), label="a day off"
            )
    assert FeedEvent.objects.filter(key__contains="-quiz-").count() == 3
