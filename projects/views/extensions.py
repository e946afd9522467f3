"""More days on an activity, for one learner or a group: what moves is shown before it is done."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from courses.actions.extensions import check_extension
from courses.forms import ExtensionForm
from courses.models import EnrollmentTag
from courses.offices import chosen_in, enrollment_in, office_of
from courses.views.cohorts import act_on, sent
from projects.actions.extensions import extend_all
from projects.extending import preview_extension

CHOSEN, EVERYBODY, TAG = "chosen", "all", "tag:"


@require_http_methods(["GET", "POST"])
def enrollment_extend(request, slug, enrollment_id):
    cohort = office_of(request.user, slug)
    enrollment = enrollment_in(cohort, enrollment_id)
    form = ExtensionForm(sent(request), curriculum=cohort.curriculum_id)
    done_at = reverse("enrollment_detail", args=[cohort.slug, enrollment.pk])
    return extending(request, cohort, form, lambda: [enrollment.pk], done_at, enrollment=enrollment, back=done_at)


@require_http_methods(["GET", "POST"])
def cohort_extend(request, slug):
    """For those chosen in the table of learners, all with a tag, or everybody."""
    cohort = office_of(request.user, slug)
    chosen = chosen_in(cohort, request)
    form = ExtensionForm(sent(request), curriculum=cohort.curriculum_id, whom=groups_of(cohort, chosen))
    learners = reverse("cohort_learners", args=[cohort.slug])
    return extending(
        request,
        cohort,
        form,
        lambda: ids_in(cohort, form.cleaned_data["whom"], chosen),
        learners,
        chosen=chosen,
        back=learners,
    )


def extending(request, cohort, form, whom, done_at, **context):
    """Show the form, then what it would move; do it once that was seen and is still so."""
    preview = None
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("activity", "days")}
        facts |= {"cohort": cohort, "enrollments": whom(), "by": request.user}
        change = act_on(form, lambda: do_or_check(facts, form.cleaned_data["reason"], request.POST.get("seen")))
        if change:
            messages.success(request, f"{change}. They are told, and you can undo it until tomorrow.")
            return redirect(done_at)
        preview = preview_extension(**facts)
    context |= {"form": form, "cohort": cohort, "preview": preview}
    return render(request, "projects/cohort_extend.html", context, status=422 if form.errors else 200)


def do_or_check(facts, reason, seen):
    """The change, where it was seen before; else None, and a refusal where it could not be done."""
    if seen:
        return extend_all(**facts, reason=reason, seen=seen)
    return check_extension(facts["activity"], facts["days"])


def groups_of(cohort, chosen):
    """Whom more days can be given: those chosen, everybody with a place, or all with a tag, each with how many."""
    open_ones = cohort.enrollments.open()
    groups = [(CHOSEN, f"Those you ticked ({len(chosen)})")] if chosen else []
    groups.append((EVERYBODY, f"Everybody with a place ({open_ones.count()})"))
    tagged = EnrollmentTag.objects.filter(enrollment__in=open_ones).order_by("name")
    counted = tagged.values_list("name").annotate(Count("pk"))
    return groups + [(TAG + name, f"All with the tag “{name}” ({count})") for name, count in counted]


def ids_in(cohort, group, chosen):
    """The enrollment ids of one of `groups_of`."""
    if group == CHOSEN:
        return [one.pk for one in chosen]
    found = cohort.enrollments.open()
    if group != EVERYBODY:
        found = found.filter(tags__name=group.removeprefix(TAG))
    return list(found.order_by("pk").values_list("pk", flat=True))
