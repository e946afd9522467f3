"""A learner's requests to the office: what became of them, asking, and taking back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Enrollment
from courses.models.place_requests import RequestKind
from courses.views.cohorts import act_on, answer, sent
from projects.actions.answering_requests import GRANTS
from projects.actions.place_requests import ask, take_back
from projects.request_forms import AskForm

PER_PAGE = 20
ABOUT = {
    RequestKind.EXTENSION: (
        "calendar-plus",
        "Ask for more days",
        "On one activity: its due date and cut-off move for you.",
    ),
    RequestKind.PAUSE: (
        "pause",
        "Ask for a pause",
        "Your clock stands still for up to three weeks, and every later date moves.",
    ),
    RequestKind.TRANSFER: (
        "arrow-right",
        "Ask to change the cohort",
        "You go on in a later cohort; everything you did comes along.",
    ),
    RequestKind.DEFERRAL: (
        "calendar-clock",
        "Ask to come back later",
        "You stop now, keep everything you did, and return in a later cohort.",
    ),
}


@require_safe
def place_requests(request, cohort):
    enrollment = own_place(request.user, cohort)
    asked = enrollment.requests.select_related("activity", "to_cohort", "answered_by").order_by("-asked_at", "-pk")
    page = Paginator(asked, PER_PAGE).get_page(request.GET.get("page"))
    waiting = {one.kind for one in enrollment.requests.open()}
    kinds = [(kind, *ABOUT[kind], kind in waiting) for kind in RequestKind if kind in GRANTS]
    context = {"enrollment": enrollment, "cohort": enrollment.cohort, "page": page, "kinds": kinds}
    return render(request, "projects/place_request_list.html", context)


@require_http_methods(["GET", "POST"])
def place_request_ask(request, cohort, kind):
    enrollment = own_place(request.user, cohort)
    if kind not in GRANTS:
        raise Http404
    initial = {"activity": asked_about(enrollment, request.GET.get("activity", ""))}
    form = AskForm(sent(request), kind=kind, enrollment=enrollment, initial=initial)

    def act():
        why = form.cleaned_data["why"]
        return ask(enrollment=enrollment, kind=kind, why=why, by=request.user, **form.wish)

    if act_on(form, act):
        messages.success(request, "Sent to the office. You are told when it is answered; until then nothing changes.")
        return redirect("place_requests", enrollment.cohort.slug)
    context = {"cohort": enrollment.cohort, "title": ABOUT[kind][1], "about": ABOUT[kind][2]}
    return answer(request, "projects/place_request_ask.html", form, **context)


@require_POST
def place_request_take_back(request, cohort, request_id):
    enrollment = own_place(request.user, cohort)
    asked = get_object_or_404(enrollment.requests.select_related("activity", "to_cohort"), pk=request_id)
    take_back(request=asked, by=request.user)
    messages.success(request, f"Taken back: {asked.wish}.")
    return redirect("place_requests", enrollment.cohort.slug)


def own_place(user, cohort):
    """The learner's own place in the cohort with this address; 404 for everybody else."""
    places = Enrollment.objects.filter(user=user).select_related("cohort__program", "user")
    return get_object_or_404(places, cohort__slug=cohort)


def asked_about(enrollment, slug):
    """The id of the activity that a link leads here from, if it can be asked about."""
    activities = enrollment.cohort.curriculum.activities.filter(slug=slug[:200], due_offset__isnull=False)
    return activities.values_list("pk", flat=True).first() if slug else None
