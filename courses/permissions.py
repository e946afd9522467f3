"""Who may do what in the courses app, to rows they can see."""

from courses.models import Cohort, Enrollment, Program
from courses.models.enrollments import EnrollmentState
from lms.accounts.models import User


def can_run_program(user: User, program: Program) -> bool:
    """Create cohorts of the program."""
    return program.staff.filter(user=user).exists()


def can_create_cohorts(user: User) -> bool:
    """Whether the person runs any program."""
    return user.program_staff.exists()


def can_run_cohort(user: User, cohort: Cohort) -> bool:
    """Enter the cohort's office: staff of the cohort or of its program."""
    return Cohort.objects.run_by(user).filter(pk=cohort.pk).exists()


def can_learn(user: User, enrollment: Enrollment) -> bool:
    """Work on activities: the learner themselves, while the enrollment is active."""
    return enrollment.user_id == user.pk and enrollment.state == EnrollmentState.ACTIVE
