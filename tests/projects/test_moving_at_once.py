"""A cohort moves to another version while its learners, their checks and another admin work."""

import pytest
from django.db import transaction

from courses.actions.leaving import withdraw
from courses.actions.progress import tick_activity
from courses.models import ActivityProgress, Cohort
from lms.accounts.models import AuditEntry
from projects.actions import grades, grading, moving
from projects.actions.grading import finish_job
from projects.actions.moving import move_cohort
from projects.actions.reviews import claim_review, finish_review
from projects.actions.submissions import submit_work
from projects.models import Criterion, Grade, GradingJob, Submission
from projects.moving import stamp_of
from tests import exercises, world
from tests.at_once import after, at_once, refused, stopped_inside
from tests.projects.jobs import leased, result
from tests.projects.versions import make_versions, moved

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def versions():
    return make_versions()


@pytest.fixture
def staff(versions):
    return world.make_staff(versions.old.program)


@pytest.fixture
def lea(versions):
    return world.make_enrollment(versions.cohort)


def curriculum_of(cohort):
    return Cohort.objects.get(pk=cohort.pk).curriculum


def test_two_admins_move_at_once_and_one_is_told(versions, lea, staff):
    targets = [versions.new, world.make_curriculum()] * 2
    seen = {to: stamp_of(versions.cohort, to) for to in targets}
    calls = [lambda to=to: move_cohort(cohort=versions.cohort, to=to, seen=seen[to], by=staff) for to in targets]
    assert len(refused(at_once(*calls))) == 3
    assert AuditEntry.objects.filter(action="move_cohort").count() == 1
    assert curriculum_of(versions.cohort) in targets


def test_work_that_is_handed_in_meanwhile_follows_or_is_refused(versions, staff):
    """None of it is left behind with the version that the cohort has left."""
    for one in (versions.old, versions.new):
        exercises.make_real_exercise(one)
    learners = [world.make_enrollment(versions.cohort) for _ in range(6)]
    project = versions.project(versions.old, "doubling")

    def hand_in(learner):
        return submit_work(
            project=project, enrollment=learner, files={"work.ipynb": exercises.notebook()}, by=learner.user
        )

    for _ in range(3):
        target = versions.new if curriculum_of(versions.cohort) == versions.old else versions.old
        at_once(
            lambda target=target: moved(versions, target, staff), *(lambda one=one: hand_in(one) for one in learners)
        )
    work, counted = (set(model.objects.values_list("project__curriculum", flat=True)) for model in (Submission, Grade))
    assert work == counted == {curriculum_of(versions.cohort).pk}


def test_a_tick_meanwhile_follows_or_is_refused(versions, staff):
    learners = [world.make_enrollment(versions.cohort) for _ in range(6)]
    reading = versions.activity(versions.old, "reading")
    outcomes = at_once(
        lambda: moved(versions, versions.new, staff),
        *(lambda one=one: tick_activity(enrollment=one, activity=reading, done=True) for one in learners),
    )
    kept = ActivityProgress.objects.values_list("activity__curriculum", flat=True)
    assert set(kept) <= {versions.new.pk}
    assert len(kept) + len(refused(outcomes)) == 6


def test_work_that_arrives_in_the_middle_of_a_move_is_refused(versions, staff, monkeypatch):
    """It read the version before the move, and waited for it."""
    project = exercises.make_real_exercise(versions.old)
    lea = world.make_enrollment(versions.cohort)
    began, go_on = stopped_inside(monkeypatch, moving, "carry_work")
    files = {"work.ipynb": exercises.notebook()}
    outcomes = at_once(
        lambda: moved(versions, versions.new, staff),
        after(began, lambda: submit_work(project=project, enrollment=lea, files=files, by=lea.user), go_on),
    )
    (refusal,) = refused(outcomes)
    assert "another version" in str(refusal)
    assert not Submission.objects.exists()


def test_a_review_that_is_finished_in_the_middle_of_a_move_waits_and_is_refused(versions, lea, staff, monkeypatch):
    """It was decided by the rubric that the work leaves; nothing of it is kept."""
    project = versions.project(versions.old, "prices")
    review = claim_review(submission=world.make_submission(lea, project, "waiting_for_review"), by=staff)
    levels = {one.pk: one.levels.all()[2].pk for one in Criterion.objects.filter(rubric__project=project)}
    decided = {"verdict": "passed", "levels": levels, "comment": "Clear.", "project": project.pk}
    began, go_on = stopped_inside(monkeypatch, moving, "_tell")
    outcomes = at_once(
        lambda: moved(versions, versions.new, staff),
        after(began, lambda: finish_review(review=review, by=staff, **decided), go_on),
    )
    (refusal,) = refused(outcomes)
    assert "another version" in str(refusal)
    review.refresh_from_db()
    assert (review.state, review.scores.count(), Grade.objects.get().released_at) == ("claimed", 0, None)


def test_a_check_that_ends_while_the_cohort_moves_reaches_the_grade(versions, lea, staff, monkeypatch):
    """It waits for the move, finds its submission in the new version, and does not run again."""
    job = leased(world.make_job(world.make_submission(lea, versions.project(versions.old, "ols"))))
    began, go_on = stopped_inside(monkeypatch, moving, "carry_work")
    outcomes = at_once(
        lambda: moved(versions, versions.new, staff),
        after(began, lambda: finish_job(job=job, result=result(9)), go_on),
    )
    assert sorted(map(str, outcomes)) == ["None", "True"]
    assert (Grade.objects.get().score, Grade.objects.get().project.curriculum) == (9, versions.new)
    assert GradingJob.objects.get().state == "done"


def test_a_cohort_that_moves_while_a_check_ends_waits_for_it(versions, lea, staff, monkeypatch):
    job = leased(world.make_job(world.make_submission(lea, versions.project(versions.old, "ols"))))
    began, go_on = stopped_inside(monkeypatch, grading, "recompute_grade")
    outcomes = at_once(
        lambda: finish_job(job=job, result=result(10)),
        after(began, lambda: moved(versions, versions.new, staff), go_on),
    )
    assert sorted(map(str, outcomes)) == ["None", "True"]
    grade = Grade.objects.get()
    assert (grade.score, grade.project.curriculum) == (10, versions.new)
    assert ActivityProgress.objects.get().activity == versions.activity(versions.new, "ols")


def test_a_grade_is_recomputed_where_its_project_went_meanwhile(versions, lea, staff):
    """What a caller read before the move leads to the grade as it is now."""
    project = versions.project(versions.old, "ols")
    submission = world.make_submission(lea, project)
    world.make_result(submission, 9)
    moved(versions, versions.new, staff)
    with transaction.atomic():
        grade = grades.recompute_grade(enrollment=lea, project=project)
    assert (grade.score, grade.project.curriculum) == (9, versions.new)


def test_who_leaves_while_the_cohort_moves_has_left(versions, staff):
    learners = [world.make_enrollment(versions.cohort) for _ in range(4)]
    at_once(
        lambda: moved(versions, versions.new, staff),
        *(lambda one=one: withdraw(enrollment=one, by=staff) for one in learners),
    )
    assert versions.cohort.enrollments.filter(state="withdrawn").count() == 4
