"""Draw the figures of week 14. Run from anywhere: python week_14.py"""

from make_figures import BLUE, GREEN, GREY, ORANGE, np, plt, save
from matplotlib.patches import FancyBboxPatch
from scipy.optimize import minimize

WEEK = "14-language-and-retrieval"


def bm25():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.3), sharey=True)
    counts = np.linspace(0, 15, 200)
    for k1, colour in ((0.4, GREEN), (1.2, BLUE), (3.0, ORANGE)):
        left.plot(counts, counts * (k1 + 1) / (counts + k1), color=colour, label=f"$k_1$ = {k1:g}")
        left.axhline(k1 + 1, color=colour, linestyle=":", linewidth=0.8)
    left.set(xlabel="count of the word in a document of mean length", ylabel="contribution / idf", ylim=(0, 4.2))
    length = np.linspace(0.1, 5, 200)
    for b, colour in ((0.0, GREEN), (0.75, BLUE), (1.0, ORANGE)):
        room = 1.2 * (1 - b + b * length)
        right.plot(length, 2 * 2.2 / (2 + room), color=colour, label=f"b = {b:g}")
    right.set(xlabel="length of the document / mean length")
    for axes in (left, right):
        axes.legend(frameon=False, loc="upper right" if axes is right else "lower right")
    save(figure, WEEK, "bm25")


def make_task(n, pairs, seed):
    size = 6
    turn = np.linalg.qr(np.random.default_rng(99).normal(size=(size, size)))[0]
    rng = np.random.default_rng(seed)
    keys = rng.normal(size=(n, pairs, size))
    keys /= np.linalg.norm(keys, axis=2, keepdims=True)
    values = rng.normal(size=(n, pairs))
    where = rng.integers(0, pairs, n)
    rows = np.arange(n)
    queries = keys[rows, where] @ turn + 0.05 * rng.normal(size=(n, size))
    return queries, keys, values, where, values[rows, where]


def look(w, queries, keys):
    scores = np.einsum("ne,nje->nj", queries @ w.reshape(6, 6), keys) / np.sqrt(6)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def loss(w, queries, keys, values, targets):
    shares = look(w, queries, keys)
    guess = (shares * values).sum(axis=1)
    g = 2 / len(guess) * (guess - targets)[:, None] * shares * (values - guess[:, None])
    return np.mean((guess - targets) ** 2), np.einsum("nd,nj,nje->de", queries, g, keys).ravel() / np.sqrt(6)


def attention():
    queries, keys, values, _, targets = make_task(400, 6, 0)
    start = np.random.default_rng(0).normal(0, 0.1, 36)
    trained = minimize(loss, start, args=(queries, keys, values, targets), jac=True, method="L-BFGS-B").x
    queries, keys, _, where, _ = make_task(8, 6, 5)
    shares = look(trained, queries, keys)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.1))
    colours = [ORANGE if place == where[7] else GREY for place in range(6)]
    left.bar(np.arange(1, 7), shares[7], color=colours)
    left.set(xlabel="pair", ylabel="share", ylim=(0, 1.05), title="question 8 (orange: the right pair)")
    right.imshow(shares, cmap="gray_r", vmin=0, vmax=1, extent=(0.5, 6.5, 8.5, 0.5), aspect="auto")
    right.set(xlabel="pair", ylabel="question", title="eight questions", yticks=range(1, 9))
    right.grid(False)
    for axes in (left, right):
        axes.title.set_fontsize(10)
    save(figure, WEEK, "attention")
    print("shares", shares.round(2).tolist(), where.tolist())


def rag():
    figure, axes = plt.subplots(figsize=(9, 2.6))
    axes.set(xlim=(0, 9.6), ylim=(0, 3.1))
    axes.axis("off")

    def box(x, y, text, colour):
        axes.add_patch(FancyBboxPatch((x, y), 1.15, 0.8, boxstyle="round,pad=0.06", facecolor="white", edgecolor=colour, linewidth=1.6))
        axes.text(x + 0.575, y + 0.4, text, ha="center", va="center", fontsize=8.5)

    def arrow(start, end):
        axes.annotate("", xy=end, xytext=start, arrowprops={"arrowstyle": "->", "color": GREY})

    box(0.1, 2.1, "documents", GREY)
    box(1.75, 2.1, "cut into\npassages", BLUE)
    box(3.4, 2.1, "index by words\nand vectors", BLUE)
    box(0.1, 0.3, "question,\nrights", GREY)
    row = [("rewrite", BLUE), ("retrieve", BLUE), ("rerank,\npack", BLUE), ("model", ORANGE), ("check\ncitations", GREEN)]
    places = [1.75, 3.4, 5.05, 6.7, 8.35]
    for x, (text, colour) in zip(places, row):
        box(x, 0.3, text, colour)
    for x in (0.1, *places[:-1]):
        arrow((x + 1.23, 0.7), (x + 1.57, 0.7))
    for x in (0.1, 1.75):
        arrow((x + 1.23, 2.5), (x + 1.57, 2.5))
    arrow((3.975, 2.02), (3.975, 1.2))
    box(8.35, 2.1, "answer, or\na person", GREY)
    arrow((8.925, 1.2), (8.925, 2.02))
    save(figure, WEEK, "rag")


if __name__ == "__main__":
    for draw in (bm25, attention, rag):
        draw()
