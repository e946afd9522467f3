"""Model exercises: a learner's model, or its predictions, scored on rows whose target nobody shows them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from courses.curriculum.folder import Folder, is_safe_path
from courses.curriculum.points import read_points
from courses.curriculum.python_files import read_module_name, read_python
from courses.curriculum.record import Record

METRICS: Final = ("accuracy", "balanced_accuracy", "f1", "roc_auc", "r2", "log_loss", "mae", "rmse")
LOWER_IS_BETTER: Final = frozenset({"log_loss", "mae", "rmse"})
_GROUPS: Final = ("public", "private")
_HIDDEN: Final = "hidden/"


@dataclass(frozen=True)
class _Table:
    columns: list[str]
    rows: int


def read_model(path: str, files: Mapping[str, bytes], folder: Folder, record: Record) -> dict[str, Any]:
    """The config of the model exercise in the folder `path`, whose settings are `record`."""
    handed_in = _handed_in(path, files, folder, record)
    metric, target = record.choice("metric", METRICS), record.text("target", limit=100)
    share = record.decimal("public_share", places=4, minimum=Decimal(0), default=Decimal("0.5"))
    if share > 1:
        record.refuse("public_share", f"public_share is {share}.", "Use a number from 0 to 1.")
    config: dict[str, Any] = {
        **handed_in,
        "metric": metric,
        "target": target,
        "public_share": float(share),
        "split_seed": record.integer("split_seed", minimum=0, default=0),
        "round": record.integer("round", minimum=0, maximum=6, default=3),
        "thresholds": _thresholds(record, metric),
    }
    test = _table(path, "test", "hidden/test.csv", target, folder, record)
    config["test"] = record.text("test", limit=200, default="hidden/test.csv")
    if "module" in handed_in:
        train = _table(path, "train", "train.csv", target, folder, record)
        config["train"] = record.text("train", limit=200, default="train.csv")
        if train and test and set(train.columns) != set(test.columns):
            other = ", ".join(sorted(set(train.columns) ^ set(test.columns)))
            record.refuse(
                "train", f"{config['train']} and {config['test']} differ in columns ({other}).", "Make them equal."
            )
    if test and share <= 1:
        _check_split(record, config, test.rows)
    return config


def _handed_in(path: str, files: Mapping[str, bytes], folder: Folder, record: Record) -> dict[str, str]:
    """What a learner hands in, under the engine's key for it; the author's own lies beside it."""
    if "predictions" not in record:
        module = read_module_name(record)
        record.allow("predictions")
        read_python(
            f"{path}/reference.py", folder, required="Write the reference solution: fit(X, y) and predict(model, X)."
        )
        if module in files:
            read_python(f"{path}/{module}", folder)
        return {"module": module}
    name = record.text("predictions", limit=60)
    stem, _, ending = name.rpartition(".")
    if "module" in record:
        record.refuse("module", "There are module and predictions.", "Keep the one that is handed in.")
    record.allow("module")
    if name and (ending not in ("csv", "npy") or not is_safe_path(name) or "/" in name or stem == "reference"):
        record.refuse("predictions", f"{name} is no file of predictions.", "Name a .csv or .npy file, not reference.")
    elif name and f"{path}/reference.{ending}" not in folder.files:
        remedy = "Put predictions there that reach every threshold."
        folder.problems.add(f"{path}/reference.{ending}", None, "This file is missing.", remedy)
    return {"predictions": name}


def _thresholds(record: Record, metric: str | None) -> dict[str, list[list[float]]]:
    """By group, pairs of a score and the points for reaching it, from the easiest to the best."""
    found: dict[str, list[list[float]]] = {}
    given = record.record("thresholds", required=True)
    if given is None:
        return found
    for group in _GROUPS:
        steps: list[list[float]] = []
        for entry in given.records(group, required=False):
            score = float(entry.decimal("score", places=6))
            points = float(read_points(entry))
            entry.close()
            better = not steps or (score < steps[-1][0] if metric in LOWER_IS_BETTER else score > steps[-1][0])
            if metric and steps and not (better and points > steps[-1][1]):
                problem = (
                    f"A score of {score:g} for {points:g} points follows one of {steps[-1][0]:g} for {steps[-1][1]:g}."
                )
                entry.refuse("score", problem, "Order them from the easiest to the best score, each for more points.")
            steps.append([score, points])
        if steps:
            found[group] = steps
    given.close()
    if not any(points for steps in found.values() for _, points in steps):
        record.refuse("thresholds", "No score gives points.", "Add a score with points for public or private.")
    return found


def _table(path: str, key: str, default: str, target: str, folder: Folder, record: Record) -> _Table | None:
    """The table that `key` names: its columns and how many rows it has, or None after an error."""
    name = record.text(key, limit=200, default=default)
    file = f"{path}/{name}"
    if not name:
        return None
    if not is_safe_path(name) or not name.endswith(".csv"):
        record.refuse(key, f"{name} is no table of this folder.", "Name a .csv file below the exercise's folder.")
    elif name.startswith(_HIDDEN) != (key == "test"):
        place = "Put it into hidden/, else learners get it." if key == "test" else "Put it outside hidden/."
        record.refuse(key, f"{name} is in the wrong place.", place)
    elif file not in folder.files:
        record.refuse(key, f"There is no file {name}.", "Create it, or name the one that is meant.")
    elif (table := _read_table(file, folder)) is not None:
        if target and target not in table.columns:
            folder.problems.add(file, 1, f"There is no column {target}.", "Add it, or name another target.")
            return None
        return table
    return None


def _read_table(file: str, folder: Folder) -> _Table | None:
    text = folder.decoded(file, folder.files[file])
    if text is None:
        return None
    try:
        columns, *rows = [row for row in csv.reader(text.splitlines()) if row] or [[]]
    except csv.Error as error:
        folder.problems.add(file, None, f"This is no table: {error}.", "Save it as CSV again.")
        return None
    if not columns or len(rows) < 2:
        folder.problems.add(
            file, None, "This table has fewer than two rows.", "Add rows below the names of its columns."
        )
        return None
    return _Table(columns, len(rows))


def _check_split(record: Record, config: Mapping[str, Any], rows: int) -> None:
    """Each group that gives points has rows to score."""
    public = round(rows * config["public_share"])
    for group, count in (("public", public), ("private", rows - public)):
        if group in config["thresholds"] and count == 0:
            problem = f"public_share {config['public_share']:g} of {rows} rows leaves no {group} row, and {group} gives points."
            record.refuse("public_share", problem, f"Choose another share, or remove the points for {group}.")
