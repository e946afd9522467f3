"""Bandits: choosing while learning."""

import math

import numpy as np


def update(counts, means, arm, reward):
    """The counts and mean rewards after one more reward of an arm; the lists given stay as they are."""
    counts, means = list(counts), list(means)
    counts[arm] += 1
    means[arm] += (reward - means[arm]) / counts[arm]
    return counts, means


def epsilon_greedy(counts, means, epsilon, u, v):
    """An arm at random if u < epsilon, else the best so far; u and v are random numbers from 0 to below 1."""
    if u < epsilon:
        return int(v * len(counts))
    if 0 in counts:
        return list(counts).index(0)
    return int(np.argmax(means))


def ucb(counts, means, c):
    """The arm with the highest upper confidence bound."""
    if 0 in counts:
        return list(counts).index(0)
    t = sum(counts)
    return int(np.argmax([mean + math.sqrt(c * math.log(t) / n) for n, mean in zip(counts, means)]))


def run_ucb(rewards, c):
    """The arms that UCB chooses where rewards[t][a] is what arm a would pay in step t."""
    counts, means, arms = [0] * len(rewards[0]), [0.0] * len(rewards[0]), []
    for row in rewards:
        arm = ucb(counts, means, c)
        counts, means = update(counts, means, arm, row[arm])
        arms.append(arm)
    return arms


def run_thompson(rewards, seed, delay=0):
    """The arms that Thompson sampling chooses where rewards, 0 or 1, become known ``delay`` steps later."""
    rng = np.random.default_rng(seed)
    clicks, misses = np.zeros(len(rewards[0])), np.zeros(len(rewards[0]))
    arms = []
    for t in range(len(rewards)):
        known = t - 1 - delay
        if known >= 0:
            reward = rewards[known][arms[known]]
            clicks[arms[known]] += reward
            misses[arms[known]] += 1 - reward
        arms.append(int(np.argmax(rng.beta(1 + clicks, 1 + misses))))
    return arms


def regret(rates, arms):
    """The cumulative regret after each step, from the true rates."""
    best, total, history = max(rates), 0.0, []
    for arm in arms:
        total += best - rates[arm]
        history.append(total)
    return history


def drifting_mean(rewards, alpha, start):
    """The estimate after each reward with a constant step size."""
    estimate, history = start, []
    for reward in rewards:
        estimate += alpha * (reward - estimate)
        history.append(estimate)
    return history
