"""More days for a group of learners: what is shown, what is done, what is undone, and what it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.actions.office_changes import UndoRefused
from courses.actions.tags import tag
from courses.models import Cohort, Extension, OfficeChange
from courses.timeline import Timeline
from lms.accounts.models import AuditEntry
from projects.actions.extensions import ExtensionRefused, extend_all
from projects.actions.grades import recompute_grade
from projects.actions.undoing import undo
from projects.extending import preview_extension
from projects.models import Grade, GradeChange
from tests import world
from tests.at_once import at_once, refused


@pytest.fixture
def overdue(exercise):
    """An exercise that was due the day before yesterday."""
    exercise.activity.due_offset, exercise.activity.until_offset = 1, 4
    exercise.activity.save()
    return exercise


def late_learner(cohort, project, scores=(10,), name="Late"):
    """A learner whose attempts came after the due date that was shown."""
    enrollment = world.make_enrollment(cohort, world.make_user(name))
    for score in scores:
        due = timezone.now() - timedelta(days=1)
        world.make_result(world.make_submission(enrollment, project, "checks_passed", due_at=due), score)
    recompute_grade(enrollment=enrollment, project=project)
    return enrollment


@pytest.fixture
def give(cohort, overdue, admin):
    """A function that gives learners more days on the overdue exercise."""

    def act(*enrollments, days=10, **more):
        ids, fresh = [one.pk for one in enrollments], Cohort.objects.get(pk=cohort.pk)
        facts = {"cohort": fresh, "enrollments": ids, "activity": overdue.activity, "days": days, "by": admin}
        return extend_all(**facts, reason="The cluster was down.", **more)

    return act


def test_the_preview_says_whose_dates_move_and_what_that_does_to_their_work(cohort, overdue, admin):
    late, gone = late_learner(cohort, overdue), world.make_enrollment(cohort, state="withdrawn")
    idle = world.make_enrollment(cohort, world.make_user("Idle"))
    facts = {"cohort": cohort, "enrollments": [late.pk, idle.pk, gone.pk], "activity": overdue.activity, "by": admin}
    short, long = (preview_extension(**facts, days=days) for days in (1, 10))
    assert [one.enrollment for one in long.moved] == [idle, late]
    assert long.left_out == [gone]
    ((first, group),) = long.dates
    assert first.after.due.at - first.before.due.at == timedelta(days=10)
    assert first.after.due.why().endswith("+10 days extension by Ada Admin")
    assert len(group) == 2
    (regraded,) = long.lateness_lost
    assert (regraded.enrollment, regraded.work.old_score, regraded.work.score) == (late, 9, 10)
    assert (long.late_still, long.overdue_still, short.lateness_lost) == ([], [], [])
    assert ([one.enrollment for one in short.late_still], [one.enrollment for one in short.overdue_still]) == (
        [late],
        [idle],
    )
    assert Grade.objects.get().score == 9


def test_days_for_a_group_move_dates_and_grades_and_tell_each_once(give, cohort, overdue, admin):
    late = late_learner(cohort, overdue, scores=(8, 10))
    idle = world.make_enrollment(cohort, world.make_user("Idle", time_zone="Asia/Tokyo"))
    give(late, idle)
    grade = Grade.objects.get()
    assert (grade.score, grade.is_late, grade.submission.number) == (10, False, 2)
    assert GradeChange.objects.filter(cause="date", by=admin, new_score=10).count() == 1
    assert recompute_grade(enrollment=late, project=overdue).score == 10
    (told,) = idle.user.notifications.filter(kind="dates_changed")
    due = Timeline.of(idle).dates(overdue.activity).due
    assert told.title == f"Ada Admin gave you 10 more days for “{overdue.title}”"
    assert told.body == f"It is due {due.sentence('Asia/Tokyo')}."
    assert "counts as in time" in late.user.notifications.get(kind="dates_changed").body
    audited = AuditEntry.objects.filter(action="grant_extension", reason="The cluster was down.")
    assert set(audited.values_list("target_id", flat=True)) == {str(late.pk), str(idle.pk)}


def test_a_best_attempt_that_was_late_overtakes_one_in_time(give, cohort, overdue, exercise):
    enrollment = late_learner(cohort, overdue, scores=(10,))
    in_time = world.make_submission(enrollment, exercise, "checks_passed", due_at=timezone.now() + timedelta(days=1))
    world.make_result(in_time, 9.5)
    assert recompute_grade(enrollment=enrollment, project=exercise).score == 9.5
    give(enrollment)
    grade = Grade.objects.get()
    assert (grade.score, grade.submission.number) == (10, 1)


def test_undoing_takes_the_days_and_the_points_back_and_tells_them(give, cohort, overdue, admin):
    late, idle = late_learner(cohort, overdue), world.make_enrollment(cohort)
    change = give(late, idle)
    undo(change=change, by=admin)
    assert not Extension.objects.exists()
    assert (Grade.objects.get().score, Grade.objects.get().is_late) == (9, True)
    assert idle.user.notifications.filter(title__contains="taken back", body__contains="week 1").count() == 1
    with pytest.raises(UndoRefused, match="undone already"):
        undo(change=change, by=admin)


def test_undoing_leaves_those_alone_who_are_in_another_cohort_now(give, cohort, curriculum, admin):
    stays, moves = world.make_enrollment(cohort), world.make_enrollment(cohort)
    change = give(stays, moves)
    moves.cohort = world.make_cohort(curriculum)
    moves.save()
    undo(change=change, by=admin)
    assert [one.enrollment for one in Extension.objects.all()] == [moves]


def test_what_is_not_as_it_was_shown_is_shown_again(give, cohort, overdue, admin, as_user):
    learner = world.make_enrollment(cohort)
    client, address = as_user(admin), reverse("cohort_extend", args=[cohort.slug])
    given = {"activity": overdue.activity.pk, "days": 3, "reason": "ill", "whom": "all"}
    shown = client.post(address, given)
    assert "Give the days" in shown.text
    assert not Extension.objects.exists()
    world.make_enrollment(cohort)
    again = client.post(address, {**given, "seen": shown.context["preview"].stamp})
    assert again.status_code == 422
    assert "not what you looked at last" in again.text
    done = client.post(address, {**given, "seen": again.context["preview"].stamp}, follow=True)
    assert "+3 days on Ols from scratch for 2 learners" in done.text
    assert Extension.objects.filter(enrollment=learner, reason="ill", granted_by=admin).count() == 1
    assert "Can be undone" in client.get(reverse("cohort_detail", args=[cohort.slug])).text
    address = reverse("office_change_undo", args=[cohort.slug, OfficeChange.objects.get().pk])
    assert client.post(address).status_code == 302
    assert not Extension.objects.exists()


def test_whom_can_be_those_ticked_or_all_with_a_tag(cohort, overdue, admin, as_user):
    people = [world.make_enrollment(cohort) for _ in range(3)]
    tag(cohort=cohort, enrollments=[people[2].pk], name="evening", by=admin)
    client, address = as_user(admin), reverse("cohort_extend", args=[cohort.slug])
    chosen = [one.pk for one in people[:2]]
    assert "Those you ticked (2)" in client.get(address, {"chosen": chosen}).text
    given = {"activity": overdue.activity.pk, "days": 3, "reason": "ill"}
    for whom, count in (("chosen", 2), ("tag:evening", 1), ("all", 3)):
        preview = client.post(address, {**given, "whom": whom, "chosen": chosen}).context["preview"]
        assert len(preview.moved) == count


def test_nobody_with_a_place_and_no_due_date_are_refused(give, cohort, curriculum, overdue, admin):
    with pytest.raises(ExtensionRefused, match="has a place"):
        give(world.make_enrollment(cohort, state="withdrawn"))
    assert not OfficeChange.objects.exists()


def test_a_group_costs_the_same_at_any_size(give, cohort, overdue):
    assert overdue.activity.module
    costs = []
    for size in (3, 12):
        group = [late_learner(cohort, overdue) for _ in range(size)]
        group += [world.make_enrollment(cohort) for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            change = give(*group)
        with CaptureQueriesContext(connection) as undoing:
            undo(change=change, by=change.done_by)
        costs.append((len(queries), len(undoing)))
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 50


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_give_the_same_days_at_once_and_the_second_sees_it():
    cohort = world.make_cohort(world.make_curriculum())
    activity = world.make_project(cohort.curriculum).activity
    people, admin = [world.make_enrollment(cohort).pk for _ in range(3)], world.make_user()
    facts = {"cohort": cohort, "enrollments": people, "activity": activity, "days": 3, "by": admin}
    seen = preview_extension(**facts).stamp

    def act():
        return extend_all(**facts, reason="ill", seen=seen)

    (refusal,) = refused(at_once(act, act))
    assert refusal.code == "stale_preview"
    assert Extension.objects.count() == 3
