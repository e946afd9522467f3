"""What authors of checks may use in the grader: comparing within a tolerance, random inputs, metrics, plain words.

The names in ``__all__`` are there in the checks of function exercises without an import.
"""

from __future__ import annotations

import importlib
import math
import random
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["Told", "agree", "close", "draw"]


class Told(AssertionError):
    """A check failed, and its text is meant for the learner (other failures tell only their kind)."""


def close(found: Any, wanted: Any, tolerance: float = 1e-9) -> bool:
    """Whether two numbers, or arrays, sequences and dicts of them, differ by at most ``tolerance``, absolutely or
    relative to ``wanted``. Anything else must be equal and of the same kind; NaN equals NaN."""
    if isinstance(wanted, bool) or isinstance(found, bool) or wanted is None or isinstance(wanted, str | bytes):
        return type(found) is type(wanted) and bool(found == wanted)
    if hasattr(wanted, "dtype") or hasattr(found, "dtype"):
        numpy = importlib.import_module("numpy")
        if numpy.shape(found) != numpy.shape(wanted):
            return False
        return bool(numpy.allclose(found, wanted, rtol=tolerance, atol=tolerance, equal_nan=True))
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        if math.isnan(wanted):
            return math.isnan(found)
        return found == wanted or math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)
    if isinstance(wanted, list | tuple) and type(found) is type(wanted):
        return len(found) == len(wanted) and all(close(a, b, tolerance) for a, b in zip(found, wanted, strict=True))
    if isinstance(wanted, dict) and isinstance(found, dict):
        return found.keys() == wanted.keys() and all(close(found[key], wanted[key], tolerance) for key in wanted)
    return type(found) is type(wanted) and bool(found == wanted)


def agree(
    function: Callable[..., Any], reference: Callable[..., Any], inputs: Iterable[Any], tolerance: float = 1e-9
) -> None:
    """Assert that ``function`` answers as ``reference`` for each of ``inputs``; a tuple is several arguments.

    The reference is asked first, so that a function that changes its arguments changes nothing.
    """
    for one in inputs:
        arguments = one if isinstance(one, tuple) else (one,)
        wanted = reference(*arguments)
        assert close(function(*arguments), wanted, tolerance)


def draw(seed: int) -> random.Random:
    """A generator of random numbers for ``seed``; ``draw(__seed__)`` is new in every run and can be repeated."""
    return random.Random(seed)


def metric(name: str, wanted: Any, found: Any) -> float:
    """How well ``found`` fits ``wanted`` (both shape (n,)), by :data:`projects.grading.models.METRICS`."""
    metrics = importlib.import_module("sklearn.metrics")
    scorers: dict[str, Callable[[], Any]] = {
        "accuracy": lambda: metrics.accuracy_score(wanted, found),
        "balanced_accuracy": lambda: metrics.balanced_accuracy_score(wanted, found),
        "f1": lambda: metrics.f1_score(wanted, found, average="macro"),
        "roc_auc": lambda: metrics.roc_auc_score(wanted, found),
        "log_loss": lambda: metrics.log_loss(wanted, found),
        "r2": lambda: metrics.r2_score(wanted, found),
        "mae": lambda: metrics.mean_absolute_error(wanted, found),
        "rmse": lambda: metrics.root_mean_squared_error(wanted, found),
    }
    return float(scorers[name]())


class Judge:
    """Scores one set of predictions for the hidden rows of a model exercise.

    ``config`` is that of :mod:`projects.grading.models`; ``table`` is the hidden table, with its target. Which rows
    are public does not depend on the run, so that a leaderboard compares like with like.
    """

    def __init__(self, config: dict[str, Any], table: Any) -> None:
        self._config = config
        self._wanted = table[config["target"]].to_numpy()
        self.features = table.drop(columns=[config["target"]])
        order = list(range(len(table)))
        random.Random(config["split_seed"]).shuffle(order)
        count = round(len(order) * config["public_share"])
        self._rows = {"public": sorted(order[:count]), "private": sorted(order[count:])}
        self._found: Any = None
        self._error: Exception | None = None

    def take_from(self, predict: Callable[[], Any]) -> None:
        """Ask for the predictions, once for all groups. Raises what asking raises, every time."""
        if self._error is not None:
            raise self._error
        if self._found is None:
            try:
                self.take(predict())
            except NameError:
                raise
            except Exception as error:
                self._error = error
                raise

    def take(self, predictions: Any) -> None:
        """Check the shape (n,) of the predictions, and that no number is missing. Raises ``Told``."""
        numpy = importlib.import_module("numpy")
        try:
            found = numpy.asarray(predictions)
            found = found.reshape(-1) if found.ndim == 2 and found.shape[1] == 1 else found
        except (TypeError, ValueError):
            raise Told("The predictions are not a list or an array.") from None
        if found.ndim != 1 or len(found) != len(self._wanted):
            raise Told(f"There must be one prediction for each of the {len(self._wanted)} rows, in their order.")
        if found.dtype.kind not in "biufUO" or (found.dtype.kind == "f" and not numpy.isfinite(found).all()):
            raise Told("A prediction is missing, or is no finite number.")
        self._found = found

    def points(self, group: str) -> tuple[float, str]:
        """Points for "public" or "private" rows, and words with the rounded score. Raises ``Told``."""
        rows = self._rows[group]
        try:
            score = metric(self._config["metric"], self._wanted[rows], self._found[rows])
        except (TypeError, ValueError):
            raise Told(f"The predictions do not fit the metric {self._config['metric']}.") from None
        score = round(score, self._config["round"])
        sign = -1 if self._config["lower_is_better"] else 1
        reached = [points for at, points in self._config["thresholds"][group] if sign * score >= sign * at]
        return max(reached, default=0.0), f"{self._config['metric']} {score:.{self._config['round']}f}"
