"""More days on what is handed in, for one learner or a group: the grades follow the dates."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from courses.actions.extensions import check_extension, grant_extensions
from courses.actions.holding import check_taught, lock_work_of_all
from courses.actions.office_changes import UndoRefused, note_change
from courses.entries import address_of
from courses.models import Activity, Cohort, Enrollment, Extension, OfficeChange
from courses.timeline import timelines_of_all
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError
from lms.notifications.actions import notify_all
from lms.notifications.models import Kind
from projects.actions.lateness import refresh_lateness
from projects.extending import ExtensionPreview, preview_extension
from projects.models import Grade


class ExtensionRefused(DomainError):
    code = "extension_refused"


def extend(*, enrollment: Enrollment, activity: Activity, days: int, reason: str, by: User) -> Extension:
    """Give one learner more days, without a preview."""
    change = extend_all(
        cohort=enrollment.cohort, enrollments=[enrollment.pk], activity=activity, days=days, reason=reason, by=by
    )
    return Extension.objects.get(pk=change.after["extensions"][0])


@transaction.atomic
def extend_all(
    *,
    cohort: Cohort,
    enrollments: Collection[int],
    activity: Activity,
    days: int,
    reason: str,
    by: User,
    seen: str | None = None,
    tells: bool = True,
) -> OfficeChange:
    """Give learners of the cohort, by enrollment id, 1 to 180 more days on an activity: all of them or none.

    Also for what was handed in already: what it takes off a grade for lateness is given back. Who has no place now is left
    out. `seen` is the stamp of the preview that it was decided on: refused when something of it has changed since. Each is
    told once, unless the caller tells them. About forty queries, however many learners there are.
    """
    check_extension(activity, days)
    lock_work_of_all(enrollments)
    preview = preview_extension(cohort=cohort, enrollments=enrollments, activity=activity, days=days, by=by)
    if not preview.moved:
        raise ExtensionRefused("None of these learners has a place in this cohort now; nothing was changed.")
    if seen is not None and seen != preview.stamp:
        raise ExtensionRefused(
            "What would change is not what you looked at last, so nothing was done yet. This is how it is now.",
            code="stale_preview",
        )
    learners = [one.enrollment for one in preview.moved]
    check_taught(learners[0].pk, activity.curriculum_id)
    granted = grant_extensions(enrollments=learners, activity=activity, days=days, reason=reason, by=by)
    _let_grades_follow(learners, activity, by, str(granted[0]))
    change = note_change(
        kind="extend",
        by=by,
        summary=f"{granted[0]} for {learners[0].user if len(learners) == 1 else f'{len(learners)} learners'}",
        cohort=cohort,
        enrollment=learners[0] if len(learners) == 1 else None,
        after={"extensions": [one.pk for one in granted], "days": days, "activity": activity.slug, "reason": reason},
    )
    if tells:
        _tell(preview, change, by)
    return change


@transaction.atomic
def undo_extension(change: OfficeChange, by: User) -> None:
    """Take the days back from those who are still in the cohort; grades follow, and work that came meanwhile stays in time
    by the date that was shown."""
    extensions = Extension.objects.filter(pk__in=change.after["extensions"], enrollment__cohort=change.cohort_id)
    lock_work_of_all(extensions.values_list("enrollment", flat=True))
    standing = list(extensions.select_related("enrollment__user", "enrollment__cohort", "activity__module"))
    if not standing:
        raise UndoRefused("These days are gone already, or their learners are elsewhere now. Nothing was changed.")
    activity, learners = standing[0].activity, [one.enrollment for one in standing]
    Extension.objects.filter(pk__in=[one.pk for one in standing]).delete()
    _let_grades_follow(learners, activity, by, f"{change.summary}: taken back")
    audit.record_all("take_back_extension", by=by, targets=learners, after={"activity": activity.slug, **_days(change)})
    timelines = timelines_of_all(learners, timezone.now())
    due = {one.user: timelines[one.pk].dates(activity).due for one in learners}
    notify_all(
        bodies={user: f"It is due {date.sentence(user.time_zone)}." if date else "" for user, date in due.items()},
        key=f"undone:{change.pk}",
        kind=Kind.DATES_CHANGED,
        title=f"The {_words(change.after['days'])} for “{activity}” were taken back",
        path=address_of(activity, change.cohort.slug),
    )


def _let_grades_follow(learners: list[Enrollment], activity: Activity, by: User, reason: str) -> None:
    grades = Grade.objects.select_for_update(of=("self",)).select_related("project").order_by("pk")
    refresh_lateness(grades.filter(enrollment__in=learners, project__activity=activity), by=by, reason=reason)


def _tell(preview: ExtensionPreview, change: OfficeChange, by: User) -> None:
    bodies = {}
    for one in preview.moved:
        user = one.enrollment.user
        said = [f"It is due {one.after.due.sentence(user.time_zone)}."] if one.after.due else []
        said += ["What you handed in counts as in time."] if one.loses_lateness else []
        bodies[user] = " ".join(said)
    notify_all(
        bodies=bodies,
        key=f"extended:{change.pk}",
        kind=Kind.DATES_CHANGED,
        title=f"{by} gave you {_words(preview.days)} for “{preview.activity}”",
        path=address_of(preview.activity, change.cohort.slug),
    )


def _words(days: int) -> str:
    return "1 more day" if days == 1 else f"{days} more days"


def _days(change: OfficeChange) -> dict[str, int]:
    return {"days": change.after["days"]}
