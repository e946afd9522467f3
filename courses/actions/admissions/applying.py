"""What who applies does: start, save the draft, submit, withdraw, answer an offer."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from courses.actions.admissions.moves import AdmissionRefused, lock, move
from courses.actions.enrollments import enroll
from courses.models import Application, Cohort, Enrollment, EntryAttempt, Skill
from courses.models.enrollments import EnrollmentState
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import InvalidInput
from lms.notifications.actions import take_back_about

SHORTEST = 40
MOST_LETTERS = 6000
LEVELS = ("New to me", "I have read about it", "I have used it with help", "I use it on my own", "I could teach it")
"""What the numbers 0 to 4 of the self-assessment mean."""
TEXTS = {"background": "Background", "motivation": "Motivation"}


@transaction.atomic
def start_application(*, cohort: Cohort, user: User) -> Application:
    """The person's application to the cohort, a new draft where there is none yet; refused unless it takes applications."""
    before = Application.objects.filter(applicant=user, cohort=cohort).first()
    if before:
        return before
    _check_open(cohort)
    if Enrollment.objects.filter(cohort=cohort, user=user).exclude(state=EnrollmentState.WITHDRAWN).exists():
        raise AdmissionRefused(f"You already have a place in {cohort}.", code="already_enrolled")
    try:
        with transaction.atomic():
            application = Application.objects.create(applicant=user, cohort=cohort)
    except IntegrityError:
        return Application.objects.get(applicant=user, cohort=cohort)
    audit.record("application_start", by=user, target=application)
    return application


@transaction.atomic
def save_draft(*, application: Application, by: User, **answers: object) -> None:
    """Keep what was written so far: `background`, `motivation` (texts) and `skills` (levels 0 to 4 by slug)."""
    for name in TEXTS.keys() & answers.keys():
        if len(str(answers[name])) > MOST_LETTERS:
            raise InvalidInput(f"{TEXTS[name]}: at most {MOST_LETTERS} characters. Nothing was saved.")
    skills = answers.get("skills", {})
    assert isinstance(skills, Mapping)
    if not all(level in range(len(LEVELS)) for level in skills.values()):
        raise InvalidInput("A level of a skill is 0 to 4. Nothing was saved.")
    draft = Application.objects.filter(pk=application.pk, state=Application.State.STARTED)
    if not draft.update(**answers):
        raise AdmissionRefused("This application was submitted already, so it stays as it is; nothing was saved.")


def hold_draft(application: Application) -> None:
    """Lock a draft, so that nobody submits, withdraws or adds to it until the transaction ends. Refused where it is none any
    more, and unless its cohort takes applications."""
    drafts = Application.objects.select_for_update(no_key=True).filter(state=Application.State.STARTED)
    if drafts.only("pk").filter(pk=application.pk).first() is None:
        raise AdmissionRefused("This application is no draft any more, so it stays as it is; nothing was handed in.")
    _check_open(application.cohort)


@transaction.atomic
def submit_application(*, application: Application, by: User) -> Application:
    """Hand the application in. Raises `InvalidInput` naming what is missing; the draft stays."""
    application = lock(application)
    if missing := missing_in(application):
        raise InvalidInput(f"Still to do before it can be submitted: {', '.join(missing)}. Your draft is kept.")
    _check_open(application.cohort)
    move(application, "submit", by=by, submitted_at=timezone.now())
    return application


def missing_in(application: Application) -> list[str]:
    """What a draft lacks, in words."""
    missing = []
    for name, words in TEXTS.items():
        if len(getattr(application, name).strip()) < SHORTEST:
            missing.append(f"{words.lower()} (at least {SHORTEST} characters)")
    unsaid = [one.title for one in prerequisites_of(application) if one.slug not in application.skills]
    return [*missing, *(f"your level in {title}" for title in unsaid)]


def prerequisites_of(application: Application) -> QuerySet[Skill]:
    """The skills that the cohort's program asks learners to bring, in the order that its curriculum names them."""
    return Skill.objects.filter(curriculum=application.cohort.curriculum_id, is_prerequisite=True).order_by("pk")


@transaction.atomic
def withdraw_application(*, application: Application, by: User) -> None:
    """Take an application back; the seat that an offer held is free again. Of a draft nothing is kept, no file either: the
    office, which sees withdrawn ones, never read it."""
    application = lock(application)
    kept = application.state != Application.State.STARTED
    draft: dict[str, Any] = {} if kept else {"background": "", "motivation": "", "skills": {}}
    move(application, "withdraw", by=by, **draft)
    if not kept:
        attempts = EntryAttempt.objects.filter(application=application)
        list(attempts.select_for_update().values_list("pk"))  # waits for checks that end now
        attempts.only("pk").delete()
        take_back_about(recipient=application.applicant, path=reverse("application_entry", args=[application.pk]))


@transaction.atomic
def decline_offer(*, application: Application, by: User) -> None:
    """Say no to an offered place; its seat is free again."""
    move(lock(application), "decline", by=by)


@transaction.atomic
def accept_offer(*, application: Application, by: User) -> Enrollment:
    """Turn the held seat into a place of the cohort: both or neither. Refused once the offer has expired."""
    application = lock(application)
    if Application.objects.overdue_offers(timezone.now()).filter(pk=application.pk).exists():
        raise AdmissionRefused("This offer has expired; the place goes to somebody else.", code="offer_expired")
    move(application, "accept", by=by)
    return enroll(cohort=application.cohort, user=application.applicant, by=by)


def _check_open(cohort: Cohort) -> None:
    intake = getattr(cohort, "intake", None)
    if intake is None or not intake.is_open:
        raise AdmissionRefused(f"{cohort} takes no applications now. What you wrote is kept.", code="intake_closed")
