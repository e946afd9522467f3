"""Who may do what in the mentors app."""

from courses.models import Enrollment
from lms.accounts.models import User
from mentors.models import MentorAssignment


def mentors_learner(user: User, enrollment: Enrollment) -> bool:
    """Whether `user` is the learner's current mentor."""
    return MentorAssignment.objects.current().filter(mentor__user=user, enrollment=enrollment).exists()
