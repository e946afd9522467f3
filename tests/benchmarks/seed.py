"""A cohort of 200 learners and 40 projects with believable work, made in bulk."""

import random
from datetime import timedelta

from django.utils import timezone

from courses.models import Activity, ActivityProgress, Enrollment
from lms.accounts.models import User
from lms.notifications.models import Notification
from mentors.models import Mentor, MentorAssignment
from projects.models import Grade, GradingJob, GradingResult, Submission
from tests import world

LEARNERS = 200
PROJECTS = 40
MENTORS = 34
READING = "<h2 id='s{n}'>Section {n}</h2><p>{text}</p><pre><code>x = {n}</code></pre>"


def seed():
    """Fill the empty database; returns nothing, the people have known addresses."""
    random.seed(7)
    curriculum = world.make_curriculum(version="bench", weeks=26)
    _activities(curriculum)
    kinds = ["exercise", "exercise", "exercise", "mini-project"]
    projects = [
        world.make_project(curriculum, kinds[n % 4], f"project-{n}", week=n * 26 // PROJECTS + 1, until_day=60)
        for n in range(PROJECTS)
    ]
    cohort = world.make_cohort(curriculum, name="Bench", slug="bench", started_days_ago=80, seats=300)
    world.make_staff(curriculum.program, world.make_user("Ada Admin", "admin@bench.example"))
    people = User.objects.bulk_create(
        [User(email=f"learner{n}@bench.example", name=f"Learner Number {n}", password="!") for n in range(LEARNERS)]
    )
    places = Enrollment.objects.bulk_create([Enrollment(user=one, cohort=cohort) for one in people])
    cohort.seats_taken = LEARNERS
    cohort.save()
    _mentors(places)
    _work(places, projects)
    _progress(places, curriculum)
    Notification.objects.bulk_create(
        Notification(recipient=one, key=f"k{n}", kind="checks_finished", title=f"Checks of project {n}", path="/")
        for one in people
        for n in range(5)
    )


def _activities(curriculum):
    text = "Least squares picks the line whose squared residuals are smallest. " * 12
    body = "".join(READING.format(n=n, text=text) for n in range(8))
    for week in range(1, 27):
        for n in range(3):
            world.make_activity(curriculum, "reading", f"reading-{week}-{n}", week=week, body_html=body)
        world.make_quiz(curriculum, f"quiz-{week}", week=week)


def _mentors(places):
    for n in range(MENTORS):
        user = world.make_user(f"Mentor Number {n}", f"mentor{n}@bench.example")
        mentor = Mentor.objects.create(user=user, capacity=6)
        MentorAssignment.objects.bulk_create(
            MentorAssignment(mentor=mentor, enrollment=place, place=rank + 1, assigned_by=user)
            for rank, place in enumerate(places[n * 6 : n * 6 + 6])
        )


def _work(places, projects):
    """Three of four learners have handed in each project; every eighth mini-project waits for its review."""
    now = timezone.now()
    submissions = []
    for project in projects:
        for place in places:
            if random.random() < 0.75:
                submissions.append(_submission(place, project, now))
    submissions = Submission.objects.bulk_create(submissions, batch_size=2000)
    versions = {version.project_id: version for project in projects for version in project.grader_versions.all()}
    jobs = GradingJob.objects.bulk_create(
        [
            GradingJob(
                submission=one,
                grader_version=versions[one.project_id],
                learner=one.submitted_by,
                queue="grade",
                state="done",
                deadline=now,
                finished_at=now,
            )
            for one in submissions
        ],
        batch_size=2000,
    )
    results = [_result(job) for job in jobs]
    GradingResult.objects.bulk_create(results, batch_size=2000)
    Grade.objects.bulk_create(
        [_grade(one, result) for one, result in zip(submissions, results, strict=True)], batch_size=2000
    )


def _submission(place, project, now):
    state = random.choice(["checks_passed", "checks_passed", "checks_failed"])
    if project.is_reviewed:
        state = random.choice(["waiting_for_review", *["passed"] * 5, "needs_more_work"])
    moment = now - timedelta(hours=random.randint(1, 1500))
    return Submission(
        enrollment=place,
        project=project,
        number=1,
        submitted_by=place.user,
        submitted_at=moment,
        state_changed_at=moment,
        digest="0" * 64,
        state=state,
    )


def _result(job):
    score = 10 if job.submission.state in ("checks_passed", "passed") else 6
    groups = [world.group(f"test_{n}", 2, 2, "Expected 4, got 5.") for n in range(5)]
    return GradingResult(job=job, verdict="partial", score=score, max_score=10, groups=groups, schema_version=1)


def _grade(submission, result):
    released = submission.state != "waiting_for_review"
    return Grade(
        enrollment=submission.enrollment,
        project=submission.project,
        submission=submission if released else None,
        newest=submission,
        state=submission.state,
        checks_points=result.score if released else None,
        checks_max=10,
        rubric_max=submission.project.rubric_max,
        released_at=submission.submitted_at if released else None,
    )


def _progress(places, curriculum):
    activities = list(Activity.objects.filter(curriculum=curriculum))
    ActivityProgress.objects.bulk_create(
        [
            ActivityProgress(enrollment=place, activity=activity)
            for place in places
            for activity in activities
            if random.random() < 0.4
        ],
        batch_size=5000,
    )
