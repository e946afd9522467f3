"""Draw the figures of week 5. Run from anywhere: python week_05.py"""

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save

WEEK = "05-collecting-and-cleaning-data"


def pollution():
    rng = np.random.default_rng(5)
    true = rng.normal(19, 2.4, 1000)
    sent = true.copy()
    sent[:20] = -999
    sent[20:50] = true[20:50] * 9 / 5 + 32
    figure, grid = plt.subplots(1, 2, figsize=(9, 3.3))
    grid[0].hist(sent, bins=60, color=ORANGE)
    grid[0].set(xlabel="value as sent", ylabel="reports", title="Everything in")
    grid[0].annotate("20 codes at −999", (-990, 25), (-900, 300), arrowprops={"arrowstyle": "->", "color": GREY})
    grid[1].hist(sent[50:], bins=30, color=BLUE)
    grid[1].set(xlabel="degrees Celsius", title="Without codes and Fahrenheit")
    save(figure, WEEK, "pollution")
    print("pollution: mean as sent, true mean, median as sent", sent.mean(), true.mean(), np.median(sent))


def prevalence():
    share = np.linspace(0.05, 0.95, 181)
    chance = share**2 + (1 - share) ** 2
    figure, axes = plt.subplots(figsize=(6.4, 3.5))
    axes.axhline(0.9, color=GREY, linestyle=":", label="share of agreement: always 0.9")
    axes.plot(share, (0.9 - chance) / (1 - chance), color=BLUE, label="Cohen's kappa")
    for p in (0.5, 0.1, 0.06):
        c = p**2 + (1 - p) ** 2
        axes.plot(p, (0.9 - c) / (1 - c), "o", color=ORANGE)
        axes.annotate(f"{(0.9 - c) / (1 - c):.2f}", (p, (0.9 - c) / (1 - c)), (6, -12), textcoords="offset points")
        print("kappa at", p, (0.9 - c) / (1 - c))
    axes.set(xlabel="share of items that each labeller calls positive", ylabel="agreement", ylim=(-0.1, 1), xlim=(0, 1))
    axes.legend(frameon=False, loc="lower center")
    save(figure, WEEK, "prevalence")


def known_when():
    figure, axes = plt.subplots(figsize=(9, 3.0))
    facts = [
        ("morning report", 8.0, 8.1, True), ("air temperature 08:00", 8.0, 8.5, True), ("forecast for the afternoon", 6.0, 7.0, True),
        ("buoy, mean of the day", 0.2, 24.0, False), ("visitors of the day", 10.0, 20.0, False),
    ]
    for n, (name, start, known, usable) in enumerate(reversed(facts)):
        color = BLUE if usable else ORANGE
        axes.plot([start, known], [n, n], color=color, linewidth=5, alpha=0.35)
        axes.plot(known, n, "o", color=color, clip_on=False)
    axes.axvline(9, color="black")
    axes.text(9.15, 4.35, "forecast is made, 09:00", va="center")
    axes.axvspan(14, 16, color=GREEN, alpha=0.2)
    axes.text(15, 2.5, "what is\nforecast", ha="center", va="center", color=GREEN)
    axes.set(yticks=range(5), yticklabels=[f[0] for f in reversed(facts)], xlim=(0, 24), ylim=(-0.5, 4.7), xlabel="hour of the day; a dot marks when the value is known", xticks=range(0, 25, 3))
    save(figure, WEEK, "known-when")


if __name__ == "__main__":
    for draw in (pollution, prevalence, known_when):
        draw()
