"""Draw the figures of week 8. Run from anywhere: python week_08.py"""

from make_figures import BLUE, GREY, ORANGE, save

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

WEEK = "08-support-vectors-and-ensembles"


def street():
    rng = np.random.default_rng(4)
    points = np.vstack([rng.normal([-1.6, -0.6], 0.6, (20, 2)), rng.normal([1.6, 0.6], 0.6, (20, 2))])
    labels = np.repeat([-1, 1], 20)
    model = SVC(kernel="linear", C=100).fit(points, labels)
    w, b = model.coef_[0], model.intercept_[0]
    x = np.linspace(-3.2, 3.2, 2)
    figure, axes = plt.subplots(figsize=(6.4, 3.8))
    for level, style in ((-1, "--"), (0, "-"), (1, "--")):
        axes.plot(x, (level - b - w[0] * x) / w[1], style, color=GREY)
    axes.plot(*points[labels == -1].T, "o", color=BLUE, label="class −1")
    axes.plot(*points[labels == 1].T, "s", color=ORANGE, label="class +1")
    axes.plot(*model.support_vectors_.T, "o", markersize=13, fillstyle="none", color="black", label="support vectors")
    axes.set(xlim=(-3.3, 3.3), ylim=(-2.4, 2.4), xlabel="feature 1", ylabel="feature 2")
    axes.legend(frameon=True, loc="upper left", fontsize=9)
    save(figure, WEEK, "street")
    print("street", len(model.support_vectors_), 2 / np.linalg.norm(w))


def rounds():
    table, y = load_diabetes(return_X_y=True, as_frame=True)
    table = table.assign(number=np.random.default_rng(0).permutation(len(table)).astype(float))
    rest, _, y_rest, _ = train_test_split(table, y, test_size=0.25, random_state=0)
    train, val, y_train, y_val = train_test_split(rest, y_rest, test_size=0.25, random_state=0)
    model = GradientBoostingRegressor(n_estimators=300, learning_rate=0.05, max_depth=2, random_state=0).fit(train, y_train)
    curves = [[np.sqrt(np.mean((truth - p) ** 2)) for p in model.staged_predict(part)] for part, truth in ((train, y_train), (val, y_val))]
    best = int(np.argmin(curves[1])) + 1
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    axes.plot(range(1, 301), curves[0], color=BLUE, label="rows the trees were fitted to")
    axes.plot(range(1, 301), curves[1], color=ORANGE, label="validation rows")
    axes.axvline(best, color=GREY, linestyle=":", label=f"lowest at {best} rounds")
    axes.set(xlabel="rounds of boosting", ylabel="RMSE", ylim=(25, 85))
    axes.legend(frameon=False)
    save(figure, WEEK, "rounds")


if __name__ == "__main__":
    street()
    rounds()
