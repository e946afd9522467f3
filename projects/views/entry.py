"""The entry exercise of one's own application: its brief, handing in, and what the checks found."""

import io
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.entry_work import entry_work_of
from courses.models import EntryAttempt
from courses.outline import text_of
from courses.views.activities import image_of
from courses.views.applications import ENTRY, own, steps_of, tabs_of
from courses.views.cohorts import act_on, sent
from projects.actions.entry import entry_exercise_of, hand_in_entry
from projects.actions.entry_results import after_fault
from projects.actions.grading import retry_entry_grading
from projects.allowance import entry_allowance_of
from projects.brief import checks_of
from projects.forms import EntryForm
from projects.models import GradingJob, GradingResult
from projects.outcome import ShownGroup, groups_of, note_told
from projects.permissions import can_manage_entry
from projects.uploads import read_uploads
from projects.views.projects import download, notebook_of, release_of, rooted
from projects.views.submissions import checking, kept_file
from projects.work_display import show
from projects.work_files import MAX_SHOWN_BYTES


@require_http_methods(["GET", "HEAD", "POST"])
def application_entry(request, application_id):
    """The brief with the form below it; hands in. What was handed in stays readable once the application is no draft."""
    application = own(request.user, application_id)
    project = entry_exercise_of(application)
    if project is None:
        messages.info(request, "This program has no entry exercise.")
        return redirect("application_detail", application.pk)
    files = request.FILES if request.method == "POST" else None
    form = EntryForm(sent(request), files, project=project)
    attempt = act_on(form, lambda: handed_in(request, application, form))
    if attempt:
        return redirect("entry_attempt", application.pk, attempt.number)
    note_told(request.user, request.path)
    context = page_of(application, project, form)
    return render(request, "projects/application_entry.html", context, status=422 if form.is_bound else 200)


@require_safe
def entry_release(request, application_id):
    project = exercise_of(request.user, application_id)
    return download(project.slug, project.grader_versions.first())


@require_safe
def entry_asset(request, application_id, name):
    return image_of(exercise_of(request.user, application_id).activity, name)


@require_safe
def entry_attempt(request, application_id, number):
    """One attempt, for who applies and for the office that reads the application."""
    attempt = find_attempt(request.user, application_id, number)
    context = page_of_attempt(request, attempt)
    file = EntryFile(attempt.file_name, bytes(attempt.content))
    return render(request, "projects/entry_attempt.html", {**context, "file": file, "display": show(file)})


@require_safe
def entry_attempt_status(request, application_id, number):
    """Polled while checks wait or run: nothing (204) while nothing changed, the whole story once they are over."""
    attempt = find_attempt(request.user, application_id, number)
    context = page_of_attempt(request, attempt)
    if context["in_checks"]:
        if request.GET.get("seen") == context["seen"]:
            return HttpResponse(status=204)
        return render(request, "projects/_checks_status.html", context)
    response = render(request, "projects/_entry_story.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#story", "outerHTML"
    return response


@require_safe
def entry_attempt_file(request, application_id, number):
    attempt = find_attempt(request.user, application_id, number)
    return kept_file(io.BytesIO(bytes(attempt.content)), attempt.file_name)


@require_POST
def entry_retry(request, application_id, number):
    attempt = find_attempt(request.user, application_id, number)
    if not can_manage_entry(request.user, attempt):
        raise PermissionDenied
    retry_entry_grading(attempt=attempt, by=request.user)
    return redirect("entry_attempt", application_id, number)


@dataclass(frozen=True)
class EntryFile:
    """The file of an attempt as `show` takes it."""

    path: str
    data: bytes
    entry: str = ""
    is_archive: bool = False

    def read(self, limit=MAX_SHOWN_BYTES):
        return self.data if len(self.data) <= limit else None


@dataclass(frozen=True)
class Found:
    """What the checks of an attempt found, as `_result.html` shows it."""

    result: GradingResult
    groups: list[ShownGroup]


def handed_in(request, application, form):
    files = read_uploads(form.cleaned_data["files"], request)
    return hand_in_entry(application=application, files=files, by=request.user)


def exercise_of(user, application_id):
    project = entry_exercise_of(own(user, application_id))
    if project is None:
        raise Http404("This program has no entry exercise.")
    return project


def find_attempt(user, application_id, number):
    attempts = EntryAttempt.objects.visible_to(user).select_related("application__applicant", "application__cohort")
    attempts = attempts.defer("content")  # polled each second, and a file may be large
    return get_object_or_404(attempts, application=application_id, number=number)


def page_of(application, project, form):
    here = reverse("application_entry", args=[application.pk])
    version = form.version
    release = release_of(version)
    is_draft = application.state == application.State.STARTED
    return {
        "application": application,
        "cohort": application.cohort,
        "intake": application.cohort.intake,
        "project": project,
        "body": rooted(text_of(project.activity.content_id), here),
        "form": form,
        "release": release,
        "notebook": notebook_of(project.slug, release),
        "checks": checks_of(version),
        "entry": entry_work_of(application),
        "is_draft": is_draft,
        "allowance": entry_allowance_of(project=project, version=version, application=application, now=timezone.now()),
        "tabs": tabs_of(application, steps_of(application), ENTRY) if is_draft else [],
    }


def page_of_attempt(request, attempt):
    application = attempt.application
    is_own = application.applicant_id == request.user.pk
    if is_own:
        note_told(request.user, reverse("application_entry", args=[application.pk]))
    place = [application.pk, attempt.number]
    in_checks = attempt.state == EntryAttempt.State.CHECKS_QUEUED
    job = GradingJob.objects.select_related("result", "grader_version").get(entry=attempt)
    runs = in_checks and job.state == GradingJob.State.RUNNING
    state = "checks_running" if runs else attempt.state
    addresses = [reverse(name, args=place) for name in ("entry_attempt", "entry_attempt_status")]
    return {
        "attempt": attempt,
        "application": application,
        "attempt_name": f"Attempt {attempt.number}",
        "is_own": is_own,
        "is_draft": application.state == application.State.STARTED,
        "can_manage": not is_own and can_manage_entry(request.user, attempt),
        "after_fault": after_fault(application) if is_own else "",
        "job": job,
        "in_checks": in_checks,
        "outcome": Found(job.result, groups_of(job.result)) if attempt.score is not None else None,
        **(checking(job, state, *addresses) if in_checks else {"state": state}),
    }
