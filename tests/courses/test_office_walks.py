"""Random walks through the cohort office: whatever is done and taken back, no work is lost and no seat or mentor doubled."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.actions.admissions import applying, deciding
from courses.actions.enrollments import enroll
from courses.actions.leaving import complete, withdraw
from courses.actions.pausing import pause, resume, resume_those_over
from courses.calendar_facts import BreakFacts, CalendarFacts
from courses.models import Activity, ActivityProgress, Cohort, Enrollment, OfficeChange
from courses.timeline import Timeline
from lms.accounts.models import AuditEntry
from lms.lib.errors import DomainError
from mentors.actions import assign_mentor
from mentors.models import Mentor, MentorAssignment
from projects.actions.calendars import change_calendar
from projects.actions.deferring import come_back, defer
from projects.actions.extensions import extend
from projects.actions.grades import recompute_grade
from projects.actions.transferring import transfer
from projects.actions.undoing import undo
from projects.models import Grade, Submission
from tests import world
from tests.projects.versions import make_versions

PLACE = (
    "pause",
    "resume",
    "defer",
    "come_back",
    "transfer",
    "withdraw",
    "complete",
    "extend",
    "assign",
    "work",
    "tick",
)
OFFICE = ("enroll", "offer", "stop", "go_on", "undo", "undo", "undo")
STEPS = st.tuples(st.sampled_from((*PLACE, *OFFICE, "days")), st.integers(0, 5), st.integers(0, 5))
SILENT = ("work", "tick", "days")


@pytest.mark.django_db
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=12, max_size=30))
def test_nothing_is_lost_or_doubled_whatever_the_office_does(walk_world, steps):
    with transaction.atomic(), time_machine.travel(timezone.now()) as clock:
        Walk(*walk_world, clock).through(steps)
        transaction.set_rollback(True)


@pytest.fixture
def walk_world(db):
    """Three cohorts with few seats, of two versions; three learners, two mentors, and who runs it all."""
    versions = make_versions()
    Cohort.objects.filter(pk=versions.cohort.pk).update(seats=3)
    later = world.make_cohort(versions.new, "Later cohort", started_days_ago=-20, seats=2)
    earlier = world.make_cohort(versions.old, "Earlier cohort", started_days_ago=40, seats=1)
    world.make_intake(later)
    people = [world.make_user(f"Learner {number}") for number in range(3)]
    for person in people[:2]:
        world.make_enrollment(Cohort.objects.get(pk=versions.cohort.pk), person)
    for capacity in (1, 2):
        world.make_mentor(capacity=capacity)
    staff = world.make_staff(versions.old.program)
    return [Cohort.objects.get(pk=one.pk) for one in (versions.cohort, later, earlier)], people, staff


class Walk:
    """One walk: `done` are the slugs ticked or passed, by learner; `in_time` what was handed in by the date that was shown."""

    def __init__(self, cohorts, people, staff, clock):
        self.cohorts, self.people, self.staff, self.clock = cohorts, people, staff, clock
        self.done, self.in_time, self.late = set(), set(), set()

    def through(self, steps):
        for step, who, which in steps:
            written, before = AuditEntry.objects.count(), self.state()
            try:
                with transaction.atomic():
                    acted = self.take(step, who, which)
            except DomainError:
                assert (AuditEntry.objects.count(), self.state()) == (written, before), (
                    f"{step} was refused and left traces"
                )
            else:
                assert not acted or step in SILENT or AuditEntry.objects.count() > written, f"{step} was not audited"
            self.holds()

    def state(self):
        places = Enrollment.objects.order_by("pk").values_list("pk", "cohort", "state", "ended_at")
        seats = Cohort.objects.order_by("pk").values_list("seats_taken", "seats_held")
        return list(places), list(seats), OfficeChange.objects.standing().count()

    def take(self, step, who, which):
        """Do one step; False where there is nobody or nothing to do it with."""
        to = Cohort.objects.get(pk=self.cohorts[which % 3].pk)
        if step == "enroll":
            return enroll(cohort=to, user=self.people[who % 3], by=self.staff)
        if step in ("offer", "stop", "go_on", "undo", "days"):
            return getattr(self, step)(which, to)
        places = list(Enrollment.objects.select_related("user", "cohort").order_by("pk"))
        return getattr(self, step)(places[who % len(places)], which, to) is not False

    def offer(self, which, to):
        later = self.cohorts[1]
        application = world.make_application(later, "submitted", applicant=world.make_user())
        deciding.take_into_review(application=application, by=self.staff)
        deciding.offer_place(application=application, by=self.staff)
        if which % 2:
            applying.accept_offer(application=application, by=application.applicant)
        return True

    def pause(self, place, which, to):
        ends_on = place.cohort.today() + timedelta(days=which * 3) if which else None
        pause(enrollment=place, by=self.staff, ends_on=ends_on)

    def resume(self, place, which, to):
        resume(enrollment=place, by=self.staff)

    def defer(self, place, which, to):
        defer(enrollment=place, by=self.staff, returns_in=to)

    def come_back(self, place, which, to):
        come_back(enrollment=place, to=to, by=self.staff)

    def transfer(self, place, which, to):
        transfer(enrollment=place, to=to, by=self.staff, keep_mentor=which < 3)

    def withdraw(self, place, which, to):
        withdraw(enrollment=place, by=self.staff)

    def complete(self, place, which, to):
        complete(enrollment=place, by=self.staff)

    def extend(self, place, which, to):
        activity = Activity.objects.select_related("module").get(curriculum=place.cohort.curriculum_id, slug="ols")
        extend(enrollment=place, activity=activity, days=which + 1, reason="ill", by=self.staff)

    def assign(self, place, which, to):
        before = MentorAssignment.objects.occupying().filter(enrollment=place).values_list("mentor", flat=True).first()
        mentor = Mentor.objects.order_by("pk")[which % 2]
        assign_mentor(enrollment=place, mentor=mentor, by=self.staff)
        return mentor.pk != before

    def work(self, place, which, to):
        project = place.cohort.curriculum.projects.select_related("activity__module").filter(kind="exercise")[
            which % 2 :
        ]
        handed_in = set(place.submissions.values_list("project__slug", flat=True))
        if place.state != "active" or not project or project[0].slug in handed_in:
            return False
        due = Timeline.of(place).dates(project[0].activity).due.at
        submission = world.make_submission(place, project[0], "checks_passed", due_at=due)
        world.make_result(submission)
        recompute_grade(enrollment=place, project=project[0])
        (self.late if submission.came_after_due else self.in_time).add(submission.pk)
        self.done.add((place.pk, project[0].slug))
        return True

    def tick(self, place, which, to):
        activity = place.cohort.curriculum.activities.filter(kind="reading")[:][which % 2]
        ActivityProgress.objects.get_or_create(enrollment=place, activity=activity)
        self.done.add((place.pk, activity.slug))

    def stop(self, which, to):
        first = to.today() + timedelta(days=which * 4 - 8)
        span = BreakFacts(first, first + timedelta(days=which), "break")
        change_calendar(cohort=to, wanted=CalendarFacts.of(to).with_break(span), by=self.staff)
        return True

    def go_on(self, which, to):
        span = to.breaks.order_by("pk").first()
        if span is None:
            return False
        change_calendar(cohort=to, wanted=CalendarFacts.of(to).without_break(span.pk), by=self.staff)
        return True

    def undo(self, which, to):
        changes = list(OfficeChange.objects.standing().order_by("-pk")[:4])
        if not changes:
            return False
        undo(change=changes[which % len(changes)], by=self.staff)
        return True

    def days(self, which, to):
        self.clock.shift(timedelta(days=which))
        resume_those_over()
        return True

    def holds(self):
        """Everything that must be so after every step."""
        places = list(Enrollment.objects.select_related("cohort", "user").order_by("pk"))
        self.seats_hold(places)
        self.work_holds()
        self.mentors_hold()
        for place in places:
            self.dates_hold(place)

    def seats_hold(self, places):
        taken = Counter(place.cohort_id for place in places if place.is_open)
        for cohort in Cohort.objects.all():
            assert cohort.seats_taken == taken[cohort.pk]
            assert cohort.seats_held == cohort.applications.filter(state="offered").count()
            assert cohort.seats_taken + cohort.seats_held <= cohort.seats

    def work_holds(self):
        assert set(Submission.objects.values_list("pk", flat=True)) == self.in_time | self.late
        assert set(ActivityProgress.objects.values_list("enrollment", "activity__slug")) == self.done
        scores = dict(Grade.objects.values_list("submission", "late_factor"))
        assert len(scores) == len(self.in_time | self.late)
        assert all(scores[pk] == 1 for pk in self.in_time), "in time by the date that was shown, and late by now"

    def mentors_hold(self):
        current = MentorAssignment.objects.current().select_related("mentor")
        assert max(Counter(one.enrollment_id for one in current).values(), default=0) <= 1
        for mentor, count in Counter(one.mentor for one in current).items():
            assert count <= mentor.capacity
        assert not MentorAssignment.objects.occupying().filter(enrollment__state="deferred").exists()

    def dates_hold(self, place):
        timeline = Timeline.of(place)
        dated = Activity.objects.filter(curriculum=place.cohort.curriculum_id, due_offset__isnull=False)
        alone, before = replace(timeline, extensions={}), None
        for activity in dated.select_related("module").order_by("due_offset", "pk"):
            dates, own = timeline.dates(activity), alone.dates(activity)
            assert dates.available.at <= own.due.at <= dates.due.at <= dates.until.at
            assert before is None or before <= own.due.at, "a later offset is due earlier"
            before = own.due.at
            days = activity.due_offset + sum(reason.days for reason in dates.due.reasons)
            assert dates.due.at.date() == place.cohort.starts_on + timedelta(days=days)
