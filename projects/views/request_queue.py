"""The office's queue of what learners ask about their places, and answering one of them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import Cohort, PlaceRequest
from courses.models.place_requests import RequestKind
from courses.views.cohorts import act_on, sent
from lms.lib.ids import id_in
from projects.actions.answering_requests import grant, refuse, what_stands_in_the_way
from projects.models import RegradeRequest
from projects.permissions import can_see_graders
from projects.request_forms import AnswerForm
from projects.request_previews import preview_request

PER_PAGE = 20
ROW = ("enrollment__user", "enrollment__cohort", "activity", "to_cohort", "answered_by")


@require_safe
def request_queue(request):
    """Oldest first; of one kind or cohort only, where that is asked for."""
    if not can_see_graders(request.user):
        raise PermissionDenied
    theirs = PlaceRequest.objects.answered_by_role(request.user)
    open_ones = theirs.open()
    shown = "answered" if request.GET.get("show") == "answered" else "open"
    rows = open_ones if shown == "open" else theirs.exclude(answered_by=None).order_by("-answered_at", "-pk")
    kind, cohort = request.GET.get("kind", ""), id_in(request.GET.get("cohort", ""))
    rows = rows.filter(kind=kind) if kind in RequestKind else rows
    rows = rows.filter(enrollment__cohort=cohort) if cohort else rows
    context = {
        "page": Paginator(rows.select_related(*ROW), PER_PAGE).get_page(request.GET.get("page")),
        "tabs": tabs_of(request.user, open_ones.count(), shown),
        "shown": shown,
        "kind": kind,
        "kinds": RequestKind.choices,
        "cohort": cohort,
        "cohorts": Cohort.objects.filter(pk__in=theirs.order_by().values("enrollment__cohort")),
    }
    return render(request, "projects/request_queue.html", context)


def tabs_of(user, waiting, here):
    """Places, and beside them what is asked about grades."""
    queue = reverse("request_queue")
    grades = RegradeRequest.objects.answered_by_role(user).open().count()
    return [
        {"label": "Open", "url": queue, "active": here == "open", "count": waiting},
        {"label": "Answered", "url": f"{queue}?{urlencode({'show': 'answered'})}", "active": here == "answered"},
        {"label": "Questions about grades", "url": reverse("regrade_request_list"), "active": False, "count": grades},
    ]


@require_http_methods(["GET", "POST"])
def request_answer(request, request_id):
    asked = request_of(request.user, request_id)
    if not asked.is_open and request.method == "GET":
        return render(request, "projects/request_answer.html", {"asked": asked, "form": None})
    problem = what_stands_in_the_way(asked) if asked.is_open else ""
    refuses = "refuse" in request.POST
    form = AnswerForm(sent(request), request=asked, fits=asked.is_open and not problem, refuses=refuses)
    if act_on(form, lambda: answered(request, asked, form)):
        return redirect("request_queue")
    asked = request_of(request.user, request_id)
    given = form.initial | (form.given if form.is_bound and not refuses else {})
    preview = None if problem or not asked.is_open else preview_request(asked, given, request.user)
    context = {"asked": asked, "form": form, "problem": problem, "preview": preview}
    return render(request, "projects/request_answer.html", context, status=422 if form.errors else 200)


def answered(request, asked, form):
    """Whether it was answered; other days than were shown are shown first."""
    words = form.cleaned_data["words"]
    if "refuse" in request.POST:
        refuse(request=asked, words=words, by=request.user)
    elif asked.is_open and preview_request(asked, form.given, request.user).stamp != request.POST.get("seen"):
        return False
    else:
        grant(request=asked, given=form.given, words=words, by=request.user, seen=request.POST.get("seen"))
    messages.success(request, f"Answered. {asked.enrollment.user} is told.")
    return True


def request_of(user, request_id):
    """A request that this person may answer; 404 for everybody else."""
    theirs = PlaceRequest.objects.answered_by_role(user)
    return get_object_or_404(theirs.select_related(*ROW, "enrollment__cohort__program"), pk=request_id)
