"""Draw the figures of week 11. Run from anywhere: python week_11.py"""

from make_figures import BLUE, GREEN, GREY, ORANGE, np, plt, save
from scipy.stats import norm

WEEK = "11-experiment-design"


def power(n, before, after):
    error = np.sqrt((before * (1 - before) + after * (1 - after)) / n)
    return 1 - norm.cdf(1.96 - (after - before) / error)


def power_curves():
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    n = np.linspace(50, 10000, 400)
    for after, colour in ((0.13, GREEN), (0.12, BLUE), (0.11, ORANGE)):
        axes.plot(n, power(n, 0.10, after), color=colour, label=f"10 % against {100 * after:.0f} %")
    axes.axhline(0.8, color=GREY, linestyle="--", linewidth=1)
    axes.set(xlabel="users in each arm", ylabel="power", ylim=(0, 1.02), xlim=(0, 10000))
    axes.legend(frameon=False, loc="lower right")
    save(figure, WEEK, "power")


def peeking():
    rng = np.random.default_rng(0)
    looks = [1, 2, 3, 5, 10, 20, 50]
    shares = []
    walks = rng.normal(size=(4000, 1000)).cumsum(axis=1)
    for count in looks:
        at = np.linspace(1000 / count, 1000, count).round().astype(int)
        z = np.abs(walks[:, at - 1]) / np.sqrt(at)
        shares.append(float((z > 1.96).any(axis=1).mean()))
    print(dict(zip(looks, shares)))
    figure, axes = plt.subplots(figsize=(6.4, 3.4))
    axes.plot(looks, shares, "o-", color=ORANGE, label="stop at the first p < 0.05")
    axes.axhline(0.05, color=GREY, linestyle="--", linewidth=1, label="what was promised: 5 %")
    axes.set(xlabel="number of looks", ylabel="share of false alarms", ylim=(0, 0.45))
    axes.legend(frameon=False, loc="upper left")
    save(figure, WEEK, "peeking")


def adjusting():
    rng = np.random.default_rng(4)
    size = np.concatenate([rng.uniform(1, 5, 60), rng.uniform(4, 9, 60)])
    new = np.repeat([0.0, 1.0], 60)
    minutes = 10 + 6 * size - 5 * new + rng.normal(0, 4, 120)
    raw = minutes[new == 1].mean() - minutes[new == 0].mean()
    design = np.column_stack([np.ones(120), new, size])
    weights, rest, *_ = np.linalg.lstsq(design, minutes, rcond=None)
    error = np.sqrt(rest[0] / 117 * np.linalg.inv(design.T @ design)[1, 1])
    low, high = weights[1] - 1.98 * error, weights[1] + 1.98 * error
    print("raw", raw, "adjusted", weights, "error", error, "interval", low, high)
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    for value, colour, name in ((0.0, BLUE, "old tool"), (1.0, ORANGE, "new tool")):
        mine = new == value
        axes.plot(size[mine], minutes[mine], "o", markersize=3, color=colour, label=name)
        ends = np.array([size[mine].min(), size[mine].max()])
        axes.plot(ends, weights[0] + weights[1] * value + weights[2] * ends, color=colour)
        axes.axhline(minutes[mine].mean(), color=colour, linestyle=":", linewidth=1)
    axes.set(xlabel="size of the job", ylabel="minutes")
    axes.legend(frameon=False, loc="upper left")
    save(figure, WEEK, "adjusting")


if __name__ == "__main__":
    for draw in (power_curves, peeking, adjusting):
        draw()
