"""Draw the figures of week 18. Run from anywhere: python week_18.py"""

import zlib

from make_figures import BLUE, GREEN, GREY, ORANGE, np, plt, save
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

WEEK = "18-data-at-scale"


def amdahl():
    n = np.arange(1, 65)
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6))
    for share, colour in ((0.0, GREY), (0.01, GREEN), (0.05, BLUE), (0.2, ORANGE)):
        speed = 1 / (share + (1 - share) / n)
        axes[0].plot(n, speed, color=colour)
        axes[0].text(65, speed[-1], f"{share:.0%}: {speed[-1]:.0f}" if speed[-1] > 10 else f"{share:.0%}: {speed[-1]:.1f}", color=colour, va="center", fontsize=9)
    axes[0].set(xlabel="workers", ylabel="speed-up", title="Part that cannot be divided", xlim=(0, 78))
    n = np.arange(1, 121)
    time = 30 + 600 / n + n
    axes[1].plot(n, time, color=BLUE)
    best = int(n[time.argmin()])
    axes[1].plot(best, time.min(), "o", color=ORANGE)
    axes[1].annotate(f"{best} workers: {time.min():.0f} s", (best, time.min()), (8, -16), textcoords="offset points", fontsize=9)
    axes[1].plot(100, time[99], "o", color=ORANGE)
    axes[1].annotate(f"100 workers: {time[99]:.0f} s", (100, time[99]), (-72, 12), textcoords="offset points", fontsize=9)
    axes[1].set(xlabel="workers", ylabel="seconds", ylim=(0, 320), title="Start-up and coordination")
    print("amdahl", best, time.min(), time[99], time[9])
    save(figure, WEEK, "amdahl")


def mapreduce():
    figure, axes = plt.subplots(figsize=(9, 4.3))

    def box(x, y, text, colour, width=1.75, height=0.78):
        axes.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0.02", facecolor="white", edgecolor=colour, linewidth=1.5))
        axes.text(x, y, text, ha="center", va="center", fontsize=8.5)

    def arrow(start, end, colour=GREY):
        axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=11, color=colour, linewidth=1.2))

    splits = [("Market 83\nStation 40\nMarket 62", "Market (2, 145)\nStation (1, 40)"), ("Station 55\nLake 90", "Station (1, 55)\nLake (1, 90)"), ("Market 71\nLake 30", "Market (1, 71)\nLake (1, 30)")]
    for number, (records, pairs) in enumerate(splits):
        y = 2.6 - 1.3 * number
        box(0, y, records, GREY, 1.4, 0.95)
        box(2.5, y, pairs, BLUE, 1.9)
        arrow((0.75, y), (1.5, y))
    box(5.6, 2.0, "Market\n(2, 145), (1, 71)", ORANGE, 2.0)
    box(5.6, 0.6, "Station (1, 40), (1, 55)\nLake (1, 90), (1, 30)", ORANGE, 2.4)
    for number, places in enumerate(((2.0, 0.6), (0.6,), (2.0, 0.6))):
        for y in places:
            arrow((3.5, 2.6 - 1.3 * number), (4.55 if y == 2.0 else 4.35, y), ORANGE)
    box(8.4, 2.0, "Market 72.0", GREEN, 1.6)
    box(8.4, 0.6, "Station 47.5\nLake 60.0", GREEN, 1.6)
    arrow((6.65, 2.0), (7.55, 2.0))
    arrow((6.85, 0.6), (7.55, 0.6))
    for x, text in ((0, "splits"), (2.5, "map and combine"), (4.0, "shuffle"), (5.6, "by key"), (8.4, "reduce")):
        axes.text(x, 3.35, text, ha="center", fontsize=10, fontweight="bold")
    axes.set(xlim=(-0.85, 9.35), ylim=(-0.65, 3.6))
    axes.axis("off")
    save(figure, WEEK, "mapreduce")


def skew():
    rng = np.random.default_rng(18)
    stations = rng.integers(0, 900, 200_000)
    hot = rng.random(200_000) < 0.3
    plain, salted, turn = np.zeros(20), np.zeros(20), 0
    places = {}
    for station, is_hot in zip(stations.tolist(), hot.tolist()):
        key = "main" if is_hot else f"station-{station}"
        place = places.setdefault(key, zlib.crc32(key.encode()) % 20)
        plain[place] += 1
        if is_hot:
            key, turn = f"main#{turn % 20}", turn + 1
            place = places.setdefault(key, zlib.crc32(key.encode()) % 20)
        salted[place] += 1
    print("skew", plain.max(), np.median(plain), (plain.max() / plain.mean()).round(2), "salted", salted.max(), salted.min(), (salted.max() / salted.mean()).round(2))
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
    for a, loads, title, colour in ((axes[0], plain, "By station", ORANGE), (axes[1], salted, "Hot key in twenty salts", BLUE)):
        a.bar(range(20), loads / 1000, color=colour)
        a.axhline(10, color=GREY, linestyle=":")
        a.set(xlabel="reducer", title=f"{title}: largest {loads.max() / loads.mean():.1f} × mean", xticks=range(0, 20, 5))
    axes[0].set_ylabel("records, thousands")
    save(figure, WEEK, "skew")


def log():
    figure, axes = plt.subplots(figsize=(9, 3.5))
    lengths, billing, repair = [9, 7, 10], [9, 6, 8], [4, 5, 3]
    for row, length in enumerate(lengths):
        y = 2.4 - 1.2 * row
        axes.text(-0.25, y + 0.25, f"partition {row}", ha="right", va="center", fontsize=9.5)
        for offset in range(length):
            axes.add_patch(Rectangle((offset, y), 1, 0.5, facecolor="#eef3f9", edgecolor=GREY))
            axes.text(offset + 0.5, y + 0.25, str(offset), ha="center", va="center", fontsize=9)
        axes.add_patch(Rectangle((length, y), 1, 0.5, facecolor="white", edgecolor=GREY, linestyle=":"))
        member = "1" if row != 1 else "2"
        axes.annotate(f"billing {member}", (billing[row], y + 0.5), (billing[row], y + 0.74), ha="center", fontsize=8.5, color=BLUE, arrowprops={"arrowstyle": "-|>", "color": BLUE})
        axes.annotate("repair", (repair[row], y), (repair[row], y - 0.36), ha="center", fontsize=8.5, color=ORANGE, arrowprops={"arrowstyle": "-|>", "color": ORANGE})
    axes.annotate("new messages", (11.1, 0.25), (11.5, 0.25), fontsize=9, va="center", arrowprops={"arrowstyle": "-|>", "color": GREY})
    axes.set(xlim=(-1.9, 13.6), ylim=(-0.55, 3.5))
    axes.axis("off")
    save(figure, WEEK, "log")


def watermark():
    rng = np.random.default_rng(7)
    arrives = np.sort(rng.uniform(0, 900, 70))
    late = rng.exponential(25, 70)
    at = arrives - late
    for when, behind in ((420, 190), (610, 460), (760, 560)):
        place = int(np.searchsorted(arrives, when))
        at[place] = arrives[place] - behind
    latest = np.maximum.accumulate(at)
    mark = latest - 120
    before = np.concatenate([[-np.inf], mark[:-1]])
    below = at < before
    size, lateness = 300, 120
    dropped = (at // size) * size + size + lateness <= before
    figure, axes = plt.subplots(figsize=(7.6, 4.4))
    axes.plot([0, 900], [0, 900], color=GREY, linewidth=1, label="no delay")
    axes.step(arrives, mark, where="post", color=BLUE, label="watermark: largest time seen − 120 s")
    axes.plot(arrives[~below], at[~below], ".", color="black", label="in time")
    axes.plot(arrives[below & ~dropped], at[below & ~dropped], "s", color=GREEN, label="late, still counted")
    axes.plot(arrives[dropped], at[dropped], "X", color=ORANGE, markersize=9, label="too late: dropped")
    for end in (300, 600):
        axes.axhline(end, color=GREY, linestyle=":", linewidth=1)
        fires = arrives[np.argmax(mark >= end)]
        axes.plot(fires, end, "v", color=BLUE, markersize=8)
        axes.text(fires + 14, end - 42, f"[{end - 300}, {end}) fires", fontsize=8.5, color=BLUE)
    axes.set(xlabel="arrives, seconds after 8:00", ylabel="happened, seconds after 8:00", xlim=(0, 900), ylim=(-130, 920))
    axes.legend(frameon=False, fontsize=8.5, loc="upper left")
    print("watermark", below.sum(), dropped.sum())
    save(figure, WEEK, "watermark")


def scan_cost():
    year = 430.0  # gigabytes
    rows = [
        ("whole year, all columns,\nevery five minutes", 8640 * year / 1000 * 5), ("yesterday only", 8640 * year / 365 / 1000 * 5),
        ("yesterday, two columns", 8640 * year / 365 / 5 / 1000 * 5), ("the same, once an hour", 720 * year / 365 / 5 / 1000 * 5),
    ]  # fmt: skip
    figure, axes = plt.subplots(figsize=(7.6, 2.9))
    axes.barh(range(4), [cost for _, cost in rows], color=[ORANGE, BLUE, BLUE, GREEN])
    for place, (_, cost) in enumerate(rows):
        axes.text(cost * 1.15, place, f"{cost:,.0f}".replace(",", " ") if cost > 1 else f"{cost:.2f}", va="center", fontsize=9.5)
    axes.set_yticks(range(4), [name for name, _ in rows])
    axes.set(xscale="log", xlim=(0.3, 150_000), xlabel="dollars a month (logarithmic)")
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    save(figure, WEEK, "scan-cost")


if __name__ == "__main__":
    for draw in (amdahl, mapreduce, skew, log, watermark, scan_cost):
        draw()
