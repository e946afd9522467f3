"""Transfer, deferral and return: everything follows, nothing gets worse, and a day long all of it can be taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.actions.cohorts import CohortRefused
from courses.actions.enrollments import enroll
from courses.actions.extensions import grant_extension
from courses.actions.leaving import complete, withdraw
from courses.actions.office_changes import UndoRefused
from courses.actions.pausing import pause, resume
from courses.actions.places import EnrollmentRefused
from courses.models import Cohort, Enrollment, EnrollmentTransfer, Extension, OfficeChange, Pause
from courses.timeline import Timeline
from lms.accounts.models import AuditEntry
from lms.lib.errors import InvalidInput
from mentors.actions import assign_mentor, end_assignment
from mentors.models import MentorAssignment
from projects.actions.deferring import come_back, defer
from projects.actions.extensions import extend
from projects.actions.grades import recompute_grade
from projects.actions.reviews import claim_review
from projects.actions.submissions import SubmissionRefused, submit_work
from projects.actions.transferring import transfer
from projects.actions.undoing import undo
from projects.models import Grade, Submission
from tests import world
from tests.projects.regrades import decide, graded
from tests.projects.versions import answer, fresh, make_versions, snapshot, tick


@pytest.fixture
def versions(db):
    return make_versions()


@pytest.fixture
def staff(versions):
    return world.make_staff(versions.old.program, world.make_user("Ada Admin"))


@pytest.fixture
def lea(versions):
    return world.make_enrollment(versions.cohort, world.make_user("Lea Learner"))


@pytest.fixture
def later(versions):
    """A cohort of the newer version that starts in a month."""
    return world.make_cohort(versions.new, "Later cohort", started_days_ago=-30, seats=2)


def work_of(lea, versions, staff):
    """One of everything that a learner of the old version may have."""
    old = versions.old
    tick(lea, old, "reading"), tick(lea, old, "old-reading")
    answer(lea, old, "quiz"), answer(lea, old, "changed-quiz")
    graded(lea, versions.project(old, "ols"), 10)
    graded(lea, versions.project(old, "gone"), 7)
    decide(graded(lea, versions.project(old, "prices"), 2, state="waiting_for_review"), staff)
    grant_extension(enrollment=lea, activity=versions.activity(old, "ols"), days=3, reason="ill", by=staff)


def seats():
    return dict(Cohort.objects.values_list("name", "seats_taken"))


def newest(kind):
    return OfficeChange.objects.filter(kind=kind).first()


def take_back(kind, by):
    undo(change=newest(kind), by=by)


def test_a_transfer_takes_everything_along_and_is_taken_back_without_a_trace(versions, lea, later, staff):
    work_of(lea, versions, staff)
    before = snapshot()
    transfer(enrollment=lea, to=later, by=staff, reason="starts a job")
    lea = fresh(lea)
    assert (lea.cohort, lea.state) == (later, "active")
    assert seats() == {versions.cohort.name: 0, "Later cohort": 1}
    moved = lea.submissions.filter(project__curriculum=versions.new)
    assert sorted(moved.values_list("project__slug", flat=True)) == ["ols", "prices"]
    assert lea.submissions.get(project__slug="gone").project.curriculum == versions.old
    assert lea.progress.filter(activity__curriculum=versions.new).count() == 5
    assert EnrollmentTransfer.objects.standing().get().from_cohort == versions.cohort
    assert AuditEntry.objects.get(action="transfer").after == {"cohort": later.slug}
    assert lea.user.notifications.filter(title="You have moved to Later cohort").exists()
    take_back("transfer", staff)
    assert snapshot() == before
    assert fresh(lea).cohort == versions.cohort
    assert seats() == {versions.cohort.name: 1, "Later cohort": 0}
    assert not EnrollmentTransfer.objects.standing().exists()
    assert AuditEntry.objects.filter(action="undo").count() == 1


def test_work_handed_in_after_a_transfer_comes_along_when_it_is_taken_back(versions, lea, later, staff):
    transfer(enrollment=lea, to=later, by=staff)
    graded(fresh(lea), versions.project(versions.new, "ols"), 8)
    take_back("transfer", staff)
    assert Submission.objects.get().project == versions.project(versions.old, "ols")
    assert Grade.objects.get().score == 8


def test_there_must_be_a_seat_there_and_back(versions, lea, later, staff):
    Cohort.objects.filter(pk=later.pk).update(seats=0)
    with pytest.raises(CohortRefused):
        transfer(enrollment=lea, to=later, by=staff)
    assert (fresh(lea).cohort, OfficeChange.objects.count()) == (versions.cohort, 0)
    Cohort.objects.filter(pk=later.pk).update(seats=1)
    transfer(enrollment=lea, to=later, by=staff)
    Cohort.objects.filter(pk=versions.cohort.pk).update(seats=0)
    with pytest.raises(UndoRefused, match="The seat in"):
        take_back("transfer", staff)
    assert fresh(lea).cohort == later
    assert newest("transfer").undone_at is None


def test_a_transfer_leads_to_another_cohort_of_the_program_where_they_had_no_place(versions, lea, later, staff):
    elsewhere = world.make_cohort(versions.old)
    Cohort.objects.filter(pk=elsewhere.pk).update(
        program=type(versions.old.program).objects.create(slug="o", title="Other")
    )
    for to, reason in ((versions.cohort, "already"), (Cohort.objects.get(pk=elsewhere.pk), "another program")):
        with pytest.raises(InvalidInput, match=reason):
            transfer(enrollment=lea, to=to, by=staff)
    withdraw(enrollment=world.make_enrollment(later, lea.user), by=staff)
    with pytest.raises(EnrollmentRefused, match="another place in Later cohort"):
        transfer(enrollment=lea, to=later, by=staff)


def test_the_mentor_stays_or_is_released_and_comes_back(versions, lea, later, staff):
    mentor = world.make_mentor(capacity=1)
    world.make_assignment(mentor, lea)
    transfer(enrollment=lea, to=later, by=staff)
    assert MentorAssignment.objects.current().get().mentor == mentor
    take_back("transfer", staff)
    told = mentor.user.notifications.order_by("pk").values_list("title", flat=True)
    assert [title.split(" ")[:2] for title in told] == [["Lea", "Learner"], ["Taken", "back:"]]
    transfer(enrollment=fresh(lea), to=later, by=staff, keep_mentor=False)
    assert not MentorAssignment.objects.current().exists()
    assert "no longer look after" in mentor.user.notifications.first().title
    other = world.make_enrollment(versions.cohort)
    assign_mentor(enrollment=other, mentor=mentor, by=staff)
    with pytest.raises(UndoRefused, match="no free place"):
        take_back("transfer", staff)
    end_assignment(assignment=MentorAssignment.objects.current().get(), by=staff)
    take_back("transfer", staff)
    assert MentorAssignment.objects.current().get().enrollment == lea


def late_work(lea, project, days_ago):
    """Handed in yesterday, due `days_ago` by the date that was shown."""
    now = timezone.now()
    submission = world.make_submission(lea, project, "checks_passed", due_at=now - timedelta(days=days_ago))
    Submission.objects.filter(pk=submission.pk).update(submitted_at=now - timedelta(days=1))
    world.make_result(submission)
    recompute_grade(enrollment=lea, project=project)


def test_work_in_time_by_an_extension_stays_in_time_in_an_earlier_cohort(versions, lea, staff):
    project = versions.project(versions.old, "ols")
    Cohort.objects.filter(pk=versions.cohort.pk).update(starts_on=versions.cohort.today() - timedelta(days=9))
    late_work(lea, project, days_ago=3)
    assert Grade.objects.get().is_late
    extend(enrollment=lea, activity=project.activity, days=5, reason="ill", by=staff)
    assert Grade.objects.get().score == 10
    earlier = world.make_cohort(versions.old, started_days_ago=200)
    transfer(enrollment=fresh(lea), to=earlier, by=staff)
    grade = Grade.objects.get()
    assert (grade.score, grade.is_late) == (10, False)
    assert sum(Extension.objects.exclude(days=5).values_list("days", flat=True)) > 180  # in portions
    take_back("transfer", staff)
    assert Extension.objects.get().days == 5
    assert Grade.objects.get().score == 10


def test_late_work_is_in_time_by_the_dates_of_a_later_cohort(versions, lea, later, staff):
    project = versions.project(versions.old, "ols")
    Cohort.objects.filter(pk=versions.cohort.pk).update(starts_on=versions.cohort.today() - timedelta(days=9))
    late_work(lea, project, days_ago=3)
    transfer(enrollment=fresh(lea), to=later, by=staff)
    assert Grade.objects.get().score == 10
    take_back("transfer", staff)
    assert Grade.objects.get().score == 9


def test_a_pause_belongs_to_its_cohort(versions, lea, staff):
    other = world.make_cohort(versions.old)
    Pause.objects.create(enrollment=lea, starts_on=lea.cohort.starts_on, ends_on=lea.cohort.starts_on)
    pause(enrollment=lea, by=staff)
    reading = versions.activity(versions.old, "reading")
    assert "pause" in Timeline.of(lea).dates(reading).due.why()
    transfer(enrollment=lea, to=other, by=staff)
    lea = fresh(lea)
    assert lea.state == "active"
    assert Timeline.of(lea).dates(reading).due.why() == "week 1"
    take_back("transfer", staff)
    lea = fresh(lea)
    assert (lea.state, Pause.objects.filter(past_cohort=None, ends_on=None).count()) == ("paused", 1)


def test_a_claim_goes_back_to_the_queue_where_its_reviewer_has_no_business(versions, lea, later, staff):
    mentor = world.make_mentor()
    world.make_assignment(mentor, lea)
    project = versions.project(versions.old, "prices")
    claim_review(submission=world.make_submission(lea, project, "waiting_for_review"), by=mentor.user)
    transfer(enrollment=fresh(lea), to=later, by=staff)
    assert Submission.objects.get().state == "in_review"
    take_back("transfer", staff)
    transfer(enrollment=fresh(lea), to=later, by=staff, keep_mentor=False)
    assert Submission.objects.get().state == "waiting_for_review"


def test_a_deferral_freezes_the_place_until_the_learner_comes_back(versions, lea, later, staff):
    world.make_assignment(world.make_mentor(), lea)
    project = versions.project(versions.old, "ols")
    graded(lea, project, 6)
    defer(enrollment=lea, by=staff, returns_in=later, reason="military service")
    lea = fresh(lea)
    assert (lea.state, lea.returns_in, lea.cohort.seats_taken) == ("deferred", later, 0)
    assert not MentorAssignment.objects.occupying().exists()
    with pytest.raises(SubmissionRefused, match="deferred"):
        submit_work(project=project, enrollment=lea, files={"a.ipynb": b"{}"}, by=lea.user)
    come_back(enrollment=lea, to=later, by=staff)
    lea = fresh(lea)
    assert (lea.state, lea.cohort, lea.ended_at, lea.returns_in) == ("active", later, None, None)
    assert Grade.objects.get().project == versions.project(versions.new, "ols")
    assert Cohort.objects.get(pk=later.pk).seats_taken == 1
    take_back("come_back", staff)
    lea = fresh(lea)
    assert (lea.state, lea.cohort, lea.returns_in) == ("deferred", versions.cohort, later)
    assert lea.ended_at == newest("come_back").enrollment.ended_at
    take_back("defer", staff)
    lea = fresh(lea)
    assert (lea.state, lea.ended_at, lea.cohort.seats_taken) == ("active", None, 1)
    assert MentorAssignment.objects.current().get().enrollment == lea


def test_who_returns_to_their_own_cohort_needs_a_seat_too(versions, lea, staff):
    defer(enrollment=lea, by=staff)
    come_back(enrollment=lea, to=versions.cohort, by=staff)
    assert (fresh(lea).state, seats()) == ("active", {versions.cohort.name: 1})
    assert not EnrollmentTransfer.objects.exists()


@pytest.mark.parametrize("leave", [withdraw, complete])
def test_who_left_gets_the_place_back_with_the_mentor(versions, lea, staff, leave):
    world.make_assignment(world.make_mentor(), lea)
    leave(enrollment=lea, by=staff)
    assert seats() == {versions.cohort.name: 0}
    undo(change=OfficeChange.objects.get(), by=staff)
    assert (fresh(lea).state, fresh(lea).ended_at, seats()) == ("active", None, {versions.cohort.name: 1})
    assert MentorAssignment.objects.current().count() == 1


def test_a_paused_learner_who_was_withdrawn_is_paused_again(versions, lea, staff):
    ends_on = lea.cohort.today() + timedelta(days=9)
    span = pause(enrollment=lea, by=staff, ends_on=ends_on)
    withdraw(enrollment=lea, by=staff)
    take_back("withdraw", staff)
    span.refresh_from_db()
    assert (fresh(lea).state, span.ends_on) == ("paused", ends_on)


def test_pause_and_resume_are_taken_back_newest_first(versions, lea, staff):
    pause(enrollment=lea, by=staff, ends_on=lea.cohort.today() + timedelta(days=9))
    resume(enrollment=lea, by=staff)
    with pytest.raises(UndoRefused, match="Ended the pause of Lea Learner”"):
        take_back("pause", staff)
    take_back("resume", staff)
    assert fresh(lea).state == "paused"
    take_back("pause", staff)
    assert (fresh(lea).state, Pause.objects.count()) == ("active", 0)


def test_a_withdrawal_that_was_followed_by_an_enrollment_stands(versions, lea, staff):
    withdraw(enrollment=lea, by=staff)
    enroll(cohort=versions.cohort, user=lea.user, by=staff)
    with pytest.raises(UndoRefused, match="active by now"):
        take_back("withdraw", staff)
    assert seats() == {versions.cohort.name: 1}


def test_an_extension_is_taken_back_with_its_effect_on_the_grade(versions, lea, staff):
    project = versions.project(versions.old, "ols")
    Cohort.objects.filter(pk=versions.cohort.pk).update(starts_on=versions.cohort.today() - timedelta(days=9))
    late_work(lea, project, days_ago=3)
    extend(enrollment=lea, activity=project.activity, days=5, reason="ill", by=staff)
    assert Grade.objects.get().score == 10
    take_back("extend", staff)
    assert (Grade.objects.get().score, Extension.objects.count()) == (9, 0)
    assert lea.user.notifications.filter(title__contains="5 more days").exists()


def test_an_assignment_is_taken_back_while_it_stands(versions, lea, staff):
    first, second, third = (world.make_mentor() for _ in range(3))
    for mentor in (first, second):
        assign_mentor(enrollment=lea, mentor=mentor, by=staff)
    take_back("assign_mentor", staff)
    assert MentorAssignment.objects.current().get().mentor == first
    assign_mentor(enrollment=lea, mentor=second, by=staff)
    change = newest("assign_mentor")
    assign_mentor(enrollment=lea, mentor=third, by=staff)
    with pytest.raises(UndoRefused, match="another mentor since"):
        undo(change=change, by=staff)
    assert MentorAssignment.objects.current().get().mentor == third
    assert Enrollment.objects.get().mentor_assignments.count() == 5
