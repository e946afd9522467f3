"""Draw the figures of week 17. Run from anywhere: python week_17.py"""

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save
from scipy.stats import norm
from week_16 import arrow, boxes

WEEK = "17-packaging-and-delivery"
CHECKS = [("lint", 8, 0.10), ("types", 20, 0.08), ("unit", 45, 0.15), ("data, model", 240, 0.06), ("image", 150, 0.02), ("end to end", 600, 0.05)]


def expected(order):
    """Mean seconds until the outcome is known, if the run stops at the first red check."""
    total, reached = 0.0, 1.0
    for _, seconds, fails in order:
        total += reached * seconds
        reached *= 1 - fails
    return total


def until_red(order):
    """Mean seconds until red, of the runs that become red."""
    spent, reached, total, red = 0.0, 1.0, 0.0, 0.0
    for _, seconds, fails in order:
        spent += seconds
        total += reached * fails * spent
        red += reached * fails
        reached *= 1 - fails
    return total / red


def conflict():
    figure, axes = plt.subplots(figsize=(7.6, 3.2))
    places = {
        "app": (0, 0, "app", BLUE), "model": (2.6, 0.8, "model 1.1", BLUE), "plots": (2.6, -0.8, "plots 1.0", BLUE),
        "arrays": (5.4, 0, "arrays ?", ORANGE),
    }  # fmt: skip
    boxes(axes, places, 1.1, 0.55, 11)
    arrow(axes, (0.6, 0.1), (2.0, 0.72), "any", (-0.1, 0.18))
    arrow(axes, (0.6, -0.1), (2.0, -0.72), "any", (-0.1, -0.18))
    arrow(axes, (3.2, 0.72), (4.8, 0.12), "at least 2", (0.2, 0.22), ORANGE)
    arrow(axes, (3.2, -0.72), (4.8, -0.12), "below 2", (0.2, -0.22), ORANGE)
    axes.set(xlim=(-0.7, 6.1), ylim=(-1.2, 1.2))
    save(figure, WEEK, "conflict")


def layers():
    names = ["base", "install packages", "copy source", "smoke test"]
    orders = [("copy everything first", [20, 1, 90, 8], [0, 2, 1, 3], 1), ("copy the lock first", [20, 90, 1, 8], [0, 1, 2, 3], 2)]
    figure, axes = plt.subplots(figsize=(8, 2.7))
    for row, (title, seconds, which, first) in enumerate(orders):
        left = 0
        for i, (took, name) in enumerate(zip(seconds, which)):
            again = i >= first
            axes.barh(1 - row, took, left=left, color=ORANGE if again else "#b9cfe8", edgecolor="white", height=0.5)
            if took > 5:
                words = names[name] if took > 12 else "test"
                axes.text(left + took / 2, 1 - row, words, ha="center", va="center", fontsize=9, color="white" if again else "black")
            left += took
        again = sum(seconds[first:])
        axes.text(left + 2, 1 - row, f"built again: {again} s", va="center", fontsize=10)
    axes.set(yticks=[1, 0], yticklabels=[title for title, *_ in orders], xlim=(0, 160), xlabel="seconds of a build from nothing")
    axes.grid(False)
    save(figure, WEEK, "layers")


def order_of_checks():
    best = sorted(CHECKS, key=lambda one: one[1] / one[2])
    figure, axes = plt.subplots(figsize=(8, 2.9))
    shades = {name: colour for (name, *_), colour in zip(CHECKS, ["#1f5fa8", "#5b8cc4", "#9dbde0", "#2c7a4b", "#8fbf9f", "#c8501e"])}
    for row, order in enumerate((best, best[::-1])):
        left = 0
        for name, seconds, _ in order:
            axes.barh(1 - row, seconds, left=left, color=shades[name], edgecolor="white", height=0.5, label=name if row == 0 else None)
            left += seconds
        axes.plot([until_red(order)] * 2, [0.68 - row, 1.32 - row], color="black", linewidth=2)
        words = f"red after {until_red(order):.0f} s on average"
        axes.text(until_red(order), 1.36 - row, words, fontsize=9, va="bottom", ha="left" if row == 0 else "right")
    axes.set(yticks=[1, 0], yticklabels=["best order", "worst order"], xlabel="seconds of a run that stays green", ylim=(-0.45, 1.65))
    axes.legend(ncol=6, frameon=False, fontsize=8.5, loc="upper center", bbox_to_anchor=(0.45, 1.22))
    axes.grid(False)
    save(figure, WEEK, "order-of-checks")


def expand_contract():
    figure, axes = plt.subplots(figsize=(9, 3.1))
    rows = [
        ("column km", 0, 5, BLUE), ("column metres", 1, 6, GREEN), ("code writes km", 0, 4, BLUE), ("code writes metres", 2, 6, GREEN),
        ("code reads km", 0, 3, BLUE), ("code reads metres", 3, 6, GREEN),
    ]  # fmt: skip
    for i, (name, start, end, colour) in enumerate(rows):
        axes.barh(len(rows) - i, end - start, left=start, color=colour, height=0.55, alpha=0.85)
    axes.set_yticks(range(len(rows), 0, -1), [name for name, *_ in rows])
    steps = ["today", "1. expand", "2. write both,\ncopy old rows", "3. read new", "4. write\nnew only", "5. contract"]
    axes.set_xticks([0.5, 1.5, 2.5, 3.5, 4.5, 5.5], steps)
    for at in (1, 2, 3, 4, 5):
        axes.axvline(at, color=GREY, linewidth=1, linestyle=":")
    axes.grid(False)
    axes.set(xlim=(0, 6))
    save(figure, WEEK, "expand-contract")


def power(n_new, p_new, n_old=20000, p_old=0.01, z=3.0):
    """Chance that the new version's rate shows as z standard errors above the old one (normal approximation)."""
    pooled = (n_old * p_old + n_new * p_new) / (n_old + n_new)
    null = np.sqrt(pooled * (1 - pooled) * (1 / n_old + 1 / n_new))
    real = np.sqrt(p_old * (1 - p_old) / n_old + p_new * (1 - p_new) / n_new)
    return norm.sf((z * null - (p_new - p_old)) / real)


def canary():
    n = np.linspace(200, 10000, 300)
    figure, axes = plt.subplots(figsize=(6.6, 3.6))
    for rate, colour in ((0.05, GREEN), (0.03, BLUE), (0.02, ORANGE), (0.015, GREY)):
        axes.plot(n, 100 * power(n, rate), color=colour, label=f"new version fails in {100 * rate:g} %")
    axes.set(xlabel="requests that the canary has answered", ylabel="chance that it is caught, %", ylim=(0, 102), xlim=(0, 10000))
    axes.legend(frameon=False, fontsize=9, loc="lower right")
    save(figure, WEEK, "canary")


if __name__ == "__main__":
    for draw in (conflict, layers, order_of_checks, expand_contract, canary):
        draw()
