import math

import numpy as np
import reference

WORDS = "one two three four five six left right up down".split()


def tone(rate, seconds, *parts):
    return [sum(a * math.sin(2 * math.pi * f * t / rate) for f, a in parts) for t in range(int(rate * seconds))]


def same(found, wanted):
    return np.shape(found) == np.shape(wanted) and close(np.asarray(found, dtype=float), np.asarray(wanted, dtype=float), 1e-7)


def check_spectrogram():
    found = spectrogram([1.0] * 8, 8, 4)
    assert len(found) == 1 and len(found[0]) == 5, "eight samples have five frequencies, 0 to 4"
    assert same(found, [[16.0, 4.0, 0.0, 0.0, 0.0]]), "Hann's window adds up to half of its length"
    assert len(spectrogram([0.0] * 20, 8, 4)) == 4, "only whole windows"


def check_spectrogram_unseen():
    rng = draw(__seed__)
    for length, size, hop in ((100, 16, 8), (64, 64, 10), (50, 10, 3), (7, 8, 2), (33, 9, 9)):
        signal = [rng.gauss(0, 1) for _ in range(length)]
        wanted = reference.spectrogram(signal, size, hop)
        found = spectrogram(signal, size, hop)
        assert len(found) == len(wanted) and (not wanted or same(found, wanted))


def check_loudest():
    assert same(loudest(tone(8000, 0.1, (1000, 1.0)), 8000, 400, 200), [1000.0, 1000.0, 1000.0])
    rng = draw(__seed__)
    for _ in range(4):
        rate, size = rng.choice([(8000, 200), (16000, 400), (4000, 160)])
        first = rng.randint(4, size // 4 - 4)
        second = rng.randint(size // 4 + 4, size // 2 - 4)
        if rng.random() < 0.5:
            first, second = second, first
        signal = tone(rate, 0.1, (first * rate / size, 1.0), (second * rate / size, 0.5))
        signal = [0.75 + value for value in signal]
        found = loudest(signal, rate, size, size // 2)
        assert same(found, reference.loudest(signal, rate, size, size // 2)) and close(float(found[0]), first * rate / size)


def check_collapse():
    assert collapse("hh-e-ll-lloo", "-") == "hello"
    assert collapse("---", "-") == "" and collapse("aa-a", "-") == "aa"
    rng = draw(__seed__)
    for _ in range(40):
        blank = rng.choice("_ -")
        path = "".join(rng.choice("ab" + blank) for _ in range(rng.randint(0, 12)))
        assert collapse(path, blank) == reference.collapse(path, blank)


def check_errors():
    assert edits(["turn", "it", "up"], ["turn", "up"]) == 1
    assert edits([], ["so"]) == 1 and edits(["so"], []) == 1
    assert close(float(word_error_rate([("turn it up", "turn up"), ("stop", "stop")])), 0.25)


def check_errors_unseen():
    rng = draw(__seed__)
    for _ in range(25):
        said = [rng.choice(WORDS) for _ in range(rng.randint(0, 7))]
        heard = [rng.choice(WORDS[:4] + said) for _ in range(rng.randint(0, 7))]
        assert edits(said, heard) == reference.edits(said, heard)
    for _ in range(4):
        pairs = []
        for _ in range(rng.randint(1, 4)):
            said = [rng.choice(WORDS) for _ in range(rng.randint(1, 9))]
            heard = [w if rng.random() < 0.7 else rng.choice(WORDS) for w in said if rng.random() < 0.9] + ["up"] * rng.randint(0, 3)
            pairs.append((" ".join(said).title(), "  ".join(heard)))
        assert close(float(word_error_rate(pairs)), reference.word_error_rate(pairs))
