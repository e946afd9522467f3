"""A learner's place on their page in the office: how it stands, what can be done with it, what was done, what can be undone."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from courses.actions.places import SOURCES, running_pause, spell
from courses.models import Cohort, CohortInvitation, Enrollment, EnrollmentTransfer, OfficeChange
from courses.models.enrollments import EnrollmentState
from courses.outline import outline_of
from lms.accounts.models import AuditEntry
from lms.portal.audit_words import sentence_of

HISTORY = 30
MOST_LISTED = 50
ACTIONS = {
    "resume": ("enrollment_resume", "End the pause…"),
    "come_back": ("enrollment_return", "Let them come back…"),
    "pause": ("enrollment_pause", "Pause…"),
    "transfer": ("enrollment_transfer", "Move to another cohort…"),
    "defer": ("enrollment_defer", "Defer…"),
    "complete": ("enrollment_complete", "Completed…"),
    "withdraw": ("enrollment_withdraw", "Withdraw…"),
}


@dataclass(frozen=True)
class Event:
    """One thing that happened to a learner's place, in words; `names` are those of activities and cohorts by their slugs."""

    entry: AuditEntry
    names: dict[str, str]

    @property
    def sentence(self) -> str:
        return sentence_of(self.entry, self.names)


def history_of(enrollment: Enrollment) -> list[Event]:
    """What happened to a learner's place, newest first; two queries and the outline."""
    entries = AuditEntry.objects.filter(target_kind="courses.Enrollment", target_id=str(enrollment.pk))
    names = {one.slug: one.title for one in outline_of(enrollment.cohort.curriculum_id).activities}
    names |= {state.value: state.label.lower() for state in EnrollmentState}
    names |= dict(Cohort.objects.filter(program=enrollment.cohort.program_id).values_list("slug", "name"))
    return [Event(entry, names) for entry in entries.select_related("actor")[:HISTORY]]


def standing_of(enrollment: Enrollment) -> str:
    """Since when and until when the place is as it is, where it is neither active nor new."""
    if enrollment.state == EnrollmentState.PAUSED:
        span = running_pause(enrollment)
        if span is None:
            return "Paused."
        until = (
            f"to {spell(span.ends_on)}"
            if span.ends_on
            else f"until it is ended, at the latest {spell(span.latest_end)}"
        )
        return f"Paused from {spell(span.starts_on)} {until}."
    if enrollment.ended_at is None:
        return ""
    back = f" Means to come back in {enrollment.returns_in}." if enrollment.returns_in else ""
    return f"{enrollment.get_state_display()} since {spell(enrollment.ended_at.date())}.{back}"


def actions_on(enrollment: Enrollment) -> list[dict[str, str]]:
    """What can be done with the place as it is, for the buttons of its page."""
    where = [enrollment.cohort.slug, enrollment.pk]
    return [
        {"label": label, "url": reverse(name, args=where)}
        for kind, (name, label) in ACTIONS.items()
        if enrollment.state in SOURCES[kind]
    ]


def undoable_of(enrollment: Enrollment) -> QuerySet[OfficeChange]:
    """The changes of the place that there is still time to take back, newest first."""
    return enrollment.office_changes.undoable().select_related("done_by")[:MOST_LISTED]


@dataclass(frozen=True)
class Gone:
    """A learner who went on to another cohort: by which transfer, and whether its page may be opened by the viewer."""

    transfer: EnrollmentTransfer
    is_run: bool


def gone_from(cohort: Cohort, viewer: Any, search: str = "") -> list[Gone]:
    """Who went on from a cohort to another one, the newest first; two queries."""
    gone = EnrollmentTransfer.objects.standing().filter(from_cohort=cohort).exclude(enrollment__cohort=cohort)
    if search:
        gone = gone.filter(Q(enrollment__user__name__icontains=search) | Q(enrollment__user__email__icontains=search))
    run = set(Cohort.objects.run_by(viewer).filter(program=cohort.program_id).values_list("pk", flat=True))
    people = gone.select_related("enrollment__user", "enrollment__cohort", "to_cohort", "moved_by")[:MOST_LISTED]
    return [Gone(one, one.enrollment.cohort_id in run) for one in people]


def invited_to(cohort: Cohort, search: str = "") -> QuerySet[CohortInvitation]:
    """Who holds an open invitation to the cohort and has no place in it yet, the newest first."""
    invited = cohort.invitations.open().select_related("invitation").order_by("-pk")
    if search:
        invited = invited.filter(Q(invitation__name__icontains=search) | Q(invitation__email__icontains=search))
    return invited[:MOST_LISTED]
