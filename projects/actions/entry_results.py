"""Taking in what the checks of an entry exercise found."""

from django.urls import reverse
from django.utils import timezone

from courses.models import Application, EntryAttempt
from courses.models.admissions import UNDECIDED
from lms.lib.points import plain_number
from lms.notifications.actions import notify
from lms.notifications.models import Kind
from projects.actions.states import RESULT_MAIL_PAUSE, staff_of
from projects.models import GradingJob, GradingResult


def note_entry(*, job: GradingJob, result: GradingResult | None) -> None:
    """Write an attempt's points (None: it could not run) and tell who applies; call it in the transaction that closes the
    job, once `hold_entry` has locked the attempt."""
    needed = EntryAttempt.objects.select_related("application__applicant", "application__cohort__intake").defer(
        "content"
    )
    attempt = needed.get(pk=job.entry_id)
    if result is None:
        attempt.state = EntryAttempt.State.COULD_NOT_RUN
        _tell_staff(attempt, job)
    else:
        full = result.is_full
        attempt.state = EntryAttempt.State.CHECKS_PASSED if full else EntryAttempt.State.CHECKS_FAILED
        attempt.score, attempt.max_score = result.score, result.max_score
    attempt.save(update_fields=["state", "score", "max_score"])
    _tell(attempt, job, result)


def after_fault(application: Application) -> str:
    """What comes after checks that could not run, in a sentence to who applies; "" where nothing does."""
    if application.state == Application.State.STARTED:
        intake = getattr(application.cohort, "intake", None)
        return "Hand it in again." if intake and intake.is_open else ""
    return "The office has been told and runs it again." if application.state in UNDECIDED else ""


def _tell(attempt: EntryAttempt, job: GradingJob, result: GradingResult | None) -> None:
    if result is None:
        title = "The checks of your entry exercise could not run"
        body = "This is our fault, not yours: no attempt is charged, and staff were alerted."
        body = f"{body} {after_fault(attempt.application)}".strip()
    else:
        title = f"Entry exercise: {plain_number(result.score)} of {plain_number(result.max_score)} points"
        body = f"The checks of attempt {attempt.number} are done."
    notify(
        recipient=attempt.application.applicant,
        key=f"entry:{job.pk}:{job.requested_at.timestamp()}",
        kind=Kind.CHECKS_FINISHED if result else Kind.CHECKS_COULD_NOT_RUN,
        title=title,
        body=body,
        path=reverse("application_entry", args=[attempt.application_id]),
        email_from=timezone.now() + RESULT_MAIL_PAUSE,
    )


def _tell_staff(attempt: EntryAttempt, job: GradingJob) -> None:
    """Without the name of who applies: drafts are their writers' own, and only what was handed in has a page for staff."""
    application = attempt.application
    is_draft = application.state == application.State.STARTED
    place = [application.pk, attempt.number]
    path = reverse("grading_office") if is_draft else reverse("entry_attempt", args=place)
    error, remedy = GradingJob.objects.values_list("error", "remedy").get(pk=job.pk)
    for person in staff_of(application.cohort):
        notify(
            recipient=person,
            key=f"entry-could-not-run:{job.pk}:{job.requested_at.timestamp()}",
            kind=Kind.GRADING_TROUBLE,
            title=f"Checks of an entry exercise could not run ({application.cohort})",
            body=f"{error or 'No reason was kept.'} {remedy}".strip()[:500],
            path=path,
        )
