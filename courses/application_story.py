"""An application as pages show it: what happened to it, and its self-assessment in words."""

from dataclasses import dataclass
from datetime import datetime

from courses.actions.admissions.applying import LEVELS, prerequisites_of
from courses.models import Application
from lms.accounts.models import AuditEntry, User

STEPS = {
    "application_start": ("Started", "pencil", "neutral"),
    "application_entry": ("Entry exercise handed in", "code", "neutral"),
    "application_submit": ("Submitted", "send", "blue"),
    "application_take_into_review": ("Taken into review", "eye", "blue"),
    "application_take_up_again": ("Taken up again", "rotate-ccw", "blue"),
    "application_invite_to_interview": ("Invited to an interview", "phone", "violet"),
    "application_offer": ("Offered a place", "gift", "green"),
    "application_wait_list": ("Put on the waiting list", "hourglass", "amber"),
    "application_not_admit": ("Not admitted", "circle-x", "neutral"),
    "application_accept": ("Offer accepted", "badge-check", "green"),
    "application_join": ("Has a place", "badge-check", "green"),
    "application_decline": ("Offer declined", "circle-x", "neutral"),
    "application_end_offer": ("Offer expired", "clock-alert", "amber"),
    "application_withdraw": ("Withdrawn", "log-out", "neutral"),
    "application_score": ("Scored", "list-checks", "neutral"),
}
OFFICE_ONLY = {"application_score"}
MOST = 50


@dataclass(frozen=True)
class Step:
    """One thing that happened, for the component `timeline`; `actor` None is the portal itself."""

    at: datetime
    title: str
    icon: str
    tone: str
    actor: User | None
    reason: str

    @property
    def text(self) -> str:
        """For the office: by whom and why."""
        return f"{self.actor or 'The portal'}{f': {self.reason}' if self.reason else ''}"


def story_of(application: Application) -> list[Step]:
    """What happened, newest first, as the office sees it; one query."""
    entries = AuditEntry.objects.filter(target_kind="courses.Application", target_id=str(application.pk))
    known = entries.filter(action__in=STEPS).select_related("actor")[:MOST]
    return [Step(one.at, *STEPS[one.action], one.actor, one.reason) for one in known]


def own_story_of(application: Application) -> list[dict[str, object]]:
    """The same as who applied sees it: steps and moments, and nobody's name."""
    shown = {title for action, (title, *_) in STEPS.items() if action not in OFFICE_ONLY}
    steps = [one for one in story_of(application) if one.title in shown]
    return [{"at": one.at, "title": one.title, "icon": one.icon, "tone": one.tone} for one in steps]


@dataclass(frozen=True)
class Known:
    """How well who applies says they know a prerequisite; `level` is None where they have not said."""

    title: str
    level: int | None

    @property
    def words(self) -> str:
        return "not said yet" if self.level is None else LEVELS[self.level]


def assessment_of(application: Application) -> list[Known]:
    """The self-assessment, prerequisite by prerequisite; one query."""
    return [Known(one.title, application.skills.get(one.slug)) for one in prerequisites_of(application)]
