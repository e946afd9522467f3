"""Nearest neighbours for recommendation, with measures and fallbacks."""

import math

import numpy as np


def precision_at(ranked, relevant, k):
    return sum(item in relevant for item in ranked[:k]) / k


def ndcg_at(ranked, gains, k):
    def dcg(values):
        return sum(value / math.log2(place + 2) for place, value in enumerate(values[:k]))

    best = dcg(sorted(gains.values(), reverse=True))
    return dcg([gains.get(item, 0) for item in ranked]) / best if best > 0 else 0.0


def fold_in(ratings, items, penalty):
    Q = np.array([items[item] for item, _ in ratings], dtype=float)
    r = np.array([value for _, value in ratings], dtype=float)
    return np.linalg.solve(Q.T @ Q + penalty * np.eye(Q.shape[1]), Q.T @ r).tolist()


def code(vector, planes):
    return [int(value >= 0) for value in np.asarray(planes, dtype=float) @ np.asarray(vector, dtype=float)]


def candidates(query, vectors, planes, radius):
    mine = code(query, planes)
    return [i for i, vector in enumerate(vectors) if sum(a != b for a, b in zip(mine, code(vector, planes))) <= radius]


def search(query, vectors, planes, radius, k):
    found = candidates(query, vectors, planes, radius)
    if len(found) < k:
        found = list(range(len(vectors)))
    query = np.asarray(query, dtype=float)

    def cosine(i):
        vector = np.asarray(vectors[i], dtype=float)
        return float(vector @ query / (np.linalg.norm(vector) * np.linalg.norm(query)))

    return sorted(found, key=lambda i: (-cosine(i), i))[:k]


def recommend(reader, index, k):
    seen = set(reader["seen"])
    if reader["vector"] is None:
        return {"source": "popular", "items": [item for item in index["popular"] if item not in seen][:k]}
    if reader["version"] != index["version"]:
        raise ValueError("the reader's vector and the index are of different versions")
    found = search(reader["vector"], index["vectors"], index["planes"], index["radius"], k + len(seen))
    return {"source": "neighbours", "items": [item for item in found if item not in seen][:k]}
