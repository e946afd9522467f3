"""Draw the figures of week 16. Run from anywhere: python week_16.py"""

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

WEEK = "16-system-design-and-apis"


def boxes(axes, places, width, height, size=9):
    """Draw named boxes: {name: (x, y, text, colour)}, and return their centres."""
    for x, y, text, colour in places.values():
        shape = FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0.02", facecolor="white", edgecolor=colour, linewidth=1.6
        )
        axes.add_patch(shape)
        axes.text(x, y, text, ha="center", va="center", fontsize=size)
    axes.axis("off")


def arrow(axes, start, end, text="", at=(0, 0), colour=GREY, bend=0.0, size=8.5):
    axes.add_patch(
        FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color=colour, linewidth=1.3, connectionstyle=f"arc3,rad={bend}")
    )
    if text:
        axes.text((start[0] + end[0]) / 2 + at[0], (start[1] + end[1]) / 2 + at[1], text, ha="center", va="center", fontsize=size, color="black")


def latencies():
    """A skewed sample of 10 000 latencies in ms: most answers quick, one in fifty waits for something."""
    rng = np.random.default_rng(16)
    quick = rng.lognormal(np.log(40), 0.35, 9800)
    slow = rng.lognormal(np.log(420), 0.35, 200)
    return np.concatenate([quick, slow])


def latency_percentiles():
    taken = latencies()
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.5))
    axes[0].hist(taken, bins=np.geomspace(10, 1500, 70), color="#b9cfe8")
    axes[0].set_xscale("log")
    axes[0].set_xticks([10, 30, 100, 300, 1000], ["10", "30", "100", "300", "1000"])
    marks = [("median", np.median(taken), BLUE), ("mean", taken.mean(), GREY), ("95 %", np.percentile(taken, 95), GREEN), ("99 %", np.percentile(taken, 99), ORANGE)]
    for name, value, colour in marks:
        axes[0].axvline(value, color=colour, linewidth=1.8, label=f"{name}: {value:.0f} ms")
    axes[0].set(xlabel="latency in ms (logarithmic)", ylabel="requests", title="10 000 requests")
    axes[0].legend(framealpha=1, edgecolor="white", fontsize=9)
    calls = np.arange(1, 51)
    for share, colour in ((0.01, BLUE), (0.02, ORANGE)):
        axes[1].plot(calls, 100 * (1 - (1 - share) ** calls), color=colour, label=f"each call slow in {share:.0%}")
    axes[1].set(xlabel="calls that one page waits for", ylabel="pages that are slow, %", title="One slow call is enough", ylim=(0, 70))
    axes[1].legend(frameon=False, fontsize=9)
    save(figure, WEEK, "latency-percentiles")


def patterns():
    figure, grid = plt.subplots(2, 2, figsize=(9, 4.6))
    rows = [
        ("Batch", ["records\nof the day", "model,\nonce a night", "table of\npredictions", "user looks\nup a row"]),
        ("Online", ["user asks", "service reads\nfeatures", "model,\nnow", "answer in\nmilliseconds"]),
        ("Streaming", ["event\narrives", "features\nupdated", "model, per\nevent", "alarm or\nnew event"]),
        ("Embedded", ["model file\nshipped", "sensor or\nuser input", "model on\nthe device", "answer with\nno network"]),
    ]
    for axes, (title, texts) in zip(grid.flat, rows):
        places = {i: (1.55 * i, 0, text, ORANGE if "model" in text and "file" not in text else BLUE) for i, text in enumerate(texts)}
        boxes(axes, places, 1.18, 0.8, 8.3)
        for i in range(3):
            arrow(axes, (1.55 * i + 0.62, 0), (1.55 * (i + 1) - 0.62, 0))
        axes.set(xlim=(-0.7, 5.35), ylim=(-0.6, 0.6))
        axes.set_title(title, fontsize=11)
    save(figure, WEEK, "patterns")


def request_path():
    figure, axes = plt.subplots(figsize=(9, 2.9))
    texts = ["path and\nmethod", "who\nasks?", "is it\nJSON?", "is it\nvalid?", "key\nseen?", "model"]
    codes = ["404, 405", "401, 403", "400", "422", "kept answer\nor 422", "200"]
    places = {i: (1.5 * i, 0.6, text, ORANGE if text == "model" else BLUE) for i, text in enumerate(texts)}
    boxes(axes, places, 1.05, 0.6, 9.5)
    for i, code in enumerate(codes):
        if i < 5:
            arrow(axes, (1.5 * i + 0.57, 0.6), (1.5 * (i + 1) - 0.57, 0.6))
        arrow(axes, (1.5 * i, 0.27), (1.5 * i, -0.25), colour=GREEN if i >= 4 else GREY)
        axes.text(1.5 * i, -0.47, code, ha="center", va="center", fontsize=9.5)
    axes.text(-0.5, 1.2, "cheap checks that say nothing to strangers first, the costly model last", fontsize=9.5, color="#444444")
    axes.set(xlim=(-0.7, 8.3), ylim=(-0.75, 1.35))
    save(figure, WEEK, "request-path")


def arrivals(jitter, clients=1000, seed=4):
    """Seconds at which clients that all failed at 0 come again (three retries, base 1 s)."""
    rng = np.random.default_rng(seed)
    at, times = np.zeros(clients), []
    for retry in range(3):
        ceiling = 2.0**retry
        at = at + (rng.uniform(0, ceiling, clients) if jitter else ceiling)
        times.append(at)
    return np.concatenate(times)


def retries():
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.3), sharey=True)
    for a, jitter, title in ((axes[0], False, "Waits of exactly 1, 2, 4 s"), (axes[1], True, "Waits drawn from 0 to 1, 2, 4 s")):
        counts, _, _ = a.hist(arrivals(jitter), bins=np.arange(0, 7.6, 0.1), color=ORANGE if not jitter else BLUE)
        a.set(xlabel="seconds after the failure", title=title, xlim=(0, 7.6))
        a.text(6.8, 930, f"most in 0.1 s: {counts.max():.0f}", ha="right", fontsize=9.5)
    axes[0].set_ylabel("requests in 0.1 s")
    save(figure, WEEK, "retries")


def breaker():
    figure, axes = plt.subplots(figsize=(8.4, 3.1))
    places = {
        "closed": (0, 0, "closed\nall requests pass", GREEN), "open": (4.6, 0, "open\nrefused at once", ORANGE), "half": (2.3, -1.75, "half-open\none probe passes", BLUE),
    }  # fmt: skip
    boxes(axes, places, 1.5, 0.66, 10)
    arrow(axes, (0.8, 0.1), (3.8, 0.1), "limit of failures in a row", (0, 0.2))
    arrow(axes, (4.6, -0.38), (3.12, -1.65), "cooldown is over", (0.95, -0.18))
    arrow(axes, (2.95, -1.37), (3.95, -0.38), "probe fails", (-0.62, 0.02))
    arrow(axes, (1.48, -1.65), (0, -0.38), "probe succeeds", (-0.7, -0.18))
    axes.set(xlim=(-1.1, 5.7), ylim=(-2.2, 0.6))
    save(figure, WEEK, "breaker")


def utilisation():
    figure, axes = plt.subplots(figsize=(6.4, 3.5))
    busy = np.linspace(0.02, 0.96, 200)
    axes.plot(100 * busy, 40 / (1 - busy), color=BLUE)
    for at in (0.5, 0.6, 0.8, 0.9):
        axes.plot(100 * at, 40 / (1 - at), "o", color=ORANGE)
        axes.annotate(f"{40 / (1 - at):.0f} ms", (100 * at, 40 / (1 - at)), (-10, 8), textcoords="offset points", ha="right", fontsize=9)
    axes.set(xlabel="share of time in which the worker is busy, %", ylabel="mean time to the answer, ms", ylim=(0, 800), xlim=(0, 100))
    save(figure, WEEK, "utilisation")


if __name__ == "__main__":
    for draw in (latency_percentiles, patterns, request_path, retries, breaker, utilisation):
        draw()
