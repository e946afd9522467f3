# ruff: noqa: E501  (submitted code reads better unbroken)
"""Model exercises: predictions for rows whose target only the grader knows."""

import random
from dataclasses import replace

import pytest

from projects.grading.checks import SpecError
from projects.grading.engine import (
    Bundle,
    UploadRefused,
    check_upload,
    daily_cap,
    declared_points,
    grade,
    release_files,
    self_test,
)
from tests.projects.grading.build import by_id


def table(rows, seed):
    rng = random.Random(seed)
    lines = [(rng.uniform(-5, 5), rng.uniform(-5, 5)) for _ in range(rows)]
    return ("x,z,y\n" + "\n".join(f"{x},{z},{3 * x - z + 1}" for x, z in lines) + "\n").encode()


TEST = table(40, 2)
TARGETS = [float(line.split(b",")[2]) for line in TEST.splitlines()[1:]]
CONFIG = {
    "module": "model.py", "target": "y", "metric": "rmse", "round": 2, "daily_cap": 5, "split_seed": 3,
    "thresholds": {"public": [[5.0, 1], [0.1, 2]], "private": [[0.1, 4]]},
}  # fmt: skip
GOOD = (
    b"from sklearn.linear_model import LinearRegression\n"
    b"def fit(X, y):\n    return LinearRegression().fit(X, y)\ndef predict(model, X):\n    return model.predict(X)\n"
)
EXERCISE = Bundle("model", {"train.csv": table(60, 1), "hidden/test.csv": TEST, "reference.py": GOOD}, CONFIG)
BY_FILE = replace(
    EXERCISE, config={**{k: v for k, v in CONFIG.items() if k != "module"}, "predictions": "predictions.csv"}
)


def run(source):
    return grade(EXERCISE, {"model.py": source if isinstance(source, bytes) else source.encode()}, seed=1)


def handed(values, column="y"):
    return {"predictions.csv": (column + "\n" + "\n".join(map(str, values)) + "\n").encode()}


@pytest.mark.box
def test_a_good_model_reaches_every_threshold():
    found = self_test(EXERCISE)
    assert found.ok, found.problems
    groups = by_id(found.reference)
    assert groups["public"].message == "rmse 0.00"
    assert (groups["private"].message, groups["private"].visibility) == ("", "hidden")
    assert float(declared_points(EXERCISE)) == 6
    assert release_files(EXERCISE).keys() == {"train.csv"}


@pytest.mark.box
def test_a_fair_model_reaches_some():
    result = run("def fit(X, y):\n    return 3\ndef predict(m, X):\n    return X['x'] * m")
    assert {name: (float(group.score), group.verdict) for name, group in by_id(result).items()} == {
        "public": (1, "partial"),
        "private": (0, "partial"),
    }
    assert by_id(result)["public"].message.startswith("rmse ")


@pytest.mark.box
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("[0.0] * 3", "one prediction for each of the 40 rows"), ("[float('nan')] * len(X)", "is no finite number"),
        ("['a'] * len(X)", "do not fit the metric"), ("object()", "one prediction for each"), ("[[1, 2]] * len(X)", "one prediction"),
    ],
)  # fmt: skip
def test_what_is_no_prediction_is_explained(answer, words):
    result = run(f"def fit(X, y): pass\ndef predict(m, X):\n    return {answer}")
    assert result.score == 0
    assert words in by_id(result)["public"].message


@pytest.mark.box
def test_failures_and_forgeries_earn_nothing():
    for source, verdict in (
        ("def fit(X, y): return {}['k']\ndef predict(m, X): pass", "runtime_error"),
        ("def fit(X, y): pass", "missing_target"),
        ("def fit(X, y): pass\ndef predict(m, X):\n    assert 'y' not in X\n    import os; os._exit(0)", "runtime_error"),
        ("class Y:\n    def __eq__(s, o): return True\n    __sub__ = __rsub__ = lambda s, o: 0\n    def __len__(s): return 40\n"
         "    def __array__(s, *a, **k): raise KeyError\ndef fit(X, y): pass\ndef predict(m, X): return Y()", "failed"),
    ):  # fmt: skip
        result = run(source)
        assert (result.score, result.is_ours) == (0, False)
        assert by_id(result)["public"].verdict == verdict


@pytest.mark.box
def test_predictions_may_be_a_file():
    assert grade(BY_FILE, handed(TARGETS), seed=1).verdict == "passed"
    assert grade(BY_FILE, handed(TARGETS, "prediction"), seed=1).verdict == "passed"
    assert grade(BY_FILE, handed(TARGETS[:-1]), seed=1).score == 0
    assert grade(BY_FILE, {"predictions.csv": b"\xff\x00,"}, seed=1).score == 0
    by_array = replace(BY_FILE, config={**BY_FILE.config, "predictions": "predictions.npy"})
    pickled = (
        b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(127) + b"\n\x80\x04N."
    )
    result = grade(by_array, {"predictions.npy": pickled}, seed=1)
    assert (result.score, result.is_ours) == (0, False)


def test_the_daily_cap_is_part_of_the_config():
    assert daily_cap(EXERCISE) == 5
    assert daily_cap(Bundle("notebook")) is None
    with pytest.raises(SpecError):
        daily_cap(Bundle("model", {}, {"daily_cap": 0}))


@pytest.mark.parametrize(
    "change",
    [{"metric": "luck"}, {"target": ""}, {"thresholds": {}}, {"thresholds": {"public": [[1, -1]]}}, {"round": 9},
     {"public_share": 2}, {"thresholds": {"secret": [[1, 1]]}}],
)  # fmt: skip
def test_a_wrong_config_is_refused(change):
    with pytest.raises(SpecError):
        declared_points(replace(EXERCISE, config={**CONFIG, **change}))


def test_uploads_without_predictions_are_refused():
    with pytest.raises(UploadRefused, match=r"no predictions\.csv"):
        check_upload(BY_FILE, {"model.py": GOOD})
