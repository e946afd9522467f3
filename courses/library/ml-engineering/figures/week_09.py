"""Draw the figures of week 9. Run from anywhere: python week_09.py"""

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save
from scipy.stats import chi2
from sklearn.cluster import DBSCAN, KMeans
from sklearn.datasets import make_blobs, make_moons
from sklearn.metrics import silhouette_score

WEEK = "09-clustering-and-anomalies"
COLOURS = np.array([BLUE, ORANGE, GREEN, "#8a5fb0", GREY])


def shapes():
    moons, _ = make_moons(300, noise=0.06, random_state=0)
    noise = np.random.default_rng(1).uniform(0, 1, size=(300, 2))
    figure, grid = plt.subplots(1, 3, figsize=(9.6, 3.2))
    drawn = [
        (moons, KMeans(2, n_init=10, random_state=0).fit_predict(moons), "k-means on two crescents"),
        (moons, DBSCAN(eps=0.2, min_samples=5).fit_predict(moons), "DBSCAN on the same points"),
        (noise, KMeans(3, n_init=10, random_state=0).fit_predict(noise), "k-means on uniform noise"),
    ]
    for axes, (points, labels, title) in zip(grid, drawn):
        axes.scatter(points[:, 0], points[:, 1], s=10, color=COLOURS[labels])
        axes.set(title=title, xticks=[], yticks=[])
    save(figure, WEEK, "shapes")


def how_many():
    blobs, _ = make_blobs(300, centers=[[0, 0], [5, 0], [2.5, 4.5]], cluster_std=1.0, random_state=3)
    noise = np.random.default_rng(1).uniform(0, 1, size=(300, 2))
    figure, grid = plt.subplots(1, 2, figsize=(9, 3.4))
    for points, colour, name in ((blobs, BLUE, "three groups"), (noise, ORANGE, "uniform noise")):
        total = ((points - points.mean(axis=0)) ** 2).sum()
        fits = {k: KMeans(k, n_init=10, random_state=0).fit(points) for k in range(1, 9)}
        grid[0].plot(range(1, 9), [fits[k].inertia_ / total for k in range(1, 9)], "o-", color=colour, label=name)
        heights = [silhouette_score(points, fits[k].labels_) for k in range(2, 9)]
        grid[1].plot(range(2, 9), heights, "o-", color=colour, label=name)
        print("how many", name, np.round([fits[k].inertia_ / total for k in range(1, 9)], 3), np.round(heights, 2))
    grid[0].set(xlabel="number of clusters k", ylabel="inertia, share of total", ylim=(0, 1.05))
    grid[1].set(xlabel="number of clusters k", ylabel="mean silhouette", ylim=(0, 0.8))
    for axes in grid:
        axes.legend(frameon=False)
    save(figure, WEEK, "how-many")


def local_minimum():
    points = np.vstack([np.random.default_rng(5).normal(centre, 0.45, size=(40, 2)) for centre in ([0, 0], [0, 3], [7, 0], [7, 3])])
    figure, grid = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
    starts = {"a bad start": np.array([[-0.3, 0.1], [0.3, -0.1], [0.0, 3.0], [7.0, 1.5]]), "k-means++ and ten restarts": None}
    for axes, (name, start) in zip(grid, starts.items()):
        model = KMeans(4, init=start, n_init=1) if start is not None else KMeans(4, n_init=10, random_state=0)
        model.fit(points)
        axes.scatter(points[:, 0], points[:, 1], s=10, color=COLOURS[model.labels_])
        axes.plot(*model.cluster_centers_.T, "X", color="black", markersize=9)
        axes.set(title=f"{name}: inertia {model.inertia_:.0f}", xticks=[], yticks=[])
        print("local", name, model.inertia_, model.n_iter_)
    save(figure, WEEK, "local-minimum")


def sensors():
    rng = np.random.default_rng(11)
    load = rng.normal(50, 8, 400)
    heat = 20 + 0.8 * load + rng.normal(0, 2, 400)
    return np.column_stack([load, heat])


def ellipse():
    points = sensors()
    mean, cov = points.mean(axis=0), np.cov(points.T)
    figure, axes = plt.subplots(figsize=(6.6, 4.0))
    axes.plot(*points.T, "o", color=BLUE, markersize=3, alpha=0.6, label="400 readings")
    turn = np.linspace(0, 2 * np.pi, 200)
    circle = np.vstack([np.cos(turn), np.sin(turn)])
    values, vectors = np.linalg.eigh(cov)
    for share, style in ((0.95, "--"), (0.999, "-")):
        ring = mean[:, None] + vectors @ (np.sqrt(values * chi2.ppf(share, 2))[:, None] * circle)
        axes.plot(*ring, style, color=GREY, label=f"ellipse for {share:.1%} of a normal")
    for point, colour, name in (([72.0, 77.0], GREEN, "A: far out, along the trend"), ([40.0, 66.0], ORANGE, "B: both values usual, together not")):
        squared = (np.array(point) - mean) @ np.linalg.solve(cov, np.array(point) - mean)
        print("ellipse", name, "z", (np.array(point) - mean) / np.sqrt(np.diag(cov)), "D2", squared, "p", chi2.sf(squared, 2))
        axes.plot(*point, "s", color=colour, markersize=9, label=name)
    print("mean, cov", mean, cov, np.corrcoef(points.T)[0, 1])
    axes.set(xlabel="load in %", ylabel="temperature in °C", xlim=(20, 100))
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    save(figure, WEEK, "ellipse")


def isolation():
    rng = np.random.default_rng(2)
    points = np.vstack([rng.normal(0, 1, size=(60, 2)), [[4.2, 3.6]]])
    figure, grid = plt.subplots(1, 2, figsize=(9, 3.7), sharex=True, sharey=True)
    for axes, target, name in ((grid[0], points[-1], "an outlier"), (grid[1], points[np.argmin((points**2).sum(axis=1))], "a point in the middle")):
        cuts = np.random.default_rng(3)
        low, high, inside, steps = np.array([-3.2, -3.2]), np.array([5.0, 4.5]), points, 0
        while len(inside) > 1:
            axis = cuts.integers(2)
            at = cuts.uniform(inside[:, axis].min(), inside[:, axis].max())
            ends = [[at, at], [low[1], high[1]]] if axis == 0 else [[low[0], high[0]], [at, at]]
            axes.plot(*ends, color=GREY, linewidth=1)
            if target[axis] < at:
                inside, high = inside[inside[:, axis] < at], np.where(np.arange(2) == axis, at, high)
            else:
                inside, low = inside[inside[:, axis] >= at], np.where(np.arange(2) == axis, at, low)
            steps += 1
        axes.plot(*points.T, "o", color=BLUE, markersize=4)
        axes.plot(*target, "s", color=ORANGE, markersize=8)
        axes.set(title=f"{name}: alone after {steps} cuts", xticks=[], yticks=[])
        print("isolation", name, steps)
    save(figure, WEEK, "isolation")


def budget():
    rng = np.random.default_rng(4)
    normal, odd = rng.gamma(2.0, 1.0, 9950), rng.gamma(9.0, 1.0, 50)
    scores, truth = np.concatenate([normal, odd]), np.repeat([0, 1], [9950, 50])
    order = np.argsort(-scores)
    found = np.cumsum(truth[order])
    raised = np.arange(1, 1001)
    figure, axes = plt.subplots(figsize=(6.6, 3.5))
    axes.plot(raised, found[:1000] / 50, color=BLUE, label="share of the incidents found (recall)")
    axes.plot(raised, found[:1000] / raised, color=ORANGE, label="share of alarms that are real (precision)")
    axes.axvline(100, color=GREY, linestyle=":", label="budget: 100 alarms")
    axes.set(xlabel="alarms raised, highest scores first", ylim=(0, 1.05))
    axes.legend(frameon=False, fontsize=9)
    print("budget", [(n, found[n - 1], found[n - 1] / n) for n in (20, 50, 100, 300, 1000)])
    save(figure, WEEK, "budget")


if __name__ == "__main__":
    for draw in (shapes, how_many, local_minimum, ellipse, isolation, budget):
        draw()
