"""Operations on mentors and their assignments."""

from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from courses.actions.holding import lock_work_of
from courses.actions.office_changes import UndoRefused, note_change
from courses.models import Cohort, Enrollment, OfficeChange
from courses.models.enrollments import OPEN_STATES
from lms.accounts import audit
from lms.accounts.actions import claim_accounts, create_person
from lms.accounts.models import User
from lms.lib.errors import InvalidInput
from lms.notifications.actions import Fact, notify, notify_each
from lms.notifications.models import Kind
from mentors.models import Mentor, MentorAssignment
from mentors.places import AssignmentRefused, Places, refusal_of


@transaction.atomic
def add_mentor(
    *, user: User, capacity: int, by: User, bio: str = "", skills: str = "", cohort: Cohort | None = None
) -> Mentor:
    """Make a person a mentor with this many places, or change the profile of one who already is; `cohort` is the one whose
    office does it.

    Words that are left empty stay as they were. Refused when more learners than that are looked after now.
    """
    claim_accounts(users=[user], by=by)
    mentor, created = Mentor.objects.get_or_create(
        user=user, defaults={"capacity": capacity, "bio": bio, "skills": skills}
    )
    before = {} if created else _change_profile(mentor, {"capacity": capacity, "bio": bio, "skills": skills})
    concerns = audit.concerns_of(cohort) if cohort else None
    audit.record("add_mentor", by=by, target=mentor, before=before, after={"capacity": capacity}, concerns=concerns)
    return mentor


@transaction.atomic
def add_new_mentor(
    *,
    email: str,
    name: str,
    time_zone: str,
    capacity: int,
    by: User,
    skills: str = "",
    cohort: Cohort | None = None,
) -> Mentor:
    """Make somebody who has no account a person and a mentor at once, and tell them how to get in.

    They have no password: only who reads that address can choose one. Refused without a name, or when the address
    has an owner.
    """
    if not name.strip():
        raise InvalidInput(
            f"Nobody has an account with the address {email}. Check the spelling, or write their name as well "
            "to create an account for them. Nothing was changed."
        )
    try:
        person = create_person(email=email, name=name, password=None, time_zone=time_zone, by=by)
    except IntegrityError as error:
        raise AssignmentRefused(
            f"Somebody has an account with the address {email} by now. Nothing was changed; try again."
        ) from error
    mentor = add_mentor(user=person, capacity=capacity, skills=skills, by=by, cohort=cohort)
    notify(
        recipient=person,
        key=f"mentor-added:{mentor.pk}",
        kind=Kind.MENTOR_ADDED,
        title="You are a mentor",
        body=f"{by} made you a mentor of the bootcamp. You have an account, but no password yet: open the page below, "
        f"enter this address ({person.email}), and follow the link that you are sent to choose one.",
        path=reverse("account_reset_password"),
    )
    return mentor


@transaction.atomic
def assign_mentor(*, enrollment: Enrollment, mentor: Mentor, by: User) -> MentorAssignment:
    """Make `mentor` the learner's one current mentor, ending the assignment before it.

    Refused when the mentor is the learner, or has no free place; the places are numbered rows that the database keeps
    unique, so two admins who click at once cannot overfill a mentor.
    """
    lock_work_of(enrollment.pk)
    enrollment.refresh_from_db()
    (held,) = hold_mentors([mentor.pk])
    refusal = refusal_of(mentor, learner_id=enrollment.user_id, name=str(enrollment), state=enrollment.state)
    if refusal:
        raise AssignmentRefused(refusal)
    before = MentorAssignment.objects.occupying().filter(enrollment=enrollment).select_related("mentor__user").first()
    if before and before.mentor_id == mentor.pk:
        return before
    if before:
        MentorAssignment.objects.filter(pk=before.pk, ended_at=None).update(ended_at=timezone.now())
    try:
        with transaction.atomic():
            assignment = MentorAssignment.objects.create(
                mentor=mentor, enrollment=enrollment, place=Places([held]).take(mentor), assigned_by=by
            )
    except IntegrityError as error:
        raise AssignmentRefused(
            "Someone else assigned a mentor at the same moment. Nothing was changed; look again."
        ) from error
    was = {"mentor": str(before.mentor)} if before else {}
    audit.record("assign_mentor", by=by, target=enrollment, before=was, after={"mentor": str(mentor)})
    note_change(
        kind="assign_mentor",
        by=by,
        summary=f"Made {mentor} the mentor of {enrollment.user}",
        cohort=enrollment.cohort,
        enrollment=enrollment,
        before={"assignment": before and before.pk},
        after={"assignment": assignment.pk},
    )
    _tell(assignment)
    return assignment


@transaction.atomic
def end_assignment(*, assignment: MentorAssignment, by: User, reason: str = "") -> None:
    """End a mentor's care of a learner; the place is free again, the history stays."""
    ended = MentorAssignment.objects.filter(pk=assignment.pk, ended_at=None).update(ended_at=timezone.now())
    if not ended:
        raise AssignmentRefused("This assignment has ended already.")
    enrollment, before = assignment.enrollment, {"mentor": str(assignment.mentor)}
    audit.record("end_assignment", by=by, target=enrollment, before=before, reason=reason)
    note_change(
        kind="end_assignment",
        by=by,
        summary=f"Ended the care of {assignment.mentor} for {enrollment.user}",
        cohort=enrollment.cohort,
        enrollment=enrollment,
        before={"assignment": assignment.pk},
        after={"assignment": None},
    )


def release_mentor(*, enrollment: Enrollment, by: User, why: str) -> MentorAssignment | None:
    """End the care of whoever holds the learner's place now, and tell them `why`; call it under the lock of the place."""
    held = MentorAssignment.objects.occupying().filter(enrollment=enrollment).select_related("mentor__user").first()
    if held is None or not MentorAssignment.objects.filter(pk=held.pk, ended_at=None).update(ended_at=timezone.now()):
        return None
    before = {"mentor": str(held.mentor)}
    audit.record("end_assignment", by=by, target=enrollment, before=before, reason=why)
    notify(
        recipient=held.mentor.user,
        key=f"released:{held.pk}",
        kind=Kind.MENTOR_ASSIGNED,
        title=f"You no longer look after {enrollment.user}",
        body=why,
        path=reverse("mentor_learners"),
    )
    return held


def restore_mentor(*, assignment: MentorAssignment, by: User) -> None:
    """Let the mentor of an assignment that ended look after its learner again, unless somebody does; for undoing.

    Refused when the mentor has no free place any more. Call it under the lock of the learner's place, once it is open.
    """
    (mentor,) = hold_mentors([assignment.mentor_id])
    if MentorAssignment.objects.occupying().filter(enrollment=assignment.enrollment_id).exists():
        return
    enrollment = assignment.enrollment
    place = Places([mentor]).take(mentor)
    again = MentorAssignment.objects.create(mentor=mentor, enrollment=enrollment, place=place, assigned_by=by)
    audit.record("assign_mentor", by=by, target=enrollment, after={"mentor": str(mentor)})
    _tell(again)


def tell_mentor(*, enrollment: Enrollment, key: str, title: str) -> None:
    """Tell whoever looks after the learner now what became of their place."""
    current = MentorAssignment.objects.current().filter(enrollment=enrollment).select_related("mentor__user").first()
    if current:
        notify(
            recipient=current.mentor.user,
            key=key,
            kind=Kind.PLACE_CHANGED,
            title=title,
            path=reverse("mentor_learners"),
        )


def undo_mentor(change: OfficeChange, by: User) -> None:
    """Give a learner the mentor they had before an assignment, or its end; refused when somebody else was assigned since."""
    enrollment = change.enrollment
    assert enrollment
    lock_work_of(enrollment.pk)
    enrollment.refresh_from_db()
    if not enrollment.is_open:
        says = f"{enrollment.user} is {enrollment.get_state_display().lower()} now, so nobody looks after them."
        raise UndoRefused(f"{says} Nothing was changed.")
    now = MentorAssignment.objects.occupying().filter(enrollment=enrollment).first()
    if (now and now.pk) != change.after["assignment"]:
        raise UndoRefused(f"{enrollment.user} was given another mentor since. Nothing was changed.")
    release_mentor(enrollment=enrollment, by=by, why="The office has taken it back.")
    if change.before["assignment"]:
        restore_mentor(assignment=MentorAssignment.objects.get(pk=change.before["assignment"]), by=by)


def _change_profile(mentor: Mentor, wanted: dict[str, int | str]) -> dict[str, int | str]:
    """Set what is wanted and not empty; what it was before."""
    (was,) = hold_mentors([mentor.pk])
    taken = MentorAssignment.objects.current().filter(mentor=mentor).count()
    if taken > int(wanted["capacity"]):
        raise AssignmentRefused(
            f"{mentor} looks after {taken} learners now, so {wanted['capacity']} places are too few. "
            "Nothing was changed; give some of the learners another mentor first."
        )
    changes = {name: value for name, value in wanted.items() if value != ""}
    Mentor.objects.filter(pk=mentor.pk).update(**changes)
    mentor.refresh_from_db()
    return {name: getattr(was, name) for name in changes}


def hold_mentors(mentors: Iterable[int]) -> list[Mentor]:
    """These mentors by id, held until the transaction ends, with the places of learners who have left free again."""
    held = list(
        Mentor.objects.select_for_update(of=("self",)).select_related("user").filter(pk__in=mentors).order_by("pk")
    )
    stale = MentorAssignment.objects.occupying().filter(mentor__in=held)
    stale.exclude(enrollment__state__in=OPEN_STATES).update(ended_at=timezone.now())
    return held


@transaction.atomic
def assign_all(*, cohort: Cohort, chosen: Sequence[tuple[Enrollment, Mentor, int]], by: User) -> None:
    """Give learners of a cohort their mentors, as `assign_mentor` does for one: (enrollment, mentor, the place taken from
    `Places` since the mentors were held). Queries do not grow with their number, up to a few hundred.
    """
    ending = MentorAssignment.objects.occupying().filter(enrollment__in=[one for one, *_ in chosen])
    before = {one.enrollment_id: {"mentor": str(one.mentor)} for one in ending.select_related("mentor__user")}
    ending.update(ended_at=timezone.now())
    made = MentorAssignment.objects.bulk_create(
        MentorAssignment(enrollment=one, mentor=mentor, place=place, assigned_by=by) for one, mentor, place in chosen
    )
    changes = [
        audit.Change(one.enrollment, before.get(one.enrollment_id, {}), {"mentor": str(one.mentor)}) for one in made
    ]
    audit.record_each("assign_mentor", by=by, changes=changes, concerns=audit.concerns_of(cohort))
    notify_each(fact for one in made for fact in _facts(one))


def _facts(assignment: MentorAssignment) -> tuple[Fact, Fact]:
    """What the two are told."""
    learner, mentor = assignment.enrollment.user, assignment.mentor.user
    key, kind = f"mentor:{assignment.pk}", Kind.MENTOR_ASSIGNED
    return (
        Fact(learner, key, kind, f"{mentor} is your mentor", reverse("home")),
        Fact(mentor, key, kind, f"You are the mentor of {learner}", reverse("mentor_learners")),
    )


def _tell(assignment: MentorAssignment) -> None:
    for fact in _facts(assignment):
        notify(**fact._asdict())
