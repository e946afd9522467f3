"""An alarm desk: from a batch of records to a message."""

import math
import statistics


def profile(rows, columns):
    raise NotImplementedError()


def limits(history, width, floors):
    raise NotImplementedError()


def breaches(today, limits):
    raise NotImplementedError()


def decide(events, cooldown, budget):
    raise NotImplementedError()


def page(feed, breach, runbook):
    raise NotImplementedError()
