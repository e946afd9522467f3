"""What may happen next in a random walk through the cohort office: each rule calls the verb of the office or of a learner."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from courses.actions.admissions import applying, deciding
from courses.actions.enrollments import enroll
from courses.actions.leaving import complete, withdraw
from courses.actions.pausing import pause, resume, resume_those_over
from courses.actions.tags import tag, untag
from courses.calendar_facts import BreakFacts, CalendarFacts
from courses.models import Accommodation, Activity, ActivityProgress, Cohort, Enrollment, OfficeChange, PlaceRequest
from courses.timeline import Timeline
from mentors.actions import assign_mentor
from mentors.models import Mentor
from projects.actions import answering_requests, place_requests
from projects.actions.accommodations import end_accommodation, grant_accommodation
from projects.actions.calendars import change_calendar
from projects.actions.deferring import come_back, defer
from projects.actions.extensions import extend, extend_all
from projects.actions.grades import recompute_grade
from projects.actions.transferring import transfer
from projects.actions.undoing import undo
from tests import world

FACTORS = [Decimal(factor) for factor in ("1.25", "1.5", "3")]
GROUP = "evening group"
OPEN_ONES = 4  # of six choices: most rules are for who has a place


class PlaceRules:
    """What happens to one learner's place; `which` (0 to 5) chooses how, `to` is a cohort."""

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

    def assign(self, place, which, to):
        assign_mentor(enrollment=place, mentor=Mentor.objects.order_by("pk")[which % 2], by=self.staff)

    def extend(self, place, which, to):
        extend(enrollment=place, activity=dated_in(place.cohort), days=which + 1, reason="ill", by=self.staff)

    def more_time(self, place, which, to):
        grant_accommodation(enrollment=place, factor=FACTORS[which % 3], reason="a right", by=self.staff)

    def ask(self, place, which, to):
        first = place.cohort.today() + timedelta(days=which // 4)
        kind, wish = (
            ("extension", {"activity": dated_in(place.cohort), "days": which + 1}),
            ("pause", {"starts_on": first, "ends_on": first + timedelta(days=which)}),
            ("transfer", {"to_cohort": self.cohorts[1]}),
            ("deferral", {"to_cohort": None}),
        )[which % 4]
        place_requests.ask(enrollment=place, kind=kind, why="I am ill.", by=place.user, **wish)

    def work(self, place, which, to):
        exercises = place.cohort.curriculum.projects.select_related("activity__module").filter(kind="exercise")
        handed_in = place.submissions.values_list("project__slug", flat=True)
        project = exercises.exclude(slug__in=handed_in).order_by("pk").first()
        if place.state != "active" or project is None:
            return
        due = Timeline.of(place).dates(project.activity).due.at
        submission = world.make_submission(place, project, "checks_passed", due_at=due)
        world.make_result(submission)
        recompute_grade(enrollment=place, project=project)
        (self.late if submission.submitted_at > due else self.in_time).add(submission.pk)
        self.done.add((place.pk, project.slug))

    def work_in_extra_time(self, place, which, to):
        """More days are given an hour before the work is due, and it comes an hour after."""
        due = Timeline.of(place).dates(dated_in(place.cohort)).due.at
        self.clock.move_to(max(timezone.now(), due - timedelta(hours=1)))
        self.extend(place, which, to)
        self.clock.shift(timedelta(hours=2))
        self.work(place, which, to)

    def tick(self, place, which, to):
        activity = place.cohort.curriculum.activities.filter(kind="reading")[which % 2]
        ActivityProgress.objects.get_or_create(enrollment=place, activity=activity)
        self.done.add((place.pk, activity.slug))


class GroupRules:
    """What happens to many learners of the cohort `to`, and to what waits for an answer."""

    def enroll(self, which, to):
        enroll(cohort=to, user=self.people[which % 3], by=self.staff)

    @transaction.atomic
    def offer(self, which, to):
        application = world.make_application(self.cohorts[1], "submitted", applicant=world.make_user())
        deciding.take_into_review(application=application, by=self.staff)
        deciding.offer_place(application=application, by=self.staff)
        if which % 2:
            applying.accept_offer(application=application, by=application.applicant)

    def put_tag(self, which, to):
        tag(cohort=to, enrollments=all_in(to)[: which + 1], name=GROUP, by=self.staff)

    def take_tag(self, which, to):
        untag(cohort=to, enrollments=all_in(to)[which:], name=GROUP, by=self.staff)

    def extend_group(self, which, to):
        tagged = list(to.enrollments.filter(tags__name=GROUP).values_list("pk", flat=True))
        extend_all(
            cohort=to,
            enrollments=tagged or all_in(to),
            activity=dated_in(to),
            days=which + 1,
            reason="The cluster was down.",
            by=self.staff,
        )

    def usual_time(self, which, to):
        standing = Accommodation.objects.standing().select_related("enrollment__user", "enrollment__cohort")
        if accommodation := one_of(standing, which):
            end_accommodation(accommodation=accommodation, by=self.staff)

    def grant(self, which, to):
        if request := one_of(PlaceRequest.objects.open(), which):
            given = {name: getattr(request, name) for name in ("starts_on", "ends_on", "to_cohort")}
            answering_requests.grant(request=request, given={**given, "days": which + 1}, words="", by=self.staff)

    def refuse(self, which, to):
        if request := one_of(PlaceRequest.objects.open(), which):
            answering_requests.refuse(request=request, words="Not this time.", by=self.staff)

    def take_back(self, which, to):
        if request := one_of(PlaceRequest.objects.undecided(), which):
            place_requests.take_back(request=request, by=request.enrollment.user)

    def stop(self, which, to):
        first = to.today() + timedelta(days=which * 4 - 8)
        span = BreakFacts(first, first + timedelta(days=which), "break")
        change_calendar(cohort=to, wanted=CalendarFacts.of(to).with_break(span), by=self.staff)

    def go_on(self, which, to):
        if span := to.breaks.order_by("pk").first():
            change_calendar(cohort=to, wanted=CalendarFacts.of(to).without_break(span.pk), by=self.staff)

    def undo(self, which, to):
        if change := one_of(OfficeChange.objects.undoable(), which % 4):
            undo(change=change, by=self.staff)

    def days(self, which, to):
        self.clock.shift(timedelta(hours=which * which * 4))
        resume_those_over()
        answering_requests.begin_pauses_due()


class Walk(PlaceRules, GroupRules):
    """One walk: `done` are the slugs ticked or passed, by learner; `in_time` what was handed in by the date that was shown."""

    def __init__(self, cohorts, people, staff, clock):
        self.cohorts, self.people, self.staff, self.clock = cohorts, people, staff, clock
        self.done, self.in_time, self.late = set(), set(), set()

    def take(self, rule, who, which):
        """Do one step, as far as there is somebody to do it with."""
        to = Cohort.objects.get(pk=self.cohorts[who % 3].pk)
        if rule in vars(GroupRules):
            getattr(self, rule)(which, to)
        else:
            places = Enrollment.objects.select_related("user", "cohort")
            place = (who < OPEN_ONES and one_of(places.open(), who)) or one_of(places, who)
            to = Cohort.objects.get(pk=self.cohorts[which % 3].pk)
            getattr(self, rule)(place, which, to)


def one_of(rows, which):
    """The row that is the `which`-th newest, counted around; None where there is none."""
    rows = list(rows.order_by("-pk")[:6])
    return rows[which % len(rows)] if rows else None


def all_in(cohort):
    """The ids of the places of all who are or were there."""
    return list(cohort.enrollments.order_by("pk").values_list("pk", flat=True))


def dated_in(cohort):
    """What is handed in, and has other days in the two versions."""
    return Activity.objects.select_related("module").get(curriculum=cohort.curriculum_id, slug="ols")
