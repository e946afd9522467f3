"""Moving a cohort to another version of its program: everything that was done follows, nothing is graded anew."""

from django.db import transaction
from django.urls import reverse

from courses.actions.carrying import carry_learning
from courses.models import Cohort, Curriculum
from courses.moved_dates import News
from lms.accounts import audit
from lms.accounts.models import AuditEntry, User
from lms.lib.errors import DomainError, InvalidInput
from lms.notifications.actions import notify
from lms.notifications.models import Kind
from projects.actions.carrying import carry_work, hold_work
from projects.moving import news_of, stamp_of


class MoveRefused(DomainError):
    code = "move_refused"


@transaction.atomic
def move_cohort(*, cohort: Cohort, to: Curriculum, seen: str, by: User) -> None:
    """Pin a cohort to another version of its program and let all work follow by slug; moving back restores everything.

    `seen` is the stamp of the preview it was decided on: refused when the cohort or its newest work has changed since.
    Work on what `to` lacks stays as it is. Grades, reviews and checks that wait or run keep the rubric and the grader they
    began with. Learners are told which dates of their unfinished work moved.
    """
    cohort = Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    hold_work(cohort)
    was = cohort.curriculum
    if to.program_id != cohort.program_id:
        raise InvalidInput("This version belongs to another program; nothing was changed.")
    if to == was:
        raise MoveRefused(f"{cohort} is on version {to.version} already; nothing was changed.")
    if stamp_of(cohort, to) != seen:
        raise MoveRefused(
            "The cohort or its newest work has changed since you looked; nothing was moved. This is how it is now.",
            code="stale_preview",
        )
    news = news_of(cohort, to)
    Cohort.objects.filter(pk=cohort.pk, curriculum=was).update(curriculum=to)
    carry_learning(whose=cohort, to=to)
    carry_work(whose=cohort, to=to)
    entry = audit.record(
        "move_cohort", by=by, target=cohort, before={"curriculum": was.version}, after={"curriculum": to.version}
    )
    for one in news:
        _tell(one, cohort, to, entry)


def _tell(news: News, cohort: Cohort, to: Curriculum, entry: AuditEntry) -> None:
    moves = "moves" if len(news.dates) == 1 else "move"
    notify(
        recipient=news.enrollment.user,
        key=f"moved:{entry.pk}",
        kind=Kind.ENROLLED,
        title=f"{cohort} goes on with version {to.version}: {len(news.dates)} of your dates {moves}",
        body=f"{news.body} What you have done stays done, and grades stay as they are.",
        path=f"{reverse('curriculum')}?cohort={cohort.slug}",
    )
