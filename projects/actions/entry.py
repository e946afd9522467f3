"""Handing in the entry exercise of an application."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from courses.actions.admissions.applying import hold_draft
from courses.models import Application, EntryAttempt
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import InvalidInput
from projects.actions.accepting import SubmissionRefused, check_allowance, check_content
from projects.actions.grading import request_entry_grading
from projects.allowance import entry_allowance_of
from projects.models import Project


def entry_exercise_of(application: Application) -> Project | None:
    """The exercise that who applies may hand in, from the curriculum of the cohort; None where it names none."""
    curriculum = application.cohort.curriculum
    if not curriculum.entry_exercise:
        return None
    exercises = Project.objects.filter(curriculum=curriculum, slug=curriculum.entry_exercise)
    return exercises.select_related("activity").first()


def hand_in_entry(*, application: Application, files: Mapping[str, bytes], by: User) -> EntryAttempt:
    """Take one attempt at the entry exercise, and its grading job with it, while the application is a draft.

    Raises `InvalidInput` for work that cannot be taken, `SubmissionRefused` or `AdmissionRefused` when it is not the time
    for it; nothing is kept then.
    """
    now = timezone.now()
    project = entry_exercise_of(application)
    version = project.grader_versions.first() if project else None
    if project is None or version is None:
        raise SubmissionRefused("This program has no entry exercise now; nothing was handed in.")
    check_content(project, version, files, link="")
    if len(files) > 1:
        raise InvalidInput("Choose one file only; nothing was handed in.")
    [(name, data)] = files.items()
    with transaction.atomic():
        hold_draft(application)
        allowance = entry_allowance_of(project=project, version=version, application=application, now=now)
        check_allowance(allowance, application.entry_attempts.all(), application.applicant, now)
        last = application.entry_attempts.defer("content").first()
        if last and last.state == EntryAttempt.State.CHECKS_QUEUED:
            raise SubmissionRefused(
                f"Attempt {last.number} is being checked. Wait for its result, then hand in again. Nothing was handed in."
            )
        attempt = EntryAttempt.objects.create(
            application=application,
            exercise=project.slug,
            number=last.number + 1 if last else 1,
            submitted_at=now,
            file_name=name,
            content=data,
        )
        request_entry_grading(attempt=attempt, grader_version=version)
        audit.record("application_entry", by=by, target=application, after={"attempt": attempt.number})
    return attempt
