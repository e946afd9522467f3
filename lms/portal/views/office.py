"""The cohort office and the grading office: pages made of what all apps know."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from courses.actions.tags import tags_in
from courses.forms import BreakForm, InvitationForm
from courses.office_tabs import office_tabs
from courses.offices import enrollment_in, office_of
from courses.progress import progress_of
from courses.schedule import offset_of
from courses.timeline import Timeline
from lms.notifications.actions import resend_delivery
from lms.portal import learner_place, office
from lms.portal.grading_facts import cause_of, grading_state
from lms.portal.grading_office import (
    deliveries_of,
    failed_deliveries,
    failed_drafts,
    failed_entries,
    failed_work,
    jobs_of,
)
from lms.portal.roles import roles_of
from mentors.forms import MentorForm
from mentors.models import MentorAssignment
from projects.models import Grade

PER_PAGE = 50
SHOWN = 5


@require_safe
def cohort_detail(request, slug):
    cohort = office_of(request.user, slug)
    context = {
        "cohort": cohort,
        "now": office.overview_of(cohort),
        "changes": office.undoable_in(cohort),
        "tabs": office_tabs(cohort, "cohort_detail"),
    }
    return render(request, "portal/cohort_detail.html", context)


@require_safe
def cohort_learners(request, slug):
    cohort = office_of(request.user, slug)
    show, search = request.GET.get("show", "open"), request.GET.get("q", "").strip()[:100]
    tag = request.GET.get("tag", "")
    found = office.learners_in(cohort, show=show, search=search, tag=tag)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "page": page,
        "rows": office.rows_of(list(page)),
        "show": show,
        "search": search,
        "tag": tag,
        "tags": tags_in(cohort),
        "tabs": office_tabs(cohort, "cohort_learners"),
        "gone": learner_place.gone_from(cohort, request.user, search) if show != "open" and not tag else [],
        "invited": learner_place.invited_to(cohort, search) if show != "left" and not tag else [],
    }
    return render(request, "portal/cohort_learners.html", context)


@require_safe
def cohort_people(request, slug):
    cohort = office_of(request.user, slug)
    invitations = cohort.invitations.select_related("invitation__delivery").order_by("-pk")
    context = {
        "cohort": cohort,
        "page": Paginator(invitations, PER_PAGE).get_page(request.GET.get("page")),
        "mentors": office.mentors_to_choose(),
        "to_offer": cohort.seats_to_offer,
        "invitation_form": InvitationForm(),
        "mentor_form": MentorForm(auto_id="mentor_%s"),
        "tabs": office_tabs(cohort, "cohort_people"),
    }
    return render(request, "portal/cohort_people.html", context)


@require_safe
def cohort_calendar(request, slug):
    cohort = office_of(request.user, slug)
    timeline = Timeline.of_cohort(cohort)
    modules = cohort.curriculum.modules.defer("summary", "hours", "topics")
    weeks = [{"module": module, "day": timeline.calendar.day(offset_of(week=module.week, day=0))} for module in modules]
    context = {
        "cohort": cohort,
        "weeks": weeks,
        "week": timeline.week(),
        "break_form": BreakForm(),
        "changes": cohort.office_changes.undoable().filter(kind="change_calendar").select_related("done_by")[:SHOWN],
        "tabs": office_tabs(cohort, "cohort_calendar"),
    }
    return render(request, "portal/cohort_calendar.html", context)


@require_safe
def enrollment_detail(request, slug, enrollment_id):
    cohort = office_of(request.user, slug)
    enrollment = enrollment_in(cohort, enrollment_id)
    current = MentorAssignment.objects.current().filter(enrollment=enrollment).select_related("mentor__user").first()
    extensions = enrollment.extensions.select_related("activity", "granted_by").order_by("-granted_at")
    grades = Grade.objects.filter(enrollment=enrollment).select_related(
        "project__activity__module", "newest", "submission"
    )
    context = {
        "cohort": cohort,
        "enrollment": enrollment,
        "requests": enrollment.requests.select_related("activity", "to_cohort").order_by("-asked_at")[:PER_PAGE],
        "learner_tags": list(enrollment.tags.all()),
        "progress": progress_of(enrollment),
        "last_active": office.last_active_of_all([enrollment]).get(enrollment.pk),
        "assignment": current,
        "mentors": office.mentors_to_choose(),
        "extensions": extensions[:PER_PAGE],
        "pauses": enrollment.pauses.select_related("past_cohort").order_by("-starts_on")[:PER_PAGE],
        "more_time": enrollment.accommodations.select_related("granted_by")[:PER_PAGE],
        "grades": grades.order_by("project__activity__module__week", "project__activity__position", "pk")[:100],
        "history": learner_place.history_of(enrollment),
        "standing": learner_place.standing_of(enrollment),
        "place_actions": learner_place.actions_on(enrollment),
        "changes": learner_place.undoable_of(enrollment),
    }
    return render(request, "portal/enrollment_detail.html", context)


@require_safe
def grading_office(request):
    if not roles_of(request.user).staff:
        raise PermissionDenied
    page = Paginator(failed_work(request.user), PER_PAGE).get_page(request.GET.get("page"))
    for work in page:
        work.cause = cause_of(work.failure or "")
    entries = failed_entries(request.user)
    for attempt in entries:
        attempt.cause = cause_of(attempt.job.failure)
    context = {
        "now": grading_state(jobs_of(request.user)),
        "page": page,
        "entries": entries,
        "failed_drafts": failed_drafts(request.user),
        "failed_count": page.paginator.count + len(entries),
        "unsent": failed_deliveries(request.user),
    }
    return render(request, "portal/grading_office.html", context)


@require_POST
def delivery_resend(request, delivery_id):
    if not roles_of(request.user).staff:
        raise PermissionDenied
    delivery = get_object_or_404(deliveries_of(request.user), pk=delivery_id)
    resend_delivery(delivery=delivery, by=request.user)
    messages.success(request, "It is being sent again. If it fails once more, it stands here again.")
    return redirect("grading_office")
