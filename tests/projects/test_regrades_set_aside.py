"""A learner to whom a regrade cannot be applied: set aside with the reason, and the others go on."""

import pytest
from django.db import OperationalError
from django.urls import reverse

from lms.notifications.models import Notification
from projects.actions import regrading
from projects.actions.dry_runs import go_on
from projects.actions.regrading import apply_portion, apply_regrade, reconcile_regrades, start_regrade
from projects.models import Grade, RegradeRun
from tests import world
from tests.projects.regrades import WHY, applied, graded, previewed, run, started


def outcomes():
    return list(RegradeRun.objects.order_by("submission_id").values_list("outcome", flat=True))


def test_who_cannot_be_regraded_is_set_aside_with_the_reason_and_holds_up_nobody(
    enrollment, cohort, exercise, admin, settings
):
    settings.REGRADE_PORTION = 2
    others = [world.make_enrollment(cohort) for _ in range(3)]
    people = [enrollment, *others]
    submissions = [graded(one, exercise, 5) for one in people]
    batch = started(exercise, admin)
    for submission in submissions:
        run(submission, 9)
        go_on(batch_id=batch.pk)
    Grade.objects.filter(enrollment=enrollment).delete()
    apply_regrade(batch=batch, policy="replace", reason=WHY, by=admin)
    for _ in range(3):
        reconcile_regrades()
    batch.refresh_from_db()
    assert batch.state == "applied"
    assert outcomes() == ["set_aside", "applied", "applied", "applied"]
    assert [Grade.objects.get(enrollment=one).score for one in others] == [9, 9, 9]
    aside = RegradeRun.objects.set_aside().get()
    assert (aside.submission, aside.job.counts) == (submissions[0], False)
    assert "Grade matching query does not exist" in aside.error
    assert Notification.objects.get(kind="grading_trouble").recipient == admin
    world.make_grade(submissions[0])
    again = start_regrade(project=exercise, from_version=batch.from_version, to_version=batch.to_version, by=admin)
    assert [one.submission for one in again.runs.all()] == [submissions[0]]


def test_a_database_that_is_away_sets_nobody_aside(enrollment, exercise, admin, monkeypatch):
    batch = previewed(exercise, admin, {graded(enrollment, exercise, 5): 9})
    apply_regrade(batch=batch, policy="replace", reason=WHY, by=admin)

    def away(**_):
        raise OperationalError("the connection is gone")

    with monkeypatch.context() as patched:
        patched.setattr(regrading, "settle_learner", away)
        with pytest.raises(OperationalError):
            apply_portion(batch_id=batch.pk)
    apply_portion(batch_id=batch.pk)
    assert outcomes() == ["applied"]


def test_what_could_not_be_applied_stands_on_the_page_with_the_reason(as_user, cohort, exercise, admin):
    people = [world.make_enrollment(cohort, world.make_user(f"Person {rank}")) for rank in range(2)]
    batch = previewed(exercise, admin, {graded(one, exercise, 5): 9 for one in people})
    Grade.objects.filter(enrollment=people[0]).delete()
    applied(batch, admin)
    client, address = as_user(admin), reverse("regrade_batch", args=[batch.pk])
    assert "Not applied to all" in client.get(address).text
    page = client.get(address + "?show=set_aside").text
    assert "Grade matching query does not exist" in page
    assert "Person 0" in page
    assert "Person 1" not in page
