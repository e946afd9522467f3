"""Asking for a regrade, and answering: keep the grade, reopen the review, or run the checks again."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from courses.actions.holding import lock_work_of
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError, InvalidInput
from lms.lib.ids import id_in
from lms.notifications.actions import notify
from lms.notifications.models import Kind
from mentors.models import MentorAssignment
from projects.actions.grading import request_grading
from projects.actions.reviews import reopen_review
from projects.actions.states import staff_of
from projects.brief import title_of
from projects.models import Criterion, Grade, GradeChange, GradingResult, RegradeRequest, Review, Submission
from projects.models.regrade_requests import MAX_WHY, RequestState, ask_until
from projects.models.reviews import judged_by

ENDS = {
    RequestState.KEPT: "The grade stays.",
    RequestState.REOPENED: "Your work is reviewed once more; until then the grade stays.",
    RequestState.RERUN: "The checks run again with the newest grader; what they find counts.",
}


class RequestRefused(DomainError):
    code = "regrade_request_refused"


def told_at(submission: Submission) -> datetime | None:
    """When the newest part of a released grade that this attempt makes was told; None while it makes none. Three queries."""
    grade = Grade.objects.filter(submission=submission, released_at__isnull=False).first()
    if grade is None or grade.released_at is None:
        return None
    result = GradingResult.objects.standing().filter(job__submission=submission).first()
    review = Review.objects.finished().filter(submission=submission).first()
    parts = [result.created_at if result else None, review.finished_at if review else None]
    return max(part for part in (grade.released_at, *parts) if part)


@transaction.atomic
def ask_for_regrade(*, submission: Submission, about: str, why: str, by: User) -> RegradeRequest:
    """Ask about one criterion (`criterion:ID`) or group of checks (`group:ID`) of a released grade.

    Raises `InvalidInput` for what is not part of it or gives no reason, `RequestRefused` when nothing is released, the
    days for it are over, a question about the grade is open already, or this one was answered and the grade has not
    changed since.
    """
    why = why.strip()
    if not why or len(why) > MAX_WHY:
        raise InvalidInput(f"Write what you think is wrong, in at most {MAX_WHY} characters; nothing was sent.")
    lock_work_of(submission.enrollment_id)
    told = told_at(submission)
    if told is None:
        raise RequestRefused("This attempt makes no released grade, so there is nothing to ask about.")
    if timezone.now() > ask_until(told):
        raise RequestRefused("The days in which a regrade can be asked for are over; talk to your mentor.")
    criterion, group, title = _named(submission, about)
    _check_asked_before(submission, criterion, group)
    request = RegradeRequest.objects.create(
        submission=submission, criterion=criterion, group=group, about=title[:200], why=why
    )
    audit.record("ask_for_regrade", by=by, target=submission, after={"about": title}, reason=why)
    for person in _who_answers(request):
        notify(
            recipient=person,
            key=f"regrade-asked:{request.pk}",
            kind=Kind.REGRADE_ASKED,
            title=f"{by} asks about the grade of {submission.project}: {title}",
            path=reverse("regrade_request", args=[request.pk]),
        )
    return request


@transaction.atomic
def answer_regrade_request(*, request: RegradeRequest, state: str, answer: str, by: User) -> None:
    """Answer with `kept`, `reopened` or `rerun`, and why; one answer also when two people answer at once."""
    if state not in ENDS:
        raise InvalidInput("Choose what happens with the grade; nothing was sent.")
    if not answer.strip() or len(answer) > MAX_WHY:
        raise InvalidInput(f"Write why, in at most {MAX_WHY} characters: the learner reads it. Nothing was sent.")
    submission = request.submission
    lock_work_of(submission.enrollment_id)
    waiting = RegradeRequest.objects.open().filter(pk=request.pk)
    given = {"answer": answer.strip(), "answered_by": by, "answered_at": timezone.now()}
    if not waiting.update(state=state, **given):
        request.refresh_from_db()
        raise RequestRefused(f"{request.answered_by} has answered this already; nothing was sent.")
    if state == RequestState.REOPENED:
        reopen_review(submission=submission, reason=answer, by=by)
    elif state == RequestState.RERUN:
        _rerun(submission)
    audit.record("answer_regrade_request", by=by, target=submission, after={"answer": state}, reason=answer)
    notify(
        recipient=submission.enrollment.user,
        key=f"regrade-answered:{request.pk}",
        kind=Kind.REGRADE_ANSWERED,
        title=f"{by} has answered your question about {submission.project}",
        body=f"{ENDS[RequestState(state)]} {answer.strip()}",
        path=reverse("submission_detail", args=[submission.pk]),
    )


def _check_asked_before(submission: Submission, criterion: Criterion | None, group: str) -> None:
    enrollment, project = submission.enrollment_id, submission.project_id
    asked = RegradeRequest.objects.filter(submission__enrollment=enrollment, submission__project=project)
    if asked.open().exists():
        raise RequestRefused("You have asked about this grade already; wait for the answer.")
    last = asked.filter(criterion=criterion, group=group).order_by("-answered_at").first()
    if last is None:
        return
    changes = GradeChange.objects.filter(grade__enrollment=enrollment, grade__project=project)
    if not changes.filter(at__gt=last.answered_at).exclude(old_score=F("new_score")).exists():
        raise RequestRefused(
            "This was answered, and your grade has not changed since. Nothing was sent; talk to your mentor about the answer."
        )


def _rerun(submission: Submission) -> None:
    version = submission.project.grader_versions.first()
    if version is None:
        raise RequestRefused("Nothing of this project is checked by machine; nothing was sent.")
    try:
        with transaction.atomic():
            request_grading(submission=submission, grader_version=version)
    except IntegrityError as error:
        raise RequestRefused("The checks of this attempt run already; nothing was sent.") from error


def _named(submission: Submission, about: str) -> tuple[Criterion | None, str, str]:
    """The criterion or group that `about` names, with its title; only what is part of this attempt's grade."""
    kind, _, name = about.partition(":")
    chosen = id_in(name) if kind == "criterion" else None
    if chosen is not None:
        criterion = judged_by(submission).filter(pk=chosen).first()
        if criterion:
            return criterion, "", criterion.title
    results = GradingResult.objects.standing().select_related("job__grader_version")
    result = results.filter(job__submission=submission).first() if kind == "group" else None
    groups = {one["id"]: one["title"] for one in result.groups} if result else {}
    if result and name in groups:
        return None, name, title_of(name, result.job.grader_version, groups[name])
    raise InvalidInput("Choose what you ask about; nothing was sent.")


def _who_answers(request: RegradeRequest) -> list[User]:
    """The learner's mentor for a criterion, if there is one; else the staff of the cohort."""
    enrollment = request.submission.enrollment
    if request.criterion_id:
        current = (
            MentorAssignment.objects.current().filter(enrollment=enrollment).select_related("mentor__user").first()
        )
        if current:
            return [current.mentor.user]
    return staff_of(enrollment.cohort)
