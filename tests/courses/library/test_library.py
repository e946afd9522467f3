"""The shipped programme: it reads without an error, its exercises grade as they say, and typical wrong solutions fail."""

import os

import pytest

from courses.curriculum.soundness import errors_of, warnings_of
from projects.grading import lanes
from projects.grading.engine import declared_points, grade, self_test
from projects.grading.trial import reference_work, release_work
from projects.self_tests import decided, read_record, submittables_of
from tests.exercises import SHIPPED as FOLDER

SAMPLE = "weeks/*" if os.environ.get("EVERY_EXERCISE") else "weeks/0[34]-*"
"""The weeks whose exercises are run here: two of them each time, all when asked to. What the self-test found is on record."""
EXERCISES = sorted(
    {path.parent.name for kind in ("*.ipynb", "exercise.yaml") for path in FOLDER.glob(f"{SAMPLE}/*/{kind}")}
)


@pytest.fixture(scope="session")
def submittables(programme):
    return {one.slug: one for one in submittables_of(programme)}


@pytest.fixture(scope="session")
def bundles(submittables):
    return decided(list(submittables.values()), FOLDER, tested=False, report=print)


def test_the_programme_has_26_weeks_and_seven_milestones(programme):
    assert [module.week for module in programme.modules] == list(range(1, 27))
    kinds = [activity.kind for module in programme.modules for activity in module.activities]
    assert kinds.count("milestone") == 7


def test_each_week_has_readings_a_quiz_of_eight_and_two_exercises(programme):
    for module in programme.modules:
        kinds = [activity.kind for activity in module.activities]
        assert kinds.count("reading") >= 3, module.week
        assert kinds.count("exercise") >= 2, module.week
        (quiz,) = [activity.quiz for activity in module.activities if activity.quiz]
        assert len(quiz.questions) == 8, module.week
    with_project = [one.week for one in programme.modules if any(a.kind == "mini-project" for a in one.activities)]
    assert with_project == [3, 4, 5, 6, 7, 11, 14, 17, 19, 22]


def test_what_the_program_must_teach_is_said_with_where(programme):
    assert len(programme.coverage) >= 90
    taught = {slug for topic in programme.coverage for slug in topic.activities}
    assert {module.week for module in programme.modules if taught & {one.slug for one in module.activities}} == set(
        range(1, 27)
    )


def test_it_is_sound_as_a_whole(programme):
    assert errors_of(programme) == []
    assert warnings_of(programme) == []


def test_each_exercise_has_at_least_three_typical_wrong_solutions(submittables):
    exercises = {slug: len(one.wrong) for slug, one in submittables.items() if one.is_exercise}
    assert {slug: number for slug, number in exercises.items() if number < 3} == {}


def test_the_self_test_of_every_exercise_is_recorded(submittables):
    recorded = read_record(FOLDER)
    exercises = {slug: one.key for slug, one in submittables.items() if one.is_exercise}
    missing = [slug for slug, key in exercises.items() if key not in recorded]
    assert missing == [], "run `manage.py record_graders courses/library/ml-engineering`"
    assert [slug for slug, key in exercises.items() if recorded[key].get("in_kernel")] == []
    assert len(recorded) == len(exercises)


@pytest.mark.box
def test_the_record_is_what_the_self_test_decides(submittables):
    one = submittables["ols-from-scratch"]
    assert self_test(one.bundle, wrong=one.wrong).config == read_record(FOLDER)[one.key]


@pytest.mark.box
@pytest.mark.parametrize("slug", EXERCISES)
def test_the_reference_scores_everything_and_the_release_version_nothing_in_either_lane(bundles, slug, warm_lane):
    bundle = bundles[slug]
    for work, score in ((reference_work(bundle), declared_points(bundle)), (release_work(bundle), 0)):
        with lanes.use(warm_lane):
            warm = grade(bundle, work, seed=7)
        assert warm.score == score
        assert all(group.lifted for group in warm.groups)
        with lanes.use(None):
            cold = grade(bundle, work, seed=7)
        assert {**cold.to_dict(), "usage": None} == {**warm.to_dict(), "usage": None}
