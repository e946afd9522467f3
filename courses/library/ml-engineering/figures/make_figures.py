"""Draw the figures of the readings. Run from anywhere: python make_figures.py

Needs numpy, scikit-learn, matplotlib and Pillow. Every figure is made from bundled or seeded data, has a white background
(it is read on light and on dark pages) and goes to the images/ folder of its week.
"""

import io
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

WEEKS = Path(__file__).resolve().parent.parent / "weeks"
BLUE, ORANGE, GREEN, GREY = "#1f5fa8", "#c8501e", "#2c7a4b", "#666666"

plt.rcParams.update({
    "figure.facecolor": "white", "axes.facecolor": "white", "savefig.facecolor": "white", "font.size": 10,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#e6e6e6", "axes.axisbelow": True,
})

KM = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
MINUTES = np.array([9.0, 12.0, 16.0, 17.0, 21.0])
HOURS = np.arange(1.0, 9.0)
PASSED = np.array([0, 0, 0, 1, 0, 1, 1, 1])


def save(figure, week, name):
    folder = WEEKS / week / "images"
    folder.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=110)
    plt.close(figure)
    Image.open(drawn).convert("RGB").quantize(48).save(folder / f"{name}.png", optimize=True)


def fit_and_residuals():
    figure, axes = plt.subplots(figsize=(6.4, 3.8))
    line = np.array([0.0, 6.0])
    axes.plot(line, 6.3 + 2.9 * line, color=BLUE, label="fitted line: 6.3 + 2.9 × distance")
    for km, minutes in zip(KM, MINUTES):
        axes.plot([km, km], [minutes, 6.3 + 2.9 * km], color=ORANGE, linewidth=2)
    axes.plot([], [], color=ORANGE, linewidth=2, label="residuals")
    axes.plot(KM, MINUTES, "o", color="black", label="deliveries")
    axes.set(xlabel="distance in km", ylabel="minutes", xlim=(0, 6), ylim=(0, 25))
    axes.legend(loc="lower right", frameon=False)
    save(figure, "03-linear-regression", "fit-and-residuals")


def anscombe():
    x = np.array([10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5.0])
    x4 = np.array([8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8.0])
    sets = [
        (x, [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68], "I: a line and noise"),
        (x, [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74], "II: a curve"),
        (x, [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73], "III: one outlier"),
        (x4, [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89], "IV: one point decides"),
    ]
    figure, grid = plt.subplots(1, 4, figsize=(9, 2.7), sharex=True, sharey=True)
    for axes, (xs, ys, title) in zip(grid, sets):
        slope, intercept = np.polyfit(xs, ys, 1)
        assert abs(slope - 0.5) < 0.001 and abs(intercept - 3) < 0.003, (slope, intercept)
        ends = np.array([3.0, 20.0])
        axes.plot(ends, intercept + slope * ends, color=BLUE)
        axes.plot(xs, ys, "o", color="black", markersize=4)
        axes.set_title(title, fontsize=10)
    save(figure, "03-linear-regression", "anscombe")


def loss_surface():
    design = np.column_stack([np.ones(5), KM])
    b, m = np.meshgrid(np.linspace(-2, 14, 120), np.linspace(-1, 7, 120))
    loss = np.mean((b[..., None] + m[..., None] * KM - MINUTES) ** 2, axis=-1)
    figure, grid = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True)
    for axes, rate in zip(grid, (0.02, 0.08)):
        walker, path = np.zeros(2), [np.zeros(2)]
        for _ in range(400):
            walker = walker - rate * 2 / 5 * design.T @ (design @ walker - MINUTES)
            path.append(walker)
        path = np.array(path)
        axes.contour(b, m, loss, levels=[0.6, 1.5, 4, 10, 25, 60, 130], colors=GREY, linewidths=0.8)
        axes.plot(path[:, 0], path[:, 1], ".-", color=ORANGE, linewidth=1, markersize=4, label="400 steps")
        axes.plot(6.3, 2.9, "*", color=BLUE, markersize=14, label="least squares")
        axes.set(title=f"learning rate {rate}", xlabel="intercept", xlim=(-2, 14), ylim=(-1, 7))
        axes.legend(frameon=False)
    grid[0].set_ylabel("slope")
    save(figure, "03-linear-regression", "loss-surface")


def degrees():
    rng = np.random.default_rng(7)
    x = rng.uniform(-1, 1, 240)
    y = np.sin(3 * x) + 0.3 * rng.normal(size=240)
    train, test = slice(0, 30), slice(30, None)
    errors = []
    for degree in range(1, 13):
        model = make_pipeline(PolynomialFeatures(degree), LinearRegression()).fit(x[train, None], y[train])
        errors.append([np.sqrt(np.mean((model.predict(x[part, None]) - y[part]) ** 2)) for part in (train, test)])
    errors = np.array(errors)
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    axes.plot(range(1, 13), errors[:, 0], "o-", color=BLUE, label="error on the 30 training points")
    axes.plot(range(1, 13), errors[:, 1], "s-", color=ORANGE, label="error on 210 new points")
    axes.axhline(0.3, color=GREY, linestyle=":", label="the noise itself")
    axes.set(xlabel="degree of the polynomial", ylabel="RMSE", ylim=(0, 1.0), xticks=range(1, 13))
    axes.legend(frameon=False, loc="upper center")
    save(figure, "03-linear-regression", "train-and-test-error")
    print("degrees", errors.round(2).tolist())


def residuals():
    x, y = load_diabetes(return_X_y=True, scaled=False)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.25, random_state=42)
    predicted = LinearRegression().fit(x_train, y_train).predict(x_test)
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    axes.axhline(0, color=GREY)
    axes.plot(predicted, y_test - predicted, "o", color=BLUE, alpha=0.7)
    axes.set(xlabel="predicted progression", ylabel="truth − prediction")
    save(figure, "03-linear-regression", "residuals")
    low = predicted < np.median(predicted)
    print("residual sd, lower and upper half of predictions", np.std((y_test - predicted)[low]).round(1), np.std((y_test - predicted)[~low]).round(1))


def logistic_curve():
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10000).fit(HOURS[:, None], PASSED)
    grid = np.linspace(-1, 11, 200)
    slope, intercept = np.polyfit(HOURS, PASSED, 1)
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    axes.plot(grid, intercept + slope * grid, "--", color=GREY, label="straight line")
    axes.plot(grid, model.predict_proba(grid[:, None])[:, 1], color=BLUE, label="logistic curve")
    axes.plot(HOURS, PASSED, "o", color="black", label="failed (0), passed (1)")
    axes.plot(4.5, 0.5, "s", color=ORANGE, label="even chances at 4.5 hours")
    axes.set(xlabel="hours of practice", ylabel="probability of passing", ylim=(-0.35, 1.45))
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    save(figure, "04-logistic-regression", "logistic-curve")
    print("line", slope, intercept, intercept + slope * np.array([1, 8, 10.0]))


def losses():
    z = np.linspace(-5, 5, 200)
    p = 1 / (1 + np.exp(-z))
    figure, grid = plt.subplots(1, 2, figsize=(9, 3.5))
    grid[0].plot(z, -np.log(p), color=BLUE, label="log loss")
    grid[0].plot(z, (1 - p) ** 2, color=ORANGE, label="squared error of the probability")
    grid[0].set(xlabel="score z of a positive example", ylabel="cost", title="The cost")
    grid[1].plot(z, p - 1, color=BLUE, label="log loss: p − 1")
    grid[1].plot(z, -2 * (1 - p) * p * (1 - p), color=ORANGE, label="squared error: −2(1 − p)·p(1 − p)")
    grid[1].set(xlabel="score z of a positive example", ylabel="derivative by z", title="The pull of its gradient")
    for axes in grid:
        axes.legend(frameon=False, fontsize=9)
    save(figure, "04-logistic-regression", "losses")


def separable():
    x = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])
    y = (x > 0).astype(float)
    figure, axes = plt.subplots(figsize=(6.4, 3.4))
    steps = 20000
    for l2, color in ((0.0, ORANGE), (0.01, BLUE), (0.1, GREEN)):
        w, history = 0.0, []
        for _ in range(steps):
            w -= 0.5 * (np.mean((1 / (1 + np.exp(-w * x)) - y) * x) + l2 * w)
            history.append(w)
        axes.plot(np.arange(1, steps + 1), history, color=color, label=f"penalty {l2:g}")
        print("separable", l2, history[99], history[999], history[-1])
    axes.set(xscale="log", xlabel="steps of gradient descent (logarithmic)", ylabel="weight")
    axes.legend(frameon=False)
    save(figure, "04-logistic-regression", "separable")


def thresholds():
    data, code = load_breast_cancer(return_X_y=True)
    y = 1 - code
    x_train, _, y_train, _ = train_test_split(data, y, test_size=0.3, stratify=y, random_state=0)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=0)
    risk = cross_val_predict(model, x_train, y_train, cv=folds, method="predict_proba")[:, 1]
    grid = np.linspace(0.01, 0.99, 197)
    called = risk[None, :] >= grid[:, None]
    found = (called & (y_train == 1)).sum(axis=1)
    alarms = (called & (y_train == 0)).sum(axis=1)
    missed = (y_train == 1).sum() - found
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.5))
    axes[0].plot(grid, found / (found + alarms), color=BLUE, label="precision")
    axes[0].plot(grid, found / (found + missed), color=ORANGE, label="recall")
    axes[0].axhline(0.98, color=GREY, linestyle=":", label="required recall 0.98")
    axes[0].set(xlabel="threshold", ylim=(0.75, 1.01), title="Rates, out of fold")
    axes[1].plot(grid, 20 * missed + alarms, color=GREEN, label="20 × missed + false alarms")
    axes[1].axvline(1 / 21, color=GREY, linestyle=":", label="1/21, from the costs alone")
    axes[1].set(xlabel="threshold", ylim=(0, 260), title="Cost, out of fold")
    for a in axes:
        a.legend(frameon=False, fontsize=9)
    save(figure, "04-logistic-regression", "thresholds")


if __name__ == "__main__":
    for draw in (fit_and_residuals, anscombe, loss_surface, degrees, residuals, logistic_curve, losses, separable, thresholds):
        draw()
