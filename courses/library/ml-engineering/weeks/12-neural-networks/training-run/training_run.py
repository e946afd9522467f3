"""A training run that can be interrupted, resumed, checked and trusted."""

import hashlib
import json
import math

import numpy as np


def learning_rate(step, base, warmup, total):
    """The rate of step 0, 1, 2, ...: a linear warm-up, then half a cosine down to 0 at ``total``."""
    raise NotImplementedError()


def clip_gradient(gradient, max_norm):
    """The pair (gradient, shortened to length ``max_norm`` if it is longer; its length before)."""
    raise NotImplementedError()


def batch_at(step, n, size, seed):
    """The row numbers of the batch of ``step``, found without having run the steps before it."""
    raise NotImplementedError()


def dump(state):
    """The checkpoint as text. Raises ``ValueError`` for numbers that are not finite."""
    raise NotImplementedError()


def load(text):
    """The state of a checkpoint. Raises ``ValueError`` for anything that ``dump`` has not written."""
    raise NotImplementedError()


def train(state, settings, X, y, steps):
    """Run ``steps`` more steps of gradient descent with momentum on the mean squared error; return the new state."""
    raise NotImplementedError()


def diagnose(train_losses, val_losses):
    """One word for a pair of loss curves: diverged, stuck, overfitting or learning."""
    raise NotImplementedError()
