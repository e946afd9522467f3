"""Draw the figures of week 6. Run from anywhere: python week_06.py"""

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save

WEEK = "06-data-modelling-and-pipelines"


def box(axes, x, y, width, height, title, lines=(), color=BLUE):
    axes.add_patch(plt.Rectangle((x, y), width, height, fill=False, edgecolor=color, linewidth=1.6))
    top = y + height - 0.32 if lines else y + height / 2
    axes.text(x + width / 2, top, title, ha="center", va="center", weight="bold", color=color)
    for n, line in enumerate(lines):
        axes.text(x + 0.12, top - 0.42 * (n + 1), line, va="center", fontsize=9)


def bare(size, xlim, ylim):
    figure, axes = plt.subplots(figsize=size)
    axes.set(xlim=xlim, ylim=ylim)
    axes.axis("off")
    return figure, axes


def tables():
    figure, axes = bare((9, 3.0), (0, 12), (0, 4))
    box(axes, 0.1, 1.0, 2.9, 2.2, "members", ("member_id   key", "town", "phone   unique"))
    box(axes, 4.5, 0.7, 3.0, 2.8, "loans", ("loan_id   key", "member_id   reference", "tool_id   reference", "taken, due", "returned   may be missing"))
    box(axes, 9.0, 1.0, 2.9, 2.2, "tools", ("tool_id   key", "kind   of a list", "price   not below 0"))
    for start, end, one, many in ((3.0, 4.5, 3.1, 4.4), (9.0, 7.5, 8.9, 7.6)):
        axes.plot([start, end], [2.2, 2.2], color=GREY)
        axes.text(one, 2.35, "one", ha="left" if one < many else "right", fontsize=9, color=GREY)
        axes.text(many, 1.95, "many", ha="right" if one < many else "left", fontsize=9, color=GREY)
    save(figure, WEEK, "tables")


def as_of():
    figure, axes = plt.subplots(figsize=(9, 3.2))
    days, levels = [1, 39, 62, 75], [0, 1, 2, 2]
    axes.step(days, levels, where="post", color=BLUE, linewidth=2.5, label="level, from when it was known")
    axes.axhline(2, color=ORANGE, linestyle=":", linewidth=2, label="what the present table says")
    for n, (day, level) in enumerate(((31, 0), (39, 0), (50, 1)), start=1):
        axes.axvline(day, color=GREY, linewidth=0.8, ymax=0.80)
        axes.plot(day, level, "o", color="black", zorder=3)
        axes.text(day, 2.22, f"loan {n}", ha="center")
    axes.set(yticks=[0, 1, 2], yticklabels=["basic", "plus", "gold"], ylim=(-0.3, 2.6), xlim=(0, 75),
             xticks=[1, 31, 62], xticklabels=["1 April", "1 May", "1 June"])
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    save(figure, WEEK, "as-of")


def quarantine():
    figure, axes = bare((9, 2.9), (0, 12), (0, 4))
    for n, name in enumerate(("desk", "web form", "lockers")):
        box(axes, 0.1, 2.9 - 1.1 * n, 1.7, 0.8, name, color=GREY)
        axes.annotate("", (3.0, 2.2), (1.8, 3.3 - 1.1 * n), arrowprops={"arrowstyle": "->", "color": GREY})
    box(axes, 3.0, 1.7, 1.9, 1.0, "raw", color=BLUE)
    box(axes, 6.1, 1.7, 2.0, 1.0, "contract", color=BLUE)
    box(axes, 9.9, 2.7, 1.9, 1.0, "tables", color=GREEN)
    box(axes, 9.9, 0.4, 1.9, 1.0, "quarantine", color=ORANGE)
    for start, end, style in (((4.9, 2.2), (6.1, 2.2), "->"), ((8.1, 2.4), (9.9, 3.2), "->"), ((8.1, 2.0), (9.9, 1.05), "->")):
        axes.annotate("", end, start, arrowprops={"arrowstyle": style, "color": GREY})
    axes.annotate("", (7.1, 1.7), (9.9, 0.6), arrowprops={"arrowstyle": "->", "color": ORANGE, "linestyle": "--", "connectionstyle": "arc3,rad=-0.25"})
    axes.text(8.85, 3.05, "good", ha="center", fontsize=9)
    axes.text(9.25, 1.6, "bad, with reasons", ha="left", fontsize=9)
    axes.text(6.9, 0.25, "again, after a mended rule", ha="center", fontsize=9, color=ORANGE)
    save(figure, WEEK, "quarantine")


def runs():
    rng = np.random.default_rng(6)
    read = rng.poisson(100, 30).astype(float)
    read[12], read[21] = 30, 240
    figure, axes = plt.subplots(figsize=(9, 3.2))
    nights = np.arange(1, 31)
    middle = np.array([np.median(read[max(0, n - 7) : n]) if n >= 3 else np.nan for n in range(30)])
    axes.fill_between(nights, middle / 2, 2 * middle, color=GREEN, alpha=0.15, label="half to double the median of the last seven")
    axes.plot(nights, read, ".-", color=BLUE, label="records read")
    odd = (read < middle / 2) | (read > 2 * middle)
    axes.plot(nights[odd], read[odd], "o", color=ORANGE, markersize=9, label="alarm")
    axes.set(xlabel="nightly run", ylabel="records", ylim=(0, 310), xlim=(0, 31))
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    save(figure, WEEK, "runs")
    print("alarms", nights[odd].tolist(), read[odd].tolist())


if __name__ == "__main__":
    for draw in (tables, as_of, quarantine, runs):
        draw()
