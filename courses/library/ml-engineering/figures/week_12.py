"""Draw the figures of week 12. Run from anywhere: python week_12.py"""

import warnings

from make_figures import BLUE, GREEN, GREY, ORANGE, np, plt, save
from sklearn.datasets import load_digits, make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

WEEK = "12-neural-networks"
warnings.filterwarnings("ignore")


def moons():
    X, y = make_moons(400, noise=0.2, random_state=0)
    X_new, y_new = make_moons(2000, noise=0.2, random_state=1)
    models = [("logistic regression", LogisticRegression())]
    for units in (3, 32):
        start = 3 if units == 3 else 0
        network = MLPClassifier((units,), solver="lbfgs", alpha=1e-3, max_iter=2000, random_state=start)
        models.append((f"{units} hidden units", network))
    across, up = np.meshgrid(np.linspace(-1.8, 2.8, 200), np.linspace(-1.3, 1.8, 200))
    figure, grid = plt.subplots(1, 3, figsize=(9, 3), sharex=True, sharey=True)
    for axes, (title, model) in zip(grid, models):
        model.fit(X, y)
        chance = model.predict_proba(np.column_stack([across.ravel(), up.ravel()]))[:, 1].reshape(across.shape)
        axes.contourf(across, up, chance, levels=[0, 0.5, 1], colors=["#d6e4f3", "#f6dccf"])
        axes.plot(*X[y == 0].T, ".", color=BLUE, markersize=3)
        axes.plot(*X[y == 1].T, ".", color=ORANGE, markersize=3)
        axes.set_title(f"{title}: {model.score(X_new, y_new):.1%} right", fontsize=10)
        print(title, model.score(X_new, y_new))
    save(figure, WEEK, "moons")


def folds():
    x = np.linspace(0, 1, 2049)
    figure, grid = plt.subplots(1, 3, figsize=(9, 2.5), sharey=True)
    value = x
    for depth, axes in enumerate(grid, start=1):
        value = 2 * np.maximum(value, 0) - 4 * np.maximum(value - 0.5, 0)
        axes.plot(x, value, color=BLUE)
        axes.set_title(f"{depth} layer{'s' if depth > 1 else ''}: {2**depth} pieces", fontsize=10)
        axes.set_xlabel("input")
    grid[0].set_ylabel("output")
    save(figure, WEEK, "folds")


def signal():
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    layers = np.arange(1, 21)
    kinds = (
        ("standard deviation 0.2", 0.2, ORANGE),
        (r"$\sqrt{2/n}$ = 0.141", np.sqrt(2 / 100), GREEN),
        (r"$1/\sqrt{n}$ = 0.1", 0.1, BLUE),
        ("0.01", 0.01, GREY),
    )
    rng = np.random.default_rng(0)
    for label, scale, colour in kinds:
        a, sizes = rng.normal(size=(500, 100)), []
        for _ in layers:
            a = np.maximum(a @ (rng.normal(size=(100, 100)) * scale), 0)
            sizes.append(np.sqrt(np.mean(a**2)))
        axes.semilogy(layers, sizes, "o-", markersize=3, color=colour, label=label)
        print(label, [f"{sizes[i]:.3g}" for i in (0, 4, 9, 19)])
    axes.set(xlabel="layer", ylabel="typical size of an activation", xticks=[1, 5, 10, 15, 20], ylim=(1e-8, 1e5))
    axes.legend(frameon=False, loc="lower right")
    save(figure, WEEK, "signal")


def digits():
    X, y = load_digits(return_X_y=True)
    X_work, X_test, y_work, y_test = train_test_split(X / 16, y, test_size=0.2, stratify=y, random_state=0)
    return train_test_split(X_work, y_work, test_size=0.25, stratify=y_work, random_state=0)


def rates():
    X_train, X_val, y_train, y_val = digits()
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    for rate, colour in ((0.00001, GREY), (0.0001, GREEN), (0.001, BLUE), (0.1, ORANGE), (1.0, "black")):
        model = MLPClassifier(
            (64,), batch_size=32, learning_rate_init=rate, max_iter=30, n_iter_no_change=100, random_state=0
        )
        model.fit(X_train, y_train)
        axes.semilogy(np.arange(1, 31), model.loss_curve_, color=colour, label=f"{rate:g}")
        print(rate, model.loss_curve_[0], model.loss_curve_[-1], model.score(X_val, y_val))
    axes.set(xlabel="epoch", ylabel="training loss", xlim=(0, 38))
    axes.legend(frameon=False, title="learning rate", loc="center right")
    save(figure, WEEK, "rates")


def stopping():
    X_train, X_val, y_train, y_val = digits()
    X_train, y_train = X_train[:200], y_train[:200].copy()
    model = MLPClassifier((64,), alpha=0.0, batch_size=32, learning_rate_init=0.003, random_state=0)
    train, val = [], []
    rng = np.random.default_rng(0)
    wrong = rng.choice(200, 20, replace=False)
    y_train[wrong] = rng.integers(0, 10, 20)

    def loss(X, y):
        return float(-np.mean(np.log(np.maximum(model.predict_proba(X)[np.arange(len(y)), y], 1e-15))))

    for _ in range(120):
        model.partial_fit(X_train, y_train, classes=np.arange(10))
        train.append(loss(X_train, y_train))
        val.append(loss(X_val, y_val))
    best = int(np.argmin(val))
    print("best", best + 1, val[best], "end", train[-1], val[-1], train[best])
    figure, axes = plt.subplots(figsize=(6.4, 3.4))
    epochs = np.arange(1, 121)
    axes.plot(epochs, train, color=BLUE, label="training")
    axes.plot(epochs, val, color=ORANGE, label="validation")
    axes.axvline(best + 1, color=GREY, linestyle="--", linewidth=1)
    axes.text(best + 3, 1.9, f"lowest at epoch {best + 1}", color=GREY)
    axes.set(xlabel="epoch", ylabel="log loss", ylim=(0, 2.4))
    axes.legend(frameon=False, loc="upper right")
    save(figure, WEEK, "stopping")


if __name__ == "__main__":
    for draw in (moons, folds, signal, rates, stopping):
        draw()
