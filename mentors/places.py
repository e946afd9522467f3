"""Who may look after whom, and the numbered places of mentors: the rules that assigning one and many share."""

from collections.abc import Iterable

from courses.models.enrollments import OPEN_STATES, EnrollmentState
from lms.lib.errors import DomainError
from mentors.models import Mentor, MentorAssignment


class AssignmentRefused(DomainError):
    code = "assignment_refused"


def refusal_of(mentor: Mentor, *, learner_id: int | None, name: str, state: str) -> str:
    """Why `mentor` may not look after the learner called `name`, whose place is in this state; "" when nothing is in the way
    but perhaps the places."""
    if state not in OPEN_STATES:
        return f"{name} is {EnrollmentState(state).label.lower()}; no mentor was assigned."
    if mentor.user_id == learner_id:
        return "Nobody looks after themselves: choose another mentor. Nothing was changed."
    return ""


class Places:
    """The places of some mentors and which are taken, read in one query; taking one here stores nothing."""

    def __init__(self, mentors: Iterable[Mentor]) -> None:
        self._capacity = {mentor.pk: mentor.capacity for mentor in mentors}
        self._taken: dict[int, set[int]] = {pk: set() for pk in self._capacity}
        current = MentorAssignment.objects.current().filter(mentor__in=list(self._capacity))
        for pk, place in current.values_list("mentor", "place"):
            self._taken[pk].add(place)

    def refusal(self, mentor: Mentor) -> str:
        """Why the mentor takes nobody more, also when a place above the capacity of today is taken; else ""."""
        taken, capacity = len(self._taken[mentor.pk]), self._capacity[mentor.pk]
        return f"{mentor} has no free place ({taken} of {capacity} taken)." if taken >= capacity else ""

    def take(self, mentor: Mentor) -> int:
        """The number of a free place, taken now; raises where there is none."""
        if refusal := self.refusal(mentor):
            raise AssignmentRefused(f"{refusal} Nothing was changed.")
        taken = self._taken[mentor.pk]
        place = next(one for one in range(1, self._capacity[mentor.pk] + 1) if one not in taken)
        taken.add(place)
        return place

    def give_back(self, assignment: MentorAssignment) -> None:
        """Let the place of an assignment be free again, where its mentor is one of these."""
        self._taken.get(assignment.mentor_id, set()).discard(assignment.place)
