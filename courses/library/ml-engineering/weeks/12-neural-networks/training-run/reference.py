"""A training run that can be interrupted, resumed, checked and trusted."""

import hashlib
import json
import math

import numpy as np


def learning_rate(step, base, warmup, total):
    """The rate of step 0, 1, 2, ...: a linear warm-up, then half a cosine down to 0 at ``total``."""
    if step < warmup:
        return base * (step + 1) / warmup
    if step >= total:
        return 0.0
    return base * 0.5 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))


def clip_gradient(gradient, max_norm):
    """The pair (gradient, shortened to length ``max_norm`` if it is longer; its length before)."""
    norm = math.sqrt(sum(g * g for g in gradient))
    if not math.isfinite(norm):
        raise ValueError("the gradient is not finite")
    if norm <= max_norm:
        return list(gradient), norm
    return [g * max_norm / norm for g in gradient], norm


def batch_at(step, n, size, seed):
    """The row numbers of the batch of ``step``, found without having run the steps before it."""
    per_epoch = -(-n // size)
    epoch, place = divmod(step, per_epoch)
    order = np.random.default_rng([seed, epoch]).permutation(n)
    return [int(i) for i in order[place * size : (place + 1) * size]]


def dump(state):
    """The checkpoint as text. Raises ``ValueError`` for numbers that are not finite."""
    content = json.dumps(state, sort_keys=True, allow_nan=False)
    return json.dumps({"format": 1, "sha256": hashlib.sha256(content.encode()).hexdigest(), "content": content})


def load(text):
    """The state of a checkpoint. Raises ``ValueError`` for anything that ``dump`` has not written."""
    try:
        outer = json.loads(text)
        known = outer["format"] == 1
        content, digest = outer["content"], outer["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("this is not a checkpoint") from error
    if not known:
        raise ValueError("a checkpoint of an unknown format")
    if not isinstance(content, str) or hashlib.sha256(content.encode()).hexdigest() != digest:
        raise ValueError("the checkpoint is damaged")
    return json.loads(content)


def train(state, settings, X, y, steps):
    """Run ``steps`` more steps of gradient descent with momentum on the mean squared error; return the new state."""
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    weights, velocity = np.array(state["weights"]), np.array(state["velocity"])
    for step in range(state["step"], state["step"] + steps):
        rows = batch_at(step, len(X), settings["batch_size"], settings["seed"])
        error = X[rows] @ weights - y[rows]
        gradient, _ = clip_gradient((2 / len(rows) * X[rows].T @ error).tolist(), settings["max_norm"])
        rate = learning_rate(step, settings["base"], settings["warmup"], settings["total"])
        velocity = settings["momentum"] * velocity - rate * np.array(gradient)
        weights = weights + velocity
    return {"step": state["step"] + steps, "weights": weights.tolist(), "velocity": velocity.tolist()}


def diagnose(train_losses, val_losses):
    """One word for a pair of loss curves: diverged, stuck, overfitting or learning."""
    if not all(map(math.isfinite, train_losses)) or train_losses[-1] > 2 * train_losses[0]:
        return "diverged"
    if train_losses[-1] > 0.95 * train_losses[0]:
        return "stuck"
    lowest = val_losses.index(min(val_losses))
    if val_losses[-1] > 1.1 * val_losses[lowest] and train_losses[-1] < train_losses[lowest]:
        return "overfitting"
    return "learning"
