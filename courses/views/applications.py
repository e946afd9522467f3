"""One's own application: the draft in short steps, where it stands, and the answer to an offer."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions.admissions.applying import (
    accept_offer,
    decline_offer,
    missing_in,
    prerequisites_of,
    save_draft,
    submit_application,
    withdraw_application,
)
from courses.actions.admissions.moves import may
from courses.admission_forms import STEPS
from courses.application_story import assessment_of, own_story_of
from courses.entry_work import entry_work_of
from courses.models import Application
from courses.views.cohorts import act_on, sent

CHECK = "check"
ENTRY = "entry"
LATER_STEPS = {ENTRY: "Exercise", CHECK: "Check and submit"}
ANSWERS = {"accept": accept_offer, "decline": decline_offer, "withdraw": withdraw_application}
SAID = {
    "accept": "Welcome. The place is yours.",
    "decline": "You declined the place. Thank you for saying so.",
    "withdraw": "Your application is withdrawn.",
}


@require_safe
def application_detail(request, application_id):
    application = own(request.user, application_id)
    context = {
        "application": application,
        "cohort": application.cohort,
        "intake": application.cohort.intake,
        "story": own_story_of(application),
        "assessment": assessment_of(application),
        "entry": entry_work_of(application),
        "missing": missing_in(application) if application.state == Application.State.STARTED else [],
        "may": {answer: may(answer, application) for answer in ANSWERS},
    }
    return render(request, "courses/application_detail.html", context)


@require_http_methods(["GET", "POST"])
def application_edit(request, application_id, step):
    """One step of the draft; each is saved by itself, and nothing is asked for before it is submitted."""
    application = own(request.user, application_id)
    if step not in STEPS:
        raise Http404("There is no such step.")
    if application.state != Application.State.STARTED:
        return stays(request, application)
    steps = steps_of(application)
    form = STEPS[step][1](sent(request), application=application)
    if act_on(form, lambda: save_draft(application=application, by=request.user, **form.answers) or True):
        if "later" in request.POST:
            messages.success(request, "Your draft is saved.")
            return redirect("application_detail", application.pk)
        following = [*steps, CHECK][[*steps].index(step) + 1] if step in steps else CHECK
        return redirect(address_of(application, following))
    context = {"application": application, "cohort": application.cohort, "form": form, "step": step}
    context["tabs"] = tabs_of(application, steps, step)
    return render(request, "courses/application_edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def application_check(request, application_id):
    """The whole draft to look at; POST hands it in."""
    application = own(request.user, application_id)
    if application.state != Application.State.STARTED:
        return stays(request, application)
    if request.method == "POST":
        submit_application(application=application, by=request.user)
        messages.success(request, "Your application is submitted.")
        return redirect("application_detail", application.pk)
    context = {"application": application, "cohort": application.cohort, "missing": missing_in(application)}
    context |= {"assessment": assessment_of(application), "entry": entry_work_of(application)}
    context["tabs"] = tabs_of(application, steps_of(application), CHECK)
    return render(request, "courses/application_check.html", context)


@require_http_methods(["GET", "POST"])
def application_answer(request, application_id, answer):
    """Accept or decline an offer, or withdraw: asked once more, then done."""
    application = own(request.user, application_id)
    if answer not in ANSWERS:
        raise Http404("There is no such answer.")
    if not may(answer, application):
        return stays(request, application)
    if request.method == "POST":
        ANSWERS[answer](application=application, by=request.user)
        messages.success(request, SAID[answer])
        return redirect("home" if answer == "accept" else reverse("application_detail", args=[application.pk]))
    context = {"application": application, "cohort": application.cohort, "answer": answer}
    return render(request, "courses/application_answer.html", context)


def own(user, application_id):
    applications = Application.objects.filter(applicant=user)
    needed = applications.select_related("applicant", "cohort__program", "cohort__curriculum", "cohort__intake")
    application = get_object_or_404(needed, pk=application_id)
    application.cohort.intake.cohort = application.cohort
    return application


def stays(request, application):
    messages.info(request, f"This application is “{application.get_state_display().lower()}” now.")
    return redirect("application_detail", application.pk)


def steps_of(application):
    """The steps that this program asks for, in order."""
    steps = [step for step in STEPS if step != "skills" or prerequisites_of(application).exists()]
    return [*steps, ENTRY] if application.cohort.curriculum.entry_exercise else steps


def address_of(application, step):
    if step == CHECK:
        return reverse("application_check", args=[application.pk])
    if step == ENTRY:
        return reverse("application_entry", args=[application.pk])
    return reverse("application_edit", args=[application.pk, step])


def tabs_of(application, steps, here):
    labels = {**{step: label for step, (label, _) in STEPS.items()}, **LATER_STEPS}
    return [
        {"label": f"{number}. {labels[step]}", "url": address_of(application, step), "active": step == here}
        for number, step in enumerate([*steps, CHECK], start=1)
    ]
