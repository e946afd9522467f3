"""Draw the figures of week 2. Run from anywhere: python week_02.py"""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save

WEEK = "02-mathematics-of-models"
ROUTE_A = np.array([31, 28, 35, 30, 33, 29, 34, 36.0])
ROUTE_B = np.array([27, 30, 25, 29, 26, 31, 28, 24.0])


def broadcasting():
    figure, grid = plt.subplots(1, 3, figsize=(8.4, 2.3), gridspec_kw={"width_ratios": [1, 3, 3]})
    column, row = np.array([[0], [10], [20]]), np.array([[1, 2, 3]])
    shown = [(column, np.ones((3, 1))), (row, np.ones((1, 3))), (column + row, np.ones((3, 3)))]
    titles = ["shape (3, 1)", "shape (1, 3) or (3,)", "their sum: shape (3, 3)"]
    for axes, (values, _), title, colour in zip(grid, shown, titles, (BLUE, ORANGE, GREEN)):
        rows, columns = values.shape
        for i in range(rows):
            for j in range(columns):
                axes.add_patch(plt.Rectangle((j, -i), 1, 1, facecolor="white", edgecolor=colour, linewidth=1.5))
                axes.text(j + 0.5, -i + 0.5, str(values[i, j]), ha="center", va="center", fontsize=11)
        axes.set(xlim=(-0.1, max(columns, 1) + 0.1), ylim=(-2.1, 1.1), aspect="equal")
        axes.axis("off")
        axes.set_title(title, fontsize=10)
    save(figure, WEEK, "broadcasting")


def projection():
    figure, axes = plt.subplots(figsize=(5.6, 3.2))
    v, onto = np.array([2.0, 3.0]), np.array([4.0, 1.0])
    foot = (v @ onto) / (onto @ onto) * onto
    axes.plot([-0.5 * 4, 1.4 * 4], [-0.5, 1.4], color=GREY, linewidth=1)
    for end, colour, name, place in ((v, BLUE, "v", (-0.25, 0.1)), (onto, "black", "u", (0.05, -0.45)), (foot, GREEN, "projection", (-0.9, -0.6))):
        axes.annotate("", xy=end, xytext=(0, 0), arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2})
        axes.text(end[0] + place[0], end[1] + place[1], name, color=colour)
    axes.plot([foot[0], v[0]], [foot[1], v[1]], "--", color=ORANGE, linewidth=2)
    axes.text((foot[0] + v[0]) / 2 + 0.1, (foot[1] + v[1]) / 2, "what is left", color=ORANGE)
    along, up = -onto / np.linalg.norm(onto) * 0.25, (v - foot) / np.linalg.norm(v - foot) * 0.25
    corner = np.array([foot + along, foot + along + up, foot + up])
    axes.plot(corner[:, 0], corner[:, 1], color=GREY, linewidth=1)
    axes.set(xlim=(-1, 5.5), ylim=(-0.9, 3.5), aspect="equal")
    save(figure, WEEK, "projection")
    print("projection", foot)


def conditioning():
    figure, grid = plt.subplots(1, 2, figsize=(8, 3.1), sharey=True)
    x = np.linspace(-1, 7, 2)
    grid[0].plot(x, 11 - 2 * x, color=BLUE, label="2x + y = 11")
    grid[0].plot(x, (18 - x) / 3, color=ORANGE, label="x + 3y = 18")
    grid[0].plot(3, 5, "o", color="black")
    grid[0].set_title("a clear crossing", fontsize=10)
    grid[1].plot(x, 8 - x, color=BLUE, label="x + y = 8")
    grid[1].plot(x, (8.2 - x) / 1.04, color=ORANGE, label="x + 1.04y = 8.2")
    grid[1].plot(x, (8.12 - x) / 1.04, ":", color=ORANGE, label="x + 1.04y = 8.12")
    grid[1].plot([3, 5], [5, 3], "o", color="black")
    grid[1].set_title("a crossing that a breath moves", fontsize=10)
    for axes in grid:
        axes.set(xlim=(0, 7), ylim=(0, 9))
        axes.legend(frameon=False, fontsize=9, loc="lower left")
    save(figure, WEEK, "conditioning")


def differences():
    steps = 10.0 ** np.arange(-1, -15.5, -0.25)
    forward = np.abs((np.exp(1 + steps) - np.exp(1)) / steps - np.exp(1)) / np.exp(1)
    central = np.abs((np.exp(1 + steps) - np.exp(1 - steps)) / (2 * steps) - np.exp(1)) / np.exp(1)
    figure, axes = plt.subplots(figsize=(6.4, 3.3))
    axes.loglog(steps, forward, "o-", color=BLUE, markersize=3, label="one-sided")
    axes.loglog(steps, central, "s-", color=ORANGE, markersize=3, label="central")
    axes.set(xlabel="step h", ylabel="relative error of the slope")
    axes.legend(frameon=False, loc="upper center")
    save(figure, WEEK, "differences")
    for h in (1e-2, 1e-5, 1e-8, 1e-12):
        one = abs((np.exp(1 + h) - np.exp(1)) / h - np.exp(1)) / np.exp(1)
        two = abs((np.exp(1 + h) - np.exp(1 - h)) / (2 * h) - np.exp(1)) / np.exp(1)
        print("difference", h, f"{one:.1e} {two:.1e}")


def descent():
    A, b, bottom = np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([5.0, 5.0]), np.array([1.0, 2.0])
    print("eigenvalues", np.linalg.eigvalsh(A), "bound", 2 / np.linalg.eigvalsh(A)[-1])
    u, v = np.meshgrid(np.linspace(-2.5, 4.5, 150), np.linspace(-1.5, 5.5, 150))
    du, dv = u - 1, v - 2
    height = (3 * du**2 + 2 * du * dv + 2 * dv**2) / 2
    figure, grid = plt.subplots(1, 3, figsize=(9.4, 3.3), sharey=True)
    for axes, rate in zip(grid, (0.05, 0.5, 0.57)):
        path = [np.array([-2.0, 3.0])]
        for _ in range(20):
            path.append(path[-1] - rate * (A @ path[-1] - b))
        path = np.array(path)
        axes.contour(u, v, height, levels=[0.3, 1.2, 3, 6, 11, 18], colors=GREY, linewidths=0.7)
        axes.plot(path[:, 0], path[:, 1], ".-", color=ORANGE, linewidth=1)
        axes.plot(*path[0], "s", color="black", markersize=5)
        axes.plot(*bottom, "*", color=BLUE, markersize=13)
        axes.set(title=f"rate {rate}", xlim=(-2.5, 4.5), ylim=(-1.5, 5.5))
        axes.title.set_fontsize(10)
        print("rate", rate, "distance after 0, 20:", np.linalg.norm(path[0] - bottom).round(3), np.linalg.norm(path[-1] - bottom).round(4))
    save(figure, WEEK, "descent")


def cancellation():
    rng = np.random.default_rng(1)
    base = rng.normal(size=1000)
    places = 10.0 ** np.arange(0, 10.1, 0.5)
    quick, steady = [], []
    for place in places:
        x = base + place
        truth = base.var()
        quick.append(abs((np.mean(x**2) - np.mean(x) ** 2) - truth) / truth)
        steady.append(abs(np.mean((x - x.mean()) ** 2) - truth) / truth)
    figure, axes = plt.subplots(figsize=(6.4, 3.2))
    axes.loglog(places, np.maximum(quick, 1e-17), "o-", color=ORANGE, markersize=4, label="mean of squares − square of mean")
    axes.loglog(places, np.maximum(steady, 1e-17), "s-", color=BLUE, markersize=4, label="mean of squared deviations")
    axes.axhline(1, color=GREY, linestyle=":")
    axes.set(xlabel="mean of the data (deviation 1)", ylabel="relative error of the variance")
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    save(figure, WEEK, "cancellation")
    for place in (1.0, 1e4, 1e6, 1e8, 1e9):
        x = base + place
        print("variance at", place, np.mean(x**2) - np.mean(x) ** 2, np.mean((x - x.mean()) ** 2))


def bayes():
    figure, axes = plt.subplots(figsize=(7.2, 2.2))
    parts = [(0, 180, GREEN, "180 damaged,\nflagged"), (180, 784, ORANGE, "784 intact, flagged")]
    for start, width, colour, text in parts:
        axes.barh(0, width, left=start, color=colour, height=0.6)
        axes.text(start + width / 2, 0, text, ha="center", va="center", color="white", fontsize=9)
    axes.set(xlabel="flagged among 10,000 parcels", xlim=(0, 970), yticks=[], ylim=(-0.5, 0.5))
    axes.grid(False)
    axes.spines["left"].set_visible(False)
    save(figure, WEEK, "flagged")


def likelihood():
    rates = np.linspace(0.04, 0.8, 300)
    figure, axes = plt.subplots(figsize=(6.4, 3.2))
    for waits, colour, name in ((np.array([2, 5, 1, 4, 8.0]), BLUE, "5 waits, mean 4"), (np.tile([2, 5, 1, 4, 8.0], 8), ORANGE, "40 waits, mean 4")):
        best = 1 / waits.mean()
        curve = len(waits) * np.log(rates) - rates * waits.sum()
        top = len(waits) * np.log(best) - best * waits.sum()
        axes.plot(rates, curve - top, color=colour, label=name)
        print("likelihood", len(waits), best, top, [round(len(waits) * np.log(r) - r * waits.sum(), 3) for r in (0.1, 0.25, 0.5)])
    axes.axvline(0.25, color=GREY, linestyle=":")
    axes.set(xlabel="rate per minute", ylabel="log-likelihood, below its top", ylim=(-8, 0.5))
    axes.legend(frameon=False, loc="lower right")
    save(figure, WEEK, "likelihood")


def means():
    rng = np.random.default_rng(5)
    figure, grid = plt.subplots(1, 3, figsize=(9.2, 2.8), sharex=True)
    for axes, n in zip(grid, (1, 10, 100)):
        found = rng.exponential(10, size=(20_000, n)).mean(axis=1)
        axes.hist(found, bins=np.linspace(0, 40, 81), color=BLUE, density=True)
        axes.set(title=f"means of n = {n}: deviation {found.std():.2f}", xlim=(0, 40), yticks=[], xlabel="minutes")
        axes.title.set_fontsize(10)
        print("means", n, found.std(), 10 / np.sqrt(n))
    save(figure, WEEK, "sample-means")


def intervals():
    rng = np.random.default_rng(11)
    figure, axes = plt.subplots(figsize=(7.2, 3.2))
    missed = 0
    for i in range(60):
        x = rng.normal(30, 6, size=25)
        half = 1.96 * x.std(ddof=1) / 5
        miss = abs(x.mean() - 30) > half
        missed += miss
        axes.plot([i, i], [x.mean() - half, x.mean() + half], color=ORANGE if miss else BLUE, linewidth=2)
    axes.axhline(30, color="black", linewidth=1)
    axes.set(xlabel="repetition of the study", ylabel="interval for the mean")
    save(figure, WEEK, "sixty-intervals")
    print("missed", missed)
    for n in (5, 25, 100):
        x = rng.normal(30, 6, size=(200_000 // 2, n))
        held = np.abs(x.mean(axis=1) - 30) <= 1.96 * x.std(axis=1, ddof=1) / np.sqrt(n)
        print("coverage", n, held.mean())


def permutation():
    both, gap = np.concatenate([ROUTE_A, ROUTE_B]), ROUTE_A.mean() - ROUTE_B.mean()
    found = []
    for chosen in combinations(range(16), 8):
        first = both[list(chosen)].sum()
        found.append(first / 8 - (both.sum() - first) / 8)
    found = np.array(found)
    p = np.mean(np.abs(found) >= gap - 1e-9)
    figure, axes = plt.subplots(figsize=(6.4, 3.0))
    axes.hist(found, bins=np.arange(-6.375, 6.5, 0.25), color="#9db8d6")
    for side in (-1, 1):
        axes.axvline(side * gap, color=ORANGE, linewidth=2)
    axes.set(xlabel="difference of means, in minutes", ylabel="regroupings of 12,870")
    save(figure, WEEK, "permutation")
    se = np.sqrt(ROUTE_A.var(ddof=1) / 8 + ROUTE_B.var(ddof=1) / 8)
    print("routes", ROUTE_A.mean(), ROUTE_B.mean(), ROUTE_A.std(ddof=1), ROUTE_B.std(ddof=1), "gap", gap, "se", se, "p", p, int(round(p * len(found))))


if __name__ == "__main__":
    for draw in (broadcasting, projection, conditioning, differences, descent, cancellation, bayes, likelihood, means, intervals, permutation):
        draw()
