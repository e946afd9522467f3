"""Draw the figures of week 10. Run from anywhere: python week_10.py"""

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save
from sklearn.datasets import load_digits, load_sample_image
from sklearn.decomposition import PCA, FastICA
from sklearn.preprocessing import StandardScaler

WEEK = "10-dimensions-and-signals"


def ranks():
    picture = load_sample_image("china.jpg").mean(axis=2)[::2, ::2]
    u, s, vt = np.linalg.svd(picture, full_matrices=False)
    figure, grid = plt.subplots(1, 4, figsize=(10, 2.6))
    m, n = picture.shape
    for axes, rank in zip(grid, (5, 20, 60, len(s))):
        axes.imshow((u[:, :rank] * s[:rank]) @ vt[:rank], cmap="gray", vmin=0, vmax=255)
        share = rank * (m + n + 1) / (m * n)
        error = np.sqrt((s[rank:] ** 2).sum() / (s**2).sum())
        axes.set_title("the picture" if rank == len(s) else f"rank {rank}: {share:.0%} of the numbers")
        axes.axis("off")
        print("rank", picture.shape, rank, share, "relative error", error)
    save(figure, WEEK, "ranks")


def directions():
    rng = np.random.default_rng(3)
    points = rng.multivariate_normal([0, 0], [[4, 3], [3, 4]], 200)
    figure, axes = plt.subplots(figsize=(5.2, 4.2))
    axes.plot(*points.T, "o", color=BLUE, markersize=3, alpha=0.6)
    for direction, spread, colour in (([1, 1], 7, ORANGE), ([1, -1], 1, GREEN)):
        arrow = 2 * np.sqrt(spread / 2) * np.array(direction)
        axes.annotate("", xy=arrow, xytext=(0, 0), arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 2.5})
        axes.text(*(arrow * 1.12), f"variance {spread}", color=colour)
    axes.set(xlabel="first column", ylabel="second column", aspect="equal", xlim=(-6.5, 6.5), ylim=(-6.5, 6.5))
    save(figure, WEEK, "directions")


def party():
    t = np.linspace(0, 8, 400)
    sources = np.column_stack([np.sin(2 * np.pi * 0.6 * t), np.sign(np.sin(2 * np.pi * 0.37 * t))])
    mixed = sources @ np.array([[1.0, 0.6], [0.7, 1.0]]).T
    whitened = PCA(2, whiten=True).fit_transform(mixed)
    found = FastICA(2, whiten="unit-variance", random_state=0).fit_transform(mixed)
    figure, grid = plt.subplots(4, 1, figsize=(8, 5.2), sharex=True)
    for axes, waves, title in zip(grid, (sources, mixed, whitened, found), ("two sources", "two microphones", "principal components", "independent components")):
        for wave, colour in zip(waves.T, (BLUE, ORANGE)):
            axes.plot(t, wave, color=colour, linewidth=1.2)
        axes.set(yticks=[])
        axes.set_title(title, fontsize=9, loc="left")
    print("party corr pca", np.corrcoef(sources.T, whitened.T)[:2, 2:].round(2), "ica", np.corrcoef(sources.T, found.T)[:2, 2:].round(3))
    save(figure, WEEK, "party")


def scree():
    digits = load_digits()
    shares = np.cumsum(PCA().fit(digits.data).explained_variance_ratio_)
    figure, axes = plt.subplots(figsize=(6.2, 3.4))
    axes.plot(range(1, 65), shares, color=BLUE, label="digits, 64 pixels")
    noise = np.random.default_rng(0).normal(size=(1797, 64))
    axes.plot(range(1, 65), np.cumsum(PCA().fit(noise).explained_variance_ratio_), "--", color=GREY, label="64 columns of noise")
    axes.set(xlabel="number of components", ylabel="share of the variance kept", ylim=(0, 1.02))
    axes.legend(frameon=False)
    print("scree", [(k, shares[k - 1].round(3)) for k in (2, 5, 10, 20, 30, 40)], [int(np.argmax(shares >= c) + 1) for c in (0.8, 0.9, 0.95, 0.99)])
    save(figure, WEEK, "scree")


if __name__ == "__main__":
    for draw in (ranks, directions, party, scree):
        draw()
