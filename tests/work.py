"""Minimal makers of graders, of what learners hand in, and of what comes of it; tests find them in `tests.world`."""

import itertools
from datetime import timedelta

from django.utils import timezone

from courses.models import EntryAttempt
from projects.models import (
    Criterion,
    Grade,
    GraderVersion,
    GradingJob,
    GradingResult,
    Level,
    RegradeBatch,
    RegradeRequest,
    Rubric,
    StoredFile,
    Submission,
    SubmissionFile,
)

numbers = itertools.count(1)


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


def make_release(project, files=None):
    """What learners download of the project's newest grader version."""
    version = project.grader_versions.first()
    for name, data in (files or {"exercise.ipynb": b"{}"}).items():
        version.files.create(part="release", name=name, stored=StoredFile.objects.keep(data))
    return version


def make_rubric(project, criteria=2):
    rubric = Rubric.objects.create(project=project, pass_percent=60)
    made = Criterion.objects.bulk_create(
        Criterion(rubric=rubric, position=number, slug=f"criterion-{number}", title=f"Criterion {number}")
        for number in range(criteria)
    )
    Level.objects.bulk_create(
        Level(criterion=criterion, position=rank, title=title, points=points)
        for criterion in made
        for rank, (title, points) in enumerate((("Missing", 0), ("Solid", 6), ("Excellent", 10)))
    )
    return rubric


def make_submission(enrollment, project, state="checks_queued", files=None, **fields):
    """A submission as rows: with its grade row and files, without a job."""
    submission = Submission.objects.create(
        enrollment=enrollment,
        project=project,
        number=Submission.objects.filter(enrollment=enrollment, project=project).count() + 1,
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


def make_entry_attempt(application, project, score=None, max_score=10, groups=None, **fields):
    """An attempt at the entry exercise with its job: checked where it has a score, else waiting."""
    state = "checks_queued" if score is None else "checks_passed" if score == max_score else "checks_failed"
    points = {} if score is None else {"score": score, "max_score": max_score}
    number = application.entry_attempts.count() + 1
    facts = {
        "exercise": project.slug,
        "file_name": "stats.py",
        "content": b"x = 1\n",
        "state": state,
        **points,
        **fields,
    }
    attempt = EntryAttempt.objects.create(application=application, number=number, **facts)
    job = GradingJob.objects.create(
        entry=attempt,
        grader_version=project.grader_versions.first(),
        learner=application.applicant,
        queue="grade",
        state="queued" if score is None else "done",
        deadline=timezone.now() + timedelta(days=1),
    )
    if score is not None:
        found = groups if groups is not None else [group("test_1", score, max_score)]
        GradingResult.objects.create(
            job=job, verdict="partial", score=score, max_score=max_score, groups=found, schema_version=1
        )
    return attempt


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
