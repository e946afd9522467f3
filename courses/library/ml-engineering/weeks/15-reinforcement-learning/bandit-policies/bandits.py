"""Bandits: choosing while learning."""

import math

import numpy as np


def update(counts, means, arm, reward):
    """The counts and mean rewards after one more reward of an arm; the lists given stay as they are."""
    raise NotImplementedError()


def epsilon_greedy(counts, means, epsilon, u, v):
    """An arm at random if u < epsilon, else the best so far; u and v are random numbers from 0 to below 1."""
    raise NotImplementedError()


def ucb(counts, means, c):
    """The arm with the highest upper confidence bound."""
    raise NotImplementedError()


def run_ucb(rewards, c):
    """The arms that UCB chooses where rewards[t][a] is what arm a would pay in step t."""
    raise NotImplementedError()


def run_thompson(rewards, seed, delay=0):
    """The arms that Thompson sampling chooses where rewards, 0 or 1, become known ``delay`` steps later."""
    raise NotImplementedError()


def regret(rates, arms):
    """The cumulative regret after each step, from the true rates."""
    raise NotImplementedError()


def drifting_mean(rewards, alpha, start):
    """The estimate after each reward with a constant step size."""
    raise NotImplementedError()
