"""Draw the figures of week 15. Run from anywhere: python week_15.py"""

from make_figures import BLUE, GREEN, GREY, ORANGE, np, plt, save
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

WEEK = "15-reinforcement-learning"
RATES = np.array([0.10, 0.12, 0.16])
MEANS = [1, 2, 3, 2, 1, 2, 3, 1]


def campaigns(policy, steps=5000, runs=200, seed=15, setting=0.0):
    """Cumulative regret of many simulated campaigns, shape (runs, steps)."""
    rng = np.random.default_rng(seed)
    arms, rows = len(RATES), np.arange(runs)
    counts, clicks, regret = np.zeros((runs, arms)), np.zeros((runs, arms)), np.zeros((runs, steps))
    chosen = np.zeros(runs, dtype=int)
    for t in range(steps):
        means = clicks / np.maximum(counts, 1)
        if policy == "commit":
            if t < setting:
                chosen = np.full(runs, t % arms)
            elif t == setting:
                chosen = np.argmax(means, axis=1)
        elif policy == "epsilon":
            chosen = np.argmax(np.where(counts > 0, means, 1e9), axis=1)
            explores = rng.random(runs) < setting
            chosen = np.where(explores, rng.integers(0, arms, runs), chosen)
        elif policy == "ucb":
            bonus = np.sqrt(setting * np.log(max(t, 1)) / np.maximum(counts, 1))
            chosen = np.argmax(np.where(counts > 0, means + bonus, np.inf), axis=1)
        else:
            chosen = np.argmax(rng.beta(1 + clicks, 1 + counts - clicks), axis=1)
        clicked = rng.random(runs) < RATES[chosen]
        counts[rows, chosen] += 1
        clicks[rows, chosen] += clicked
        regret[:, t] = RATES.max() - RATES[chosen]
    return regret.cumsum(axis=1)


def bandit_regret():
    plans = [
        ("greedy", "epsilon", 0.0, GREY), ("explore, commit", "commit", 1500, "#8a5a00"), ("epsilon 0.1", "epsilon", 0.1, ORANGE),
        ("UCB, c = 2", "ucb", 2, "#7a3e9d"), ("UCB, c = 0.25", "ucb", 0.25, GREEN), ("Thompson", "thompson", 0.0, BLUE),
    ]  # fmt: skip
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.9))
    spread = np.random.default_rng(0)
    for place, (name, policy, setting, colour) in enumerate(plans):
        regret = campaigns(policy, setting=setting)
        axes[0].plot(regret.mean(axis=0), color=colour, label=name)
        last = regret[:, -1]
        axes[1].plot(place + spread.uniform(-0.3, 0.3, len(last)), last, ".", color=colour, markersize=3)
        print("regret", name, last.mean().round(1), np.percentile(last, 95).round(1), last.max().round(1))
    axes[0].set(xlabel="letters", ylabel="mean regret, clicks", ylim=(0, 125))
    axes[0].legend(frameon=False, fontsize=8.5, loc="upper left", ncols=2)
    axes[1].set_xticks(range(6), ["greedy", "explore,\ncommit", "epsilon\n0.1", "UCB\nc = 2", "UCB\nc = 0.25", "Thomp-\nson"], fontsize=8.5)
    axes[1].set(ylabel="regret after 5000 letters", ylim=(0, 310))
    save(figure, WEEK, "bandit-regret")


def loop(axes, centre, side, text, colour):
    """An arrow from a circle to itself, and its label."""
    x, y = centre
    axes.add_patch(
        FancyArrowPatch((x + 0.25 * side, y + 0.48), (x + 0.25 * side, y - 0.48), arrowstyle="-|>", mutation_scale=14, color=colour, connectionstyle=f"arc3,rad={-1.5 * side}", linewidth=1.5)
    )
    axes.text(x + side * 1.02, y, text, ha="left" if side > 0 else "right", va="center", fontsize=9.5)


def courier():
    figure, axes = plt.subplots(figsize=(8.4, 3.2))
    for x, name in ((0, "full"), (4, "half")):
        axes.add_patch(Circle((x, 0), 0.55, facecolor="white", edgecolor="black", linewidth=1.6))
        axes.text(x, 0, name, ha="center", va="center", fontsize=12)
    for start, end, bend, colour, text, height in (
        ((0.45, 0.4), (3.55, 0.4), -0.35, BLUE, "ride: +10", 1.18), ((3.42, 0.0), (0.58, 0.0), 0.0, GREEN, "charge: 0", 0.17),
        ((3.55, -0.4), (0.45, -0.4), -0.35, ORANGE, "ride, 40 %: −10, fetched by the van", -1.18),
    ):  # fmt: skip
        axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=14, color=colour, connectionstyle=f"arc3,rad={bend}", linewidth=1.5))
        axes.text(2, height, text, ha="center", va="center", fontsize=9.5)
    loop(axes, (0, 0), -1, "charge: 0", GREEN)
    loop(axes, (4, 0), 1, "ride, 60 %: +10", BLUE)
    axes.set(xlim=(-2.3, 6.9), ylim=(-1.45, 1.4))
    axes.set_aspect("equal")
    axes.axis("off")
    save(figure, WEEK, "courier")


def courier_learning():
    rng = np.random.default_rng(3)
    table, state, history = np.zeros((2, 2)), 0, []
    for _ in range(3000):
        action = int(rng.integers(2)) if rng.random() < 0.2 else int(table[state].argmax())
        if state == 1 and action == 1:
            reward, after = (-10, 0) if rng.random() < 0.4 else (10, 1)
        else:
            reward, after = (10, 1) if action == 1 else (0, 0)
        table[state, action] += 0.1 * (reward + 0.9 * table[after].max() - table[state, action])
        state = after
        history.append(table.copy())
    history = np.array(history)
    figure, axes = plt.subplots(figsize=(7.4, 3.7))
    names = [((0, 1), "full, ride", BLUE, 52.63), ((0, 0), "full, charge", GREY, 47.37), ((1, 0), "half, charge", GREEN, 47.37), ((1, 1), "half, ride", ORANGE, 46.53)]
    for (s, a), name, colour, truth in names:
        axes.plot(history[:, s, a], color=colour, label=f"{name} (truth {truth})", linewidth=1.3)
    print("half, ride, after step 1000:", history[1000:, 1, 1].min().round(1), history[1000:, 1, 1].max().round(1))
    axes.set(xlabel="half-hours", ylabel="entry of the table", ylim=(-5, 58))
    axes.legend(frameon=False, fontsize=9, loc="lower right")
    save(figure, WEEK, "courier-learning")


def day_earns(level, demands):
    """Earnings of days under the rule "fill up to a level at each hour"."""
    stock, total = np.full(len(demands), 2), np.zeros(len(demands))
    for hour in range(8):
        baked, sold = np.clip(level - stock, 0, 3), np.minimum(stock, demands[:, hour])
        total += 4 * sold - 1.5 * baked - (demands[:, hour] - sold)
        stock = np.minimum(6, stock - sold + baked)
    return total


def common_days():
    rng = np.random.default_rng(0)
    same, other = rng.poisson(MEANS, (400, 8)), rng.poisson(MEANS, (400, 8))
    five, six, six_apart = day_earns(5, same), day_earns(6, same), day_earns(6, other)
    print("paired", (six - five).mean(), (six - five).std(ddof=1) / 20, "apart", six_apart.mean() - five.mean(), np.sqrt((five.var(ddof=1) + six_apart.var(ddof=1)) / 400))
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6))
    axes[0].plot(five, six, ".", color=BLUE, alpha=0.6)
    ends = np.array([5.0, 42.0])
    axes[0].plot(ends, ends, color=GREY, linewidth=1)
    axes[0].text(33, 31, "equal", color=GREY, fontsize=9)
    axes[0].set(xlabel="fill up to 5: earnings of the day", ylabel="fill up to 6", title="The same 400 days")
    n = np.arange(20, 401)
    axes[1].plot(n, np.sqrt((five.var(ddof=1) + six_apart.var(ddof=1)) / n), color=ORANGE, label="separate days")
    axes[1].plot(n, (six - five).std(ddof=1) / np.sqrt(n), color=BLUE, label="the same days")
    axes[1].set(xlabel="days", ylabel="standard error of the difference", ylim=(0, 2.2), title="What pairing buys")
    axes[1].legend(frameon=False)
    save(figure, WEEK, "common-days")


def off_policy():
    click = np.array([[0.10, 0.05], [0.06, 0.12]])
    rng = np.random.default_rng(15)
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), sharex=True)
    for share, colour in ((0.8, BLUE), (0.95, GREEN), (0.99, ORANGE)):
        naive, weighted, sizes = [], [], []
        for _ in range(1000):
            group = rng.integers(0, 2, 10000)
            action = (rng.random(10000) >= share).astype(int)
            reward = rng.random(10000) < click[group, action]
            hit = action == group
            weight = hit / np.where(action == 0, share, 1 - share)
            naive.append(reward[hit].mean())
            weighted.append((weight * reward).mean())
            sizes.append(weight.sum() ** 2 / (weight**2).sum())
        print("off-policy", share, np.mean(naive).round(4), np.mean(weighted).round(4), np.std(weighted).round(5), np.mean(sizes).round(0))
        axes[0].hist(weighted, np.arange(0.035, 0.2, 0.01), histtype="step", color=colour, linewidth=1.6, label=f"{share:.0%} line 1")
        axes[1].hist(naive, np.arange(0.035, 0.2, 0.002), histtype="step", color=colour, linewidth=1.6)
    for a, title in zip(axes, ("Weighted by 1 / probability", "Matching rows, unweighted")):
        a.axvline(0.11, color="black", linestyle=":")
        a.set(xlabel="estimate of the new policy's clicks a letter", title=title)
    axes[1].text(0.113, 0.9, "truth", fontsize=9, transform=axes[1].get_xaxis_transform())
    axes[0].set_ylabel("simulated logs")
    axes[0].legend(frameon=False, fontsize=9)
    save(figure, WEEK, "off-policy")


def guard():
    figure, axes = plt.subplots(figsize=(9, 2.9))
    places = {
        "policy": (0, 0.7, "policy\nproposes", BLUE), "known": (2.0, 0.7, "state\nknown?", GREY), "allowed": (4.0, 0.7, "action\nallowed?", GREY),
        "change": (6.0, 0.7, "near the\nlast one?", GREY), "world": (8.0, 0.7, "the world", BLUE), "card": (4.0, -0.75, "the card rule", ORANGE), "log": (10.0, 0.7, "log, with\nthe reason", GREEN),
    }  # fmt: skip
    for x, y, text, colour in places.values():
        axes.add_patch(FancyBboxPatch((x - 0.65, y - 0.3), 1.3, 0.6, boxstyle="round,pad=0.03", facecolor="white", edgecolor=colour, linewidth=1.6))
        axes.text(x, y, text, ha="center", va="center", fontsize=9.5)

    def arrow(start, end, text="", at=(0, 0), colour=GREY, style="-"):
        axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color=colour, linewidth=1.3, linestyle=style))
        if text:
            axes.text((start[0] + end[0]) / 2 + at[0], (start[1] + end[1]) / 2 + at[1], text, ha="center", va="center", fontsize=8.5)

    for x in (0, 2, 4, 6):
        arrow((x + 0.7, 0.7), (x + 1.3, 0.7), "yes" if x else "", (0, 0.14))
    arrow((2.2, 0.36), (3.4, -0.42), "no", (-0.2, -0.1), ORANGE)
    arrow((4.0, 0.36), (4.0, -0.42), "no", (0.17, 0), ORANGE)
    axes.add_patch(FancyArrowPatch((6.0, 1.05), (8.0, 1.05), arrowstyle="-|>", mutation_scale=12, color=GREY, linewidth=1.3, connectionstyle="arc3,rad=-0.35"))
    axes.text(7.0, 1.55, "no: only as far as allowed", ha="center", fontsize=8.5)
    arrow((4.72, -0.6), (7.6, 0.36), "", (0, 0), ORANGE)
    arrow((8.7, 0.7), (9.3, 0.7), "", (0, 0), GREEN)
    arrow((0.75, -0.75), (3.3, -0.75), "the switch", (0, 0.15), ORANGE, "--")
    axes.plot([0.6], [-0.75], "s", color=ORANGE, markersize=11)
    axes.set(xlim=(-0.8, 10.8), ylim=(-1.15, 1.75))
    axes.axis("off")
    save(figure, WEEK, "guard")


if __name__ == "__main__":
    for draw in (bandit_regret, courier, courier_learning, common_days, off_policy, guard):
        draw()
