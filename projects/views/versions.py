"""The versions of a program one runs, what differs between two of them, and moving a cohort from one to another."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from courses.offices import office_of, program_of
from courses.views.cohorts import act_on, sent
from projects.actions.moving import move_cohort
from projects.comparing import comparison_of
from projects.forms import MoveForm
from projects.moving import preview_of


@require_safe
def program_detail(request, program):
    """All versions, the newest first, with the cohorts that learn by each."""
    program = program_of(request.user, program)
    versions = program.curricula.order_by("-published_at", "-pk").annotate(
        activity_count=Count("activities", distinct=True), cohort_count=Count("cohorts", distinct=True)
    )
    return render(request, "projects/program_detail.html", {"program": program, "versions": versions})


@require_safe
def curricula_compare(request, program):
    program = program_of(request.user, program)
    old, new = (get_object_or_404(program.curricula, version=request.GET.get(name, "")) for name in ("old", "new"))
    if old == new:
        return redirect("program_detail", program.slug)
    context = {"program": program, "old": old, "new": new, "comparison": comparison_of(old, new)}
    return render(request, "projects/curricula_compare.html", context)


@require_http_methods(["GET", "POST"])
def cohort_version(request, slug):
    """Choose another version for a cohort, look at what that does, and do it."""
    cohort = office_of(request.user, slug)
    others = cohort.program.curricula.exclude(pk=cohort.curriculum_id)
    form = MoveForm(sent(request), program=cohort.program)
    if act_on(form, lambda: move(cohort, form, request.user)):
        to = form.cleaned_data["to"]
        messages.success(request, f"{cohort} is on version {to.version} now. To undo it, move it back.")
        return redirect("cohort_calendar", cohort.slug)
    asked = request.POST.get("to") or request.GET.get("to", "")
    to = others.filter(version=asked).first()
    context = {"cohort": cohort, "others": others, "form": form, "preview": to and preview_of(cohort, to)}
    return render(request, "projects/cohort_version.html", context, status=409 if form.is_bound else 200)


def move(cohort, form, by):
    move_cohort(cohort=cohort, **form.cleaned_data, by=by)
    return True
