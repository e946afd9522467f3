"""Random walks through admissions: seats are never oversold, and what is counted is what is there."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.actions.admissions import applying, deciding
from courses.actions.admissions.reconciling import reconcile
from courses.actions.enrollments import invite_learner
from courses.actions.leaving import withdraw
from courses.models import Application, Cohort, Enrollment
from lms.accounts.models import AuditEntry
from lms.lib.errors import DomainError
from tests import world

OFFICE = (deciding.take_into_review, deciding.offer_place, deciding.wait_list, deciding.take_up_again)
THEIRS = (applying.accept_offer, applying.decline_offer, applying.withdraw_application)
STEPS = st.tuples(st.sampled_from((*OFFICE, *THEIRS, "leave", "invite", "late", "beat", "seats")), st.integers(0, 3))


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=8, max_size=30))
def test_seats_ranks_and_history_hold_whatever_happens(curriculum, admin, steps):
    with transaction.atomic():
        walk(world.make_cohort(curriculum, started_days_ago=-30, seats=2), admin, steps)
        transaction.set_rollback(True)


def walk(cohort, admin, steps):
    world.make_intake(cohort)
    pks = [world.make_application(cohort, "submitted").pk for _ in range(4)]
    moves = AuditEntry.objects.filter(action__startswith="application_").count
    for step, who in steps:
        before, written = Application.objects.get(pk=pks[who]), moves()
        try:
            with transaction.atomic():
                take(step, before, cohort, admin)
        except DomainError:
            assert (Application.objects.get(pk=pks[who]).state, moves()) == (before.state, written)
        if step in (*OFFICE, *THEIRS) and Application.objects.get(pk=pks[who]).state != before.state:
            assert moves() == written + 1
        holds(cohort)


def take(step, application, cohort, admin):
    if step in OFFICE:
        step(application=application, by=admin)
    elif step in THEIRS:
        step(application=application, by=application.applicant)
    elif step == "leave":
        for enrollment in cohort.enrollments.filter(user=application.applicant, state="active"):
            withdraw(enrollment=enrollment, by=admin)
    elif step == "invite":
        invite_learner(cohort=cohort, email=f"{application.pk}@example.org", name="", by=admin)
    elif step == "late":
        Application.objects.filter(state="offered").update(offer_expires_at=timezone.now() - timedelta(seconds=1))
    elif step == "seats":
        Cohort.objects.filter(pk=cohort.pk, seats__lt=5).update(seats=application.pk % 2 + 4)
    else:
        reconcile()


def holds(cohort):
    cohort.refresh_from_db()
    offered = cohort.applications.filter(state="offered").count()
    assert (cohort.seats_taken, cohort.seats_held) == (Enrollment.objects.open().filter(cohort=cohort).count(), offered)
    assert cohort.seats_taken + cohort.seats_held <= cohort.seats
    line = [one.place_in_line for one in cohort.applications.waiting()]
    assert line == list(range(1, len(line) + 1))
