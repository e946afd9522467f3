"""Leading a learner to another cohort of the program: everything they did and everything that waits goes with them."""

from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.db import transaction

from courses.actions.carrying import carry_learning
from courses.actions.cohorts import free_seat, take_seat
from courses.actions.office_changes import note_change
from courses.actions.places import (
    SOURCES,
    EnrollmentRefused,
    check_state,
    end_pause,
    hold_place,
    move_place,
    place_key,
    tell_learner,
)
from courses.models import Cohort, Enrollment, EnrollmentTransfer, Extension, OfficeChange, Pause
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import InvalidInput
from mentors.actions import release_mentor, tell_mentor
from projects.actions.carrying import carry_work, hold_work
from projects.actions.grades import deciding_attempt, dues_now, firsts_accepted, late_attempts
from projects.actions.lateness import refresh_lateness
from projects.actions.reviews import let_go
from projects.models import Grade, Review, Submission

State = Enrollment.State
MOST_EXTRA = 180
ALONG = "Everything you have handed in, your feedback, grades and what waits for a review came along."


@transaction.atomic
def transfer(
    *, enrollment: Enrollment, to: Cohort, by: User, keep_mentor: bool = True, reason: str = ""
) -> OfficeChange:
    """Lead a learner with a place to another cohort of the program, taking a seat there and freeing theirs.

    Their work follows by slug where the version is another one; a pause ends; the mentor stays unless they are released.
    """
    hold_place(enrollment, to)
    old, was = enrollment.cohort, {"state": str(enrollment.state), "cohort": enrollment.cohort_id}
    check_transfer(enrollment, to)
    if enrollment.state == State.PAUSED:
        was |= end_pause(enrollment)
    take_seat(to.pk)
    free_seat(old.pk)
    extensions = lead_to(enrollment, to, sources=SOURCES["transfer"], target=State.ACTIVE, by=by)
    EnrollmentTransfer.objects.create(
        enrollment=enrollment, from_cohort=old, to_cohort=to, reason=reason[:300], moved_by=by
    )
    before, after = {"cohort": old.slug}, {"cohort": to.slug}
    audit.record("transfer", by=by, target=enrollment, before=before, after=after, reason=reason)
    change = note_change(
        kind="transfer",
        by=by,
        summary=f"Moved {enrollment.user} from {old} to {to}",
        cohort=to,
        enrollment=enrollment,
        before=was,
        after={"state": State.ACTIVE, "cohort": to.pk, "extensions": extensions},
    )
    moved = f"{enrollment.user} has moved to {to}"
    if keep_mentor:
        tell_mentor(enrollment=enrollment, key=place_key(change), title=f"{moved}; you go on looking after them")
    else:
        release_mentor(enrollment=enrollment, by=by, why=f"{moved}.")
    give_back_claims(enrollment, by)
    body = f"{ALONG} Your home page shows the dates that hold now."
    tell_learner(enrollment, place_key(change), f"You have moved to {to}", body)
    return change


def check_transfer(enrollment: Enrollment, to: Cohort) -> None:
    """Raise when the learner cannot go there, with the reason; a seat is promised by `take_seat` alone."""
    check_state(enrollment, "transfer")
    if to.pk == enrollment.cohort_id:
        raise InvalidInput(f"{enrollment.user} is in {to} already; nothing was changed.")
    check_no_other_place(enrollment, to)


def check_no_other_place(enrollment: Enrollment, to: Cohort) -> None:
    """Raise when `to` is of another program, or the learner has had another place in it."""
    if to.program_id != enrollment.cohort.program_id:
        raise InvalidInput(f"{to} belongs to another program; nothing was changed.")
    other = Enrollment.objects.filter(user=enrollment.user_id, cohort=to).exclude(pk=enrollment.pk).first()
    if other:
        raise EnrollmentRefused(
            f"{enrollment.user} has another place in {to} ({other.get_state_display().lower()}) with work of its own; "
            "a person has one place in a cohort. Nothing was changed."
        )


def lead_to(
    enrollment: Enrollment, to: Cohort, *, sources: Collection[str], target: str, by: User, spare: bool = True
) -> list[int]:
    """Point a place at another cohort and let everything follow; call it under `hold_place`, with the seats counted.

    Grades are recomputed under the dates that hold there. With `spare`, work that counted as in time still does: where it
    would be late, an extension covers it. The ids of those extensions.
    """
    old = enrollment.cohort
    hold_work(enrollment)
    in_time = _in_time_after_due(enrollment) if spare else frozenset()
    Pause.objects.bending().filter(enrollment=enrollment).update(past_cohort=old)
    Pause.objects.filter(enrollment=enrollment, past_cohort=to).update(past_cohort=None)
    move_place(enrollment, sources, target, cohort=to, ended_at=None, returns_in=None)
    carry_learning(whose=enrollment, to=to.curriculum)
    carry_work(whose=enrollment, to=to.curriculum)
    extensions = _cover(enrollment, in_time, old, by)
    grades = Grade.objects.select_for_update(of=("self",)).select_related("project").order_by("pk")
    refresh_lateness(grades.filter(enrollment=enrollment), by=by, reason=f"Moved from {old} to {to}")
    return extensions


def give_back_claims(enrollment: Enrollment, by: User) -> None:
    """Return reviews to the queue whose reviewer has nothing to do with the learner's cohort; their drafts are kept."""
    claims = Review.objects.claimed().filter(submission__enrollment=enrollment)
    for review in claims.select_related("submission", "reviewer"):
        if not Submission.objects.visible_to(review.reviewer).filter(pk=review.submission_id).exists():
            let_go(review=review, by=by)


def _suspects(enrollment: Enrollment) -> list[Submission]:
    attempts = Submission.objects.filter(enrollment=enrollment).order_by("pk")
    return [one for one in attempts if one.came_after_due]


def _in_time_after_due(enrollment: Enrollment) -> frozenset[int]:
    """The attempts that came after the due date shown then and count as in time all the same, for the dates of now."""
    suspects = _suspects(enrollment)
    return frozenset(one.pk for one in suspects) - late_attempts(attempts=suspects)


def _cover(enrollment: Enrollment, in_time: frozenset[int], old: Cohort, by: User) -> list[int]:
    """Extend what would make one of `in_time` late now, by as many days as it takes."""
    suspects = [one for one in _suspects(enrollment) if one.pk in in_time] if in_time else []
    late = late_attempts(attempts=suspects)
    if not late:
        return []
    due, first, zone = dues_now(suspects), firsts_accepted(suspects), ZoneInfo(enrollment.cohort.time_zone)
    missing: dict[int, int] = {}
    for one in suspects:
        work = (one.enrollment_id, one.project_id)
        due_at = due[work]
        if one.pk in late and due_at:
            handed_in = deciding_attempt(one, first.get(work)).submitted_at
            days = (handed_in.astimezone(zone).date() - due_at.astimezone(zone).date()).days
            missing[one.project_id] = max(days, missing.get(one.project_id, 0))
    return [pk for project, days in missing.items() for pk in _extend(enrollment, project, days, old, by)]


def _extend(enrollment: Enrollment, project: int, days: int, old: Cohort, by: User) -> list[int]:
    activity = Grade.objects.values_list("project__activity", flat=True).get(enrollment=enrollment, project=project)
    portions = [min(MOST_EXTRA, days - given) for given in range(0, days, MOST_EXTRA)]
    return [
        Extension.objects.create(
            enrollment=enrollment,
            activity_id=activity,
            days=portion,
            reason=f"In time in {old}",
            granted_by=by,
        ).pk
        for portion in portions
    ]
