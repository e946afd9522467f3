import reference


def campaign(rng, steps, arms):
    rates = [rng.uniform(0.1, 0.9) for _ in range(arms)]
    return [[int(rng.random() < rate) for rate in rates] for _ in range(steps)]


def check_update():
    counts, means = update([0, 0], [0.0, 0.0], 1, 1.0)
    assert list(counts) == [0, 1] and close([float(one) for one in means], [0.0, 1.0])
    counts, means = update(counts, means, 1, 0.0)
    assert list(counts) == [0, 2] and close([float(one) for one in means], [0.0, 0.5]), "the mean of 1 and 0"
    before = [3, 4]
    update(before, [0.5, 0.5], 0, 1.0)
    assert before == [3, 4], "the list that came in stays as it is"


def check_update_unseen():
    rng = draw(__seed__)
    size = rng.randint(3, 6)
    counts, means, seen = [0] * size, [0.0] * size, [[] for _ in range(size)]
    for _ in range(40):
        arm, reward = rng.randrange(size), rng.uniform(-2, 5)
        counts, means = update(counts, means, arm, reward)
        seen[arm].append(reward)
    assert [int(one) for one in counts] == [len(one) for one in seen]
    assert close([float(one) for one in means], [sum(one) / len(one) if one else 0.0 for one in seen])


def check_epsilon_greedy():
    rng = draw(__seed__)
    for _ in range(60):
        size = rng.randint(2, 6)
        counts = [rng.choice([0, 1, 1, 2, 7]) for _ in range(size)]
        means = [rng.choice([0.0, 0.25, 0.5, -1.0]) if n else 0.0 for n in counts]
        epsilon, u, v = rng.choice([0.0, 0.1, 0.5, 1.0]), rng.random(), rng.random()
        assert epsilon_greedy(counts, means, epsilon, u, v) == reference.epsilon_greedy(counts, means, epsilon, u, v)
    assert epsilon_greedy([4, 4, 4], [0.1, 0.4, 0.4], 0.1, 0.1, 0.0) == 1
    assert epsilon_greedy([4, 4, 4], [0.1, 0.4, 0.4], 0.2, 0.1, 0.99) == 2
    assert epsilon_greedy([4, 4], [-3.0, -1.0], 0.0, 0.0, 0.0) == 1


def check_ucb():
    assert ucb([40, 30, 30], [0.150, 0.100, 4 / 30], 2) == 2, "the example of the reading: line C, less well known"
    assert ucb([40, 30, 30], [0.150, 0.100, 4 / 30], 0.01) == 0, "with hardly a bonus, the highest mean"
    assert ucb([3, 0, 0], [1.0, 0.0, 0.0], 2) == 1, "arms never tried come first"


def check_ucb_unseen():
    rng = draw(__seed__)
    for _ in range(60):
        size = rng.randint(2, 6)
        counts = [rng.randint(1, 60) for _ in range(size)]
        if rng.random() < 0.2:
            counts[rng.randrange(size)] = 0
        means = [rng.uniform(-1, 2) if n else 0.0 for n in counts]
        c = rng.choice([0.05, 0.5, 2, 8])
        assert ucb(counts, means, c) == reference.ucb(counts, means, c)
    assert ucb([100, 9], [0.5, 0.0], 2) == 1


def check_run_ucb():
    rng = draw(__seed__)
    for steps, arms, c in ((80, 2, 2), (120, 4, 0.25), (60, 5, 1)):
        # no two bounds tie by chance: which of two equal ones comes first would hang on how a mean is rounded
        rewards = [[pays + rng.uniform(-0.2, 0.2) for pays in row] for row in campaign(rng, steps, arms)]
        assert list(run_ucb(rewards, c)) == reference.run_ucb(rewards, c)


def check_thompson():
    rewards = [[0, 1, 0]] * 60
    chosen = list(run_thompson(rewards, 3))
    assert len(chosen) == 60 and chosen == list(run_thompson(rewards, 3)), "the same seed gives the same campaign"
    assert chosen == reference.run_thompson(rewards, 3)
    assert sum(arm == 1 for arm in chosen[30:]) > 20, "the arm that always pays is found"


def check_thompson_late():
    rng = draw(__seed__)
    for delay in (0, 1, 7, 25):
        rewards, seed = campaign(rng, 60, rng.randint(2, 5)), rng.randint(0, 10**6)
        assert list(run_thompson(rewards, seed, delay)) == reference.run_thompson(rewards, seed, delay)
    rewards = campaign(rng, 30, 3)
    assert list(run_thompson(rewards, 5, 100)) == reference.run_thompson(rewards, 5, 100)


def check_regret():
    rng = draw(__seed__)
    found = regret([0.10, 0.12, 0.16], [0, 1, 2, 0])
    assert close([float(one) for one in found], [0.06, 0.10, 0.10, 0.16])
    for _ in range(5):
        rates = [rng.random() for _ in range(rng.randint(2, 5))]
        arms = [rng.randrange(len(rates)) for _ in range(30)]
        assert close([float(one) for one in regret(rates, arms)], reference.regret(rates, arms))
        rewards, alpha, start = [rng.uniform(-1, 1) for _ in range(20)], rng.uniform(0.05, 0.9), rng.uniform(-2, 2)
        assert close([float(one) for one in drifting_mean(rewards, alpha, start)], reference.drifting_mean(rewards, alpha, start))
