"""Draw the figures of week 26. Run from anywhere: python week_26.py"""

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREY, ORANGE, save
from scipy.stats import beta, binom

WEEK = "26-capstone-presentation"


def clean_requests():
    tried = np.geomspace(20, 10_000, 100)
    figure, axes = plt.subplots(figsize=(7, 3.6))
    axes.loglog(tried, 100 * (1 - 0.05 ** (1 / tried)), color=BLUE, linewidth=2)
    axes.loglog(tried, 100 * beta.ppf(0.95, 2, tried - 1), color=ORANGE, linewidth=2)
    axes.plot([300, 3000], [100 * (1 - 0.05 ** (1 / n)) for n in (300, 3000)], "o", color="black")
    axes.text(55, 2.6, "no failure", color=BLUE, ha="right")
    axes.text(75, 8.6, "one failure", color=ORANGE)
    axes.set(xlabel="requests tried", ylabel="failure rate, upper limit, %", xticks=[30, 100, 300, 1000, 3000, 10_000], yticks=[0.1, 0.3, 1, 3, 10])
    axes.set_xticklabels(["30", "100", "300", "1000", "3000", "10 000"])
    axes.set_yticklabels(["0.1", "0.3", "1", "3", "10"])
    axes.minorticks_off()
    save(figure, WEEK, "clean-requests")


def cost_by_load():
    requests = np.geomspace(50_000, 1e8, 100)
    figure, axes = plt.subplots(figsize=(7, 3.4))
    axes.loglog(requests, np.full(100, 2 * 0.17 * 730), color=BLUE, linewidth=2)
    axes.loglog(requests, requests / 1000 * 0.02, color=ORANGE, linewidth=2)
    axes.plot(12.41e6, 248.2, "o", color="black")
    axes.annotate("12.4 million", (12.41e6, 248.2), (1.6e7, 90), arrowprops={"arrowstyle": "-", "color": GREY})
    axes.text(6e4, 300, "two machines", color=BLUE)
    axes.text(6e5, 5, "paid by use", color=ORANGE)
    axes.set(xlabel="requests a month", ylabel="cost a month", xticks=[1e5, 1e6, 1e7, 1e8], yticks=[1, 10, 100, 1000], ylim=(0.9, 2500))
    axes.set_xticklabels(["100 000", "1 million", "10 million", "100 million"])
    axes.set_yticklabels(["1", "10", "100", "1000"])
    axes.minorticks_off()
    save(figure, WEEK, "cost-by-load")


def steps():
    number = np.arange(1, 16)
    figure, axes = plt.subplots(figsize=(6.8, 3.4))
    axes.plot(number, 100 * 0.999**number, "o-", color=BLUE, markersize=4)
    axes.plot(number, 100 * 0.98**number, "o-", color=ORANGE, markersize=4)
    axes.text(15, 95.4, "with a backup for each", color=BLUE, ha="right")
    axes.text(8.4, 86.5, "live only: 85 % at eight steps", color=ORANGE)
    axes.set(xlabel="steps of the demonstration", ylabel="all of them work, %", ylim=(70, 101), xlim=(0.5, 15.5))
    save(figure, WEEK, "steps")


def best_of_five():
    points = np.arange(11)
    one = binom.pmf(points, 10, 0.6)
    five = np.diff(binom.cdf(np.arange(-1, 11), 10, 0.6) ** 5)
    figure, axes = plt.subplots(figsize=(7, 3.3))
    axes.bar(points - 0.2, 100 * one, 0.4, color=BLUE, label="one attempt, mean 6.0")
    axes.bar(points + 0.2, 100 * five, 0.4, color=ORANGE, label="best of five, mean 7.7")
    axes.set(xlabel="points of ten", ylabel="probability, %", xticks=points)
    axes.legend(frameon=False, loc="upper left")
    save(figure, WEEK, "best-of-five")


if __name__ == "__main__":
    clean_requests()
    cost_by_load()
    steps()
    best_of_five()
