"""Draw the figures of week 24. Run from anywhere: python week_24.py"""

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from sklearn.datasets import load_diabetes, load_digits
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

WEEK = "24-interfaces-and-feedback"
STEPS = (20, 40, 60, 80, 100, 140, 180, 220)


def box(axes, x, y, text, colour=BLUE, width=1.9, height=0.62, size=9):
    shape = FancyBboxPatch(
        (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0.02", facecolor="white", edgecolor=colour, linewidth=1.6
    )
    axes.add_patch(shape)
    axes.text(x, y, text, ha="center", va="center", fontsize=size)


def arrow(axes, start, end, text="", at=(0, 0), bend=0.0, colour=GREY):
    axes.add_patch(
        FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color=colour, linewidth=1.3, connectionstyle=f"arc3,rad={bend}")
    )
    if text:
        axes.text((start[0] + end[0]) / 2 + at[0], (start[1] + end[1]) / 2 + at[1], text, ha="center", va="center", fontsize=8.5)


def frequencies():
    """1000 women as dots: 10 ill, of whom 9 test positive; 89 of the 990 healthy do, too."""
    figure, axes = plt.subplots(figsize=(8.4, 3.9))
    x, y = np.divmod(np.arange(1000), 20)
    kinds = np.array(["ill, positive"] * 9 + ["ill, negative"] + ["healthy, positive"] * 89 + ["healthy, negative"] * 901)
    marks = {
        "ill, positive": (ORANGE, "s", 34), "ill, negative": (ORANGE, "x", 30), "healthy, positive": (BLUE, "s", 22), "healthy, negative": ("#d5d5d5", "o", 8),
    }  # fmt: skip
    for kind, (colour, mark, size) in marks.items():
        chosen = kinds == kind
        axes.scatter(x[chosen], -y[chosen], color=colour, marker=mark, s=size, label=f"{kind}: {chosen.sum()}")
    axes.legend(frameon=False, ncols=4, loc="upper center", bbox_to_anchor=(0.5, 1.14), fontsize=9, handletextpad=0.2, columnspacing=1.2)
    axes.axis("off")
    save(figure, WEEK, "frequencies")


def active_curve(by_margin, seed):
    """Test accuracy at each number of labels."""
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X / 16, y, test_size=0.4, random_state=seed, stratify=y)
    rng, model, scores = np.random.default_rng(seed), None, []
    known = list(rng.choice(len(X_train), STEPS[0], replace=False))
    for count in STEPS:
        if len(known) < count:
            rest = np.setdiff1d(np.arange(len(X_train)), known)
            if by_margin:
                p = np.sort(model.predict_proba(X_train[rest]), axis=1)
                known += list(rest[np.argsort(p[:, -1] - p[:, -2])[: count - len(known)]])
            else:
                known += list(rng.choice(rest, count - len(known), replace=False))
        model = LogisticRegression(C=10, max_iter=200).fit(X_train[known], y_train[known])
        scores.append(model.score(X_test, y_test))
    return scores


def active():
    figure, axes = plt.subplots(figsize=(6.6, 3.7))
    for by_margin, colour, name in ((True, GREEN, "smallest margin"), (False, BLUE, "drawn at random")):
        scores = np.array([active_curve(by_margin, seed) for seed in range(6)])
        axes.plot(STEPS, scores.mean(axis=0), "o-", color=colour, label=name, markersize=4)
        axes.fill_between(STEPS, scores.min(axis=0), scores.max(axis=0), color=colour, alpha=0.15, linewidth=0)
    axes.set(xlabel="labels", ylabel="accuracy on test digits", ylim=(0.5, 1))
    axes.legend(frameon=False, loc="lower right")
    save(figure, WEEK, "active")


def loop():
    figure, axes = plt.subplots(figsize=(9, 3.9))
    box(axes, 0, 2, "items in use")
    box(axes, 3.1, 2, "drawn: most unsure,\nand a random fifth")
    box(axes, 6.2, 2, "experts' labels", GREEN)
    box(axes, 6.2, 0, "settled?", GREEN)
    box(axes, 8.9, 1, "conversation,\nbetter guide", ORANGE, width=1.7)
    box(axes, 3.1, 0, "gate: caps,\nlineage, no test items")
    box(axes, 0, 0, "training,\nrelease gate")
    box(axes, 3.1, -1.35, "test items", GREY)
    arrow(axes, (1.0, 2), (2.1, 2))
    arrow(axes, (4.1, 2), (5.2, 2))
    arrow(axes, (6.2, 1.65), (6.2, 0.36))
    arrow(axes, (5.2, 0), (4.1, 0), "yes", (0, 0.17))
    arrow(axes, (2.1, 0), (1.0, 0))
    arrow(axes, (0, 0.36), (0, 1.65), "new model", (-0.55, 0))
    arrow(axes, (7.2, 0.1), (8.6, 0.66), "disputed", (0.15, -0.3))
    arrow(axes, (8.6, 1.36), (7.2, 1.9), "label again", (0.4, 0.25))
    arrow(axes, (3.1, -0.36), (3.1, -1.0), "by the hash of the patient", (1.25, 0.03))
    axes.set(xlim=(-1.15, 9.9), ylim=(-1.8, 2.45))
    axes.axis("off")
    save(figure, WEEK, "loop")


def two_reasons():
    X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
    Z = StandardScaler().fit_transform(X)
    models = {"least squares": LinearRegression().fit(Z, y), "ridge, strength 10": Ridge(alpha=10).fit(Z, y)}
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.8), width_ratios=(1.5, 1))
    for shift, colour, (name, model) in zip((-0.2, 0.2), (ORANGE, BLUE), models.items()):
        axes[0].barh(np.arange(10) + shift, model.coef_ * Z[230], 0.38, color=colour, label=name)
    axes[0].set(yticks=range(10), yticklabels=X.columns, xlabel="contribution to the answer, against the average patient", title="Patient 231")
    axes[0].invert_yaxis()
    axes[0].legend(frameon=False, loc="lower left")
    one, other = (model.predict(Z) for model in models.values())
    axes[1].plot(one, other, "o", color=GREY, markersize=3)
    axes[1].plot(one[230], other[230], "o", color="black", markersize=7)
    axes[1].set(xlabel="least squares", ylabel="ridge", title="Predictions, 442 patients")
    save(figure, WEEK, "two-reasons")


def three_dashboards():
    rng = np.random.default_rng(24)
    figure, axes = plt.subplots(1, 3, figsize=(10, 3.5))
    hours = np.arange(0, 24, 0.25)
    latency = 70 + 8 * np.sin(hours / 4) + rng.normal(0, 3, len(hours)) + 70 * (hours > 15) * np.exp(-(((hours - 17) / 1.6) ** 2))
    axes[0].plot(hours, latency, color=BLUE)
    axes[0].axhline(120, color=ORANGE, linestyle="--", linewidth=1.3)
    axes[0].axvline(15, color=GREY, linewidth=1.2)
    axes[0].text(14.6, 28, "release 31", ha="right", fontsize=8.5)
    axes[0].text(0.5, 124, "limit", color=ORANGE, fontsize=8.5)
    axes[0].set(xlabel="hour of today", ylabel="95 % of answers within … ms", ylim=(0, 165), title="Engineer: slow after\nrelease 31, now back")
    called = np.array([5, 15, 25, 35, 45, 55, 65, 75, 85, 95])
    ill = np.array([3, 12, 24, 36, 41, 58, 60, 63, 71, 88])
    n = np.array([400, 90, 60, 45, 40, 42, 45, 60, 80, 120])
    error = 196 * np.sqrt(ill / 100 * (1 - ill / 100) / n)
    axes[1].plot([0, 100], [0, 100], color=GREY, linewidth=1)
    axes[1].errorbar(called, ill, error, fmt="o", color=GREEN, markersize=4, linewidth=1.2)
    axes[1].set(xlabel="called, %", ylabel="were ill, %", title="Expert: too sure\nof itself above 70 %")
    weeks = np.arange(1, 13)
    both = np.array([9, 8, 10, 9, 11, 8, 10, 9, 10, 11, 9, 10])
    extra = np.array([0, 0, 0, 0, 1, 1, 2, 1, 2, 2, 1, 2])
    axes[2].bar(weeks, both, color="#b9cfe8", label="found by doctors")
    axes[2].bar(weeks, extra, bottom=both, color=ORANGE, label="found by the program only")
    axes[2].plot([4.5, 4.5], [0, 13.5], color=GREY, linewidth=1.2)
    axes[2].set(xlabel="week", ylabel="tumours found", ylim=(0, 18), xticks=(1, 4, 8, 12), yticks=(0, 5, 10, 15), title="Manager: one or two more\na week since the start")
    axes[2].legend(frameon=False, fontsize=8.5, loc="upper left")
    for one in axes:
        one.title.set_fontsize(10.5)
    save(figure, WEEK, "three-dashboards")


if __name__ == "__main__":
    for draw in (frequencies, active, loop, two_reasons, three_dashboards):
        draw()
