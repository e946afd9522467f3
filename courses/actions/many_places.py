"""Giving many people their place in a cohort at once: the same rules and words as one by one, in a fixed number of queries.

Who calls these holds the cohort's row (`hold_cohort`) and has checked each person against what is read under that lock.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction

from courses.actions.cohorts import take_seat
from courses.actions.enrollments import offer_of, welcome, welcome_back
from courses.models import Cohort, CohortInvitation, Enrollment
from lms.accounts import audit
from lms.accounts.actions import claim_accounts, invite_people
from lms.accounts.models import User
from lms.notifications.actions import mail_invitations, notify_each

State = Enrollment.State


def hold_cohort(cohort_id: int) -> Cohort:
    """The cohort as it is now; until the transaction ends nobody else takes or gives one of its seats."""
    held = Cohort.objects.select_for_update(of=("self",), no_key=True).select_related("program", "curriculum")
    return held.get(pk=cohort_id)


@transaction.atomic
def enroll_all(*, cohort: Cohort, users: Sequence[User], back: Sequence[Enrollment], by: User) -> list[Enrollment]:
    """Give people without a place in the cohort one, and those who withdrew theirs `back`; all of them, in this order, or
    none where seats are too few.
    """
    if not (users or back):
        return []
    take_seat(cohort.pk, count=len(users) + len(back))
    claim_accounts(users=users, by=by)
    made = Enrollment.objects.bulk_create(Enrollment(cohort=cohort, user=user) for user in users)
    facts = [audit.Change(one, {}, {"cohort": cohort.slug}) for one in made]
    audit.record_each("enroll", by=by, changes=facts, concerns=audit.concerns_of(cohort))
    notify_each(welcome(one) for one in made)
    return made + _take_all_back(cohort, back, by)


@transaction.atomic
def invite_all(*, cohort: Cohort, people: Iterable[tuple[str, str]], by: User) -> list[CohortInvitation]:
    """Invite each (address, name) to a place in the cohort, and send the links."""
    concerns = audit.concerns_of(cohort)
    invitations = invite_people(people=people, offer=offer_of(cohort), by=by, concerns=concerns)
    places = CohortInvitation.objects.bulk_create(
        CohortInvitation(invitation=one, cohort=cohort) for one in invitations
    )
    mail_invitations(invitations)
    return places


def _take_all_back(cohort: Cohort, places: Sequence[Enrollment], by: User) -> list[Enrollment]:
    if not places:
        return []
    was = [
        audit.Change(one, {"state": one.state, "ended_at": str(one.ended_at)}, {"state": State.ACTIVE})
        for one in places
    ]
    Enrollment.objects.filter(pk__in=[one.pk for one in places]).update(state=State.ACTIVE, ended_at=None)
    entries = audit.record_each("return", by=by, changes=was, concerns=audit.concerns_of(cohort))
    for one in places:
        one.state, one.ended_at = State.ACTIVE, None
    notify_each(welcome_back(one, entry) for one, entry in zip(places, entries, strict=True))
    return list(places)
