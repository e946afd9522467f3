"""Draw the figures of week 25. Run from anywhere: python week_25.py"""

import random

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREY, ORANGE, save

WEEK = "25-professional-practice"


def value_by_precision():
    precision = np.linspace(0.2, 0.9, 200)
    value = 22200 - 7200 / precision
    figure, axes = plt.subplots(figsize=(7.2, 3.6))
    axes.axhline(0, color=GREY, linewidth=1)
    axes.plot(precision, value, color=BLUE, linewidth=2)
    axes.fill_between(precision, value, 0, where=value < 0, color=ORANGE, alpha=0.2)
    axes.plot([7200 / 22200, 0.4], [0, 4200], "o", color="black")
    axes.annotate("break-even: 0.324", (7200 / 22200, 0), (0.36, -4000), arrowprops={"arrowstyle": "-", "color": GREY})
    axes.annotate("hoped for: 0.40", (0.4, 4200), (0.43, 1800), arrowprops={"arrowstyle": "-", "color": GREY})
    axes.set(xlabel="precision, at a recall of one half", ylabel="value of a month")
    save(figure, WEEK, "value-by-precision")


def value_of_information():
    good = np.linspace(0, 1, 201)
    rest = (1 - good) / 2
    now = 60800 * good - (30836 + 40000) * rest
    first = 0.85 * 60800 * good - (0.3 * 30836 + 0.1 * 40000) * rest - 6000
    figure, axes = plt.subplots(figsize=(7.2, 3.8))
    axes.axhline(0, color=GREY, linewidth=2, label="leave it")
    axes.plot(good, now / 1000, color=ORANGE, linewidth=2, label="build now")
    axes.plot(good, first / 1000, color=BLUE, linewidth=2, label="try first, for 6000")
    best = good[(first > now) & (first > 0)]
    axes.axvspan(best[0], best[-1], color="#dfe9f4", zorder=0)
    axes.text((best[0] + best[-1]) / 2, -37, "try first", ha="center", fontsize=10)
    axes.set(xlabel="probability that the model will be good", ylabel="expected value, thousands", xlim=(0, 1), ylim=(-42, 62))
    axes.legend(frameon=False, loc="upper left")
    save(figure, WEEK, "value-of-information")


def fill_order():
    figure, both = plt.subplots(1, 2, figsize=(7.6, 2.4))
    for axes, order, name in ((both[0], "F", "MATLAB, R: by columns"), (both[1], "C", "NumPy: by rows")):
        table = np.arange(12).reshape(3, 4, order=order)
        axes.imshow(table, cmap="Blues", vmin=-4, vmax=22)
        for (i, j), number in np.ndenumerate(table):
            axes.text(j, i, str(number), ha="center", va="center", fontsize=11)
        axes.set(xticks=[], yticks=[], title=name)
        axes.grid(False)
    save(figure, WEEK, "fill-order")


def paired_interval():
    figure, axes = plt.subplots(figsize=(7, 2.2))
    for place, (name, error, colour) in enumerate((("paired", 1.41, BLUE), ("unpaired", 2.21, ORANGE))):
        axes.plot([2 - 1.96 * error, 2 + 1.96 * error], [place, place], color=colour, linewidth=3, solid_capstyle="butt")
        axes.plot(2, place, "o", color=colour, markersize=8)
    axes.axvline(0, color=GREY, linestyle="--", linewidth=1)
    axes.set(yticks=[0, 1], yticklabels=["paired", "unpaired"], ylim=(-0.6, 1.6), xlabel="accuracy of B less that of A, percentage points")
    save(figure, WEEK, "paired-interval")


def durations():
    tasks = {"faults": (3, 6, 15), "load": (2, 3, 10), "docs": (2, 4, 8), "talk": (3, 5, 8)}
    rng, alone, together = random.Random(25), [], []
    for _ in range(20_000):
        days = {name: rng.triangular(low, high, likely) for name, (low, likely, high) in tasks.items()}
        alone.append(sum(days.values()))
        together.append(max(days["faults"] + days["load"], days["docs"] + days["talk"]))
    figure, axes = plt.subplots(figsize=(7.6, 3.4))
    bins = np.arange(7, 36, 0.5)
    axes.hist(together, bins, color=BLUE, alpha=0.75)
    axes.hist(alone, bins, color=ORANGE, alpha=0.65)
    axes.axvline(18, color="black", linestyle="--", linewidth=1.2)
    axes.text(18.2, 2050, "18: sum of the likely values", fontsize=9)
    axes.text(10.6, 1960, "two people", color=BLUE, ha="center")
    axes.text(27, 1100, "one person", color=ORANGE, ha="center")
    axes.set(xlabel="working days until all is done", ylabel="runs of 20 000", ylim=(0, 2250))
    save(figure, WEEK, "durations")


def equal_rates():
    base = np.linspace(0.005, 0.6, 200)
    right = 0.7 * base / (0.7 * base + 0.2 * (1 - base))
    figure, axes = plt.subplots(figsize=(6.4, 3.4))
    axes.plot(100 * base, 100 * right, color=BLUE, linewidth=2)
    for share, name in ((0.1, "group B"), (0.3, "group A")):
        height = 70 * share / (0.7 * share + 0.2 * (1 - share))
        axes.plot(100 * share, height, "o", color=ORANGE, markersize=8)
        axes.text(100 * share + 1.5, height - 5, f"{name}: {height:.0f} %")
    axes.set(xlabel="share of the group that will not pay, %", ylabel="flags that are right, %", xlim=(0, 60), ylim=(0, 100))
    save(figure, WEEK, "equal-rates")


def two_charts():
    months, counts = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"], [121, 118, 123, 84, 79, 82]
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.8, 3.3))
    left.bar(months, counts, color=["#b0413e", "#3a7d44", "#7a5195", "#ef8354", "#4f8fc0", "#c2a83e"])
    left.set(ylim=(70, 125), title="Breakdowns")
    right.axvspan(2.5, 5.4, color="#dfe9f4", zorder=0)
    right.fill_between([-0.3, 5.4], 105, 135, color="#e6e6e6", zorder=0.5)
    right.text(5.35, 127, "usual months", ha="right", fontsize=9, color=GREY)
    right.plot(months, counts, "o-", color=BLUE, linewidth=2)
    right.text(4, 60, "with the list", ha="center", color=BLUE)
    right.set(ylim=(0, 145), xlim=(-0.3, 5.4), ylabel="breakdowns a month")
    right.set_title("A third fewer breakdowns since the list began", fontsize=11)
    save(figure, WEEK, "two-charts")


if __name__ == "__main__":
    value_by_precision()
    value_of_information()
    fill_order()
    paired_interval()
    durations()
    equal_rates()
    two_charts()
