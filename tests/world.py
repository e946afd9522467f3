"""Minimal makers of rows for tests; each makes one thing, and what it cannot be without."""

import itertools
from datetime import timedelta

from django.utils import timezone

from courses import outline
from courses.models import (
    Activity,
    ActivityImage,
    Break,
    Cohort,
    CohortInvitation,
    CohortStaff,
    Curriculum,
    Enrollment,
    Module,
    Program,
    ProgramStaff,
    Question,
    Quiz,
)
from lms.accounts.models import Invitation, User
from lms.notifications.models import Delivery, Notification
from mentors.models import Mentor, MentorAssignment
from projects.models import (
    Criterion,
    Grade,
    GraderVersion,
    GradingJob,
    GradingResult,
    Level,
    Project,
    RegradeBatch,
    RegradeRequest,
    Rubric,
    StoredFile,
    Submission,
    SubmissionFile,
)

PASSWORD = "a-long-enough-password"
numbers = itertools.count(1)


def make_user(name="Person", email=None, **fields):
    email = email or f"person{next(numbers)}@example.org"
    user = User.objects.create_user(email, PASSWORD, name=name, **fields)
    user.emailaddress_set.create(email=email, verified=True, primary=True)
    return user


def make_curriculum(version=None, weeks=4):
    program, _ = Program.objects.get_or_create(slug="ml", defaults={"title": "ML Engineering & AI"})
    curriculum = Curriculum.objects.create(
        program=program,
        version=version or f"v{next(numbers)}",
        digest=f"{next(numbers):064d}",
        weeks=weeks,
        hours_per_week=15,
        areas={"modelling": "Modelling", "production": "Production engineering"},
    )
    for week in range(1, weeks + 1):
        Module.objects.create(curriculum=curriculum, week=week, slug=f"week-{week}", title=f"Week {week} title")
    return curriculum


def make_activity(curriculum, kind="reading", slug=None, week=1, due_day=6, until_day=20, **fields):
    slug = slug or f"{kind}-{next(numbers)}"
    outline.forget()
    module = curriculum.modules.get(week=week)
    start = (week - 1) * 7
    return Activity.objects.create(
        curriculum=curriculum,
        module=module,
        position=module.activities.count(),
        slug=slug,
        kind=kind,
        title=fields.pop("title", slug.replace("-", " ").capitalize()),
        minutes=45,
        area="modelling",
        available_offset=start,
        due_offset=None if due_day is None else start + due_day,
        until_offset=None if until_day is None or due_day is None else start + until_day,
        body_html=fields.pop("body_html", "<h2>A heading</h2><p>Some text.</p>"),
        **fields,
    )


def make_quiz(curriculum, slug="quiz", **fields):
    activity = make_activity(curriculum, "quiz", slug, **fields)
    quiz = Quiz.objects.create(activity=activity, pass_percent=50)
    options = [
        {"text_html": "<p>Right</p>", "correct": True, "feedback_html": "<p>Yes.</p>"},
        {"text_html": "<p>Wrong</p>", "correct": False, "feedback_html": "<p>No.</p>"},
    ]
    Question.objects.create(
        quiz=quiz, position=0, slug="q1", kind="single", prompt_html="<p>Which?</p>", points=1, options=options
    )
    Question.objects.create(
        quiz=quiz, position=1, slug="q2", kind="numeric", prompt_html="<p>How many?</p>", points=1, accepted=["0.25"]
    )
    return quiz


def make_project(curriculum, kind="exercise", slug=None, week=1, **fields):
    activity_fields = {key: fields.pop(key) for key in ("due_day", "until_day", "title") if key in fields}
    activity = make_activity(curriculum, kind, slug, week, **activity_fields)
    reviewed = kind != "exercise"
    project = Project.objects.create(
        activity=activity,
        curriculum=curriculum,
        slug=activity.slug,
        kind=kind,
        title=activity.title,
        checks_max=2 if reviewed else 10,
        rubric_max=20 if reviewed else 0,
        accepts_link="optional" if reviewed else "none",
        **fields,
    )
    make_grader_version(project)
    if reviewed:
        make_rubric(project)
    return project


def make_grader_version(project):
    """A version without files: its checks are never run by tests that use it."""
    kind = "notebook" if project.kind == "exercise" else "archive"
    return GraderVersion.objects.create(
        project=project,
        number=project.grader_versions.count() + 1,
        kind=kind,
        digest=f"{next(numbers):064d}",
        max_score=project.checks_max,
    )


def make_notebook_checks(project, notebook):
    """Let the project's newest grader version check uploads against this instructor notebook."""
    version = project.grader_versions.first()
    version.files.create(part="bundle", name="source.ipynb", stored=StoredFile.objects.keep(notebook))
    return version


PNG = b"\x89PNG\r\n\x1a\n"


def make_image(activity, name="figure.png", content_type="image/png", data=PNG):
    return ActivityImage.objects.create(activity=activity, name=name, content_type=content_type, data=data)


def make_release(project, files=None):
    """What learners download of the project's newest grader version."""
    version = project.grader_versions.first()
    for name, data in (files or {"exercise.ipynb": b"{}"}).items():
        version.files.create(part="release", name=name, stored=StoredFile.objects.keep(data))
    return version


def make_rubric(project, criteria=2):
    rubric = Rubric.objects.create(project=project, pass_percent=60)
    for position in range(criteria):
        criterion = Criterion.objects.create(
            rubric=rubric, position=position, slug=f"criterion-{position}", title=f"Criterion {position}"
        )
        for rank, (title, points) in enumerate((("Missing", 0), ("Solid", 6), ("Excellent", 10))):
            Level.objects.create(criterion=criterion, position=rank, title=title, points=points)
    return rubric


def make_cohort(curriculum, name=None, started_days_ago=3, seats=30, **fields):
    name = name or f"Cohort {next(numbers)}"
    return Cohort.objects.create(
        program=curriculum.program,
        curriculum=curriculum,
        name=name,
        slug=fields.pop("slug", name.lower().replace(" ", "-")),
        starts_on=fields.pop("starts_on", timezone.localdate() - timedelta(days=started_days_ago)),
        time_zone=fields.pop("time_zone", "Europe/Lisbon"),
        seats=seats,
        **fields,
    )


def make_enrollment(cohort, user=None, **fields):
    enrollment = Enrollment.objects.create(cohort=cohort, user=user or make_user("Learner"), **fields)
    cohort.seats_taken += 1
    cohort.save(update_fields=["seats_taken"])
    return enrollment


def make_mentor(user=None, capacity=6):
    return Mentor.objects.create(user=user or make_user("Mentor"), capacity=capacity)


def make_assignment(mentor, enrollment, by=None):
    place = mentor.assignments.filter(ended_at=None).count() + 1
    return MentorAssignment.objects.create(
        mentor=mentor, enrollment=enrollment, place=place, assigned_by=by or mentor.user
    )


def make_staff(program, user=None):
    return ProgramStaff.objects.create(program=program, user=user or make_user("Admin")).user


def make_cohort_staff(cohort, user=None):
    return CohortStaff.objects.create(cohort=cohort, user=user or make_user("Office")).user


def make_submission(enrollment, project, state="checks_queued", files=None, **fields):
    """A submission as rows: with its grade row and files, without a job."""
    submission = Submission.objects.create(
        enrollment=enrollment,
        project=project,
        number=Submission.objects.filter(enrollment=enrollment, project=project).next_number(),
        submitted_by=enrollment.user,
        digest=f"{next(numbers):064d}",
        state=state,
        **fields,
    )
    for name, data in (files or {}).items():
        SubmissionFile.objects.create(submission=submission, name=name, stored=StoredFile.objects.keep(data))
    make_grade(submission)
    return submission


def make_grade(submission):
    """The grade row of whoever handed this in, without points; it points to this attempt."""
    project = submission.project
    newest = {"newest": submission, "state": submission.state}
    maxima = {"checks_max": project.checks_max, "rubric_max": project.rubric_max}
    place = {"enrollment": submission.enrollment, "project": project}
    return Grade.objects.update_or_create(**place, defaults=newest, create_defaults={**newest, **maxima})[0]


def make_job(submission, state="queued", **fields):
    return GradingJob.objects.create(
        submission=submission,
        grader_version=submission.project.grader_versions.first(),
        learner=submission.enrollment.user,
        queue="grade",
        state=state,
        deadline=timezone.now() + timedelta(days=1),
        **fields,
    )


def make_result(submission, score=10, max_score=10, groups=None, notices=()):
    now = timezone.now()
    job = make_job(submission, state="done", started_at=now, finished_at=now)
    return GradingResult.objects.create(
        job=job,
        verdict="passed" if score == max_score else "partial",
        score=score,
        max_score=max_score,
        groups=groups if groups is not None else [group("test_1", score, max_score)],
        notices=list(notices),
        schema_version=1,
    )


def group(name, score, max_score, message="", visibility="visible"):
    verdict = "passed" if score == max_score else "failed"
    return {
        "id": name,
        "title": name.replace("_", " ").capitalize(),
        "score": str(score),
        "max_score": str(max_score),
        "verdict": verdict,
        "message": message,
        "visibility": visibility,
        "lifted": True,
    }


def make_regrade_request(submission, **fields):
    """An open question about the first criterion of a reviewed submission."""
    criterion = Criterion.objects.filter(rubric__project=submission.project_id).first()
    return RegradeRequest.objects.create(
        submission=submission, criterion=criterion, about=criterion.title, why="I did it.", **fields
    )


def make_regrade(project, by, **fields):
    """A batch of the project from its newest grader version to a new one, without submissions."""
    old = project.grader_versions.first()
    return RegradeBatch.objects.create(
        project=project, from_version=old, to_version=make_grader_version(project), started_by=by, **fields
    )


def make_break(cohort, days_from_now=30, length=7, label="spring break"):
    starts_on = timezone.localdate() + timedelta(days=days_from_now)
    return Break.objects.create(
        cohort=cohort, starts_on=starts_on, ends_on=starts_on + timedelta(days=length - 1), label=label
    )


def make_invitation(cohort, email="new@example.org", by=None, **fields):
    """An open invitation to a place in the cohort, as rows: nothing is sent."""
    fields.setdefault("expires_at", timezone.now() + timedelta(days=14))
    invitation = Invitation.objects.create(
        email=email, offer="a place", invited_by=by or make_user("Inviter"), **fields
    )
    return CohortInvitation.objects.create(invitation=invitation, cohort=cohort)


def make_notification(user, path="/grades/", **fields):
    fields.setdefault("key", f"key-{next(numbers)}")
    return Notification.objects.create(
        recipient=user, kind="enrolled", title=fields.pop("title", "Something happened"), path=path, **fields
    )


def make_delivery(notification, **fields):
    return Delivery.objects.create(notification=notification, channel="email", **fields)
