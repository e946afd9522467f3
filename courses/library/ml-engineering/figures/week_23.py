"""Draw the figures of week 23. Run from anywhere: python week_23.py"""

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

WEEK = "23-security-privacy-reliability"


def box(axes, x, y, text, colour=BLUE, width=1.7, height=0.62, size=9):
    shape = FancyBboxPatch(
        (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0.02", facecolor="white", edgecolor=colour, linewidth=1.6
    )
    axes.add_patch(shape)
    axes.text(x, y, text, ha="center", va="center", fontsize=size)


def arrow(axes, start, end, text="", at=(0, 0), colour=GREY):
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color=colour, linewidth=1.3))
    if text:
        middle = ((start[0] + end[0]) / 2 + at[0], (start[1] + end[1]) / 2 + at[1])
        axes.text(*middle, text, ha="center", va="center", fontsize=8.5, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8})


def boundaries():
    figure, axes = plt.subplots(figsize=(9, 4.3))
    box(axes, 0, 2.2, "clinics' programs")
    box(axes, 0, 0.3, "partners' data", ORANGE)
    box(axes, 4.2, 2.2, "screening service", GREEN)
    box(axes, 4.2, 0.3, "training job", GREEN)
    box(axes, 7.3, 1.25, "model store", GREEN)
    box(axes, 4.2, -1.5, "operators")
    arrow(axes, (0.9, 2.2), (3.3, 2.2), "1  requests", (-0.25, 0.22))
    arrow(axes, (0.9, 0.3), (3.3, 0.3), "2  rows, labels", (-0.2, 0.22))
    arrow(axes, (5.1, 0.35), (6.8, 0.9), "3  signed model", (0.95, -0.3))
    arrow(axes, (6.8, 1.6), (5.1, 2.15), "4  loads, verified", (0.85, 0.3))
    arrow(axes, (4.2, -1.15), (4.2, -0.05), "5  settings, releases", (0.95, -0.25))
    style = {"color": ORANGE, "linewidth": 1.6, "linestyle": (0, (5, 3))}
    axes.plot([2.5, 2.5], [-1.9, 2.9], **style)
    axes.plot([2.5, 8.4], [-0.35, -0.35], **style)
    axes.plot([6.05, 6.05], [-0.35, 2.9], **style)
    axes.text(2.4, 2.75, "outside", ha="right", color=ORANGE, fontsize=9)
    axes.text(2.6, 2.75, "what answers", ha="left", color=ORANGE, fontsize=9)
    axes.text(6.15, 2.75, "what is served from", ha="left", color=ORANGE, fontsize=9)
    axes.text(8.4, -0.55, "people with rights", ha="right", va="top", color=ORANGE, fontsize=9)
    axes.set(xlim=(-1.1, 8.5), ylim=(-2, 3))
    axes.axis("off")
    save(figure, WEEK, "boundaries")


def evasion():
    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=0, stratify=y)
    scaler = StandardScaler().fit(X_train)
    X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)
    model = LogisticRegression().fit(X_train, y_train)
    wrong = -np.sign(model.coef_[0]) * np.where(y_test == 1, 1, -1)[:, None]
    sizes, rng = np.linspace(0, 0.5, 26), np.random.default_rng(0)
    chosen = [model.score(X_test + size * wrong, y_test) for size in sizes]
    chance = [np.mean([model.score(X_test + size * rng.choice([-1, 1], X_test.shape), y_test) for _ in range(20)]) for size in sizes]
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    axes.plot(sizes, chance, color=BLUE, label="signs drawn at random")
    axes.plot(sizes, chosen, color=ORANGE, label="signs chosen against the model")
    axes.set(xlabel="change of each feature, in standard deviations", ylabel="accuracy on 171 test patients", ylim=(0.25, 1.02))
    axes.legend(frameon=False, loc="lower left")
    save(figure, WEEK, "evasion")


def laplace():
    x = np.linspace(30, 53, 800)
    figure, axes = plt.subplots(figsize=(6.8, 3.4))
    for centre, colour, name in ((42, BLUE, "you are in the data: true count 42"), (41, ORANGE, "you are not: true count 41")):
        axes.plot(x, np.exp(-np.abs(x - centre) / 2) / 4, color=colour, label=name)
    axes.set(xlabel="answer (ε = 0.5, noise of scale 2)", ylabel="density", ylim=(0, 0.36), xlim=(30, 53))
    axes.legend(frameon=False, loc="upper right", fontsize=9)
    save(figure, WEEK, "laplace")


def overload(shed, seconds=150, rate=10, patience=2.0):
    """Requests per second that were answered in time, for arrivals of 8, for 30 s of 14, then 8 a second."""
    arrivals, t = [], 0.0
    while t < seconds:
        arrivals.append(t)
        t += 1 / (14 if 30 <= t < 60 else 8)
    free, useful = 0.0, np.zeros(seconds)
    for at in arrivals:
        start = max(free, at)
        if shed and start + 1 / rate - at > patience:
            continue
        free = start + 1 / rate
        if free - at <= patience and free < seconds:
            useful[int(free)] += 1
    return useful


def overload_figure():
    figure, axes = plt.subplots(figsize=(7.4, 3.5))
    axes.axvspan(30, 60, color="#f1ece4")
    axes.text(45, 13.1, "14 requests a second", ha="center", fontsize=9)
    for shed, colour, name in ((True, GREEN, "refuses what would be too late"), (False, ORANGE, "takes everything, in order")):
        axes.step(np.arange(150), overload(shed), where="post", color=colour, label=name)
    axes.set(xlabel="seconds", ylabel="answers in time, per second", ylim=(0, 14), xlim=(0, 150))
    axes.legend(frameon=False, loc="center", bbox_to_anchor=(0.49, 0.35))
    save(figure, WEEK, "overload")


def bucket():
    """Tokens of a bucket (2 a second, at most 6) under a burst."""
    times = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 2.0, 2.6, 3.4, 5.0]
    figure, axes = plt.subplots(figsize=(7.4, 3.2))
    tokens, at, xs, ys = 6.0, 0.0, [0.0], [6.0]
    for time in times:
        full = at + (6 - tokens) / 2
        if full < time:
            xs.append(full)
            ys.append(6.0)
        tokens, at = min(6.0, tokens + 2 * (time - at)), time
        xs.append(time)
        ys.append(tokens)
        allowed = tokens >= 1
        tokens -= allowed
        xs.append(time)
        ys.append(tokens)
        axes.plot(time, -0.55, "o" if allowed else "x", color=GREEN if allowed else ORANGE, markersize=7, markeredgewidth=2 if not allowed else 1)
    xs += [at + (6 - tokens) / 2, 7.0]
    ys += [6.0, 6.0]
    axes.plot(xs, ys, color=BLUE)
    axes.plot([], [], "o", color=GREEN, label="allowed")
    axes.plot([], [], "x", color=ORANGE, label="refused", markeredgewidth=2)
    axes.set(xlabel="seconds", ylabel="tokens", ylim=(-1, 6.6), xlim=(0, 7))
    axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 0.15))
    save(figure, WEEK, "bucket")


def redundancy():
    """Hours of failure a year of one, two and three machines of 99 %, independent or with a tenth of failures in common."""
    machines = np.arange(1, 5)
    alone, common = 0.01**machines, 0.1 * 0.01 + (0.9 * 0.01) ** machines
    common[0] = 0.01
    figure, axes = plt.subplots(figsize=(6.4, 3.5))
    axes.semilogy(machines, 8766 * alone, "o-", color=BLUE, label="independent failures")
    axes.semilogy(machines, 8766 * common, "o-", color=ORANGE, label="one failure in ten has a common cause")
    axes.set(xlabel="machines, of which one is enough", ylabel="hours down a year (logarithmic)", xticks=machines)
    axes.legend(frameon=False, loc="lower left")
    save(figure, WEEK, "redundancy")


if __name__ == "__main__":
    for draw in (boundaries, evasion, laplace, bucket, overload_figure, redundancy):
        draw()
