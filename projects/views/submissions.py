"""Handing in, and what came of it."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from courses.entries import address_of
from courses.outline import outline_of
from courses.places import FINISHED_EARLY, place_of
from courses.views.activities import find_activity
from lms.lib.errors import DomainError
from lms.lib.markdown import render_untrusted
from projects.actions.grades import DONE
from projects.actions.grading import retry_grading
from projects.actions.halting import is_paused
from projects.actions.leases import IN_CHECKS
from projects.actions.submissions import submit_work
from projects.brief import stage_text
from projects.forms import SubmitForm
from projects.models import Submission
from projects.outcome import note_reading, outcome_of
from projects.permissions import can_manage_grading, can_review
from projects.reviewing.queue import place_in_cohort
from projects.uploads import read_uploads
from projects.views.projects import page_of, project_of
from projects.work_display import show
from projects.work_files import find, list_work

OUR_FAULTS = ("lease_lost", "system_error")
AGAIN = (Submission.State.CHECKS_FAILED, Submission.State.NEEDS_MORE_WORK)
IMAGES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}


@require_http_methods(["GET", "HEAD", "POST"])
def project_submit(request, cohort, slug):
    """Hands in. A refused form stays at this address, so opening it again leads back to the project."""
    place = place_of(request.user, cohort)
    project = project_of(find_activity(place, slug))
    if request.method != "POST":
        return redirect("project_detail", cohort=cohort, slug=slug)
    if place.enrollment is None:
        raise PermissionDenied
    form = SubmitForm(request.POST, request.FILES, project=project)
    submission = handed_in(request, place.enrollment, project, form)
    if submission is None:
        return render(request, "projects/project_detail.html", page_of(place, project, form), status=422)
    return redirect("submission_detail", submission.pk)


def submission_detail(request, submission_id):
    submission = find_submission(request.user, submission_id)
    note_reading(request.user, submission, request.path)
    return render(request, "projects/submission_detail.html", page_of_submission(request, submission))


def submission_status(request, submission_id):
    """Polled while checks wait or run: nothing (204) while nothing changed, the whole story once they are over."""
    submission = find_submission(request.user, submission_id)
    if submission.state in IN_CHECKS:
        status = status_of(submission)
        is_own = submission.enrollment.user_id == request.user.pk
        shows_why = status["box_is_missing"] and not is_own and can_manage_grading(request.user, submission)
        if request.GET.get("seen") == status["seen"]:
            return HttpResponse(status=204)
        return render(request, "projects/_checks_status.html", {"can_manage": shows_why, **status})
    note_reading(request.user, submission, reverse("submission_detail", args=[submission_id]))
    response = render(request, "projects/_submission_story.html", page_of_submission(request, submission))
    response["HX-Retarget"], response["HX-Reswap"] = "#story", "outerHTML"
    return response


def submission_file(request, submission_id, name):
    """A file as it was handed in, to be kept: browsers neither show nor run it in our name."""
    submission = find_submission(request.user, submission_id)
    file = get_object_or_404(submission.files.select_related("stored"), name=name)
    return kept_file(file.stored.open(), file.name)


def kept_file(opened, name):
    response = FileResponse(opened, as_attachment=True, filename=name)
    response["Content-Type"] = IMAGES.get(name.lower().rpartition(".")[2], "application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def submission_retry(request, submission_id):
    submission = find_submission(request.user, submission_id)
    if not can_manage_grading(request.user, submission):
        raise PermissionDenied
    retry_grading(submission=submission, by=request.user)
    return redirect("submission_detail", submission_id)


def handed_in(request, enrollment, project, form):
    """The submission made of a form, or None with the reason on the form, which keeps link and note."""
    if not form.is_valid():
        return None
    given = form.cleaned_data
    try:
        return submit_work(
            project=project,
            enrollment=enrollment,
            files=read_uploads(given.get("files", []), request),
            link=given.get("link", ""),
            note=given["note"],
            by=enrollment.user,
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return None


def find_submission(user, pk):
    submissions = Submission.objects.visible_to(user).select_related(
        "enrollment__user", "enrollment__cohort", "project__activity__module"
    )
    return get_object_or_404(submissions, pk=pk)


def status_of(submission):
    job = submission.jobs.counting().order_by("-requested_at", "-pk").first()
    addresses = [reverse(name, args=[submission.pk]) for name in ("submission_detail", "submission_status")]
    return checking(job, submission.state, *addresses)


def checking(job, state, page_url, status_url):
    """How far checks are, for the page at `page_url`, which asks at `status_url`."""
    place = job.place_in_queue if job else 0
    stage = stage_text(job) if job else ""
    box_is_missing = job is not None and job.failure == "box_unavailable"
    paused = state == Submission.State.CHECKS_QUEUED and is_paused()
    again = job is not None and job.failure in OUR_FAULTS
    seen = f"{state}:{place}:{stage}:{box_is_missing}:{paused}:{again}"
    return {
        "job": job,
        "state": state,
        "page_url": page_url,
        "status_url": status_url,
        "place_in_queue": place,
        "box_is_missing": box_is_missing,
        "is_paused": paused,
        "runs_again": again,
        "stage": stage,
        "seen": seen,
    }


def page_of_submission(request, submission):
    user = request.user
    is_own = submission.enrollment.user_id == user.pk
    outcome = outcome_of(submission)
    waits = submission.state == Submission.State.WAITING_FOR_REVIEW
    files = list_work(submission)
    shown = find(files, request.GET.get("file", ""), request.GET.get("entry", "")) if "file" in request.GET else None
    return {
        "submission": submission,
        "project_url": project_url(user, submission),
        "attempt_name": f"Attempt {submission.number}",
        "again_states": AGAIN,
        "outcome": outcome,
        "place_in_review": place_in_cohort(submission) if is_own and waits and not outcome.newer else None,
        "following": following_of(submission) if is_own and submission.state in DONE else None,
        "is_own": is_own,
        "note_html": mark_safe(render_untrusted(submission.note)),
        "can_manage": not is_own and can_manage_grading(user, submission),
        "can_review": not is_own and submission.project.is_reviewed and can_review(user, submission),
        "files": files,
        "shown": shown,
        "display": show(shown) if shown else None,
        **(status_of(submission) if outcome.in_checks else {}),
    }


def following_of(submission):
    """What comes after a project in its curriculum, as (title, address); None after the last and for who has left."""
    cohort = submission.enrollment.cohort
    outline = outline_of(cohort.curriculum_id)
    here = outline.find(submission.project.slug)
    _, following = outline.around(here) if here else (None, None)
    if following is None or submission.enrollment.state in FINISHED_EARLY:
        return None
    return following.title, address_of(following, cohort.slug)


def project_url(user, submission):
    """The address of the brief; None for a learner who has left the cohort, and where the cohort's version has none."""
    if submission.project.curriculum_id != submission.enrollment.cohort.curriculum_id:
        return None
    if submission.enrollment.user_id == user.pk and submission.enrollment.state in FINISHED_EARLY:
        return None
    return reverse("project_detail", args=[submission.enrollment.cohort.slug, submission.project.slug])
