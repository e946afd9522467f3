"""Random walks through the cohort office: whatever is done and taken back, no work is lost and no seat or mentor doubled."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from courses.models import (
    Accommodation,
    Activity,
    ActivityProgress,
    Application,
    Break,
    Cohort,
    Enrollment,
    EnrollmentTag,
    Extension,
    OfficeChange,
    Pause,
    PlaceRequest,
)
from courses.models.enrollments import OPEN_STATES
from courses.timeline import timelines_of_all
from lms.accounts.models import AuditEntry
from lms.lib.errors import DomainError
from mentors.models import Mentor, MentorAssignment
from projects.models import Grade, Submission
from tests import world
from tests.courses.office_rules import GroupRules, PlaceRules, Walk
from tests.projects.versions import make_versions

AUDITED = (
    (Enrollment.objects.all(), "user", ("cohort", "state", "ended_at", "returns_in")),
    (MentorAssignment.objects.current(), "enrollment__user", ("enrollment", "mentor")),
    (Pause.objects.all(), "enrollment__user", ("starts_on", "ends_on", "past_cohort")),
    (Extension.objects.all(), "enrollment__user", ("activity", "days")),
    (Accommodation.objects.all(), "enrollment__user", ("factor", "ended_at")),
    (EnrollmentTag.objects.all(), "enrollment__user", ("name",)),
    (PlaceRequest.objects.all(), "enrollment__user", ("state", "begins_on")),
    (OfficeChange.objects.all(), "enrollment__user", ("undone_at",)),
    (Application.objects.all(), "applicant", ("cohort", "state")),
    (Break.objects.all(), "cohort", ("starts_on", "ends_on", "kind")),
)
"""What changes by verbs alone: rows, whom they concern (None: more than one person), and what of them may change."""
KEPT = (
    (Cohort.objects.all(), "pk", ("seats", "seats_taken", "seats_held")),
    (Submission.objects.all(), "enrollment", ("state",)),
    (ActivityProgress.objects.all(), "enrollment", ("activity__slug",)),
    (Grade.objects.all(), "enrollment", ("submission", "late_factor")),
)
VERBS_ALONE = {rows.model for rows, *_ in AUDITED}
WATCHED = {one[0].model: one for one in (*AUDITED, *KEPT)}
DATED = {Enrollment, Pause, Extension, Accommodation, Break}
RULES = [name for rules in (GroupRules, PlaceRules) for name in vars(rules) if name[0] != "_"]
LATER = ("days", "work_in_extra_time")
OFTEN = ["enroll", "extend_group", "days", *["work", "ask", "grant"] * 2, *["undo"] * 6]
STEPS = [*RULES, *OFTEN, *RULES]
ORDERS = st.permutations(STEPS)
CHOICES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=len(STEPS), max_size=len(STEPS))


@pytest.mark.django_db
@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a walk takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ORDERS, CHOICES)
def test_nothing_is_lost_or_doubled_whatever_the_office_does(walk_world, order, choices):
    """Each walk takes every rule at least twice."""
    with transaction.atomic(), time_machine.travel(timezone.now()) as clock:
        Watched(Walk(*walk_world, clock)).through(order, choices)
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


def facts_of(rows, whose, names):
    """By model and id whom each row concerns, then its facts."""
    return {(rows.model, pk): facts for pk, *facts in rows.order_by().values_list("pk", whose, *names)}


class Watched:
    """A walk of which each step is looked at: what it wrote is read again and checked, and what was refused changed nothing."""

    def __init__(self, walk):
        self.walk = walk
        self.written = set(WATCHED)
        self.seen, self.timelines, self.dated = {}, {}, {}
        self.read()

    def through(self, order, choices):
        for rule, (who, which) in zip(order, choices, strict=True):
            before, refused = self.seen, False
            newest = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            try:
                with connection.execute_wrapper(self.note):
                    self.walk.take(rule, who, which)
            except DomainError:
                refused = True
            self.read()
            entries = list(AuditEntry.objects.filter(pk__gt=newest).values_list("person", "cohort"))
            changed = {key for key in before.keys() | self.seen.keys() if before.get(key) != self.seen.get(key)}
            assert not (refused and (changed or entries)), f"{rule} was refused and left traces"
            self.is_audited(rule, changed, before, entries)
            self.holds({model for model, _ in changed} | ({Pause} if rule in LATER else set()))

    def note(self, execute, sql, params, many, context):
        """Which tables a step writes to."""
        if not sql.startswith("SELECT"):
            self.written |= {model for model in WATCHED if f'"{model._meta.db_table}"' in sql}
        return execute(sql, params, many, context)

    def read(self):
        if Enrollment in self.written:
            self.written.add(MentorAssignment)  # current ones are those of open places
        kept = {key: facts for key, facts in self.seen.items() if key[0] not in self.written}
        again = (facts_of(*WATCHED[model]) for model in self.written)
        self.seen = kept | {key: facts for found in again for key, facts in found.items()}
        self.written = set()

    def is_audited(self, rule, changed, before, entries):
        people, cohorts = {person for person, _ in entries}, {cohort for _, cohort in entries}
        for model, pk in changed:
            whose = (self.seen.get((model, pk)) or before[model, pk])[0]
            if model in VERBS_ALONE:
                told = entries if whose is None else whose in (cohorts if model is Break else people)
                assert told, f"{rule} changed a row of {model.__name__} and no entry says so"

    def holds(self, models):
        """Everything that may no longer be so once rows of these models have changed."""
        if models & {Enrollment, Cohort, Application}:
            self.seats_hold()
        if models:
            self.work_holds()
        if models & {MentorAssignment, Enrollment}:
            self.mentors_hold()
        if models & DATED:
            self.dates_hold()

    def rows(self, model):
        return {pk: facts for (one, pk), facts in self.seen.items() if one is model}

    def seats_hold(self):
        taken = Counter(cohort for _, cohort, state, *_ in self.rows(Enrollment).values() if state in OPEN_STATES)
        held = Counter(cohort for _, cohort, state in self.rows(Application).values() if state == "offered")
        for pk, (_, seats, seats_taken, seats_held) in self.rows(Cohort).items():
            assert (seats_taken, seats_held) == (taken[pk], held[pk])
            assert seats_taken + seats_held <= seats

    def work_holds(self):
        walk = self.walk
        assert set(self.rows(Submission)) == walk.in_time | walk.late
        assert {tuple(facts) for facts in self.rows(ActivityProgress).values()} == walk.done
        scores = {submission: factor for _, submission, factor in self.rows(Grade).values()}
        assert len(scores) == len(walk.in_time | walk.late)
        assert all(scores[pk] == 1 for pk in walk.in_time), "in time by the date that was shown, and late by now"

    def mentors_hold(self):
        current = self.rows(MentorAssignment).values()
        assert max(Counter(place for _, place, _ in current).values(), default=0) <= 1
        taken = Counter(mentor for *_, mentor in current)
        assert all(taken[pk] <= capacity for pk, capacity in Mentor.objects.values_list("pk", "capacity"))
        assert not MentorAssignment.objects.occupying().filter(enrollment__state="deferred").exists()

    def dates_hold(self):
        places = list(Enrollment.objects.select_related("cohort", "user").order_by("pk"))
        timelines = timelines_of_all(places)
        for place in places:
            if self.timelines.get(place.pk) != timelines[place.pk]:
                self.dates_of_one_hold(place.cohort, timelines[place.pk])
        self.timelines = timelines

    def dates_of_one_hold(self, cohort, timeline):
        alone, before = replace(timeline, extensions={}), None
        for activity in self.dated_in(cohort.curriculum_id):
            dates, own = timeline.dates(activity), alone.dates(activity)
            assert dates.available.at <= own.due.at <= dates.due.at <= dates.until.at
            assert before is None or before <= own.due.at, "a later offset is due earlier"
            before = own.due.at
            days = activity.due_offset + sum(reason.days for reason in dates.due.reasons)
            assert dates.due.at.date() == cohort.starts_on + timedelta(days=days)

    def dated_in(self, curriculum):
        if curriculum not in self.dated:
            dated = Activity.objects.filter(curriculum=curriculum, due_offset__isnull=False)
            self.dated[curriculum] = list(dated.select_related("module").order_by("due_offset", "pk"))
        return self.dated[curriculum]
