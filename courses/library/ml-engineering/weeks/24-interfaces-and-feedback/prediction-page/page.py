"""A page for a model, as functions from values to text. Replace each NotImplementedError."""

import math
from html import escape


def chance(p):
    """A probability in words."""
    raise NotImplementedError()


def contrast(one, other):
    """The contrast of two colours, from 1 to 21."""
    raise NotImplementedError()


def field(spec, value, error):
    """One field of a form, as HTML."""
    raise NotImplementedError()


def page(form, values, errors, answer):
    """The whole page, as HTML."""
    raise NotImplementedError()


def edit(history, act):
    """The history after a change, an undo or a redo."""
    raise NotImplementedError()
