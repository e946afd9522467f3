"""Draw the figures of week 20. Run from anywhere: python week_20.py"""

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save

WEEK = "20-serving-scaling-optimising"


def variation():
    busy = np.linspace(0.02, 0.9, 200)
    mixed = (0.98 * 20**2 + 0.02 * 1000**2) / 39.6**2 - 1
    figure, axes = plt.subplots(figsize=(6.6, 3.6))
    for name, c2, colour in (("2 % need 50 times as long", mixed, ORANGE), ("exponential", 1, BLUE), ("all equal", 0, GREEN)):
        axes.plot(100 * busy, 40 + busy / (1 - busy) * (1 + c2) / 2 * 40, color=colour, label=name)
        at = 40 + 1.5 * (1 + c2) / 2 * 40
        axes.plot(60, at, "o", color=colour)
        axes.annotate(f"{at:.0f}", (60, at), (-4, 6) if c2 else (4, -12), textcoords="offset points", ha="right" if c2 else "left", fontsize=9)
    axes.set(xlabel="share of time in which the worker is busy, %", ylabel="mean time inside, ms", ylim=(0, 900), xlim=(0, 100))
    axes.legend(frameon=False, loc="upper left", fontsize=9, title="work of 40 ms on average")
    save(figure, WEEK, "variation")


def cache_lines():
    figure, both = plt.subplots(2, 1, figsize=(9, 2.9))
    for axes, title, read in ((both[0], "reading row 1: one line of the cache", range(8, 16)), (both[1], "reading column 2: four lines, one number of each", range(2, 32, 8))):
        for i in range(32):
            line_read = any(i // 8 == j // 8 for j in read)
            axes.add_patch(plt.Rectangle((i, 0), 0.94, 0.8, facecolor=ORANGE if i in read else "#f7dccf" if line_read else "#eef3f9", edgecolor=GREY, linewidth=0.7))
            axes.text(i + 0.47, 0.4, f"{i // 8},{i % 8}", ha="center", va="center", fontsize=7.5, color="white" if i in read else "black")
        for line in range(5):
            axes.plot([8 * line - 0.03] * 2, [-0.25, 1.05], color="black", linewidth=1.2)
        axes.set(xlim=(-0.3, 32.3), ylim=(-0.3, 1.1))
        axes.set_title(title, fontsize=10)
        axes.axis("off")
    save(figure, WEEK, "cache-lines")


def roofline():
    figure, axes = plt.subplots(figsize=(6.8, 3.7))
    intensity = np.geomspace(0.02, 300, 200)
    axes.loglog(intensity, np.minimum(100, 20 * intensity), color=BLUE, linewidth=2)
    points = [("sum of two vectors", 1 / 24, (8, -4)), ("matrix × vector", 0.25, (8, -6)), ("matrix × 16 vectors", 4, (-8, 2)), ("matrix × matrix", 80, (-30, -14))]
    for name, at, offset in points:
        axes.plot(at, min(100, 20 * at), "o", color=ORANGE)
        axes.annotate(name, (at, min(100, 20 * at)), offset, textcoords="offset points", ha="right" if offset[0] == -8 else "left", fontsize=9)
    axes.axvline(5, color=GREY, linestyle="--", linewidth=1)
    axes.text(5.5, 0.6, "memory | arithmetic\nsets the limit", fontsize=9)
    axes.set(xlabel="operations per byte moved", ylabel="billion operations per second", ylim=(0.4, 250))
    save(figure, WEEK, "roofline")


def latency_of_batches(rate, most, patience, n=4000, a=8.0, c=0.5, seed=5):
    """Mean latency in ms of one worker with dynamic batches."""
    arrivals = np.cumsum(np.random.default_rng(seed).exponential(1000 / rate, n))
    free, i, total = 0.0, 0, 0.0
    while i < n:
        due = max(free, arrivals[i] + patience)
        full = arrivals[i + most - 1] if i + most <= n else np.inf
        start = max(free, min(due, full))
        rows = min(most, int(np.searchsorted(arrivals[i : i + most + 1], start, side="right")))
        free = start + a + c * rows
        total += (free - arrivals[i : i + rows]).sum()
        i += rows
    return total / n


def batching():
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.5))
    size = np.arange(1, 65)
    axes[0].plot(size, 1000 * size / (8 + 0.5 * size), color=BLUE)
    axes[0].axhline(2000, color=GREY, linestyle="--", linewidth=1)
    axes[0].text(63, 1915, "limit: 2000 per second", ha="right", va="top", fontsize=9)
    for at in (1, 4, 16, 32, 64):
        axes[0].plot(at, 1000 * at / (8 + 0.5 * at), "o", color=ORANGE)
        axes[0].annotate(f"{8 + 0.5 * at:g} ms", (at, 1000 * at / (8 + 0.5 * at)), (4, -13) if at > 1 else (8, -2), textcoords="offset points", fontsize=8.5, ha="right" if at == 64 else "left")
    axes[0].set(xlabel="rows in a batch", ylabel="rows per second", ylim=(0, 2150), xlim=(0, 67))
    rates = np.array([20, 60, 100, 200, 400, 700, 1000, 1300, 1500])
    for name, patience, colour in (("batches, patience 0", 0, BLUE), ("batches, patience 10 ms", 10, ORANGE)):
        axes[1].plot(rates, [latency_of_batches(rate, 64, patience) for rate in rates], "o-", color=colour, label=name, markersize=4)
    alone = np.array([20, 40, 60, 80, 95, 105, 110])
    axes[1].plot(alone, [latency_of_batches(rate, 1, 0) for rate in alone], "o-", color=GREEN, label="one at a time", markersize=4)
    axes[1].set(xlabel="requests per second", ylabel="mean latency, ms", ylim=(0, 75), xlim=(0, 1680))
    axes[1].legend(frameon=False, fontsize=9, loc="upper center")
    save(figure, WEEK, "batching")


def model_calls(single, spread, seconds=45, seed=3):
    """Moments at which the model is called."""
    rng = np.random.default_rng(seed)
    moments = np.cumsum(rng.exponential(1 / 400, int(400 * seconds)))
    good_until, flying, calls = np.zeros(50), [[] for _ in range(50)], []
    for now, key in zip(moments, rng.integers(50, size=len(moments))):
        for end in [end for end in flying[key] if end <= now]:
            good_until[key] = end + 10 * rng.uniform(1 - spread, 1 + spread)
            flying[key].remove(end)
        if now >= good_until[key] and not (single and flying[key]):
            flying[key].append(now + 0.5)
            calls.append(now)
    return np.array(calls)


def stampede():
    figure, axes = plt.subplots(3, 1, figsize=(8.4, 4.6), sharex=True)
    for a, (name, single, spread, colour) in zip(axes, (("every miss asks the model", False, 0, ORANGE), ("single flight", True, 0, BLUE), ("single flight, time to live ± 30 %", True, 0.3, GREEN))):
        counts, _, _ = a.hist(model_calls(single, spread), bins=np.arange(0, 45.5, 0.5), color=colour)
        a.set_ylim(0, 1.5 * counts.max())
        a.text(44.8, counts.max() * 1.25, f"{name}: most {counts.max():.0f}", ha="right", fontsize=9.5)
        a.set(xlim=(0, 45))
    axes[1].set_ylabel("calls of the model in half a second")
    axes[2].set_xlabel("seconds after the release")
    save(figure, WEEK, "stampede")


def answers_in_time(rate, places, seconds=200, seed=2):
    """Answers within 1 s per second, in the second half, at a capacity of 100 per second."""
    arrivals = np.cumsum(np.random.default_rng(seed).exponential(1 / rate, int(rate * seconds)))
    ends, good = [], 0
    free, first = 0.0, 0
    for now in arrivals:
        while first < len(ends) and ends[first] <= now:
            first += 1
        if len(ends) - first > places:
            continue
        free = max(free, now) + 0.01
        ends.append(free)
        good += now > seconds / 2 and free - now <= 1
    return good / (seconds / 2)


def goodput():
    figure, axes = plt.subplots(figsize=(6.6, 3.4))
    rates = np.array([20, 40, 60, 80, 90, 97, 103, 110, 130, 160, 200])
    for name, places, colour in (("a queue of at most 50", 50, BLUE), ("a queue without limit", 10**9, ORANGE)):
        axes.plot(rates, [answers_in_time(rate, places) for rate in rates], "o-", color=colour, label=name)
    axes.axvline(100, color=GREY, linestyle="--", linewidth=1)
    axes.text(101.5, 22, "capacity", fontsize=9)
    axes.set(xlabel="requests offered per second", ylabel="answers within 1 s, per second", ylim=(-3, 112))
    axes.legend(frameon=False, fontsize=9, loc="center right")
    save(figure, WEEK, "goodput")


def scalability():
    figure, axes = plt.subplots(figsize=(6.6, 3.5))
    n = np.arange(1, 81)
    law = n / (1 + 0.03 * (n - 1) + 0.0005 * n * (n - 1))
    axes.plot(n[:20], n[:20], color=GREY, linestyle="--", label="ideal")
    axes.plot(n, law, color=BLUE, label="σ = 0.03, κ = 0.0005")
    for at in (8, 16, 44, 64):
        axes.plot(at, law[at - 1], "o", color=ORANGE)
        axes.annotate(f"{law[at - 1]:.1f}", (at, law[at - 1]), (0, 7) if at > 16 else (5, -11), textcoords="offset points", ha="center" if at > 16 else "left", fontsize=9)
    axes.set(xlabel="machines", ylabel="throughput, in machines", ylim=(0, 20), xlim=(0, 82))
    axes.legend(frameon=False, loc="lower right")
    save(figure, WEEK, "scalability")


if __name__ == "__main__":
    for drawing in (variation, cache_lines, roofline, batching, stampede, goodput, scalability):
        drawing()
