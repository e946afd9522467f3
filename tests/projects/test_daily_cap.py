"""So many attempts a day: from midnight to midnight where the learner lives, whatever the clocks do there."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrollment
from lms.accounts.actions import change_profile
from lms.lib.errors import DomainError
from projects.actions.submissions import SubmissionRefused, submit_work
from projects.allowance import day_in
from projects.models import Submission
from tests import exercises, world
from tests.at_once import at_once, refused


@pytest.fixture
def capped(curriculum):
    return exercises.make_capped_exercise(curriculum, daily_cap=2)


@pytest.fixture
def at(monkeypatch):
    """Sets the clock."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def hand_in(capped):
    """Hands in other work each time."""

    def submit(enrollment):
        text = f"x = {next(world.numbers)}".encode()
        person = Enrollment.objects.select_related("user", "cohort").get(pk=enrollment.pk)
        return submit_work(project=capped, enrollment=person, files={"stats.py": text}, by=person.user)

    return submit


def lives_in(enrollment, zone, day):
    """Let the learner live there, and the exercise be open on that day."""
    enrollment.user.time_zone = zone
    enrollment.user.save()
    enrollment.cohort.starts_on = day - timedelta(days=3)
    enrollment.cohort.save()
    return lambda hour, minute=0, days=0: (
        datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)) + timedelta(days=days)
    )


def test_the_day_of_a_learner_begins_at_their_own_midnight(enrollment, hand_in, at):
    local = lives_in(enrollment, "Pacific/Auckland", date(2026, 5, 14))
    for moment in (local(0), local(22)):
        at(moment.astimezone(UTC))
        hand_in(enrollment)
    at(local(23, 59).astimezone(UTC))
    with pytest.raises(SubmissionRefused) as refusal:
        hand_in(enrollment)
    assert str(refusal.value) == (
        "Today's attempts are used (at most 2 a day). Hand in again from Fri 15 May 00:00 (Auckland). "
        "Nothing was handed in."
    )
    at(local(0, days=1).astimezone(UTC))
    assert hand_in(enrollment).number == 3


# zone, day, when it begins (UTC), how many hours it has
DAYS = [
    ("Europe/Lisbon", date(2026, 5, 14), datetime(2026, 5, 13, 23, tzinfo=UTC), 24),
    ("Europe/Lisbon", date(2026, 3, 29), datetime(2026, 3, 29, 0, tzinfo=UTC), 23),
    ("Europe/Lisbon", date(2026, 10, 25), datetime(2026, 10, 24, 23, tzinfo=UTC), 25),
    ("Asia/Beirut", date(2026, 3, 29), datetime(2026, 3, 28, 22, tzinfo=UTC), 23),  # its midnight is skipped
    ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC), 25),  # its midnight comes twice
    ("Asia/Kathmandu", date(2026, 5, 14), datetime(2026, 5, 13, 18, 15, tzinfo=UTC), 24),
]


@pytest.mark.parametrize(("zone", "day", "begins", "hours"), DAYS)
def test_a_day_lasts_as_long_as_its_clocks_say(zone, day, begins, hours):
    ends = begins + timedelta(hours=hours)
    for moment in (begins, begins + timedelta(hours=12), ends - timedelta(seconds=1)):
        found = day_in(zone, moment)
        assert (found.starts_at, found.ends_at) == (begins, ends)
        assert moment.astimezone(ZoneInfo(zone)).date() == day
    assert day_in(zone, ends).starts_at == ends


@pytest.mark.parametrize("zone", ["Asia/Beirut", "America/Havana"])
def test_the_cap_holds_on_a_day_whose_midnight_is_strange(enrollment, hand_in, at, zone):
    """Beirut leaves out its midnight that night; Havana has an hour twice right after it, in autumn."""
    day = date(2026, 3, 29) if zone == "Asia/Beirut" else date(2026, 11, 1)
    lives_in(enrollment, zone, day)
    (begins, hours) = next((begins, hours) for name, one, begins, hours in DAYS if (name, one) == (zone, day))
    for moment in (begins, begins + timedelta(hours=1)):
        at(moment)
        hand_in(enrollment)
    at(begins + timedelta(hours=hours, seconds=-1))
    with pytest.raises(SubmissionRefused, match=r"Hand in again from .* 00:00"):
        hand_in(enrollment)
    at(begins + timedelta(hours=hours))
    assert hand_in(enrollment).number == 3


def test_what_could_not_run_is_not_counted(enrollment, hand_in):
    for _ in range(2):
        Submission.objects.filter(pk=hand_in(enrollment).pk).update(state="could_not_run")
    assert [hand_in(enrollment).number, hand_in(enrollment).number] == [3, 4]
    with pytest.raises(SubmissionRefused):
        hand_in(enrollment)


def test_another_time_zone_brings_no_new_attempts(enrollment, hand_in, at):
    local = lives_in(enrollment, "Europe/Lisbon", date(2026, 5, 14))
    at(local(11).astimezone(UTC))
    hand_in(enrollment)
    hand_in(enrollment)
    moved_at = local(13, 5).astimezone(UTC)  # five past midnight of the next day in Auckland
    at(moved_at)
    change_profile(user=enrollment.user, name="Lea", time_zone="Pacific/Auckland", by=enrollment.user)
    with pytest.raises(SubmissionRefused, match=r"again from Fri 15 May 11:00 \(Auckland\)"):
        hand_in(enrollment)
    at(local(0, days=1).astimezone(UTC))
    assert [hand_in(enrollment).number, hand_in(enrollment).number] == [3, 4]
    with pytest.raises(SubmissionRefused, match=r"again from Sat 16 May 00:00 \(Auckland\)"):
        hand_in(enrollment)


def test_each_project_and_each_learner_has_a_day_of_their_own(enrollment, cohort, curriculum, hand_in):
    for _ in range(2):
        hand_in(enrollment)
    assert hand_in(world.make_enrollment(cohort)).number == 1
    other = exercises.make_capped_exercise(curriculum, daily_cap=1, slug="medians")
    assert submit_work(project=other, enrollment=enrollment, files={"stats.py": b""}, by=enrollment.user).number == 1


def test_the_page_says_how_many_are_left_today_and_when_there_are_more(enrollment, capped, hand_in, as_user):
    page = as_user(enrollment.user)
    address = reverse("project_detail", args=[enrollment.cohort.slug, capped.slug])
    assert "<strong>2</strong> of 2 attempts left today" in page.get(address).text
    hand_in(enrollment)
    assert "<strong>1</strong> of 2 attempts left today" in page.get(address).text
    hand_in(enrollment)
    closed = page.get(address).text
    assert "Today’s attempts are used (at most 2 a day). Hand in again from <time" in closed
    assert "(UTC)" in closed
    work = {"files": [SimpleUploadedFile("stats.py", b"late = 1")], "note": "Keep me"}
    answer = page.post(reverse("project_submit", args=[enrollment.cohort.slug, capped.slug]), work)
    assert answer.status_code == 422
    assert "at most 2 a day" in answer.text


def test_those_who_look_in_read_the_rule(cohort, capped, admin, as_user):
    page = as_user(admin).get(reverse("project_detail", args=[cohort.slug, capped.slug])).text
    assert "Attempts: at most 2 a day." in page


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_last_attempt_of_a_day_is_taken_once_of_two_at_once(enrollment, hand_in):
    hand_in(enrollment)
    outcomes = at_once(*[lambda: hand_in(enrollment)] * 2)
    (lost,) = refused(outcomes)
    assert isinstance(lost, DomainError)
    assert "at most 2 a day" in str(lost)
    assert Submission.objects.count() == 2
