"""The office of admissions: the pipeline of a cohort, one application, scores, moves, and offers to the best."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions.admissions import deciding
from courses.actions.admissions.intakes import rubric_of, set_intake, set_rubric
from courses.actions.admissions.moves import may
from courses.actions.admissions.scoring import score_application
from courses.admission_forms import (
    AnswerForm,
    IntakeForm,
    InterviewForm,
    MoveForm,
    RubricForm,
    ScoreForm,
    WaitingForm,
    WhyForm,
)
from courses.admissions import applications_in, best_of, scores_for, stages_of, unread_in
from courses.application_story import assessment_of, story_of
from courses.entry_work import entry_work_of
from courses.models import Application, Intake
from courses.models.admissions import READ_IN
from courses.office_tabs import office_tabs
from courses.offices import office_of
from courses.permissions import can_run_program
from courses.rubric_text import read_rubric, spell_rubric
from courses.views.cohorts import act_on, answer, sent

PER_PAGE = 50
MOST_AT_ONCE = 100
MOVES = {
    "take_into_review": (deciding.take_into_review, MoveForm, "Take into review", "is taken into review"),
    "invite_to_interview": (deciding.invite_to_interview, InterviewForm, "Invite to an interview", "is invited"),
    "offer": (deciding.offer_place, MoveForm, "Offer a place", "is offered a place"),
    "wait_list": (deciding.wait_list, WaitingForm, "Put on the waiting list", "is on the waiting list"),
    "not_admit": (deciding.not_admit, AnswerForm, "Do not admit", "is told that it did not work out"),
    "take_up_again": (deciding.take_up_again, WhyForm, "Take up again", "is being read again"),
}
"""What the office can do with one application: the verb, its form, what it is called, and what is said once it is done."""


@require_safe
def cohort_admissions(request, slug):
    cohort = office_of(request.user, slug)
    state, search = request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    applications = applications_in(cohort, state=state, search=search)
    intake = Intake.objects.filter(cohort=cohort).select_related("rubric").first()
    if intake:
        intake.cohort = cohort
    to_offer = cohort.seats_to_offer
    context = {
        "cohort": cohort,
        "intake": intake,
        "stages": stages_of(cohort),
        "page": Paginator(applications, PER_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "search": search,
        "to_offer": to_offer,
        "invited": cohort.seats_free - to_offer,
        "tabs": office_tabs(cohort, "cohort_admissions"),
    }
    return render(request, "courses/cohort_admissions.html", context)


@require_http_methods(["GET", "POST"])
def intake_change(request, slug):
    cohort = office_of(request.user, slug)
    form = IntakeForm(sent(request), cohort=cohort)
    if act_on(form, lambda: set_intake(cohort=cohort, **form.cleaned_data, by=request.user)):
        messages.success(request, f"The intake of {cohort} is saved.")
        return redirect("cohort_admissions", cohort.slug)
    return answer(request, "courses/intake_change.html", form, cohort=cohort)


@require_http_methods(["GET", "POST"])
def admission_rubric(request, slug):
    """The rubric of the program, for who runs it: one text, read line by line."""
    cohort = office_of(request.user, slug)
    if not can_run_program(request.user, cohort.program):
        raise PermissionDenied
    initial = {"text": spell_rubric(rubric_of(cohort.program).criteria)}
    form = RubricForm(sent(request), initial=initial)
    program, by = cohort.program, request.user
    if act_on(form, lambda: set_rubric(program=program, criteria=read_rubric(form.cleaned_data["text"]), by=by)):
        messages.success(request, "The rubric is saved.")
        return redirect("cohort_admissions", cohort.slug)
    return answer(request, "courses/admission_rubric.html", form, cohort=cohort)


@require_http_methods(["GET", "POST"])
def admission_offers(request, slug):
    """The best so many of those who were read, shown first; POST offers places to exactly those, all or none."""
    cohort = office_of(request.user, slug)
    if request.method == "POST":
        ids = [int(one) for one in request.POST.getlist("application") if one.isdecimal() and len(one) < 18]
        chosen = list(cohort.applications.filter(pk__in=ids[:MOST_AT_ONCE]).select_related("applicant"))
        if not chosen:
            messages.error(request, "Nobody was chosen, so nothing was sent.")
            return redirect("admission_offers", cohort.slug)
        deciding.offer_places(applications=chosen, by=request.user)
        messages.success(request, f"{len(chosen)} {'place is' if len(chosen) == 1 else 'places are'} offered.")
        return redirect("cohort_admissions", cohort.slug)
    to_offer = cohort.seats_to_offer
    asked = request.GET.get("count", "")
    count = min(int(asked) if asked.isdecimal() and len(asked) < 5 else to_offer, to_offer, MOST_AT_ONCE)
    intake = get_object_or_404(Intake.objects.select_related("rubric"), cohort=cohort)
    intake.cohort = cohort
    context = {
        "cohort": cohort,
        "to_offer": to_offer,
        "count": count,
        "best": best_of(cohort, count),
        "unread": unread_in(cohort),
        "most": intake.rubric.most_points,
        "expires": deciding.offer_end(intake),
    }
    return render(request, "courses/admission_offers.html", context)


@require_safe
def admission_detail(request, slug, application_id):
    application = application_in(request.user, slug, application_id)
    context = {
        "cohort": application.cohort,
        "application": application,
        "assessment": assessment_of(application),
        "entry": entry_work_of(application),
        "story": story_of(application),
        "scores": scores_for(application, request.user),
        "may_score": application.state in READ_IN and application.applicant != request.user,
        "moves": [(verb, label) for verb, (_, _, label, _) in MOVES.items() if may(verb, application)],
    }
    return render(request, "courses/admission_detail.html", context)


@require_http_methods(["GET", "POST"])
def admission_move(request, slug, application_id, verb):
    """One step of one application, with what it needs; the page says what follows from it."""
    application = application_in(request.user, slug, application_id)
    if verb not in MOVES:
        raise Http404("There is no such step.")
    act, form_class, label, said = MOVES[verb]
    form = form_class(sent(request), application=application)
    if act_on(form, lambda: act(application=application, by=request.user, **form.facts) or True):
        messages.success(request, f"{application.applicant} {said}.")
        return redirect("admission_detail", slug, application.pk)
    context = {"cohort": application.cohort, "application": application, "verb": verb, "label": label}
    context["expires"] = deciding.offer_end(application.cohort.intake)
    context["scores_in"] = scores_for(application, request.user).given
    return answer(request, "courses/admission_move.html", form, **context)


@require_http_methods(["GET", "POST"])
def admission_score(request, slug, application_id):
    application = application_in(request.user, slug, application_id)
    scores = scores_for(application, request.user)
    form = ScoreForm(sent(request), rubric=scores.rubric, score=scores.mine)
    who = {"application": application, "by": request.user}
    if act_on(form, lambda: score_application(points=form.points, remark=form.cleaned_data["remark"], **who)):
        messages.success(request, "Your score is kept. You see the other reader’s once both are in.")
        return redirect("admission_detail", slug, application.pk)
    context = {"cohort": application.cohort, "application": application, "assessment": assessment_of(application)}
    return answer(request, "courses/admission_score.html", form, **context, entry=entry_work_of(application))


def application_in(user, slug, application_id):
    """An application to this cohort that was handed in, for its office; 404 for a draft."""
    cohort = office_of(user, slug)
    handed_in = cohort.applications.exclude(state=Application.State.STARTED).select_related("applicant")
    application = get_object_or_404(handed_in, pk=application_id)
    application.cohort = cohort
    intake = Intake.objects.select_related("rubric").get(cohort=cohort)
    intake.cohort = cohort
    return application
