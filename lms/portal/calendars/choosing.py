"""Which calendar a person looks at: their own, that of the learners they look after, or that of a cohort they run."""

from dataclasses import dataclass, field
from datetime import tzinfo

from django.http import Http404
from django.utils import timezone

from courses.models import Cohort
from courses.places import FINISHED_EARLY, choose_enrollment
from lms.accounts.models import User
from lms.portal.calendars.boards import Shown
from lms.portal.calendars.learning import calendar_of_cohort, calendar_of_learner
from lms.portal.calendars.mentoring import calendar_of_mentor
from lms.portal.roles import Roles

LEARNING, MENTORING, COHORT = "learning", "mentoring", "cohort"
MOST_COHORTS = 40


@dataclass(frozen=True)
class Choice:
    """What is looked at: one of `LEARNING`, `MENTORING`, `COHORT`, or nothing (""), and what else there is of its kind.

    `empty` says why there is nothing where a place has ended or was never there.
    """

    show: str
    shown: Shown = field(default_factory=Shown)
    cohort: Cohort | None = None
    others: list[Cohort] = field(default_factory=list)
    empty: str = ""


def choose(user: User, roles: Roles, show: str, slug: str, zone: tzinfo) -> Choice:
    """The calendar asked for, else the first of the person's roles; `Http404` for a cohort that is not theirs."""
    open_to = [one for one, held in zip((LEARNING, MENTORING, COHORT), _held(roles), strict=True) if held]
    if slug and show not in open_to:
        show = LEARNING if user.enrollments.filter(cohort__slug=slug).exists() else COHORT
    if show not in open_to:
        if slug:
            raise Http404("No such cohort, or not one of yours.")
        show = open_to[0] if open_to else ""
    makers = {LEARNING: _learning, MENTORING: _mentoring, COHORT: _cohort}
    return makers[show](user, slug, zone) if show else Choice("", empty="none")


def _held(roles: Roles) -> tuple[bool, bool, bool]:
    return roles.learner, roles.mentor, roles.staff


def _learning(user: User, slug: str, zone: tzinfo) -> Choice:
    enrollment, everything = choose_enrollment(user, slug)
    if enrollment is None or (slug and enrollment.cohort.slug != slug):
        raise Http404("No such cohort, or not one of yours.")
    others = [one.cohort for one in everything if one != enrollment]
    if enrollment.state in FINISHED_EARLY:
        return Choice(LEARNING, cohort=enrollment.cohort, others=others, empty="left")
    return Choice(LEARNING, calendar_of_learner(enrollment, zone), enrollment.cohort, others)


def _mentoring(user: User, slug: str, zone: tzinfo) -> Choice:
    shown = calendar_of_mentor(user, zone)
    return Choice(MENTORING, shown, empty="" if shown.learners else "nobody")


def _cohort(user: User, slug: str, zone: tzinfo) -> Choice:
    mine = Cohort.objects.run_by(user).order_by("-starts_on", "name")
    cohorts = list(mine[:MOST_COHORTS])
    if slug:
        chosen = next((one for one in cohorts if one.slug == slug), None) or mine.filter(slug=slug).first()
        if chosen is None:
            raise Http404("No such cohort, or not one of yours.")
    else:
        today = timezone.localdate(timezone=zone)
        chosen = next((one for one in cohorts if one.starts_on <= today), None) or next(iter(cohorts), None)
    if chosen is None:
        return Choice(COHORT, empty="no_cohort")
    return Choice(COHORT, calendar_of_cohort(chosen, zone), chosen, [one for one in cohorts if one != chosen])
