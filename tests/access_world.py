"""The rows that the table of addresses points at: the whole cast, and one of everything of theirs."""

import pytest

from courses.actions.office_changes import note_change
from tests import world


@pytest.fixture
def access_world(
    learner,
    other_learner,
    mentor,
    other_mentor,
    admin,
    other_admin,
    outsider,
    cohort,
    enrollment,
    curriculum,
    exercise,
    mini_project,
):
    reading = world.make_activity(curriculum, "reading", "a-reading")
    quiz = world.make_quiz(curriculum, "a-quiz")
    world.make_image(reading, "figure.png")
    world.make_image(exercise.activity, "figure.png")
    regrade = world.make_regrade(exercise, admin)
    world.make_release(exercise)
    checked = world.make_submission(
        enrollment, exercise, state="checks_passed", files={"ols-from-scratch.ipynb": b"{}"}
    )
    world.make_result(checked)
    waiting = world.make_submission(enrollment, mini_project, state="waiting_for_review", files={"README.md": b"# Hi"})
    world.make_result(waiting, 2, 2)
    world.make_intake(cohort)
    application = world.make_application(cohort, applicant=outsider)
    curriculum.entry_exercise = exercise.slug
    curriculum.save()
    return {
        "application": application,
        "entry": world.make_entry_attempt(application, exercise, score=5),
        "regrade": regrade,
        "wish": world.make_place_request(enrollment),
        "roster": world.make_roster(cohort, admin),
        "asked": world.make_regrade_request(waiting),
        "change": note_change(kind="unheard-of", by=admin, summary="Something", cohort=cohort, enrollment=enrollment),
        "span": world.make_break(cohort),
        "place": world.make_invitation(cohort, by=admin),
        "notification": world.make_notification(learner),
        "unsent": world.make_delivery(world.make_notification(learner), state="failed"),
        "learner": learner,
        "other_learner": other_learner,
        "mentor": mentor,
        "other_mentor": other_mentor,
        "admin": admin,
        "other_admin": other_admin,
        "outsider": outsider,
        "cohort": cohort,
        "enrollment": enrollment,
        "curriculum": curriculum,
        "exercise": exercise,
        "mini_project": mini_project,
        "reading": reading,
        "quiz": quiz,
        "checked": checked,
        "waiting": waiting,
    }
