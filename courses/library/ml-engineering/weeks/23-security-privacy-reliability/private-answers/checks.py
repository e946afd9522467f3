import copy
import math

import reference

CLINIC = [
    {"age": age, "postal": postal, "sex": sex, "diagnosis": diagnosis}
    for age, postal, sex, diagnosis in (
        (34, "8001", "f", "asthma"), (36, "8003", "f", "diabetes"), (35, "8004", "m", "asthma"), (37, "8008", "m", "fracture"),
        (52, "8045", "f", "diabetes"), (58, "8047", "f", "diabetes"), (51, "8051", "m", "asthma"), (59, "8057", "m", "fracture"),
    )
]  # fmt: skip


def some_rows(rng, n):
    """A random table."""
    return [
        {
            "age": rng.randint(18, 89) if rng.random() < 0.5 else rng.randint(30, 33), "postal": f"80{rng.randint(0, 2)}{rng.randint(0, 3)}",
            "sex": rng.choice("fm"), "diagnosis": rng.choice(["asthma", "diabetes", "fracture"]), "id": i,
        }
        for i in range(n)
    ]  # fmt: skip


def check_groups():
    assert smallest_group(CLINIC, ["age", "sex"]) == 1 and smallest_group(CLINIC, ["sex"]) == 4
    assert diversity(CLINIC, ["sex"], "diagnosis") == 2
    assert smallest_group([], ["sex"]) == 0 and diversity([], ["sex"], "diagnosis") == 0
    rng = draw(__seed__)
    assert smallest_group(CLINIC[:5], ["sex"]) == 2 and smallest_group([*CLINIC, CLINIC[0]], ["sex"]) == 4
    for columns in ([], ["sex"], ["postal"], ["sex", "postal"], ["diagnosis"], ["diagnosis", "sex"], ["age"]):
        rows = some_rows(rng, rng.randint(1, 40))
        assert smallest_group(rows, columns) == reference.smallest_group(rows, columns)
        assert diversity(rows, columns, "diagnosis") == reference.diversity(rows, columns, "diagnosis")


def check_release():
    found = release(CLINIC, 2, 0)
    assert list(found["levels"]) == [1, 1, 0] and found["left_out"] == 0, "decades, and three digits of the postal code"
    assert found["rows"][0] == {"age": "30-39", "postal": "800*", "sex": "f", "diagnosis": "asthma"}
    assert len(found["rows"]) == 8
    assert list(release(CLINIC, 4, 0)["levels"]) == [1, 2, 1] and list(release(CLINIC, 4, 4)["levels"]) == reference.release(CLINIC, 4, 4)["levels"]
    assert release(CLINIC, 9, 0) is None, "there are only eight"


def check_release_unseen():
    rng = draw(__seed__)
    tables = [some_rows(rng, rng.randint(6, 26)) for _ in range(8)]
    for rows in tables:
        for k, spare in ((1, 0), (2, rng.randint(0, 3)), (3, rng.randint(0, 6)), (rng.randint(4, 8), 5)):
            before = copy.deepcopy(rows)
            found, wanted = release(rows, k, spare), reference.release(rows, k, spare)
            assert (found is None) == (wanted is None)
            if wanted is not None:
                assert {**found, "levels": list(found["levels"])} == wanted
            assert rows == before
    same = [{"age": 40, "postal": "8001", "sex": "f", "diagnosis": "x"} for _ in range(3)]
    found = release([*same, {"age": 41, "postal": "9000", "sex": "m", "diagnosis": "y"}], 3, 1)
    assert {**found, "levels": list(found["levels"])} == {"levels": [0, 0, 0], "rows": [{**row, "age": "40"} for row in same], "left_out": 1}
    far = [{**same[0], "postal": postal, "sex": sex} for postal, sex in (("1000", "f"), ("8001", "f"), ("2222", "m"), ("9305", "m"))]
    assert list(release(far, 2, 0)["levels"]) == [0, 4, 0], "not even the first digit is shared"
    found = release(same, 4, 3)
    assert {**found, "levels": list(found["levels"])} == {"levels": [0, 0, 0], "rows": [], "left_out": 3}


def check_noisy():
    assert close(float(noisy_count(42, 0.5, 0.25)), 42 + 2 * math.log(2))
    assert close(float(noisy_count(42, 0.5, -0.25)), 42 - 2 * math.log(2))
    assert close(float(noisy_mean([20, 30, 40], 0, 60, 1, 0.0)), 30.0)
    assert close(float(noisy_mean([20, 30, 1000], 0, 60, 1, 0.25)), 110 / 3 + 20 * math.log(2)), "clipped; one of three moves the mean by 20"


def check_noisy_unseen():
    rng = draw(__seed__)
    for _ in range(20):
        u, epsilon = rng.uniform(-0.49, 0.49), rng.choice([0.1, 0.5, 1, 3])
        count = rng.randint(0, 1000)
        assert close(float(noisy_count(count, epsilon, u)), reference.noisy_count(count, epsilon, u))
        low = rng.randint(-20, 20)
        high = low + rng.randint(1, 60)
        values = [rng.uniform(low - 10, high + 10) for _ in range(rng.randint(1, 12))]
        before = list(values)
        assert close(float(noisy_mean(values, low, high, epsilon, u)), reference.noisy_mean(values, low, high, epsilon, u)) and values == before


def check_histogram():
    rng = draw(__seed__)
    visits = [("ada", "a"), ("ada", "a"), ("bo", "b"), ("ada", "b"), ("bo", "c")]
    assert histogram(visits, ["a", "b", "c"], 1, 1, [0.0] * 3) == {"a": 1, "b": 1, "c": 0}
    assert histogram(visits, ["a", "b", "c"], 2, 1, [0.0] * 3) == {"a": 2, "b": 1, "c": 1}
    assert histogram([], ["a"], 3, 1, [0.45]) == {"a": round(-3 * math.log(0.1))}
    for _ in range(15):
        bins, most, epsilon = rng.sample("abcdef", 4), rng.randint(1, 4), rng.choice([0.25, 0.5, 1])
        visits = [(rng.choice(["ada", "bo", "cy", "di"]), rng.choice("abcdef")) for _ in range(rng.randint(0, 60))]
        us = [rng.uniform(-0.49, 0.49) for _ in bins]
        found = histogram(visits, bins, most, epsilon, us)
        assert found == reference.histogram(visits, bins, most, epsilon, us) and not any(isinstance(one, float) for one in found.values())


def check_ask():
    rng = draw(__seed__)
    for _ in range(6):
        mine, budget = [], rng.choice([1, 1.5, 2.25])
        for _ in range(25):
            given = (f"q{rng.randint(0, 7)}", rng.choice([0.125, 0.25, 0.5]), budget, rng.random())
            before = copy.deepcopy(mine)
            answer, after = ask(mine, *given)
            wanted, ledger = reference.ask(mine, *given)
            assert answer == wanted and list(after) == ledger and mine == before
            mine = ledger
        assert ask(mine, mine[0]["question"], mine[0]["epsilon"], 0, 7.0) == (mine[0]["answer"], mine), "kept answers cost nothing"
    assert ask([], "q", 1, 1, 0.0) == (0.0, [{"question": "q", "epsilon": 1, "answer": 0.0}])
    refused = 0
    for epsilon in (0, -0.5, math.nan):
        try:
            ask([], "q", epsilon, 1, 3.0)
        except ValueError:
            refused += 1
    assert refused == 3


def check_belief():
    rng = draw(__seed__)
    assert close(float(belief(0.01, 1)), 0.01 * math.e / (0.99 + 0.01 * math.e))
    for _ in range(20):
        prior, epsilon = rng.choice([0, 1, rng.random()]), rng.uniform(0, 5)
        assert close(float(belief(prior, epsilon)), reference.belief(prior, epsilon))
