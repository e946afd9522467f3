"""More days on what is handed in: the grade follows the date."""

from django.db import transaction

from courses.actions.enrollments import grant_extension
from courses.actions.holding import check_taught, lock_work_of
from courses.models import Activity, Enrollment, Extension
from lms.accounts.models import User
from projects.actions.grades import recompute_grade
from projects.models import Grade
from projects.models.grades import GradeCause


@transaction.atomic
def extend(*, enrollment: Enrollment, activity: Activity, days: int, reason: str, by: User) -> Extension:
    """Grant an extension, also for work that was handed in already: what it takes off a grade for lateness is given back."""
    lock_work_of(enrollment.pk)
    check_taught(enrollment.pk, activity.curriculum_id)
    extension = grant_extension(enrollment=enrollment, activity=activity, days=days, reason=reason, by=by)
    grade = Grade.objects.filter(enrollment=enrollment, project__activity=activity).select_related("project").first()
    if grade:
        recompute_grade(
            enrollment=enrollment, project=grade.project, cause=GradeCause.DATE, by=by, reason=str(extension)
        )
    return extension
