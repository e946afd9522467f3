"""Nearest neighbours for recommendation, with measures and fallbacks."""

import math

import numpy as np


def precision_at(ranked, relevant, k):
    raise NotImplementedError()


def ndcg_at(ranked, gains, k):
    raise NotImplementedError()


def fold_in(ratings, items, penalty):
    raise NotImplementedError()


def code(vector, planes):
    raise NotImplementedError()


def candidates(query, vectors, planes, radius):
    raise NotImplementedError()


def search(query, vectors, planes, radius, k):
    raise NotImplementedError()


def recommend(reader, index, k):
    raise NotImplementedError()
