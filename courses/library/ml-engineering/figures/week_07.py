"""Draw the figures of week 7. Run from anywhere: python week_07.py"""

import sys

from make_figures import BLUE, GREEN, GREY, ORANGE, WEEKS, save

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_score, train_test_split
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

WEEK = "07-trees-and-naive-bayes"
sys.path.insert(0, str(WEEKS / WEEK / "naive-bayes-train-and-test"))
from mail import make_mail  # noqa: E402

MACHINES = np.array([[5, 61], [12, 78], [20, 64], [28, 70], [33, 82], [41, 66], [47, 85], [52, 69], [60, 88], [75, 72.0]])
BROKE = np.array([0, 0, 0, 0, 1, 0, 1, 0, 1, 1])


def regions():
    figure, axes = plt.subplots(figsize=(6.4, 3.8))
    axes.axhspan(56, 71, color=BLUE, alpha=0.10, linewidth=0)
    axes.fill_between([0, 22.5], 71, 92, color=BLUE, alpha=0.10, linewidth=0)
    axes.fill_between([22.5, 80], 71, 92, color=ORANGE, alpha=0.14, linewidth=0)
    axes.plot([0, 80], [71, 71], color=GREY)
    axes.plot([22.5, 22.5], [71, 92], color=GREY)
    axes.plot(*MACHINES[BROKE == 0].T, "o", color=BLUE, label="ran on")
    axes.plot(*MACHINES[BROKE == 1].T, "X", color=ORANGE, markersize=9, label="broke down")
    axes.text(23.5, 71.7, "first question: temperature ≤ 71?", fontsize=9)
    axes.text(23.5, 90, "second: days ≤ 22.5?", fontsize=9)
    axes.set(xlabel="days since last service", ylabel="temperature of the boiler in °C", xlim=(0, 80), ylim=(56, 92))
    axes.legend(loc="lower right", frameon=False)
    save(figure, WEEK, "tree-regions")


def impurities():
    p = np.linspace(0.0001, 0.9999, 300)
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    axes.plot(p, -(p * np.log2(p) + (1 - p) * np.log2(1 - p)) / 2, color=BLUE, label="entropy, halved")
    axes.plot(p, 2 * p * (1 - p), color=ORANGE, label="Gini impurity")
    axes.plot(p, np.minimum(p, 1 - p), color=GREEN, label="share misclassified")
    axes.set(xlabel="share of class 1 in a node", ylabel="impurity", ylim=(0, 0.62))
    axes.legend(frameon=False, loc="upper center", ncols=3, fontsize=9)
    save(figure, WEEK, "impurities")


def pruning():
    data = load_breast_cancer()
    y = 1 - data.target
    x_train, _, y_train, _ = train_test_split(data.data, y, test_size=0.3, stratify=y, random_state=0)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    leaves = np.arange(2, 16)
    rows = []
    for k in leaves:
        tree = DecisionTreeClassifier(max_leaf_nodes=int(k), random_state=0)
        scores = cross_val_score(tree, x_train, y_train, cv=folds)
        rows.append((tree.fit(x_train, y_train).score(x_train, y_train), scores.mean(), scores.std(ddof=1) / np.sqrt(5)))
    train, cv, se = np.array(rows).T
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    axes.plot(leaves, train, "o-", color=BLUE, label="rows the tree was grown on")
    axes.errorbar(leaves, cv, yerr=se, fmt="s-", color=ORANGE, capsize=3, label="five-fold cross-validation ± one standard error")
    axes.set(xlabel="leaves allowed", ylabel="accuracy", ylim=(0.86, 1.03), xticks=leaves)
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    save(figure, WEEK, "leaves-and-accuracy")
    print("pruning", train.round(3), cv.round(3), se.round(3))


def text_of(raw):
    head, _, body = raw.partition("\n\n")
    return f"{head.split('Subject: ')[1]} {body}"


def evidence():
    words = ["start (2 : 3)", "free", "money", "meeting"]
    steps = np.log([2 / 3, 4, 4, 1 / 16])
    figure, axes = plt.subplots(figsize=(6.4, 2.9))
    level = 0.0
    for row, (word, step) in enumerate(zip(words, steps)):
        axes.barh(row, step, left=level, color=ORANGE if step > 0 else BLUE, height=0.6)
        level += step
        axes.text(2.95, row, f"log-odds now {level:+.2f}", va="center", fontsize=9)
    axes.axvline(0, color=GREY)
    axes.set(yticks=range(4), yticklabels=words, xlabel="log-odds of spam", xlim=(-1.2, 4.6))
    axes.invert_yaxis()
    save(figure, WEEK, "evidence")


def reliability_and_data():
    mail = make_mail(3000, seed=0)
    texts, spam = mail.raw.map(text_of), mail.spam
    train, test = slice(0, 2000), slice(2000, None)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.7))
    edges = np.array([0, 0.1, 0.5, 0.9, 0.99, 1.0001])
    for model, color, name in ((MultinomialNB(), ORANGE, "naive Bayes"), (LogisticRegression(max_iter=1000), BLUE, "logistic regression")):
        p = make_pipeline(CountVectorizer(), model).fit(texts[train], spam[train]).predict_proba(texts[test])[:, 1]
        group = np.digitize(p, edges) - 1
        said = [p[group == g].mean() for g in range(5)]
        was = [spam[test].to_numpy()[group == g].mean() for g in range(5)]
        left.plot(said, was, "o-", color=color, label=name)
        print(name, np.bincount(group), np.round(said, 3), np.round(was, 3))
        sizes, scores = [20, 50, 100, 200, 500, 1000, 2000], []
        for size in sizes:
            runs = []
            for start in range(0, 2001 - size, max(100, size))[:10]:
                part = slice(start, start + size)
                fitted = make_pipeline(CountVectorizer(), model).fit(texts[part], spam[part])
                runs.append(accuracy_score(spam[test], fitted.predict(texts[test])))
            scores.append(np.mean(runs))
        right.plot(sizes, scores, "o-", color=color, label=name)
        print(name, dict(zip(sizes, np.round(scores, 3))))
    left.plot([0, 1], [0, 1], ":", color=GREY, label="perfectly calibrated")
    left.set(xlabel="mean probability given", ylabel="share that was spam", title="What a probability is worth")
    right.set(xscale="log", xlabel="training messages (logarithmic)", ylabel="accuracy on 1000 later messages", title="What more data buys")
    for axes in (left, right):
        axes.legend(frameon=False, fontsize=9)
    save(figure, WEEK, "reliability-and-data")


if __name__ == "__main__":
    for draw in (regions, impurities, pruning, evidence, reliability_and_data):
        draw()
