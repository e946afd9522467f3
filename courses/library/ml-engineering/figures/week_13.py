"""Draw the figures of week 13. Run from anywhere: python week_13.py"""

import warnings

from make_figures import BLUE, GREEN, GREY, ORANGE, np, plt, save
from sklearn.datasets import load_digits, load_sample_image
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

WEEK = "13-deep-learning-images-and-speech"
warnings.filterwarnings("ignore")


def fields():
    pixels, kind = load_digits(return_X_y=True)
    rng = np.random.default_rng(1)
    figure, grid = plt.subplots(1, 6, figsize=(9, 1.9))
    for axes, row in zip(grid, (7, 17, 3, 5, 29, 37)):
        field = np.zeros((14, 14))
        i, j = rng.integers(0, 7, 2)
        field[i : i + 8, j : j + 8] = pixels[row].reshape(8, 8)
        axes.imshow(field, cmap="gray_r")
        axes.set(xticks=[], yticks=[], title=str(kind[row]))
        axes.grid(False)
        for spine in axes.spines.values():
            spine.set_visible(True)
    save(figure, WEEK, "fields")


def edges():
    photo = load_sample_image("china.jpg").mean(axis=2)[60:340:2, 100:540:2] / 255
    upright = photo[1:-1, 2:] - photo[1:-1, :-2]
    level = photo[2:, 1:-1] - photo[:-2, 1:-1]
    figure, grid = plt.subplots(1, 3, figsize=(9, 2.3))
    parts = ((photo, "photograph", 1.0), (np.abs(upright), "upright edges", 0.6), (np.abs(level), "level edges", 0.6))
    for axes, (picture, title, top) in zip(grid, parts):
        axes.imshow(picture, cmap="gray", vmin=0, vmax=top)
        axes.set_title(title, fontsize=10)
        axes.set(xticks=[], yticks=[])
        axes.grid(False)
    save(figure, WEEK, "edges")


def spectrogram():
    rate = 16000
    rng = np.random.default_rng(0)
    t = np.arange(int(0.3 * rate)) / rate
    fade = np.sin(np.pi * t / 0.3) ** 0.5
    rising = np.sin(2 * np.pi * (500 * t + 0.5 * (2500 - 500) / 0.3 * t**2)) * fade
    chord = (np.sin(2 * np.pi * 800 * t) + 0.7 * np.sin(2 * np.pi * 3000 * t)) / 1.7 * fade
    hiss = np.diff(rng.normal(size=len(t) + 1)) * 0.35 * fade
    signal = np.concatenate([rising, chord, hiss])
    size, hop = 400, 160
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    starts = range(0, len(signal) - size + 1, hop)
    power = np.array([np.abs(np.fft.rfft(signal[s : s + size] * window)) ** 2 for s in starts])
    figure, (above, below) = plt.subplots(2, 1, figsize=(6.4, 4.2), sharex=True, height_ratios=(1, 2.2))
    seconds = np.arange(len(signal)) / rate
    above.plot(seconds, signal, color=BLUE, linewidth=0.4)
    above.set(ylabel="pressure", yticks=[])
    decibel = 10 * np.log10(power.T + 1e-3)
    below.imshow(decibel, origin="lower", aspect="auto", cmap="gray_r", vmin=-5, vmax=decibel.max(), extent=(0, 0.9, 0, 8))
    below.set(xlabel="seconds", ylabel="frequency in kHz")
    below.grid(False)
    save(figure, WEEK, "spectrogram")


def feeding():
    load, step, batches = 0.25, 0.1, 6
    figure, (above, below) = plt.subplots(2, 1, figsize=(9, 3.4), sharex=True, height_ratios=(2, 4))

    def bar(axes, row, start, length, colour, text):
        axes.barh(row, length, left=start, color=colour, edgecolor="white", height=0.8)
        axes.text(start + length / 2, row, text, ha="center", va="center", color="white", fontsize=8)

    now = 0.0
    for batch in range(batches):
        bar(above, 1, now, load, GREY, f"load {batch + 1}")
        bar(above, 0, now + load, step, ORANGE, str(batch + 1))
        now += load + step
    free, end = [0.0] * 3, 0.0
    for batch in range(batches * 3):
        worker = free.index(min(free))
        start = free[worker]
        free[worker] = start + load
        end = max(end, free[worker])
        if end + step > now + 0.05:
            break
        bar(below, 3 - worker, start, load, GREY, f"load {batch + 1}")
        bar(below, 0, end, step, ORANGE, str(batch + 1))
        end += step
    above.set(yticks=[0, 1], yticklabels=["step", "loop"], title="one after the other")
    below.set(yticks=range(4), yticklabels=["step", "worker 3", "worker 2", "worker 1"], title="three workers", xlabel="seconds")
    for axes in (above, below):
        axes.title.set_fontsize(10)
        axes.grid(False)
    save(figure, WEEK, "feeding")


def small_network():
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X / 16, y, test_size=0.4, stratify=y, random_state=0)
    network = MLPClassifier((64,), max_iter=200, learning_rate_init=0.003, random_state=0).fit(X_train, y_train)
    (W, V), (b, c) = network.coefs_, network.intercepts_

    def score(W, V):
        return float(np.mean(np.argmax(np.maximum(X_test @ W + b, 0) @ V + c, axis=1) == y_test))

    return W, V, score


def quantised(W, bits, per_output=True):
    top = 2 ** (bits - 1) - 1
    scale = np.abs(W).max(axis=0 if per_output else None, keepdims=True) / top
    return np.round(W / np.where(scale > 0, scale, 1)) * scale


def pruned(W, share, each=False):
    size = np.abs(W)
    return np.where(size <= (np.quantile(size, share, axis=0) if each else np.quantile(size, share)), 0, W)


def shrinking():
    W, V, score = small_network()
    bits = [8, 7, 6, 5, 4, 3, 2]
    shares = [0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.3), sharey=True)
    for per, colour, label in ((True, BLUE, "a scale per output"), (False, ORANGE, "one scale per matrix")):
        found = [score(quantised(W, n, per), quantised(V, n, per)) for n in bits]
        print(label, score(W, V), dict(zip(bits, np.round(found, 4))))
        left.plot(bits, found, "o-", color=colour, label=label)
    left.set(xlabel="bits per weight", ylabel="test accuracy", ylim=(0, 1.02))
    left.invert_xaxis()
    everything = np.concatenate([np.abs(W).ravel(), np.abs(V).ravel()])
    for each, colour, label in ((False, BLUE, "smallest of all weights"), (True, ORANGE, "the same share of each unit")):
        found = []
        for share in shares:
            if each:
                found.append(score(pruned(W, share, True), pruned(V, share, True)) if share else score(W, V))
            else:
                limit = np.quantile(everything, share) if share else -1
                found.append(score(np.where(np.abs(W) <= limit, 0, W), np.where(np.abs(V) <= limit, 0, V)))
        print(label, dict(zip(shares, np.round(found, 4))))
        right.plot(shares, found, "o-", color=colour, label=label)
    right.set(xlabel="share of weights removed")
    left.axhline(score(W, V), color=GREEN, linestyle=":", label="32 bits")
    for axes in (left, right):
        axes.legend(frameon=False, loc="lower left", fontsize=9)
    save(figure, WEEK, "shrinking")


if __name__ == "__main__":
    for draw in (fields, edges, spectrogram, feeding, shrinking):
        draw()
