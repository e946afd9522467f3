"""Model exercises: a learner's ``fit`` and ``predict``, or a file of predictions, scored against hidden rows.

``config``::

    {"module": "model.py",                     # or "predictions": "predictions.csv" or "predictions.npy"
     "train": "train.csv",                     # a public file; for "module" only
     "test": "hidden/test.csv",                # with the target column, for the grader alone
     "target": "price", "metric": "rmse",      # one of METRICS
     "thresholds": {"public": [[10.0, 1], [5.0, 2]], "private": [[5.0, 4]]},   # score reached -> points
     "public_share": 0.5, "split_seed": 1,     # which hidden rows the learner is told the score of
     "round": 3, "daily_cap": 5}

The module defines ``fit(X, y)``, whose answer is passed on, and ``predict(model, X)``, one prediction for each row; both
get DataFrames and Series. The hidden target never enters the learner's box. A predictions file is a ``.csv`` with a
column named as the target (or only one column), or a ``.npy`` array without pickled objects, in the order of the rows.
The reference is ``reference.py``, or predictions in ``reference.csv`` or ``reference.npy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .checks import SpecError

METRICS = ("accuracy", "balanced_accuracy", "f1", "roc_auc", "r2", "log_loss", "mae", "rmse")
LOWER_IS_BETTER = frozenset({"log_loss", "mae", "rmse"})
GROUPS = ("public", "private")
_TITLES = {"public": "Score on the public rows", "private": "Score on the private rows"}
_CSV = """\
import pandas as _pandas
_table = _pandas.read_csv({name!r})
predictions = _table[{target!r}] if {target!r} in _table.columns else _table.iloc[:, -1] if _table.shape[1] == 1 else None
predictions = predictions.to_numpy()"""
_NPY = "import numpy as _numpy\npredictions = _numpy.load({name!r}, allow_pickle=False)"
_PREPARE = """\
import pandas
from grading.boxed.author import Judge
judge = Judge({config!r}, pandas.read_csv({test!r}))"""
_TRAIN = """
train = pandas.read_csv({train!r})
def predicted():
    return predict(fit(train.drop(columns=[{target!r}]), train[{target!r}]), judge.features)"""
_READ = """
def predicted():
    return predictions"""
_TEST = "judge.take_from(predicted)\nvalue, __note__ = judge.points({group!r})\nvalue"


def model_groups(config: Mapping[str, Any]) -> list[tuple[str, Decimal, str, bool]]:
    """(id, points, title, visible) of the groups that can give points. Raises ``SpecError``."""
    thresholds = settings(config)["thresholds"]
    found = [(name, max((p for _, p in thresholds[name]), default=0.0), name == "public") for name in GROUPS]
    return [(name, Decimal(str(points)), _TITLES[name], visible) for name, points, visible in found if points]


def settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """What the judge needs of a config, checked. Raises ``SpecError``."""
    metric, target = config.get("metric"), config.get("target")
    if metric not in METRICS:
        raise SpecError(f"metric: one of {', '.join(METRICS)}")
    if not isinstance(target, str) or not target:
        raise SpecError("target: the name of a column")
    thresholds = config.get("thresholds")
    if not isinstance(thresholds, Mapping) or not set(thresholds) <= set(GROUPS) or not thresholds:
        raise SpecError("thresholds: lists of [score, points] for public, private or both")
    share, digits = config.get("public_share", 0.5), config.get("round", 3)
    if not isinstance(share, int | float) or not 0 <= share <= 1 or type(digits) is not int or not 0 <= digits <= 6:
        raise SpecError("public_share is 0 to 1, round is 0 to 6")
    return {
        "metric": metric, "target": target, "public_share": share, "round": digits,
        "split_seed": int(config.get("split_seed", 0)), "lower_is_better": metric in LOWER_IS_BETTER,
        "thresholds": {name: [_pair(item) for item in thresholds.get(name, ())] for name in GROUPS},
    }  # fmt: skip


def _pair(item: Any) -> list[float]:
    good = isinstance(item, list | tuple) and len(item) == 2
    if (
        not good
        or not all(isinstance(part, int | float) and not isinstance(part, bool) for part in item)
        or item[1] < 0
    ):
        raise SpecError("thresholds: each is [score, points], points of 0 or more")
    return [float(item[0]), float(item[1])]


def model_cells(config: Mapping[str, Any], load: str) -> tuple[str, list[str], list[str]]:
    """The learner's cell, what the grader runs first, and the test of each group."""
    found = settings(config)
    prepare = _PREPARE.format(config=found, test=str(config.get("test", "hidden/test.csv")))
    tests = [_TEST.format(group=name) for name, *_ in model_groups(config)]
    name = config.get("predictions")
    if isinstance(name, str):
        load = (_CSV if name.endswith(".csv") else _NPY).format(name=name, target=found["target"])
        prepare += _READ
    else:
        prepare += _TRAIN.format(train=str(config.get("train", "train.csv")), target=found["target"])
    return load, [prepare], tests
