from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lms.lib.errors import DomainError
from projects.actions.reviews import claim_review, finish_review, let_go, save_draft, undo_review
from projects.models import Review, Submission
from projects.permissions import can_review, can_see_review_queue
from projects.reviewing.draft import Draft
from projects.reviewing.pane import FilePane
from projects.reviewing.queue import LABELS, MINE, UNCLAIMED, ReviewQueue
from projects.reviewing.rows import rows_of
from projects.reviewing.workspace import Workspace

ROWS_PER_PAGE = 20
UNDO_UNTIL = "review_undo_until"


def review_queue(request):
    queue = ReviewQueue(request.user)
    if not queue.places and not can_see_review_queue(request.user):
        raise PermissionDenied
    counts = queue.counts()
    shown = request.GET.get("show", "")
    if shown not in LABELS:
        shown = MINE if counts[MINE] or not counts[UNCLAIMED] else UNCLAIMED
    page = Paginator(queue.parts[shown], ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": tabs_of(counts, shown),
        "shown": shown,
        "page": page,
        "rows": rows_of(shown, page.object_list, timezone.now()),
        "undoable": undoable_in(request),
        "promise_hours": settings.REVIEW_PROMISE_HOURS,
    }
    return render(request, "projects/review_queue.html", context)


def submission_review(request, submission_id):
    submission = reviewable(request, submission_id)
    workspace = Workspace(submission, request.user)
    pane = FilePane(workspace, request.GET)
    if request.htmx.target == "files":
        return render(request, "projects/_review_files.html", {"workspace": workspace, "pane": pane})
    return show_workspace(request, workspace, pane=pane)


@require_POST
def review_claim(request, submission_id):
    submission = reviewable(request, submission_id)
    claim_review(submission=submission, by=request.user)
    return redirect("submission_review", submission.pk)


@require_POST
def review_draft(request, submission_id):
    workspace = workspace_as_typed(request, submission_id)
    try:
        save(workspace)
    except DomainError as error:
        workspace.refusal = str(error)
        return refused(request, workspace)
    if request.htmx:
        return render(request, "projects/_review_draft.html", {"workspace": workspace, "now": timezone.now()})
    messages.success(request, "Draft saved. The learner does not see it yet.")
    return redirect("submission_review", workspace.submission.pk)


@require_POST
def review_finish(request, submission_id):
    workspace = workspace_as_typed(request, submission_id)
    typed = workspace.typed
    try:
        save(workspace)
        finish_review(
            review=workspace.own_review(),
            verdict=typed.verdict,
            levels=typed.levels,
            comment=typed.comment,
            by=request.user,
            project=typed.project,
        )
    except DomainError as error:
        workspace.refusal = str(error)
        return refused(request, workspace)
    request.session[UNDO_UNTIL] = workspace.own_review().undo_until.timestamp()
    if advice := workspace.tally.advice(typed.verdict):
        messages.warning(request, advice)
    if "next" in request.POST:
        return to_next(request, workspace.submission)
    return redirect("review_queue")


@require_POST
def review_let_go(request, submission_id):
    workspace = workspace_as_typed(request, submission_id)
    try:
        if "comment" in request.POST:
            save(workspace)
        let_go(review=workspace.own_review(), by=request.user)
    except DomainError as error:
        workspace.refusal = str(error)
        return refused(request, workspace)
    messages.info(request, "Let go. The work waits in the queue at its old place; your draft is kept for you.")
    return redirect("review_queue")


@require_POST
def review_undo(request, submission_id):
    submission = reviewable(request, submission_id)
    undo_review(review=Workspace(submission, request.user).own_review(), by=request.user)
    messages.success(
        request, "Taken back: the grade and the message to the learner are withdrawn. The review is yours again."
    )
    return redirect("submission_review", submission.pk)


def reviewable(request, submission_id):
    """The submission if it is visible (else 404) and this person may review it (else 403)."""
    visible = Submission.objects.visible_to(request.user).select_related(
        "enrollment__user", "enrollment__cohort", "project__activity__module", "project__rubric"
    )
    submission = get_object_or_404(visible, pk=submission_id)
    if not can_review(request.user, submission):
        raise PermissionDenied
    return submission


def workspace_as_typed(request, submission_id):
    workspace = Workspace(reviewable(request, submission_id), request.user)
    typed = Draft.typed(request.POST, workspace.criteria)
    if typed.project not in (None, workspace.submission.project_id) and workspace.is_mine:
        typed = replace(typed, levels=Draft.of(workspace.review).levels)  # as stored: the form knew another rubric
    workspace.typed = typed
    return workspace


def save(workspace):
    """Keep what was typed, in a transaction of its own, so that a refusal to finish loses nothing."""
    typed = workspace.typed
    save_draft(
        review=workspace.own_review(),
        levels=typed.levels,
        comment=typed.comment,
        verdict=typed.verdict,
        by=workspace.viewer,
        project=typed.project,
    )


def refused(request, workspace):
    """The page again, with the reason and everything that was typed; for htmx only the line about the draft."""
    if request.htmx:
        return render(request, "projects/_review_draft.html", {"workspace": workspace}, status=422)
    return show_workspace(request, workspace, status=422)


def show_workspace(request, workspace, *, pane=None, status=200):
    pane = pane or FilePane(workspace, request.GET)
    context = {"workspace": workspace, "submission": workspace.submission, "pane": pane}
    context["undoable"] = undoable_in(request, besides=workspace.submission)
    return render(request, "projects/review_workspace.html", context, status=status)


def to_next(request, submission):
    following = ReviewQueue(request.user).next_after(submission)
    if following:
        return redirect("submission_review", following)
    messages.success(request, "That was the last one: nothing else waits for your review.")
    return redirect("review_queue")


def tabs_of(counts, shown):
    return [
        {"label": label, "url": f"?show={name}", "active": name == shown, "count": counts[name]}
        for name, label in LABELS.items()
    ]


def undoable_in(request, besides=None):
    """Decisions that this person can still take back, the newest first; asked only for a while after one was made."""
    if request.session.get(UNDO_UNTIL, 0) < timezone.now().timestamp():
        return []
    finished = Review.objects.undoable_by(request.user).select_related(
        "submission__enrollment__user", "submission__project"
    )
    if besides:
        finished = finished.exclude(submission=besides)
    return list(finished.order_by("-finished_at")[:3])
