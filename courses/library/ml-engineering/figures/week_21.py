"""Draw the figures of week 21. Run from anywhere: python week_21.py"""

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save
from matplotlib.patches import Rectangle
from week_16 import arrow, boxes

WEEK = "21-deployment-and-cloud"
HOURS, SECONDS, WORK = 730, 0.1, 60
WAYS = {  # per request, per vCPU-hour, vCPUs at least, share of the time in which they are busy, hours of work a month
    "per use": (2.9e-6, 0.0, 0, 1.0, 1),
    "managed endpoint": (0.0, 0.05, 4, 0.5, 2),
    "containers": (0.0, 0.04, 4, 0.5, 4),
    "machines": (0.0, 0.02, 4, 0.3, 10),
}


def month(way, requests):
    """Computing and work of a month."""
    each, price, least, busy, work = WAYS[way]
    cores = np.maximum(least, requests * SECONDS / (HOURS * 3600) / busy)
    return requests * each + cores * price * HOURS, work * WORK


def live_and_ready():
    figure, axes = plt.subplots(figsize=(9, 2.9))
    rows = {
        "live": (2, [(5, 300)], BLUE),
        "ready": (1, [(90, 180), (200, 280)], GREEN),
        "working": (0, [(90, 180), (200, 298)], ORANGE),
    }
    for y, spans, colour in rows.values():
        axes.broken_barh([(start, end - start) for start, end in spans], (y - 0.28, 0.56), color=colour)
    axes.text(47, 1, "model is loading", ha="center", va="center", fontsize=9)
    for x in (90, 180, 200, 280, 300):
        axes.plot([x, x], [-0.5, 2.4], color=GREY, linewidth=0.8, linestyle=":")
    axes.text(190, 2.5, "database\naway", ha="center", va="bottom", fontsize=9)
    axes.text(280, 2.5, "SIGTERM", ha="center", va="bottom", fontsize=9)
    axes.text(302, 2, "exit", ha="left", va="center", fontsize=9)
    axes.set(yticks=[2, 1, 0], yticklabels=["live", "ready", "answers requests"], xlim=(0, 320), ylim=(-0.5, 3.1), xlabel="seconds since the container was started")
    axes.grid(False)
    save(figure, WEEK, "live-and-ready")


def replace_spreads():
    figure, axes = plt.subplots(figsize=(8.4, 2.9))
    places = {
        "net": (0, 0, "network\nrange changed", ORANGE), "db": (3, 0.8, "database\nreplace", ORANGE),
        "app": (3, -0.8, "machines\nreplace", ORANGE), "front": (6.2, -0.8, "load balancer\nupdate", BLUE),
    }  # fmt: skip
    boxes(axes, places, 1.5, 0.75, 10)
    arrow(axes, (2.2, 0.75), (0.8, 0.15), "network: fixed", (-0.1, 0.28), ORANGE)
    arrow(axes, (2.2, -0.75), (0.8, -0.15), "network: fixed", (-0.1, -0.28), ORANGE)
    arrow(axes, (5.4, -0.8), (3.8, -0.8), "target: may change", (0, 0.2), BLUE)
    axes.text(6.2, 0.8, "an arrow points to what\nis referred to", ha="center", va="center", fontsize=9, color=GREY)
    axes.text(0, -0.6, "replace", ha="center", va="center", fontsize=9, color=ORANGE)
    axes.set(xlim=(-0.9, 7.2), ylim=(-1.35, 1.35))
    save(figure, WEEK, "replace-spreads")


def ways_and_costs():
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.7), sharey=True)
    requests = np.geomspace(1e5, 2e9, 400)
    for way, colour in zip(WAYS, (GREEN, GREY, BLUE, ORANGE)):
        computing, work = month(way, requests)
        axes[0].loglog(requests, computing, color=colour, linewidth=2, label=way)
        axes[1].loglog(requests, computing + work, color=colour, linewidth=2, label=way)
    axes[0].set(title="computing", ylabel="cost of a month", xlabel="requests a month", ylim=(1, 10000))
    axes[1].set(title="computing and hours of work", xlabel="requests a month")
    axes[0].legend(frameon=False, fontsize=9, loc="upper left")
    save(figure, WEEK, "ways-and-costs")


def shadow():
    figure, axes = plt.subplots(figsize=(7.6, 2.9))
    side = 2.0
    strip = side * 320 / 20000
    axes.add_patch(Rectangle((0, 0), side, side, facecolor="#dfe8f3", edgecolor="white"))
    axes.add_patch(Rectangle((0, 0), side, strip, facecolor=ORANGE))
    axes.text(side / 2, side / 2, "19 680 requests:\nboth say the same,\nnothing changes", ha="center", va="center", fontsize=9.5)
    axes.text(side / 2, -0.18, "320 requests: they differ", ha="center", va="center", fontsize=9.5, color=ORANGE)
    left, wide = 3.2, 3.4
    axes.plot([side, left], [strip, 1.5], color=GREY, linewidth=0.8)
    axes.plot([side, left], [0, 0.7], color=GREY, linewidth=0.8)
    axes.add_patch(Rectangle((left, 0.7), wide * 0.61, 0.8, facecolor=BLUE, edgecolor="white"))
    axes.add_patch(Rectangle((left + wide * 0.61, 0.7), wide * 0.39, 0.8, facecolor=GREY, edgecolor="white"))
    axes.text(left + wide * 0.305, 1.1, "new is right: 61 %", ha="center", va="center", fontsize=9.5, color="white")
    axes.text(left + wide * 0.805, 1.1, "old: 39 %", ha="center", va="center", fontsize=9.5, color="white")
    axes.text(left + wide / 2, 0.45, "100 of them, labelled", ha="center", va="center", fontsize=9.5)
    axes.set(xlim=(-0.05, left + wide + 0.1), ylim=(-0.35, 2.05))
    axes.axis("off")
    save(figure, WEEK, "shadow")


if __name__ == "__main__":
    for draw in (live_and_ready, replace_spreads, ways_and_costs, shadow):
        draw()
