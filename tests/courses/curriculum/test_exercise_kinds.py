# ruff: noqa: E501 -- each case is one row of a table
"""Function and model exercises in a curriculum folder: read as they say, and each error named with its file and line."""

import pytest

from courses.curriculum import model_exercises
from projects.grading import models
from projects.grading.calls import groups_of, module_of
from projects.grading.engine import Bundle, declared_points, release_files
from tests import exercises

F = "weeks/01-lines/ols"
FILES = {"function": exercises.FUNCTION, "model": exercises.MODEL}
BY_FILE = {
    **{name: text for name, text in exercises.MODEL.items() if name not in ("reference.py", "train.csv")},
    "exercise.yaml": exercises.MODEL["exercise.yaml"].replace("module: model.py", "predictions: guess.csv"),
    "reference.csv": "y\n" + "".join(f"{3 * x}\n" for x in range(21, 41)),
}


@pytest.fixture
def put(folder):
    """A function that lets the folder's exercise be one of these files."""

    def place(files):
        for name in (f"{F}/ols.ipynb", f"{F}/data/points.csv", f"{F}/exercise.yaml"):
            (folder.path / name).unlink()
        for name, text in files.items():
            folder.write(f"{F}/{name}", text)
        return folder

    return place


def read(folder):
    (activity,) = (one for module in folder.read().modules for one in module.activities if one.slug == "ols")
    project = activity.project
    return project, Bundle(kind=project.bundle_kind, files=project.files, config=project.config)


def test_a_function_exercise_is_what_the_engine_takes(put):
    project, bundle = read(put(exercises.FUNCTION))
    assert (project.kind, project.bundle_kind, project.accepts_link) == ("exercise", "function", "none")
    assert project.config["titles"] == {"sum": "Your own sum", "mean": "The mean"}
    assert (module_of(bundle), float(declared_points(bundle))) == ("stats.py", 3)
    assert [(one.id, one.visible, one.seconds) for one in groups_of(bundle)] == [("sum", True, 1), ("mean", False, 0)]
    assert release_files(bundle).keys() == {"stats.py", "numbers.csv"}


def test_a_model_exercise_is_what_the_engine_takes(put):
    project, bundle = read(put(exercises.MODEL))
    assert project.config["daily_cap"] == 2
    assert models.settings(project.config)["thresholds"] == {"public": [[2, 1], [0.1, 2]], "private": [[0.1, 3]]}
    assert float(declared_points(bundle)) == 5
    assert release_files(bundle).keys() == {"train.csv"}


def test_predictions_may_be_handed_in_instead_of_a_module(put):
    _, bundle = read(put(BY_FILE))
    assert module_of(bundle) == "guess.csv"
    assert release_files(bundle) == {}


def test_points_that_are_given_and_the_daily_cap_are_for_every_kind(folder):
    folder.replace(f"{F}/exercise.yaml", "max_attempts: 20", "daily_cap: 3\nfree_points: 0.5")
    assert read(folder)[0].config == {"titles": {"test_fit": "The fit"}, "daily_cap": 3, "free_points": "0.5"}


def test_metrics_are_those_of_the_engine():
    assert model_exercises.METRICS == models.METRICS
    assert model_exercises.LOWER_IS_BETTER == models.LOWER_IS_BETTER


# what the case shows: (kind, file, what is replaced, by what, file and line of the error, problem)
YAML, CHECKS, TEST = f"{F}/exercise.yaml", f"{F}/checks.py", f"{F}/hidden/test.csv"
GROUP = "  - {id: mean, points: 2, title: The mean}"
REPLACED = {
    "unknown kind": ("function", "exercise.yaml", "kind: function", "kind: essay", YAML, 2, "essay is not a known kind."),
    "unknown key": ("function", "exercise.yaml", "module:", "limit: 3\nmodule:", YAML, 3, "The key limit is unknown here."),
    "key of another kind": ("function", "exercise.yaml", "module:", "metric: rmse\nmodule:", YAML, 3, "The key metric is unknown here."),
    "no module": ("function", "exercise.yaml", "module: stats.py\n", "", YAML, 1, "module is missing."),
    "module that is no name": ("function", "exercise.yaml", "stats.py", "my-stats.py", YAML, 3, "my-stats.py is no module."),
    "module of the author": ("function", "exercise.yaml", "stats.py", "checks.py", YAML, 3, "checks.py is the author's file."),
    "module of Python": ("function", "exercise.yaml", "stats.py", "statistics.py", YAML, 3, "statistics is a module that Python has already."),
    "unknown key of a group": ("function", "exercise.yaml", "title: The mean", "name: The mean", YAML, 6, "The key name is unknown here."),
    "group without a check": ("function", "exercise.yaml", "id: mean", "id: median", YAML, 6, "checks.py has no function check_median."),
    "id that is no name": ("function", "exercise.yaml", "id: mean", "id: the-mean", YAML, 6, "the-mean is no id of a group."),
    "group given twice": ("function", "exercise.yaml", "id: mean", "id: sum", YAML, 6, "There is already a group sum."),
    "negative points": ("function", "exercise.yaml", "points: 2", "points: -2", YAML, 6, "points is -2."),
    "more seconds than a run has": ("function", "exercise.yaml", "seconds: 1", "seconds: 30", YAML, 5, "seconds is 30."),
    "no groups": ("function", "exercise.yaml", exercises.FUNCTION["exercise.yaml"].partition("groups:")[2], " []\n", YAML, 4, "The exercise has no group of checks."),
    "check without a group": ("function", "exercise.yaml", GROUP + "\n", "", CHECKS, 11, "check_mean belongs to no group, so it would never run."),
    "checks that are no Python": ("function", "checks.py", "import reference", "import", CHECKS, 1, "This is not Python: invalid syntax."),
    "starter that is no Python": ("function", "stats.py", "def mean(x):", "def mean(x)", f"{F}/stats.py", 5, "This is not Python: expected ':'."),
    "no attempts a day": ("model", "exercise.yaml", "daily_cap: 2", "daily_cap: 0", YAML, 11, "daily_cap is 0."),
    "unknown metric": ("model", "exercise.yaml", "rmse", "luck", YAML, 4, "luck is not a known metric."),
    "no target": ("model", "exercise.yaml", "target: y\n", "", YAML, 1, "target is missing."),
    "module and predictions": ("model", "exercise.yaml", "metric:", "predictions: p.txt\nmetric:", YAML, 4, None),
    "share above one": ("model", "exercise.yaml", "0.25", "1.5", YAML, 9, "public_share is 1.5."),
    "share that leaves no public row": ("model", "exercise.yaml", "0.25", "0.01", YAML, 9, "public_share 0.01 of 20 rows leaves no public row, and public gives points."),
    "too many digits": ("model", "exercise.yaml", "round: 2", "round: 9", YAML, 10, "round is 9."),
    "thresholds that do not rise": ("model", "exercise.yaml", "score: 2,", "score: 0.01,", YAML, 7, "A score of 0.1 for 2 points follows one of 0.01 for 1."),
    "threshold without points": ("model", "exercise.yaml", "[{score: 0.1, points: 3}]", "[{score: 0.1}]", YAML, 8, "points is missing."),
    "thresholds of another group": ("model", "exercise.yaml", "  private:", "  secret:", YAML, 8, "The key secret is unknown here."),
    "test that learners get": ("model", "exercise.yaml", "round: 2", "test: train.csv", YAML, 10, "train.csv is in the wrong place."),
    "missing table": ("model", "exercise.yaml", "round: 2", "train: data.csv", YAML, 10, "There is no file data.csv."),
    "table elsewhere": ("model", "exercise.yaml", "round: 2", "train: ../train.csv", YAML, 10, "../train.csv is no table of this folder."),
    "test without its target": ("model", "hidden/test.csv", "x,y", "x,z", TEST, 1, "There is no column y."),
    "tables that differ": ("model", "train.csv", "x,y", "w,y", YAML, 1, "train.csv and hidden/test.csv differ in columns (w, x)."),
    "table without rows": ("model", "train.csv", exercises.MODEL["train.csv"], "x,y\n1,2\n", f"{F}/train.csv", None, "This table has fewer than two rows."),
}  # fmt: skip


@pytest.mark.parametrize("case", REPLACED)
def test_a_broken_line_is_named(put, case):
    kind, name, old, new, file, line, problem = REPLACED[case]
    folder = put(FILES[kind])
    folder.replace(f"{F}/{name}", old, new)
    if case == "module and predictions":
        first = (YAML, 3, "There are module and predictions.")
        assert folder.errors() == [first, (file, line, "p.txt is no file of predictions.")]
    else:
        assert folder.errors() == [(file, line, problem)]


@pytest.mark.parametrize(
    ("files", "missing"),
    [(FILES["function"], "checks.py"), (FILES["function"], "reference.py"), (FILES["model"], "reference.py"), (BY_FILE, "reference.csv")],
)  # fmt: skip
def test_a_missing_file_of_the_author_is_named(put, files, missing):
    folder = put({name: text for name, text in files.items() if name != missing})
    assert folder.errors() == [(f"{F}/{missing}", None, "This file is missing.")]


def test_an_instructor_notebook_beside_a_module_is_refused_as_learners_would_get_it(put):
    folder = put({**exercises.FUNCTION, "ols.ipynb": "{}"})
    assert folder.errors() == [(f"{F}/ols.ipynb", None, "A function exercise has no instructor notebook.")]


def test_a_folder_without_a_notebook_says_how_to_name_its_kind(put, folder):
    put({"brief.md": "Do it.", "exercise.yaml": "schema: 1\n"})
    assert folder.errors() == [(f"{F}/ols.ipynb", None, "The exercise has no notebook.")]


def test_all_errors_are_told_at_once(put):
    folder = put(exercises.MODEL)
    for old, new in (("rmse", "luck"), ("0.25", "2"), ("daily_cap: 2", "daily_cap: many"), ("round: 2", "rounds: 2")):
        folder.replace(YAML, old, new)
    assert [line for _, line, _ in folder.errors()] == [4, 9, 10, 11]
