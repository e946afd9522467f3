"""Asking for a regrade of a released grade, and answering."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from courses.views.cohorts import act_on, answer, sent
from projects.actions.regrade_requests import answer_regrade_request, ask_for_regrade
from projects.brief import title_of
from projects.forms import RegradeAnswerForm, RegradeAskForm
from projects.models import GradingResult, RegradeRequest
from projects.models.regrade_requests import RequestState
from projects.models.reviews import judged_by
from projects.permissions import can_read_feedback, can_see_graders, can_see_review_queue
from projects.views.submissions import find_submission

PER_PAGE = 20
OPEN, ANSWERED = "open", "answered"


@require_http_methods(["GET", "POST"])
def regrade_ask(request, submission_id):
    submission = find_submission(request.user, submission_id)
    if not can_read_feedback(request.user, submission):
        raise PermissionDenied
    form = RegradeAskForm(sent(request), parts=parts_of(submission))
    if act_on(form, lambda: ask_for_regrade(submission=submission, **form.cleaned_data, by=request.user)):
        messages.success(request, "Sent. You are told when it is answered; until then the grade stays as it is.")
        return redirect("submission_detail", submission.pk)
    return answer(request, "projects/regrade_ask.html", form, submission=submission)


@require_safe
def regrade_request_list(request):
    if not can_see_review_queue(request.user):
        raise PermissionDenied
    theirs = RegradeRequest.objects.answered_by_role(request.user)
    parts = {OPEN: theirs.open(), ANSWERED: theirs.exclude(state=RequestState.OPEN).order_by("-answered_at")}
    shown = request.GET.get("show") if request.GET.get("show") in parts else OPEN
    rows = parts[shown].select_related("submission__enrollment__user", "submission__enrollment__cohort")
    rows = rows.select_related("submission__project", "answered_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"label": name.capitalize(), "url": f"?show={name}", "active": name == shown, "count": part.count()}
        for name, part in parts.items()
    ]
    if can_see_graders(request.user):
        tabs.append({"label": "Requests about places", "url": reverse("request_queue"), "active": False})
    return render(request, "projects/regrade_request_list.html", {"page": page, "tabs": tabs, "shown": shown})


@require_http_methods(["GET", "POST"])
def regrade_request(request, request_id):
    asked = request_of(request.user, request_id)
    form = RegradeAnswerForm(sent(request), states=answers_to(asked))
    if asked.state != RequestState.OPEN and request.method == "GET":
        return render(request, "projects/regrade_request.html", {"asked": asked, "form": None})

    def act():
        answer_regrade_request(request=asked, **form.cleaned_data, by=request.user)
        return True

    if act_on(form, act):
        messages.success(request, f"Answered. {asked.submission.enrollment.user} is told.")
        return redirect("regrade_request_list")
    return answer(request, "projects/regrade_request.html", form, asked=request_of(request.user, request_id))


def request_of(user, request_id):
    """A request that this person may answer; 404 for everybody else, the learner too, who reads it with their work."""
    theirs = RegradeRequest.objects.answered_by_role(user).select_related(
        "submission__enrollment__user",
        "submission__enrollment__cohort",
        "submission__project__activity",
        "criterion",
        "answered_by",
    )
    return get_object_or_404(theirs, pk=request_id)


def answers_to(asked):
    """The answers that are possible: a review is reopened where there is one, checks run again where there are any."""
    states = [(RequestState.KEPT, "The grade stays as it is")]
    if asked.submission.project.is_reviewed:
        states.append((RequestState.REOPENED, "Review it once more: it goes back to the review queue"))
    if asked.submission.project.grader_versions.exists():
        states.append((RequestState.RERUN, "Run the checks again with the newest grader; the new result counts"))
    return states


def parts_of(submission):
    """What a regrade can be asked about: the criteria of a reviewed project, and the groups of checks."""
    parts = [(f"criterion:{one.pk}", f"Review: {one.title}") for one in judged_by(submission)]
    results = GradingResult.objects.standing().select_related("job__grader_version")
    result = results.filter(job__submission=submission).first()
    if result:
        version = result.job.grader_version
        groups = [(one["id"], title_of(one["id"], version, one["title"])) for one in result.groups]
        parts += [(f"group:{name}", f"Checks: {title}") for name, title in groups]
    return parts
