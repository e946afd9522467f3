"""Draw the figures of week 22. Run from anywhere: python week_22.py"""

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save
from scipy.stats import chi2

WEEK = "22-monitoring-and-drift"
DAYS, EACH, DELAY, WINDOW, JUMP = 360, 50, 7, 45, 200


def burn_rates():
    share = np.full(240, 0.0005)
    share[60 + 30] = 0.08
    share[60 + 90 : 60 + 130] = 0.04
    minutes = np.arange(180)
    burn = {width: np.array([share[60 + t - width + 1 : 60 + t + 1].mean() / 0.001 for t in minutes]) for width in (60, 5)}
    figure, axes = plt.subplots(2, 1, figsize=(8.6, 4.6), sharex=True)
    axes[0].step(minutes, 100 * share[60:], where="post", color=GREY)
    axes[0].set(ylabel="bad answers, %")
    axes[1].plot(minutes, burn[5], color=ORANGE, label="last 5 minutes")
    axes[1].plot(minutes, burn[60], color=BLUE, linewidth=2, label="last hour")
    axes[1].axhline(14.4, color=GREY, linestyle="--", linewidth=1)
    axes[1].text(2, 15.5, "14.4", fontsize=9, color=GREY)
    rings = minutes[(burn[60] >= 14.4) & (burn[5] >= 14.4)]
    axes[1].axvspan(rings[0], rings[-1] + 1, color="#f3d9cd", label="it rings")
    axes[1].set(xlabel="minute", ylabel="burn rate", xlim=(0, 180))
    axes[1].legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(0.2, 1.0))
    save(figure, WEEK, "burn-rates")


def late_labels():
    ages = np.arange(60, -1, -1)
    seen = 2 * (1 - np.exp(-ages / 8))
    figure, axes = plt.subplots(figsize=(8, 3))
    axes.bar(-ages, seen, width=0.9, color=["#b9cfe8" if age >= 30 else ORANGE for age in ages])
    axes.axhline(2, color=GREY, linestyle="--", linewidth=1)
    axes.text(-59.5, 2.06, "what it will be in the end", fontsize=9, color=GREY)
    axes.text(-45, 0.9, "mature", ha="center", fontsize=10)
    axes.text(-17, 0.9, "not yet known", ha="center", fontsize=10, color="white")
    axes.set(xlabel="day of the order, counted from today", ylabel="known as fraud today, %", ylim=(0, 2.4), xlim=(-61, 1))
    save(figure, WEEK, "late-labels")


def reliability():
    rng = np.random.default_rng(22)
    true = rng.beta(1.2, 6, 20_000)
    late = (rng.random(20_000) < true).astype(int)
    sure = 1 / (1 + np.exp(-1.6 * np.log(true / (1 - true))))
    figure, axes = plt.subplots(figsize=(5, 3.9))
    axes.plot([0, 0.8], [0, 0.8], color=GREY, linestyle="--", linewidth=1)
    for scores, colour, name in ((true, BLUE, "calibrated"), (sure, ORANGE, "too sure of itself")):
        place = np.minimum((scores * 10).astype(int), 9)
        rows = [(scores[place == b].mean(), late[place == b].mean()) for b in range(10) if np.sum(place == b) >= 100]
        axes.plot(*zip(*rows), "o-", color=colour, label=name, markersize=5)
    axes.set(xlabel="mean score of the bin", ylabel="share late", xlim=(0, 0.8), ylim=(0, 0.8))
    axes.legend(frameon=False, loc="upper left")
    save(figure, WEEK, "reliability")


def psi(reference, current, bins=10):
    edges = np.unique(np.quantile(reference, np.arange(1, bins) / bins))
    counts = [np.bincount(np.searchsorted(edges, x), minlength=len(edges) + 1) + 0.5 for x in (reference, current)]
    p, q = (count / count.sum() for count in counts)
    return float(np.sum((q - p) * np.log(q / p)))


def psi_by_chance():
    rng = np.random.default_rng(22)
    sizes = [50, 70, 100, 140, 200, 280, 400, 500, 700, 1000]
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.5))
    shares = {limit: [] for limit in (0.1, 0.25)}
    for n in sizes:
        found = np.array([psi(rng.normal(size=n), rng.normal(size=n)) for _ in range(1000)])
        for limit in shares:
            shares[limit].append(100 * np.mean(found > limit))
    for limit, colour in ((0.1, ORANGE), (0.25, BLUE)):
        axes[0].plot(sizes, shares[limit], "o-", color=colour, markersize=4, label=f"PSI above {limit}")
    axes[0].set(xscale="log", xlabel="records on each side", ylabel="days without drift, %", title="False alarms", ylim=(-3, 103))
    axes[0].set_xticks([50, 100, 200, 500, 1000], ["50", "100", "200", "500", "1000"])
    axes[0].legend(frameon=False, fontsize=9)
    many = np.geomspace(50, 10000, 100)
    axes[1].loglog(many, chi2.ppf(0.95, 9) * 2 / many, color=GREEN, linewidth=2, label="exceeded on 5 % of days")
    for limit, colour in ((0.1, ORANGE), (0.25, BLUE)):
        axes[1].axhline(limit, color=colour, linestyle="--", linewidth=1, label=f"fixed limit {limit}")
    axes[1].set(xlabel="records on each side", ylabel="PSI", title="Where the limit ought to be")
    axes[1].legend(frameon=False, fontsize=9)
    save(figure, WEEK, "psi-by-chance")


def cusum_chart():
    rng = np.random.default_rng(25)
    errors = np.concatenate([rng.binomial(200, 0.08, 60), rng.binomial(200, 0.10, 40)]) / 200
    total, sums, alarms = 0.0, [], []
    for day, one in enumerate(errors):
        total = max(0.0, total + (one - 0.08) / 0.0192 - 0.5)
        sums.append(total)
        if total > 5:
            alarms.append(day)
            total = 0.0
    figure, axes = plt.subplots(2, 1, figsize=(8.6, 4.4), sharex=True)
    axes[0].plot(100 * errors, "o", color=GREY, markersize=4)
    axes[0].plot([0, 59.5, 59.5, 99], [8, 8, 10, 10], color=BLUE, label="true rate")
    axes[0].axhline(8 + 3 * 1.92, color=ORANGE, linestyle="--", linewidth=1, label="limit for single days")
    axes[0].set(ylabel="errors, %", ylim=(2, 19))
    axes[0].legend(frameon=False, fontsize=9, loc="upper left", ncols=2)
    axes[1].plot(sums, color=BLUE)
    axes[1].plot(alarms, [sums[day] for day in alarms], "o", color=ORANGE, label="alarm")
    axes[1].axhline(5, color=ORANGE, linestyle="--", linewidth=1)
    axes[1].set(ylabel="CUSUM", xlabel="day")
    axes[1].legend(frameon=False, fontsize=9, loc="upper left")
    save(figure, WEEK, "cusum")


def stream(seed):
    """[(features, targets)] of each day: the weights wander slowly and jump once."""
    rng = np.random.default_rng(seed)
    weights = np.array([2.0, -1.0, 0.5])
    days = []
    for day in range(DAYS):
        weights = weights + rng.normal(0, 0.012, 3)
        if day == JUMP:
            weights = weights + np.array([-0.9, 0.9, 0.0])
        x = rng.normal(size=(EACH, 3))
        days.append((x, x @ weights + rng.normal(size=EACH)))
    return days


def fit(days):
    """Weights by least squares on the given days."""
    x, y = np.concatenate([x for x, _ in days]), np.concatenate([y for _, y in days])
    return np.linalg.lstsq(x, y, rcond=None)[0]


def run(days, policy):
    """RMSE of each day from WINDOW on, and the days of retraining. The policy is asked with what is known by then."""
    weights, trained, errors, made = fit(days[:WINDOW]), WINDOW, [], []
    for day in range(WINDOW, DAYS):
        x, y = days[day]
        errors.append(float(np.sqrt(np.mean((y - x @ weights) ** 2))))
        known = errors[trained - WINDOW : max(trained, day - DELAY) - WINDOW]  # of this model, with labels that have come
        if width := policy(day - trained, known):
            weights, trained = fit(days[max(0, day - DELAY - width) : day - DELAY]), day
            made.append(day)
    return np.array(errors), made


def triggered(age, known):
    """How many days to train on, once a CUSUM of the errors calls; else 0."""
    total = 0.0
    for one in known:
        total = max(0.0, total + (one - 1.0) / 0.1 - 0.5)
        if total > 5:
            return 14
    return 0


POLICIES = {
    "never": lambda age, known: 0,
    "monthly": lambda age, known: WINDOW * (age >= 30),
    "weekly": lambda age, known: WINDOW * (age >= 7),
    "by trigger": triggered,
}


def averages():
    """The table of the reading: errors before the jump, in the 30 days after it and later; how many retrainings."""
    rows = {}
    for name, policy in POLICIES.items():
        runs = [run(stream(seed), policy) for seed in range(20)]
        errors, at = np.array([one for one, _ in runs]), JUMP - WINDOW
        parts = [errors[:, :at], errors[:, at : at + 30], errors[:, at + 30 :]]
        rows[name] = [round(float(part.mean()), 2) for part in parts], float(np.mean([len(made) for _, made in runs]))
    return rows


def policies():
    figure, axes = plt.subplots(figsize=(8.6, 3.7))
    kernel = np.ones(5) / 5
    for (name, policy), colour in zip(POLICIES.items(), (GREY, ORANGE, BLUE, GREEN)):
        errors, made = run(stream(3), policy)
        axes.plot(np.arange(WINDOW, DAYS)[2:-2], np.convolve(errors, kernel, "valid"), color=colour, linewidth=1.6, label=f"{name}: {len(made)} times")
    axes.set(xlabel="day", ylabel="error (RMSE), mean of 5 days", xlim=(150, 320), ylim=(0.8, 2.3))
    axes.legend(frameon=False, fontsize=9, loc="upper right", ncols=2)
    save(figure, WEEK, "policies")


if __name__ == "__main__":
    for draw in (burn_rates, late_labels, reliability, psi_by_chance, cusum_chart, policies):
        draw()
