"""An answering service over documents, all but the language model itself."""

import re
import unicodedata


def passages(count, size, overlap):
    """The passages of a text of count words, as pairs [first, behind the last]."""
    raise NotImplementedError()


def prepare(ranked, groups, minimum, budget, per_source):
    """The ids of the passages that go into the prompt."""
    raise NotImplementedError()


def check(answer, sources):
    """What is wrong with the citations of an answer."""
    raise NotImplementedError()


def stream(tokens, first, between, total):
    """What a reader is shown of a stream of [seconds, text], and how it ended."""
    raise NotImplementedError()


def cache_key(question, prompt, model, documents, language, groups):
    """A text that is equal exactly for requests that may share an answer."""
    raise NotImplementedError()


def cost(calls, prices):
    """The price of all calls."""
    raise NotImplementedError()


def measure(runs):
    """The share answered, the share correct of those answered, and the share declined of the unanswerable."""
    raise NotImplementedError()
