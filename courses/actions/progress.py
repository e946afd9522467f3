"""What makes an activity done."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from courses.actions.holding import check_learning, lock_work_of
from courses.models import Activity, ActivityProgress, Enrollment
from courses.timeline import Timeline
from lms.lib.errors import DomainError


class ProgressRefused(DomainError):
    code = "progress_refused"


def complete_activity(*, enrollment: Enrollment, activity: Activity, shown_from: datetime | None = None) -> None:
    """Count `activity` as done, once; saying it twice changes nothing.

    To the learner it shows from `shown_from` on (now, where it is None), or once `show_done` says so.
    """
    done = ActivityProgress(enrollment=enrollment, activity=activity, done_at=shown_from or timezone.now())
    ActivityProgress.objects.bulk_create([done], ignore_conflicts=True)


def show_done(*, enrollment: Enrollment, activity: int) -> None:
    """From now on the learner sees that the activity with this id is done, if it is."""
    now = timezone.now()
    hidden = ActivityProgress.objects.filter(enrollment=enrollment, activity=activity, done_at__gt=now)
    hidden.update(done_at=now)


def reopen_activity(*, enrollment: Enrollment, activity: Activity) -> None:
    """Take back that `activity` is done, for example when a review is undone."""
    ActivityProgress.objects.filter(enrollment=enrollment, activity=activity).delete()


@transaction.atomic
def tick_activity(*, enrollment: Enrollment, activity: Activity, done: bool) -> None:
    """A learner says that a reading, video, call or session is done, or not; the others are done when passed."""
    if not activity.is_ticked_by_hand:
        raise ProgressRefused(f"“{activity}” is done when it is passed; it cannot be ticked by hand.")
    lock_work_of(enrollment.pk)
    check_learning(enrollment, activity.curriculum_id)
    opening = Timeline.of(enrollment).dates(activity).available
    if opening.at > timezone.now():
        raise ProgressRefused(f"This opens on {opening.sentence(enrollment.user.time_zone)}. Nothing was changed.")
    if done:
        complete_activity(enrollment=enrollment, activity=activity)
    else:
        reopen_activity(enrollment=enrollment, activity=activity)
