"""Draw the figures of week 1. Run from anywhere: python week_01.py"""

import math
import random

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

WEEK = "01-engineers-workshop"


def blank(width, height):
    figure, axes = plt.subplots(figsize=(width, height))
    axes.set(xlim=(0, 10), ylim=(0, 10))
    axes.axis("off")
    return figure, axes


def box(axes, x, y, width, height, text, colour=BLUE, fill="#eef3f9"):
    axes.add_patch(FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0.05", edgecolor=colour, facecolor=fill))
    axes.text(x + width / 2, y + height / 2, text, ha="center", va="center", fontsize=10)


def arrow(axes, start, end, colour=GREY):
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color=colour, linewidth=1.3))


def process():
    figure, axes = blank(7.4, 3.4)
    box(axes, 3.7, 2.2, 2.6, 5.6, "process\n\nprogram,\nworking folder,\nopen files", ORANGE, "#fbf0ea")
    for y, text in ((8.1, "arguments"), (6.1, "environment variables"), (3.3, "standard input (0)"), (1.0, "files read")):
        axes.text(2.5, y, text, ha="right", va="center")
        arrow(axes, (2.6, y), (3.6, 0.6 * y + 2.0))
    for y, text in ((8.1, "standard output (1)"), (6.1, "standard error (2)"), (3.3, "exit status 0 to 255"), (1.0, "files written")):
        axes.text(7.5, y, text, ha="left", va="center")
        arrow(axes, (6.4, 0.6 * y + 2.0), (7.4, y))
    save(figure, WEEK, "process")


def branches():
    figure, axes = blank(7.2, 2.6)
    main = [(1, 3), (2.6, 3), (5.6, 3), (8.4, 3)]
    side = [(3.8, 7), (5.2, 7), (6.6, 7)]
    edges = [(main[0], main[1], BLUE), (main[1], main[2], BLUE), (main[2], main[3], BLUE), (main[1], side[0], ORANGE),
             (side[0], side[1], ORANGE), (side[1], side[2], ORANGE), (side[2], main[3], ORANGE)]
    for a, b, colour in edges:
        axes.plot([a[0], b[0]], [a[1], b[1]], color=colour, linewidth=2, zorder=1)
    for points, colour, names in ((main, BLUE, ("A", "B", "C", "M")), (side, ORANGE, ("D", "E", "F"))):
        for (x, y), name in zip(points, names):
            axes.plot(x, y, "o", color=colour, markersize=22, zorder=2)
            axes.text(x, y, name, ha="center", va="center", color="white", fontweight="bold", zorder=3)
    axes.text(8.4, 0.6, "main", ha="center", color=BLUE)
    axes.text(5.2, 9.2, "check-blank-courier", ha="center", color=ORANGE)
    save(figure, WEEK, "branches")


def bisection():
    low, high, rows = 0, 64, []
    while high - low > 1:
        middle = (low + high) // 2
        rows.append((low, high, middle))
        low, high = (middle, high) if middle < 23 else (low, middle)
    assert high == 23 and len(rows) == 6
    figure, axes = plt.subplots(figsize=(7.2, 2.9))
    for row, (low, high, middle) in enumerate(rows, start=1):
        axes.plot([low, high], [row, row], color="#c9d6e6", linewidth=7, solid_capstyle="butt")
        good = middle < 23
        axes.plot(middle, row, "o" if good else "X", color=GREEN if good else ORANGE, markersize=8)
        axes.text(high + 1, row, f"{middle} {'good' if good else 'bad'}", va="center", fontsize=9)
    axes.set(xlabel="commit", ylabel="test", ylim=(6.6, 0.4), xlim=(-1, 74), yticks=range(1, 7), xticks=[0, 16, 23, 32, 48, 64])
    save(figure, WEEK, "bisection")


def approaches():
    rng = np.random.default_rng(3)
    figure, grid = plt.subplots(1, 4, figsize=(9.6, 2.7))
    for axes in grid:
        axes.set(xticks=[], yticks=[])
        axes.grid(False)
    one, two = rng.normal(size=(40, 2)) * 0.7 + (-1.1, -0.8), rng.normal(size=(40, 2)) * 0.7 + (1.1, 0.8)
    grid[0].plot(*one.T, "o", color=BLUE, markersize=4)
    grid[0].plot(*two.T, "s", color=ORANGE, markersize=4)
    grid[0].plot([-2.2, 2.2], [2.8, -2.8], color="black")
    grid[0].set_title("supervised: labels", fontsize=10)
    for centre in ((-1.4, 1.2), (1.4, 1.1), (0, -1.4)):
        points = rng.normal(size=(28, 2)) * 0.42 + centre
        grid[1].plot(*points.T, "o", color=GREY, markersize=4)
        grid[1].add_patch(plt.Circle(centre, 1.15, fill=False, color=BLUE, linestyle="--"))
    grid[1].set_title("unsupervised: structure", fontsize=10)
    # a bandit with two arms that pay 30 and 70 percent of the time; one try in ten explores
    value, count, paid = np.zeros(2), np.zeros(2), []
    for _ in range(300):
        arm = rng.integers(2) if rng.random() < 0.1 else int(np.argmax(value))
        reward = rng.random() < (0.3, 0.7)[arm]
        count[arm] += 1
        value[arm] += (reward - value[arm]) / count[arm]
        paid.append(reward)
    grid[2].plot(np.cumsum(paid) / np.arange(1, 301), color=GREEN)
    grid[2].axhline(0.7, color=GREY, linestyle=":")
    grid[2].set(xlabel="tries", ylabel="mean reward", ylim=(0, 1))
    grid[2].set_title("reinforcement: rewards", fontsize=10)
    layers = (4, 5, 5, 2)
    for layer, (a, b) in enumerate(zip(layers, layers[1:])):
        for i in range(a):
            for j in range(b):
                grid[3].plot([layer, layer + 1], [i - a / 2, j - b / 2], color="#cccccc", linewidth=0.6, zorder=1)
    for layer, size in enumerate(layers):
        grid[3].plot([layer] * size, np.arange(size) - size / 2, "o", color=ORANGE if layer in (0, 3) else BLUE, zorder=2)
    grid[3].set_title("deep: many layers", fontsize=10)
    save(figure, WEEK, "four-approaches")


def ingredients():
    figure, axes = blank(7.2, 3.2)
    for y, text in zip((8.3, 6.4, 4.5, 2.6, 0.7), ("code: a commit", "data: a hash", "environment: a lock file", "configuration: a file", "chance: a seed")):
        box(axes, 0.2, y - 0.55, 3.6, 1.1, text)
        arrow(axes, (3.95, y), (5.3, 0.25 * y + 3.5))
    box(axes, 5.4, 3.3, 1.4, 2.8, "run", ORANGE, "#fbf0ea")
    arrow(axes, (6.95, 4.7), (8.0, 4.7))
    box(axes, 8.1, 3.6, 1.7, 2.2, "result", GREEN, "#eaf4ee")
    save(figure, WEEK, "ingredients")


def orders():
    rng = random.Random(1)
    data = [rng.uniform(0, 1000) for _ in range(1000)]
    exact, gaps = math.fsum(data), []
    for _ in range(300):
        rng.shuffle(data)
        total = 0.0
        for one in data:  # sum() of Python 3.12 and later makes up for the rounding
            total += one
        gaps.append(abs(total - exact) / exact)
    figure, axes = plt.subplots(figsize=(6.6, 3.0))
    gaps = np.array(gaps)
    axes.semilogy(np.where(gaps > 0, gaps, np.nan), ".", color=BLUE, markersize=4)
    axes.axhline(1e-6, color=ORANGE, label="pytest.approx: one millionth")
    axes.axhline(1e-9, color=GREEN, linestyle="--", label="math.isclose: one billionth")
    axes.set(xlabel="shuffle", ylabel="relative difference", ylim=(1e-17, 1e-4))
    axes.legend(frameon=False, loc="center right", fontsize=9, bbox_to_anchor=(1, 0.5))
    save(figure, WEEK, "orders-of-a-sum")
    print("largest gap", gaps.max(), "equal to the exact sum:", int((gaps == 0).sum()), "of", len(gaps))


if __name__ == "__main__":
    for draw in (process, branches, bisection, approaches, ingredients, orders):
        draw()
