"""What the grading office shows of the cohorts that one person runs."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from courses.models import Application, Cohort, Enrollment, EntryAttempt
from lms.accounts.models import User
from lms.notifications.models import Delivery, DeliveryState
from mentors.models import MentorAssignment
from projects.models import GradingJob, Submission
from projects.models.grading import JobQuerySet
from projects.models.submissions import SubmissionState

MOST_FAILED_DELIVERIES = 50
MOST_FAILED_ENTRIES = 50


def jobs_of(user: User) -> JobQuerySet:
    return GradingJob.objects.of_cohorts(Cohort.objects.run_by(user).order_by().values("pk"))


def failed_work(user: User) -> QuerySet[Submission]:
    """Work whose checks could not run, with cause, error and remedy of its newest job; oldest first."""
    newest = GradingJob.objects.counting().filter(submission=OuterRef("pk")).order_by("-requested_at", "-pk")
    work = Submission.objects.filter(
        state=SubmissionState.COULD_NOT_RUN, enrollment__cohort__in=Cohort.objects.run_by(user).values("pk")
    )
    facts = {name: Subquery(newest.values(name)[:1]) for name in ("failure", "error", "remedy")}
    return (
        work.annotate(**facts)
        .select_related("enrollment__user", "enrollment__cohort", "project")
        .order_by("state_changed_at", "pk")
    )


def failed_entries(user: User) -> list[EntryAttempt]:
    """Attempts at the entry exercise that could not run, of applications that wait for the office; the newest, oldest first."""
    undecided = Application.objects.run_by(user).undecided().order_by().values("pk")
    lost = EntryAttempt.objects.filter(state=EntryAttempt.State.COULD_NOT_RUN, application__in=undecided)
    shown = lost.defer("content").select_related("application__applicant", "application__cohort", "job")
    return list(shown.order_by("-submitted_at", "-pk")[:MOST_FAILED_ENTRIES])[::-1]


def failed_drafts(user: User) -> int:
    """How many drafts' newest attempts could not run: only counted, as drafts are their writers' own."""
    drafts = Application.objects.filter(
        state=Application.State.STARTED, cohort__in=Cohort.objects.run_by(user).order_by()
    )
    newest = EntryAttempt.objects.filter(application=OuterRef("pk")).order_by("-number").values("state")[:1]
    lost = drafts.annotate(newest=Subquery(newest)).filter(newest=EntryAttempt.State.COULD_NOT_RUN)
    return lost.count()


def deliveries_of(user: User) -> QuerySet[Delivery]:
    """E-mails to the people of the cohorts that `user` runs, to those they invited, and to `user`."""
    cohorts = Cohort.objects.run_by(user).order_by().values("pk")
    places = Enrollment.objects.filter(cohort__in=cohorts)
    mentors = MentorAssignment.objects.filter(enrollment__in=places).values("mentor__user")
    told = Q(notification__recipient__in=places.values("user")) | Q(notification__recipient__in=mentors)
    invited = Q(invitation__cohort_invitation__cohort__in=cohorts)
    return Delivery.objects.filter(told | invited | Q(notification__recipient=user))


def failed_deliveries(user: User) -> list[Delivery]:
    """The newest e-mails that were given up."""
    failed = deliveries_of(user).filter(state=DeliveryState.FAILED).order_by("-pk")
    return list(failed.select_related("notification__recipient", "invitation")[:MOST_FAILED_DELIVERIES])
