"""From sound to pictures, and from symbols to words."""

import numpy as np


def spectrogram(signal, size, hop):
    """The power at each frequency, one list for each whole window of the signal."""
    signal = np.asarray(signal, dtype=float)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    starts = range(0, len(signal) - size + 1, hop)
    return [(np.abs(np.fft.rfft(signal[start : start + size] * window)) ** 2).tolist() for start in starts]


def loudest(signal, rate, size, hop):
    """The frequency in Hz with the most power, above 0 Hz, of each window."""
    return [(1 + int(np.argmax(powers[1:]))) * rate / size for powers in spectrogram(signal, size, hop)]


def collapse(symbols, blank):
    """The text that a path of symbols stands for."""
    kept, before = [], None
    for symbol in symbols:
        if symbol != before and symbol != blank:
            kept.append(symbol)
        before = symbol
    return "".join(kept)


def edits(said, heard):
    """The fewest words to replace, leave out or put in, to make ``heard`` of ``said``."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, start=1):
        corner, row[0] = row[0], i
        for j, other in enumerate(heard, start=1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (word != other))
    return row[-1]


def word_error_rate(pairs):
    """Edits per word that was said, over all pairs of texts (said, heard)."""
    split = [(said.lower().split(), heard.lower().split()) for said, heard in pairs]
    return sum(edits(said, heard) for said, heard in split) / sum(len(said) for said, _ in split)
