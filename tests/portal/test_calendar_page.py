"""The calendar page: a learner's dates, a mentor's learners, a cohort's own; month, agenda and day."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import ActivityProgress, Extension, Pause
from lms.portal.calendars.months import Period, day_in
from mentors.models import Mentor
from tests import world

CALENDAR = reverse("calendar")


@pytest.fixture
def read(as_user):
    """A function from a person and a query to the page's context and words."""

    def visit(user, query=""):
        response = as_user(user).get(CALENDAR + query)
        assert response.status_code == 200
        return response.context, " ".join(response.content.decode().split())

    return visit


def entries_by_title(context):
    return {entry.title: entry for entry in context["choice"].shown.entries}


def queries_of(client, query=""):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(CALENDAR + query).status_code == 200
    return len(queries)


def on(days_from_now):
    return timezone.localdate() + timedelta(days=days_from_now)


def test_a_learner_reads_when_why_and_how_it_stands(read, curriculum, cohort, enrollment, admin):
    cohort.starts_on = on(-10)
    cohort.save()
    done = world.make_activity(curriculum, "reading", title="Was read", due_day=None)
    world.make_activity(curriculum, "quiz", title="Was forgotten")
    extended = world.make_activity(curriculum, "quiz", title="Has more days")
    world.make_activity(curriculum, "quiz", title="Comes later", week=3)
    ActivityProgress.objects.create(enrollment=enrollment, activity=done)
    Extension.objects.create(enrollment=enrollment, activity=extended, days=9, reason="ill", granted_by=admin)
    context, _ = read(enrollment.user, "?view=agenda")
    found = entries_by_title(context)
    assert {title: (found[title].verb, found[title].state) for title in list(found) if "Week" not in title} == {
        "Was read": ("opens", "done"),
        "Was forgotten": ("due", "overdue"),
        "Has more days": ("due", ""),
        "Comes later": ("due", "locked"),
    }
    assert found["Has more days"].day == on(-10 + 6 + 9)
    assert found["Has more days"].why == "week 1, +9 days extension by Ada Admin"
    assert found["Week 2: Week 2 title"].day == on(-3)
    day = read(enrollment.user, f"?view=day&on={on(5)}")[1]
    assert "Quiz · due <time" in day
    assert "(UTC): week 1, +9 days extension by Ada Admin" in day
    assert "accepted until" in day


def test_a_date_stands_on_the_day_of_the_viewer(read, curriculum, cohort, enrollment):
    world.make_activity(curriculum, "quiz", title="Due at night")
    due_on = cohort.starts_on + timedelta(days=6)
    assert entries_by_title(read(enrollment.user)[0])["Due at night"].day == due_on
    enrollment.user.time_zone = "Asia/Tokyo"
    enrollment.user.save()
    context, words = read(enrollment.user)
    entry = entries_by_title(context)["Due at night"]
    assert (entry.day, entry.at.tzinfo) == (due_on + timedelta(days=1), ZoneInfo("Asia/Tokyo"))
    assert "The cohort keeps the time of Europe/Lisbon" in words
    for zone in ("Europe/Lisbon", "Europe/London"):  # the same clock, named as each knows it
        enrollment.user.time_zone = zone
        enrollment.user.save()
        assert f"23:59</time> ({zone.partition('/')[2]}): week 1" in read(enrollment.user, f"?view=day&on={due_on}")[1]


def test_many_entries_of_a_day_lead_to_that_day(read, curriculum, cohort, learner):
    for number in range(5):
        world.make_activity(curriculum, "quiz", title=f"Quiz {number}", due_day=4)
    day = cohort.starts_on + timedelta(days=4)
    month = read(learner, f"?view=month&on={day}")[1]
    address = f"?show=learning&amp;cohort=spring&amp;view=day&amp;on={day}"
    assert f'{address}">+2 more' in month
    assert month.count('class="cal-chip-title">Quiz') == 3
    assert read(learner, f"?view=day&on={day}")[1].count('class="cal-line-title"') == 5


def test_breaks_and_pauses_are_seen(read, cohort, enrollment):
    span = world.make_break(cohort, days_from_now=5, label="<i>rest</i>")
    Pause.objects.create(enrollment=enrollment, starts_on=on(-1), ends_on=on(1))
    words = read(enrollment.user, f"?view=agenda&on={span.starts_on}")[1]
    assert "&lt;i&gt;rest&lt;/i&gt;, until" in words
    assert "pause" in read(enrollment.user, f"?view=day&on={on(0)}")[1]
    assert "is-off" in read(enrollment.user, "?view=month")[1]
    assert "weekend off" not in read(enrollment.user, "?view=month")[1]
    type(cohort).objects.update(weekends_off=True)
    context, words = read(enrollment.user, "?view=month")
    weekend = [day for week in context["board"].weeks for day in week[5:]]
    assert all("weekend off" in day.off_labels for day in weekend)


def test_month_and_agenda_are_both_there_unless_one_is_chosen(read, curriculum, learner):
    world.make_activity(curriculum, "quiz")
    both = read(learner)[1]
    assert ("cal-grid" in both, "cal-agenda stack" in both) == (True, True)
    assert "cal-agenda stack" not in read(learner, "?view=month")[1]
    assert "cal-grid" not in read(learner, "?view=agenda")[1]


def test_what_is_no_day_is_said_and_an_empty_month_leads_on(read, curriculum, cohort, learner):
    world.make_activity(curriculum, "quiz")
    assert "“2026-13-40” is not a day" in read(learner, "?on=2026-13-40")[1]
    empty = read(learner, "?view=agenda&on=2001-05-01")[1]
    assert "Nothing is dated in May 2001" in empty
    assert f"on={cohort.starts_on}" in empty


def test_a_mentor_sees_learners_with_one_date_together(read, curriculum, cohort, mentor, admin):
    project = world.make_project(curriculum, "mini-project", title="House prices")
    world.make_project(curriculum, "exercise", title="Not reviewed")
    own = Mentor.objects.get(user=mentor)
    others = [world.make_enrollment(cohort, world.make_user(name)) for name in ("Ben", "Cem")]
    for one in others:
        world.make_assignment(own, one)
    Extension.objects.create(enrollment=others[1], activity=project.activity, days=2, reason="x", granted_by=admin)
    waiting = world.make_submission(others[0], project, state="waiting_for_review")
    context, words = read(mentor, f"?view=agenda&on={cohort.starts_on + timedelta(days=6)}")
    entries = context["choice"].shown.entries
    due = sorted((entry.day, entry.people) for entry in entries if entry.verb == "due")
    assert due == [
        (cohort.starts_on + timedelta(days=6), "2 learners, 1 handed in: Ben, Lea Learner"),
        (cohort.starts_on + timedelta(days=8), "1 learner, 0 handed in: Cem"),
    ]
    review = next(entry for entry in entries if entry.kind == "Review")
    assert (review.url, review.people) == (reverse("submission_review", args=[waiting.pk]), "Ben")
    assert "Not reviewed" not in words


def test_staff_choose_among_their_cohorts_and_strangers_find_none(read, as_user, curriculum, cohort, admin, learner):
    world.make_cohort(curriculum, name="Autumn cohort", slug="autumn", starts_on=on(90))
    world.make_activity(curriculum, "quiz", title="Of the cohort")
    context, words = read(admin)
    assert context["choice"].cohort == cohort
    assert '<option value="autumn">' in words
    assert "Of the cohort" in words
    assert entries_by_title(read(admin, "?show=cohort&cohort=autumn")[0])["Of the cohort"].day == on(96)
    for query in ("?cohort=autumn", "?show=cohort&cohort=autumn", "?show=learning&cohort=autumn"):
        assert as_user(learner).get(CALENDAR + query).status_code == 404


def test_who_has_no_dates_reads_why(read, outsider, enrollment, other_mentor):
    assert "You have no place in a cohort yet" in read(outsider)[1]
    other_mentor.mentor.assignments.all().delete()
    assert "You look after nobody now" in read(other_mentor)[1]
    type(enrollment).objects.update(state="withdrawn")
    assert "Your place in Spring cohort has ended" in read(enrollment.user)[1]


def test_as_many_queries_for_much_as_for_little(as_user, curriculum, cohort, enrollment, mentor, admin):
    """Everybody's calendar at two sizes."""
    project = world.make_project(curriculum, "mini-project")
    world.make_break(cohort)
    Pause.objects.create(enrollment=enrollment, starts_on=on(-1), ends_on=on(1))
    Extension.objects.create(enrollment=enrollment, activity=project.activity, days=2, reason="x", granted_by=admin)
    world.make_submission(enrollment, project, state="waiting_for_review")
    clients = [as_user(person) for person in (enrollment.user, mentor, admin)]
    few = [queries_of(client) for client in clients]
    for number in range(6):
        world.make_activity(curriculum, "quiz")
        world.make_break(cohort, days_from_now=50 + 10 * number)
        world.make_cohort(curriculum)
        more = world.make_enrollment(cohort)
        world.make_assignment(Mentor.objects.get(user=mentor), more)
        world.make_submission(more, project, state="waiting_for_review")
        Extension.objects.create(enrollment=more, activity=project.activity, days=2, reason="x", granted_by=admin)
    assert [queries_of(client) for client in clients] == few
    assert max(few) <= 14


def test_months_and_days_have_neighbours():
    january, december = Period(date(2027, 1, 31), "month"), Period(date(2026, 12, 31), "")
    assert (january.before, january.after) == (date(2026, 12, 1), date(2027, 2, 1))
    assert (december.before, december.after) == (date(2026, 11, 1), date(2027, 1, 1))
    assert Period(date(2028, 2, 28), "day").after == date(2028, 2, 29)
    assert [day_in(text) for text in ("2028-02-29", "2027-02-29", "0001-01-01", "x")] == [date(2028, 2, 29)] + [
        None
    ] * 3
