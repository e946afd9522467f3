import reference

SOURCES = {1: "Membership costs 49.00 a year.", 2: "Report the theft within 24 hours.", 7: "A pause lasts 2 hours at most."}


def pairs(found):
    return [[int(value) for value in pair] for pair in found]


def check_passages():
    assert pairs(passages(10, 4, 1)) == [[0, 4], [3, 7], [6, 10]]
    assert pairs(passages(3, 4, 1)) == [[0, 3]] and pairs(passages(0, 4, 1)) == []
    rng = draw(__seed__)
    for _ in range(40):
        size = rng.randint(2, 9)
        count, overlap = rng.randint(0, 30), rng.randint(0, size - 1)
        assert pairs(passages(count, size, overlap)) == reference.passages(count, size, overlap)


def passage(name, source, tokens, score, *groups):
    return {"id": name, "source": source, "tokens": tokens, "score": score, "groups": list(groups)}


def check_prepare():
    ranked = [passage("a", "prices", 60, 0.9, "public"), passage("b", "salaries", 10, 0.8, "staff"), passage("c", "theft", 50, 0.7, "public"), passage("d", "pause", 30, 0.6, "public")]
    assert list(prepare(ranked, [], 0.5, 100, 2)) == ["a", "d"], "c does not fit any more, d does; b is not for everybody"
    assert list(prepare(ranked, ["staff"], 0.5, 100, 2)) == ["a", "b", "d"]


def check_prepare_unseen():
    rng = draw(__seed__)
    for _ in range(60):
        ranked = []
        for number in range(rng.randint(0, 9)):
            groups = rng.sample(["public", "staff", "desk", "board"], rng.randint(0, 2))
            ranked.append(passage(f"p{number}", rng.choice("xyz"), rng.randint(5, 60), (20 - 2 * number + rng.randint(0, 1)) / 20, *groups))
        given = (ranked, rng.sample(["staff", "desk", "board"], rng.randint(0, 2)), rng.choice([0.0, 0.5, 0.8]), rng.randint(20, 150), rng.randint(1, 3))
        assert list(prepare(*given)) == reference.prepare(*given)
    ranked = [passage("a", "x", 60, 0.9, "public"), passage("b", "x", 10, 0.8, "board"), passage("c", "x", 10, 0.7, "public"), passage("d", "x", 10, 0.6, "public")]
    assert list(prepare(ranked, [], 0.0, 25, 2)) == ["c", "d"], "what was passed over does not count for its source"


def check_check():
    good = "Membership costs 49.00 a year [1]. Report a theft within 24 hours [2]!"
    assert list(check(good, SOURCES)) == []
    assert list(check("It costs 49.00 [1]. You will get it back.", SOURCES)) == ["uncited 2"]
    assert list(check("It costs 39.00 [1]. Call us [5].", SOURCES)) == ["figure 39.00", "unknown 5"]


def check_check_unseen():
    rng = draw(__seed__)
    parts = ["Membership costs 49.00 a year", "A pause lasts 2 hours", "Report it within 24 hours", "Write to the desk", "It costs 4 or 49", "Wait 2 or 24 hours"]
    for _ in range(60):
        sentences = []
        for _ in range(rng.randint(1, 4)):
            marks = "".join(f" [{rng.choice([1, 2, 7, 3, 24])}]" for _ in range(rng.choice([0, 1, 1, 2])))
            sentences.append(rng.choice(parts) + marks + rng.choice(".!?"))
        answer = rng.choice([" ", "  ", "\n"]).join(sentences)
        assert list(check(answer, SOURCES)) == reference.check(answer, SOURCES)
    assert list(check("It lasts 2 hours [1].", SOURCES)) == ["figure 2"], "the figure stands in a source that is not cited"
    assert list(check("It costs 93 or 8, not 93 [1].", SOURCES)) == ["figure 93", "figure 8", "figure 93"]


def check_stream():
    tokens = [[0.5, "Report it."], [0.75, " Then"], [1.0, " wait."]]
    assert stream(tokens, 2.0, 1.0, 9.0) == {"text": "Report it. Then wait.", "status": "complete"}
    assert stream([*tokens[:2], [5.0, " wait."]], 2.0, 1.0, 9.0) == {"text": "Report it.", "status": "stuck"}
    assert stream(tokens, 0.25, 1.0, 9.0) == {"text": "", "status": "no answer"}
    assert stream(tokens, 2.0, 1.0, 0.875) == {"text": "Report it.", "status": "too long"}


def check_stream_unseen():
    rng = draw(__seed__)
    pieces = ["Yes.", " Take", " another!", " It", " is", " free.", " Why", "?", " 1.5", " km"]
    for _ in range(80):
        now, tokens = 0.0, []
        for _ in range(rng.randint(1, 8)):
            now += rng.choice([0.125, 0.25, 0.5, 1.0, 2.0])
            tokens.append([now, rng.choice(pieces)])
        given = (tokens, rng.choice([0.5, 1.0, 3.0]), rng.choice([0.5, 1.0]), rng.choice([1.0, 2.0, 3.0, 20.0]))
        assert dict(stream(*given)) == reference.stream(*given)


def check_cache_key():
    def key(question="Is it free?", prompt="p1", model="m1", documents="d1", language="en", groups=("desk", "staff")):
        return cache_key(question, prompt, model, documents, language, list(groups))

    usual = key()
    for same in ("is it free", "  IS  it\tfree ?", "Is it free!!", "Is it \uff46ree?"):
        assert key(same) == usual, "the same question"
    assert key("STRASSE?") == key("Stra\u00dfe") and key("TM") == key("\u2122"), "first NFKC, then casefold"
    assert key(groups=("staff", "desk", "staff")) == usual
    others = [key("Is it not free?"), key("Is it fr ee"), key(prompt="p2"), key(model="m2"), key(documents="d2"), key(language="de"), key(groups=()), key(groups=("desk",)), key(groups=("deskstaff",)), key(prompt="p1m", model="1"), key(question="is it free p1", prompt="")]
    assert all(other != usual for other in others), "whoever asks otherwise, or may read something else, needs an answer of their own"
    assert len(set(others)) == len(others)
    for sign in "|,;:/-_ \n":
        assert key(prompt="p" + sign + "m", model="d") != key(prompt="p", model="m" + sign + "d"), "a border may stand in the parts as well"
        assert key(groups=("desk" + sign + "staff",)) != usual, "one group is not two"


def check_cost():
    prices = {"large": {"input": 1.0, "cached": 0.25, "output": 4.0}, "small": {"input": 0.1, "cached": 0.05, "output": 0.4}}
    one = {"model": "large", "input": 2500, "cached": 0, "output": 200}
    assert close(float(cost([one], prices)), 0.0033)
    assert close(float(cost([{**one, "cached": 500}], prices)), 0.002925), "cached tokens are part of the input"
    rng = draw(__seed__)
    calls = []
    for _ in range(15):
        tokens = rng.randint(10, 5000)
        calls.append({"model": rng.choice(["large", "small"]), "input": tokens, "cached": rng.randint(0, tokens), "output": rng.randint(0, 900)})
    assert close(float(cost(calls, prices)), reference.cost(calls, prices)) and close(float(cost([], prices)), 0.0)


def check_measure():
    yes = {"answerable": True, "answered": True, "correct": True}
    runs = [yes, yes, {**yes, "correct": False}, {**yes, "answered": False, "correct": False}, {"answerable": False, "answered": True, "correct": False}, {"answerable": False, "answered": False, "correct": False}]
    assert close({name: float(value) for name, value in measure(runs).items()}, {"answered": 4 / 6, "correct": 0.5, "declined": 0.5})
    rng = draw(__seed__)
    for _ in range(30):
        runs = [{"answerable": rng.random() < 0.7, "answered": rng.random() < 0.7, "correct": rng.random() < 0.7} for _ in range(rng.randint(0, 8))]
        assert close(measure(runs), reference.measure(runs))
    assert measure([]) == {"answered": None, "correct": None, "declined": None}
