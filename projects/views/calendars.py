"""The editor of a cohort's calendar: whose dates a change moves is shown first, then it is done."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from courses.calendar_facts import BreakFacts, CalendarFacts
from courses.forms import BreakForm
from courses.offices import office_of
from courses.views.cohorts import act_on, sent
from lms.lib.errors import DomainError
from projects.actions.calendars import change_calendar, check_calendar
from projects.redating import redating_of_cohort


@require_http_methods(["GET", "POST"])
def break_add(request, slug):
    cohort = office_of(request.user, slug)
    form = BreakForm(sent(request))
    return changing(request, cohort, form, lambda now: now.with_break(BreakFacts(**form.cleaned_data)))


@require_http_methods(["GET", "POST"])
def break_change(request, slug, break_id):
    cohort = office_of(request.user, slug)
    span = get_object_or_404(cohort.breaks, pk=break_id)
    form = BreakForm(sent(request), initial=BreakFacts.of(span)._asdict())
    return changing(
        request, cohort, form, lambda now: now.with_break(BreakFacts(**form.cleaned_data), span.pk), span=span
    )


@require_http_methods(["GET", "POST"])
def break_remove(request, slug, break_id):
    cohort = office_of(request.user, slug)
    span = get_object_or_404(cohort.breaks, pk=break_id)
    return changing(request, cohort, forms.Form(sent(request)), lambda now: now.without_break(span.pk), span=span)


@require_http_methods(["GET", "POST"])
def weekends_change(request, slug):
    cohort = office_of(request.user, slug)
    return changing(
        request, cohort, forms.Form(sent(request)), lambda now: now.with_weekends(off=not cohort.weekends_off)
    )


def changing(request, cohort, form, wanted, span=None):
    """Show the form, then what the calendar that `wanted` makes of today's would move; do it once that was seen and is so."""
    now, preview = CalendarFacts.of(cohort), None
    if form.is_valid() or not form.fields:
        facts = {"cohort": cohort, "wanted": wanted(now)}
        change = act_on(form, lambda: do_or_check(now, facts, request))
        if change:
            messages.success(request, f"{change}. Who it concerns is told, and you can undo it until tomorrow.")
            return redirect("cohort_calendar", cohort.slug)
        preview = seen_before(now, facts)
    context = {"form": form, "cohort": cohort, "preview": preview, "span": span}
    name = request.resolver_match.url_name
    return render(request, f"projects/{name}.html", context, status=422 if form.errors else 200)


def do_or_check(now, facts, request):
    """The change, where it was seen before; else None, and a refusal where it could not be done."""
    if "seen" in request.POST:
        return change_calendar(**facts, seen=request.POST["seen"], by=request.user)
    return check_calendar(facts["cohort"], now, facts["wanted"])


def seen_before(now, facts):
    """What it would move; None where it cannot be done."""
    try:
        check_calendar(facts["cohort"], now, facts["wanted"])
    except DomainError:
        return None
    return redating_of_cohort(**facts)
