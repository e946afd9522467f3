"""Graders of the programs and cohorts one runs: their versions, and regrading from one to another."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from courses.views.cohorts import act_on, sent
from projects.actions.regrading import apply_regrade, discard_regrade, start_regrade
from projects.forms import RegradeApplyForm, RegradeStartForm
from projects.models import RegradeBatch
from projects.permissions import can_see_graders
from projects.regrade_pages import BatchPage, listed, projects_run_by, scopes_of, shown_run, versions_of

PER_PAGE = 50
FROM_VERSION = "from_version__project__curriculum"


@require_safe
def grader_list(request):
    if not can_see_graders(request.user):
        raise PermissionDenied
    page = Paginator(projects_run_by(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "projects/grader_list.html", {"page": page, "rows": listed(list(page), request.user)})


@require_safe
def grader_detail(request, project_id):
    project = get_object_or_404(projects_run_by(request.user), pk=project_id)
    return show_graders(request, project, start_form(request, project))


@require_POST
def regrade_start(request, project_id):
    project = get_object_or_404(projects_run_by(request.user), pk=project_id)
    form = start_form(request, project)
    batch = act_on(form, lambda: start_regrade(project=project, **form.chosen(), by=request.user))
    if batch:
        return redirect("regrade_batch", batch.pk)
    return show_graders(request, project, form, status=422)


@require_safe
def regrade_batch(request, batch_id):
    return show_batch(request, batch_of(request, batch_id))


@require_safe
def regrade_status(request, batch_id):
    """Asked while it runs or is applied: nothing (204) while nothing changed, the page anew when it is over."""
    page = BatchPage(batch_of(request, batch_id), request.GET)
    if not page.is_running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = progress_of(page)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "projects/_regrade_progress.html", context)


@require_POST
def regrade_apply(request, batch_id):
    batch = batch_of(request, batch_id)
    form = RegradeApplyForm(sent(request))
    if act_on(form, lambda: apply_regrade(batch=batch, **form.cleaned_data, by=request.user)):
        return redirect("regrade_batch", batch.pk)
    return show_batch(request, batch_of(request, batch_id), form, status=422)


@require_POST
def regrade_discard(request, batch_id):
    batch = batch_of(request, batch_id)
    discard_regrade(batch=batch, by=request.user)
    messages.success(request, "Discarded: no grade was changed.")
    return redirect("grader_detail", batch.project_id)


def start_form(request, project):
    versions, scopes = versions_of(project, request.user), scopes_of(request.user, project)
    return RegradeStartForm(sent(request), versions=versions, scopes=scopes)


def batch_of(request, batch_id):
    batches = RegradeBatch.objects.visible_to(request.user).select_related(
        "project__activity", "cohort", FROM_VERSION, "to_version", "started_by", "decided_by"
    )
    return get_object_or_404(batches, pk=batch_id)


def show_graders(request, project, form, status=200):
    batches = project.regrades.select_related("cohort", FROM_VERSION, "to_version", "started_by", "decided_by")
    visible, open_batches = batches.visible_to(request.user), list(batches.open())
    own = set(visible.open().values_list("pk", flat=True))
    context = {
        "project": project,
        "versions": form.versions,
        "form": form,
        "open_regrades": [one for one in open_batches if one.pk in own],
        "others_regrades": [one for one in open_batches if one.pk not in own],
        "can_start": form.has_free_scope(open_batches),
        "regrades": visible[:20],
    }
    return render(request, "projects/grader_detail.html", context, status=status)


def show_batch(request, batch, form=None, status=200):
    page = BatchPage(batch, request.GET)
    paginated = page.page
    context = {
        "form": form or RegradeApplyForm(),
        "paginated": paginated,
        "runs": [shown_run(run) for run in paginated],
        **progress_of(page),
    }
    return render(request, "projects/regrade_batch.html", context, status=status)


def progress_of(page):
    progress = page.progress() if page.is_running else {"done": page.total, "total": page.total}
    return {
        "batch": page.batch,
        "table": page,
        "progress": progress,
        "held_up": page.held_up() if page.is_running else "",
        "seen": f"{page.batch.state}:{progress['done']}",
    }
