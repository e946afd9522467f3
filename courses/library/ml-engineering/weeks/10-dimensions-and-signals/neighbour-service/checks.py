"""Checks of the neighbour service."""

import math


def plain(vectors):
    """Vectors as lists."""
    return [[float(value) for value in vector] for vector in vectors]


def make(random, count, size):
    """Random vectors."""
    return [[random.gauss(0, 1) for _ in range(size)] for _ in range(count)]


def inner(a, b):
    """The inner product."""
    return sum(x * y for x, y in zip(a, b))


def cosine(a, b):
    """The cosine of the angle."""
    return inner(a, b) / math.sqrt(inner(a, a) * inner(b, b))


def bits(vector, planes):
    """The code of a vector."""
    return [1 if inner(plane, vector) >= 0 else 0 for plane in planes]


def near(query, vectors, planes, radius):
    """The candidates."""
    mine = bits(query, planes)
    return [i for i, vector in enumerate(vectors) if sum(a != b for a, b in zip(mine, bits(vector, planes))) <= radius]


def best(query, vectors, planes, radius, k):
    """The best candidates."""
    found = near(query, vectors, planes, radius)
    if len(found) < k:
        found = list(range(len(vectors)))
    return sorted(found, key=lambda i: (-cosine(vectors[i], query), i))[:k]


def check_measures():
    assert abs(precision_at(["a", "b", "c", "d", "e"], ["a", "c", "x"], 5) - 0.4) < 1e-9
    assert abs(ndcg_at(["a", "b", "c", "d", "e"], {"a": 1, "c": 1, "x": 1}, 5) - 0.7039) < 1e-4


def check_measures_unseen():
    random = draw(__seed__)
    for _ in range(6):
        items = list("abcdefghij")
        random.shuffle(items)
        gains = {item: random.randint(0, 3) for item in "abcdefg"}
        gains["z"] = 3
        k = random.randint(1, 6)
        got = sum(gains.get(item, 0) / math.log2(place + 2) for place, item in enumerate(items[:k]))
        most = sum(value / math.log2(place + 2) for place, value in enumerate(sorted(gains.values(), reverse=True)[:k]))
        assert abs(ndcg_at(items, gains, k) - got / most) < 1e-9
        assert abs(precision_at(items, ["a", "b", "c"], k) - len(set(items[:k]) & set("abc")) / k) < 1e-9
    assert abs(precision_at(["a"], ["a"], 5) - 0.2) < 1e-9
    assert ndcg_at(["a"], {"a": 0}, 3) == 0 and ndcg_at([], {"a": 1}, 3) == 0


def check_fold_in():
    random = draw(__seed__ + 1)
    for _ in range(4):
        items, penalty = make(random, 8, 2), random.uniform(0.1, 3)
        ratings = [(item, random.gauss(0, 1)) for item in random.sample(range(8), 4)]
        a = sum(items[i][0] ** 2 for i, _ in ratings) + penalty
        b = sum(items[i][0] * items[i][1] for i, _ in ratings)
        d = sum(items[i][1] ** 2 for i, _ in ratings) + penalty
        x = sum(items[i][0] * value for i, value in ratings)
        y = sum(items[i][1] * value for i, value in ratings)
        wanted = [(d * x - b * y) / (a * d - b * b), (a * y - b * x) / (a * d - b * b)]
        found = fold_in(ratings, items, penalty)
        assert len(found) == 2 and abs(found[0] - wanted[0]) < 1e-8 and abs(found[1] - wanted[1]) < 1e-8
    items = make(random, 6, 4)
    ratings = [(item, random.gauss(0, 1)) for item in random.sample(range(6), 5)]
    found = fold_in(ratings, items, 0.7)
    assert len(found) == 4
    for j in range(4):
        slope = sum(items[i][j] * (inner(items[i], found) - value) for i, value in ratings) + 0.7 * found[j]
        assert abs(slope) < 1e-8, "at the least loss the gradient is 0"


def check_codes():
    planes = [[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]
    assert list(code([2.0, 1.0], planes)) == [1, 1, 1]
    assert list(code([-1.0, 0.0], planes)) == [0, 1, 0]
    vectors = [[3.0, 1.0], [1.0, 3.0], [-1.0, -2.0], [-2.0, -1.0]]
    assert list(candidates([2.0, 1.0], vectors, planes, 0)) == [0]
    assert list(candidates([2.0, 1.0], vectors, planes, 1)) == [0, 1]
    assert list(candidates([2.0, 1.0], vectors, planes, 2)) == [0, 1, 2]


def check_search():
    random = draw(__seed__ + 2)
    for radius in (0, 1, 3):
        vectors, planes = make(random, 40, 5), make(random, 6, 5)
        vectors = [[value * scale for value in vector] for vector, scale in zip(vectors, [random.uniform(0.1, 9) for _ in vectors])]
        for _ in range(4):
            (query,) = make(random, 1, 5)
            assert list(candidates(query, vectors, planes, radius)) == near(query, vectors, planes, radius)
            for k in (1, 5, 30):
                assert list(search(query, vectors, planes, radius, k)) == best(query, vectors, planes, radius, k)
    apart = [[1.0, -0.1], [0.0, 1.0], [-1.0, 1.0]]  # the nearest lies in the other bucket
    assert list(search([1.0, 0.1], apart, [[0.0, 1.0]], 0, 2)) == [1, 2], "two candidates are enough for two"
    assert list(search([1.0, 0.1], apart, [[0.0, 1.0]], 0, 3)) == [0, 1, 2]
    same = [[1.0, 0.0], [0.0, 1.0], [2.0, 0.0], [1.0, 0.0]]
    assert list(search([1.0, 0.0], same, [[1.0, 0.0]], 1, 3)) in ([0, 2, 3],)


def check_recommend():
    random = draw(__seed__ + 3)
    vectors, planes = make(random, 30, 4), make(random, 5, 4)
    popular = list(range(30))
    random.shuffle(popular)
    index = {"version": "7", "vectors": vectors, "planes": planes, "radius": 1, "popular": popular}
    for _ in range(4):
        (query,) = make(random, 1, 4)
        order = best(query, vectors, planes, 1, 30)
        seen = [*order[:3], random.randint(0, 29)]
        seen = sorted(set(seen))
        wanted = [item for item in best(query, vectors, planes, 1, 4 + len(seen)) if item not in seen][:4]
        found = recommend({"version": "7", "vector": query, "seen": seen}, index, 4)
        assert found["source"] == "neighbours" and list(found["items"]) == wanted and len(wanted) == 4
        cold = recommend({"version": "6", "vector": None, "seen": popular[1:3]}, index, 3)
        assert cold["source"] == "popular" and list(cold["items"]) == [popular[0], popular[3], popular[4]]
    lonely = {**index, "planes": make(random, 14, 4), "radius": 0}
    order = sorted(range(30), key=lambda i: -cosine(vectors[i], [1.0, 2.0, -1.0, 0.5]))
    alone = recommend({"version": "7", "vector": [1.0, 2.0, -1.0, 0.5], "seen": order[:2]}, lonely, 20)
    assert list(alone["items"]) == order[2:22], "empty buckets: search all"
    apart = [[1.0, -0.1], [0.0, 1.0], [-1.0, 1.0]]
    small = {"version": "7", "vectors": apart, "planes": [[0.0, 1.0]], "radius": 0, "popular": [0, 1, 2]}
    for seen, wanted in (([1], [2]), ([1, 2], [0])):
        found = recommend({"version": "7", "vector": [1.0, 0.1], "seen": seen}, small, 1)
        assert list(found["items"]) == wanted, "as many as are needed beside those seen, no more"
    try:
        recommend({"version": "6", "vector": vectors[0], "seen": []}, index, 3)
    except ValueError:
        return
    raise AssertionError("versions differ")
