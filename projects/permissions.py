"""Who may do what to a visible project or submission."""

from django.db.models import Q

from courses.models import Application, Cohort, EntryAttempt
from lms.accounts.models import User
from mentors.models import Mentor, MentorAssignment
from projects.models import Review, Submission


def can_review(user: User, submission: Submission) -> bool:
    """Judge work: current mentors in the learner's cohort and its staff, never one's own work."""
    enrollment = submission.enrollment
    if enrollment.user_id == user.pk:
        return False
    mentors = MentorAssignment.objects.current().filter(mentor__user=user, enrollment__cohort=enrollment.cohort_id)
    return mentors.exists() or can_manage_grading(user, submission)


def can_manage_grading(user: User, submission: Submission) -> bool:
    """Retry checks and see why they failed: staff of the cohort."""
    return Cohort.objects.run_by(user).filter(pk=submission.enrollment.cohort_id).exists()


def can_manage_entry(user: User, attempt: EntryAttempt) -> bool:
    """The same for an attempt at the entry exercise: staff of the cohort, once its application is handed in."""
    return Application.objects.run_by(user).filter(pk=attempt.application_id).exists()


def can_see_review_queue(user: User) -> bool:
    """Open the review queue: mentors, and whoever runs a cohort or a program."""
    roles = Q(mentor__isnull=False) | Q(cohort_staff__isnull=False) | Q(program_staff__isnull=False)
    return User.objects.filter(roles, pk=user.pk).exists()


def can_see_graders(user: User) -> bool:
    """Open the list of graders and regrade: whoever runs a cohort or a program, each for their own learners."""
    roles = Q(cohort_staff__isnull=False) | Q(program_staff__isnull=False)
    return User.objects.filter(roles, pk=user.pk).exists()


def can_see_own_learners(user: User) -> bool:
    """Open the list of the learners one looks after: mentors, also those who look after nobody now."""
    return Mentor.objects.filter(user=user).exists()


def can_edit_review(user: User, review: Review) -> bool:
    """Only the reviewer writes in a review."""
    return review.reviewer_id == user.pk


def can_read_feedback(user: User, submission: Submission) -> bool:
    """Whether `user` is the learner whose reading counts as having seen the feedback."""
    return submission.enrollment.user_id == user.pk
