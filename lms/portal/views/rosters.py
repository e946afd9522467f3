"""Importing the people of a cohort from a list, step by step, each a page of its own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models.rosters import RosterState
from courses.offices import office_of
from courses.views.cohorts import act_on, sent
from lms.lib.table_reading import MAX_BYTES
from lms.portal.roster_forms import RosterColumnsForm, RosterConfirmForm, RosterUploadForm
from lms.portal.roster_pages import RosterPage, report_rows
from lms.portal.views.exports import as_file
from projects.actions.rosters import UNDECIDED, confirm_roster, discard_roster, preview_roster, start_roster
from projects.rosters.preview import sheet_rows

SHOWN_ROWS = 20
LISTED = 20


@require_http_methods(["GET", "POST"])
def roster_list(request, slug):
    """Upload a list, and the lists before it."""
    cohort = office_of(request.user, slug)
    form = RosterUploadForm(sent(request), request.FILES or None)
    if getattr(request, "files_dropped", False):
        form.errors.pop("file", None)
        form.add_error(
            "file", f"This file is larger than {MAX_BYTES // 2**20} MB. Divide it, and send one part at a time."
        )
    roster = act_on(form, lambda: start_from(form.cleaned_data["file"], cohort, request.user))
    if roster:
        return redirect("roster_columns", cohort.slug, roster.pk)
    earlier = cohort.rosters.defer("sheet", "headings", "columns").select_related("uploaded_by", "confirmed_by")
    context = {"cohort": cohort, "form": form, "earlier": earlier[:LISTED], "max_bytes": MAX_BYTES}
    return render(request, "portal/roster_list.html", context, status=422 if form.is_bound else 200)


def start_from(file, cohort, by):
    return start_roster(cohort=cohort, file_name=file.name, data=file.read(), by=by)


@require_http_methods(["GET", "POST"])
def roster_columns(request, slug, roster_id):
    cohort, roster = roster_in(request, slug, roster_id)
    if roster.state not in UNDECIDED:
        return redirect("roster_detail", cohort.slug, roster.pk)
    rows = sheet_rows(roster)
    form = RosterColumnsForm(sent(request), roster=roster, rows=rows[:SHOWN_ROWS])
    if act_on(form, lambda: preview_as(roster, form, request.user)):
        return redirect("roster_detail", cohort.slug, roster.pk)
    context = {"cohort": cohort, "roster": roster, "form": form, "count": len(rows)}
    return render(request, "portal/roster_columns.html", context, status=422 if form.is_bound else 200)


def preview_as(roster, form, by):
    chosen = {name: form.cleaned_data[name] for name in ("mode", "withdraws_absent")}
    preview_roster(roster=roster, columns=form.columns, **chosen, by=by)
    return True


@require_safe
def roster_detail(request, slug, roster_id):
    """The preview, the progress or the report of a list, as far as it has come."""
    cohort, roster = roster_in(request, slug, roster_id)
    if roster.state == RosterState.UPLOADED:
        return redirect("roster_columns", cohort.slug, roster.pk)
    return show_roster(request, cohort, roster)


@require_safe
def roster_status(request, slug, roster_id):
    """Asked while a list is applied: nothing (204) while nothing changed, the page anew when it is over."""
    _, roster = roster_in(request, slug, roster_id)
    if roster.state != RosterState.APPLYING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if request.GET.get("seen") == str(roster.done):
        return HttpResponse(status=204)
    return render(request, "portal/_roster_progress.html", {"cohort": roster.cohort, "roster": roster})


@require_POST
def roster_confirm(request, slug, roster_id):
    cohort, roster = roster_in(request, slug, roster_id)
    form = RosterConfirmForm(sent(request))
    if act_on(form, lambda: confirm_roster(roster=roster, **form.cleaned_data, by=request.user)):
        return redirect("roster_detail", cohort.slug, roster.pk)
    return show_roster(request, cohort, roster, form, status=422)


@require_POST
def roster_discard(request, slug, roster_id):
    cohort, roster = roster_in(request, slug, roster_id)
    discard_roster(roster=roster, by=request.user)
    messages.success(request, f"{roster.file_name} is forgotten. Nothing was changed.")
    return redirect("roster_list", cohort.slug)


@require_safe
def roster_report(request, slug, roster_id):
    """What happened to each row, as CSV or XLSX."""
    cohort, roster = roster_in(request, slug, roster_id)
    return as_file(request, report_rows(roster), f"{cohort.slug}-import-{roster.pk}")


def roster_in(request, slug, roster_id):
    cohort = office_of(request.user, slug)
    roster = get_object_or_404(cohort.rosters.select_related("uploaded_by", "confirmed_by"), pk=roster_id)
    roster.cohort = cohort
    return cohort, roster


def show_roster(request, cohort, roster, form=None, status=200):
    context = {"cohort": cohort, "roster": roster, "table": RosterPage(roster, request.GET), "form": form}
    context["list_url"] = reverse("roster_list", args=[cohort.slug])
    return render(request, "portal/roster_detail.html", context, status=status)
