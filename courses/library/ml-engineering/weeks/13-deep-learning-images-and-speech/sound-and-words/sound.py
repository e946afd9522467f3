"""From sound to pictures, and from symbols to words."""

import numpy as np


def spectrogram(signal, size, hop):
    """The power at each frequency, one list for each whole window of the signal."""
    raise NotImplementedError()


def loudest(signal, rate, size, hop):
    """The frequency in Hz with the most power, above 0 Hz, of each window."""
    raise NotImplementedError()


def collapse(symbols, blank):
    """The text that a path of symbols stands for."""
    raise NotImplementedError()


def edits(said, heard):
    """The fewest words to replace, leave out or put in, to make ``heard`` of ``said``."""
    raise NotImplementedError()


def word_error_rate(pairs):
    """Edits per word that was said, over all pairs of texts (said, heard)."""
    raise NotImplementedError()
