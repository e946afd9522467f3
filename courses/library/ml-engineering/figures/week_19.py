"""Draw the figures of week 19. Run from anywhere: python week_19.py"""

import heapq

import matplotlib.pyplot as plt
import numpy as np
from make_figures import BLUE, GREEN, GREY, ORANGE, save
from week_16 import arrow, boxes

WEEK = "19-ml-pipelines-and-infrastructure"
NEEDS = {
    "orders": [], "riders": [], "weather": [], "features": ["orders", "riders", "weather"], "check": ["features"],
    "baseline": ["check"], "train": ["check"], "evaluate": ["baseline", "train"], "publish": ["evaluate"],
}  # fmt: skip
MINUTES = {"orders": 25, "riders": 12, "weather": 8, "features": 20, "check": 3, "baseline": 4, "train": 30, "evaluate": 6, "publish": 2}


def run(workers):
    """[(task, worker, start)] of a greedy schedule, the first by name of those that are ready."""
    done, placed, busy, free, now = set(), [], [], list(range(workers)), 0
    while len(done) < len(NEEDS):
        started = {name for name, _, _ in placed}
        for name in sorted(name for name in NEEDS if name not in started and set(NEEDS[name]) <= done):
            if free:
                worker = heapq.heappop(free)
                placed.append((name, worker, now))
                heapq.heappush(busy, (now + MINUTES[name], name, worker))
        now = busy[0][0]
        while busy and busy[0][0] == now:
            _, name, worker = heapq.heappop(busy)
            done.add(name)
            heapq.heappush(free, worker)
    return placed


def schedule():
    figure, both = plt.subplots(2, 1, figsize=(9, 3.5), sharex=True, height_ratios=[1, 1.7])
    critical = {"orders", "features", "check", "train", "evaluate", "publish"}
    for axes, workers in zip(both, (1, 2)):
        placed = run(workers)
        for name, worker, start in placed:
            axes.barh(-worker, MINUTES[name], left=start, height=0.62, color="#f3c3ae" if name in critical else "#b9cfe8", edgecolor="white")
            if MINUTES[name] > 6:
                axes.text(start + MINUTES[name] / 2, -worker, name, ha="center", va="center", fontsize=8.5)
            else:
                left = name in ("check", "evaluate")
                place = (start + MINUTES[name] / 2, -worker + 0.36)
                axes.annotate(name, place, (3 if left else -3, 2), textcoords="offset points", ha="right" if left else "left", fontsize=8)
        end = max(start + MINUTES[name] for name, _, start in placed)
        axes.axvline(end, color=GREY, linestyle="--", linewidth=1, ymax=0.68)
        axes.text(end + 1, -0.5 * (workers - 1), f"{end} min", va="center", fontsize=9.5)
        axes.set(yticks=[-w for w in range(workers)], yticklabels=[f"worker {w + 1}" for w in range(workers)], ylim=(-workers + 0.45, 0.95), xlim=(0, 122))
        axes.grid(axis="y", visible=False)
    both[1].set_xlabel("minutes (orange: the critical path)")
    save(figure, WEEK, "schedule")


def backfill():
    figure, axes = plt.subplots(figsize=(8, 2.9))
    rows = ["orders", "features", "riders_mean", "train"]
    for r, name in enumerate(rows):
        for day in range(1, 8):
            wrong = name == "features" and day == 3
            again = (name in ("riders_mean", "train") and day >= 3) or wrong
            axes.add_patch(plt.Rectangle((day - 0.42, -r - 0.36), 0.84, 0.72, facecolor="#e9a98c" if wrong else "#f7dccf" if again else "#eef3f9", edgecolor=GREY))
            axes.text(day, -r, "wrong" if wrong else "again" if again else "stays", ha="center", va="center", fontsize=9)
            if name == "riders_mean" and day < 7:
                arrow(axes, (day + 0.4, -r), (day + 0.63, -r), colour=ORANGE if day >= 3 else GREY)
    axes.set(xlim=(0.4, 7.6), ylim=(-3.5, 0.5), xticks=range(1, 8), xticklabels=[f"day {d}" for d in range(1, 8)], yticks=[0, -1, -2, -3], yticklabels=rows)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set_visible(False)
    save(figure, WEEK, "backfill")


def lineage():
    figure, axes = plt.subplots(figsize=(8.6, 3.6))
    places = {
        "orders": (0, 3, "orders", BLUE), "riders": (0, 2, "riders", BLUE), "code": (0, 1, "code 4f0c2ab", BLUE),
        "labels": (0, 0, "labels of March\n(wrong)", ORANGE), "t1": (3, 3, "features 1", BLUE), "t2": (3, 1.5, "features 2", BLUE),
        "m7": (6, 3, "model 7", GREEN), "m8": (6, 1.5, "model 8\naffected", ORANGE), "m9": (6, 0, "model 9\naffected", ORANGE),
    }  # fmt: skip
    boxes(axes, places, 1.7, 0.62, 9.5)
    for start, end in (("orders", "t1"), ("code", "t1"), ("orders", "t2"), ("riders", "t2"), ("code", "t2"), ("t1", "m7"), ("t2", "m8"), ("labels", "m8"), ("labels", "m9"), ("t2", "m9")):
        (x0, y0, _, _), (x1, y1, _, _) = places[start], places[end]
        arrow(axes, (x0 + 0.9, y0), (x1 - 0.9, y1), colour=ORANGE if start == "labels" else GREY)
    axes.set(xlim=(-1, 7), ylim=(-0.5, 3.5))
    save(figure, WEEK, "lineage")


def feature_paths():
    figure, axes = plt.subplots(figsize=(9, 3.5))
    places = {
        "events": (0, 1, "events", BLUE), "definition": (1.9, 1, "one definition\nof the feature", ORANGE), "history": (4.1, 2, "history, with\ntimes available", BLUE),
        "newest": (4.1, 0, "newest value\nper key", BLUE), "train": (6.3, 2, "join at each\nlabel's moment", BLUE), "service": (6.3, 0, "service", BLUE),
        "model": (8.3, 2, "training", GREEN), "log": (8.3, 0, "log of values\nthat were used", GREEN),
    }  # fmt: skip
    boxes(axes, places, 1.5, 0.72, 9.3)
    for start, end in (("events", "definition"), ("history", "train"), ("newest", "service"), ("train", "model"), ("service", "log")):
        arrow(axes, (places[start][0] + 0.78, places[start][1]), (places[end][0] - 0.78, places[end][1]))
    arrow(axes, (2.68, 1.15), (3.3, 1.85))
    arrow(axes, (2.68, 0.85), (3.3, 0.15))
    arrow(axes, (8.3, 0.4), (8.3, 1.6), "compare,\nor train on", (-0.62, 0))
    axes.text(4.1, 2.6, "offline", ha="center", fontsize=10, color="#444444")
    axes.text(4.1, -0.6, "online", ha="center", fontsize=10, color="#444444")
    axes.set(xlim=(-0.9, 9.2), ylim=(-0.8, 2.8))
    save(figure, WEEK, "feature-paths")


def three_answers():
    figure, axes = plt.subplots(figsize=(7.4, 2.6))
    rows = [("promote", 0.237, 0.122, GREEN), ("wait", 0.165, 0.145, GREY), ("keep", 0.015, 0.065, ORANGE)]
    for r, (name, mean, half, colour) in enumerate(rows):
        axes.errorbar(mean, -r, xerr=half, fmt="o", color=colour, capsize=5, linewidth=2)
        axes.text(0.43, -r, name, va="center", fontsize=11, color=colour)
    axes.axvline(0.1, color="black", linestyle="--", linewidth=1.2)
    axes.text(0.105, 0.55, "least gain worth a switch", fontsize=9.5)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set(xlim=(-0.1, 0.52), ylim=(-2.6, 0.9), yticks=[], xlabel="gain of the challenger in minutes, with its 95 % interval")
    axes.spines["left"].set_visible(False)
    save(figure, WEEK, "three-answers")


def checkpoints():
    figure, axes = plt.subplots(figsize=(6.6, 3.6))
    every = np.linspace(3, 260, 400)
    hours = 8 / (every / 60) * 4 * (np.exp((every + 2) / 240) - 1)
    axes.plot(every, hours, color=BLUE, label="with checkpoints of 2 minutes")
    axes.axhline(4 * (np.exp(2) - 1), color=ORANGE, linestyle="--", label="without: 25.6 hours")
    axes.axhline(8, color=GREY, linewidth=1, label="never interrupted: 8 hours")
    for at in (5, 31, 120, 240):
        value = 8 / (at / 60) * 4 * (np.exp((at + 2) / 240) - 1)
        axes.plot(at, value, "o", color=BLUE)
        axes.annotate(f"{value:.1f}", (at, value), (4, 7), textcoords="offset points", fontsize=9)
    axes.set(xlabel="minutes between checkpoints", ylabel="expected hours", ylim=(6, 28), xlim=(0, 262))
    axes.legend(frameon=False, fontsize=9, loc="upper right", bbox_to_anchor=(1, 0.88))
    save(figure, WEEK, "checkpoints")


def strangler():
    figure, axes = plt.subplots(figsize=(8.6, 3.2))
    rows = [("old way runs", 0, 5, BLUE), ("new way runs", 2, 6, ORANGE), ("compared", 2, 5, GREY), ("first reader", 3, 6, GREEN), ("all readers", 4, 6, GREEN)]
    for r, (name, start, end, colour) in enumerate(rows):
        axes.barh(-r, end - start, left=start, height=0.5, color=colour, alpha=0.75)
        if name in ("first reader", "all readers"):
            axes.barh(-r, start, left=0, height=0.5, color="#b9cfe8")
            axes.text(start / 2, -r, "read the old", ha="center", va="center", fontsize=9)
            axes.text((start + end) / 2, -r, "read the new", ha="center", va="center", fontsize=9, color="white")
    axes.set(yticks=[-r for r in range(5)], yticklabels=[row[0] for row in rows], xlim=(0, 6), ylim=(-4.5, 0.6))
    axes.set_xticks([0.5, 1.5, 2.5, 3.5, 4.5, 5.5], ["today", "1 seam", "2 shadow", "3 one reader", "4 all readers", "5 removed"])
    axes.tick_params(axis="x", length=0)
    axes.grid(visible=False)
    for x in range(1, 6):
        axes.axvline(x, color="#dddddd", linewidth=1, zorder=0)
    save(figure, WEEK, "strangler")


if __name__ == "__main__":
    for drawing in (schedule, backfill, lineage, feature_paths, three_answers, checkpoints, strangler):
        drawing()
