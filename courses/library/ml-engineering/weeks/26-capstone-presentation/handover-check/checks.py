import reference

PAGE = "# Runbook\n\n## Start\n\n```bash\n# not a heading\nmake run\n```\n\n## Stop\n\n## Deploy\n### By hand\nPush the tag.\n"


def pairs(found):
    return [tuple(item) for item in found]


def check_sections():
    assert pairs(sections(PAGE)) == [(1, "Runbook"), (2, "Start"), (2, "Stop"), (2, "Deploy"), (3, "By hand")]
    assert missing_sections(PAGE, ["start", "Stop", "Deploy", "Incidents"]) == ["Stop", "Incidents"]
    assert missing_sections(PAGE, ["Runbook", "By hand"]) == []
    assert anchor("What to do, at 3 in the morning?") == "what-to-do-at-3-in-the-morning"


BLOCKS = [
    "# Start", "## Start", "### START  ", "## Stop", "# Stop", "## Deploy", "#Deploy", " ## Deploy", "####### Deploy", "## Roll back", "### Roll  back",
    "text", "  ", "", "", "```\n# Stop\n```", "```python\n## Deploy\nx = 1\n```", "```\n```", "## Größe & Maß", "##  Incidents", "    # Incidents", "##", "## ",
]  # fmt: skip
WANTED = ["Start", "Stop", "Deploy", "Roll back", "Incidents", "größe & maß"]


def check_sections_unseen():
    rng = draw(__seed__)
    pages = ["", "text", "```\n# Start\ntext", "# Start\n```\n", "# Start\n## Stop\n# Deploy\ntext", "# Start\n## Start\ntext\n# Start\n", "### Start\n## Stop\ntext"]
    pages += ["# Start\n ```\n# Stop\ntext\n# Deploy", "# Start\nsee ``` here\n# Stop\ntext\n# Deploy", "## Why C#\ntext\n# Stop"]
    pages += ["\n".join(rng.choices(BLOCKS, k=rng.randint(1, 12))) for _ in range(45)]
    for page in pages:
        assert pairs(sections(page)) == reference.sections(page)
        assert list(missing_sections(page, WANTED)) == reference.missing_sections(page, WANTED)
    for title in ("A-B_c d", "C++ & R", "Größe", "  x", "100 %", "What?!", "Née (2)", ""):
        assert anchor(title) == reference.anchor(title)


def check_links():
    files = {
        "README.md": "[run](RUNBOOK.md#roll-back) [gone](docs/gone.md) [site](https://example.org/x) [here](#about)\n# About us",
        "RUNBOOK.md": "## Roll back\n[up](../outside.md) [docs](docs/) [list](docs/faults.md#f-1)",
        "docs/faults.md": "# F 1\n[home](../README.md) [self](faults.md) ![plan](plan.png)\n```\n[x](nowhere.md)\n```",
    }
    assert pairs(broken_links(files)) == [
        ("README.md", "#about"), ("README.md", "docs/gone.md"), ("RUNBOOK.md", "../outside.md"), ("docs/faults.md", "plan.png"),
    ]  # fmt: skip


PATHS = ["README.md", "RUNBOOK.md", "docs/a.md", "docs/more/b.md", "app/main.py", "docs/plan.png", "note.txt"]
TARGETS = [
    "README.md", "../README.md", "../../README.md", "./docs/a.md", "docs", "docs/", "docs/more", "more/b.md", "a.md", "a.md#start", "b.md#stop-it",
    "docs/a.md#start", "#start", "#stop-it", "#Start", "app/main.py#l10", "../app/main.py", "app", ".", "..", "../..", "docs/../README.md#start",
    "http://x.org/y", "https://x.org#y", "mailto:a@b.org", "plan.png", "docs/plan.png", "note.txt#x", "doc", "docs/a", "README.md#", "../docs/more/../a.md",
    "httpdocs.md",
]  # fmt: skip


def repository(rng):
    files = {}
    for path in rng.sample(PATHS, rng.randint(2, 7)):
        lines = [rng.choice(["# Start", "## Stop it!", "text", "```\n# Start\n[z](zz.md)\n```"]) for _ in range(rng.randint(0, 3))]
        lines += [f"see [w {i}]({rng.choice(TARGETS)}), ![]({rng.choice(TARGETS)})" for i in range(rng.randint(0, 3))]
        rng.shuffle(lines)
        files[path] = "\n".join(lines)
    return files


def check_links_unseen():
    rng = draw(__seed__)
    everything = {path: "# Start\n## Stop it!\n" for path in PATHS}
    for path in PATHS:
        files = {**everything, path: "\n".join(f"[x]({target})" for target in TARGETS) + "\n# Start"}
        assert pairs(broken_links(files)) == reference.broken_links(files)
    for _ in range(35):
        files = repository(rng)
        assert pairs(broken_links(files)) == reference.broken_links(files)
    assert pairs(broken_links({"a.md": "[x](b.md) [y](b.md)\n[x](b.md)"})) == [("a.md", "b.md")]
    assert pairs(broken_links({"a.md": "#x\n[x](#x)", "b.txt": "[x](y)"})) == [("a.md", "#x")]


PATTERNS = ["*", "*.py", "*.md", "app/", "app/main.py", "docs/", "README.md", "main.py", "*main.py", "ap", "app", "*a.md"]


def check_owners():
    rng = draw(__seed__)
    rules = [("*", "ada"), ("app/", "bo"), ("*.md", "cy"), ("app/old/", "dan")]
    assert owner("app/main.py", rules) == "bo" and owner("app/notes.md", rules) == "cy" and owner("app/old/x.md", rules) == "dan"
    assert owner("application.py", rules) == "ada" and owner("x", []) is None
    files = {"app/main.py": "", "app/old/x.py": "", "README.md": ""}
    assert list(unowned(files, rules, ["ada", "bo", "cy"])) == ["app/old/x.py"], "Dan has left"
    assert list(unowned(files, rules[1:2], ["bo"])) == ["README.md"]
    assert owner("lib/app/x.py", rules[1:2]) is None and owner("old/README.md", [("README.md", "ada")]) is None
    paths = [*PATHS, "app/old/main.py", "main.py", "application.md", "app"]
    for _ in range(35):
        rules = [(rng.choice(PATTERNS), rng.choice(["ada", "bo", "cy", "dan"])) for _ in range(rng.randint(0, 5))]
        people = rng.sample(["ada", "bo", "cy"], rng.randint(1, 3))
        files = {path: "" for path in rng.sample(paths, 6)}
        assert [owner(path, rules) for path in paths] == [reference.owner(path, rules) for path in paths]
        assert list(unowned(files, rules, people)) == reference.unowned(files, rules, people)


def agrees(items, requests):
    found, wanted = monthly_cost(items, requests), reference.monthly_cost(items, requests)
    assert list(found["unknown"]) == wanted["unknown"] and found["largest"] == wanted["largest"]
    assert found["total"] is None if wanted["total"] is None else close(float(found["total"]), float(wanted["total"]))
    return True


def check_costs():
    rng = draw(__seed__)
    assert agrees([], 1000) and agrees([{"name": "free", "kind": "fixed", "price": 0}], 0)
    assert agrees([{"name": "b", "kind": "fixed", "price": 730}, {"name": "a", "kind": "hourly", "price": 0.5, "count": 2}], 0)
    for _ in range(25):
        items = []
        for name in rng.sample(["machine", "disk", "calls", "domain", "mail"], rng.randint(1, 5)):
            kind = rng.choice(["fixed", "hourly", "requests"])
            item = {"name": name, "kind": kind, "price": rng.choice([0.25, 0.5, 2, 2, 0, 7, None if rng.random() < 0.3 else 1])}
            items.append({**item, "count": rng.randint(1, 3)} if kind == "hourly" else item)
        assert agrees(items, rng.choice([0, 500, 20_000, 2_000_000]))


def fault(name, state, consequence="", test=None):
    return {"id": name, "state": state, "consequence": consequence, "test": test}


def same(found, wanted):
    assert pairs(found["findings"]) == wanted["findings"]
    assert found["ready"] is wanted["ready"]
    return True


def check_report():
    files = {
        "README.md": "# Promises\nSee the [runbook](RUNBOOK.md) and [costs](costs.md).",
        "RUNBOOK.md": "\n".join(f"## {title}\nmake it so" for title in ("Start", "Stop", "Deploy", "Incidents")),
        "tests/test_door.py": "",
    }
    repo = {
        "files": files, "rules": [("*.md", "ada"), ("tests/", "bo")], "people": ["ada"], "requests": 1000,
        "items": [{"name": "machine", "kind": "hourly", "price": None, "count": 1}],
        "faults": [fault("F1", "open", " "), fault("F2", "open", "wrong in one city"), fault("F3", "closed", "", "tests/test_door.py")],
    }  # fmt: skip
    found = report(repo)
    assert pairs(found["findings"]) == [
        ("must", "fault", "F1"), ("must", "file", "HANDOVER.md"), ("must", "price", "machine"), ("must", "section", "Roll back"),
        ("should", "link", "README.md -> costs.md"), ("should", "owner", "tests/test_door.py"),
    ]  # fmt: skip
    assert found["ready"] is False


def check_report_unseen():
    rng = draw(__seed__)
    good = {path: "# Start\ntext" for path in ("README.md", "HANDOVER.md")}
    good["RUNBOOK.md"] = "\n".join(f"# {title}\ntext" for title in reference.SECTIONS)
    clean = {"files": good, "rules": [("*", "ada")], "people": ["ada"], "items": [], "requests": 0, "faults": []}
    assert same(report(clean), {"ready": True, "findings": []})
    for change in (
        {"faults": [fault("F9", "closed", "", None), fault("F8", "open", "late")]}, {"people": []}, {"files": {**good, "RUNBOOK.md": good["RUNBOOK.md"] + "\n[x](y.md)"}},
        {"files": {**good, "HANDOVER.md": "[x](y.md)"}}, {"files": {**good, "docs/RUNBOOK.md": "[x](y.md)"}}, {"faults": [fault("F7", "open", "\n")]}, {"items": [{"name": "x", "kind": "fixed", "price": 0}]},
        {"files": {**good, "RUNBOOK.md": "# start\n## stop\nx\n# deploy\nx\n# ROLL BACK\nx\n# incidents"}},
    ):  # fmt: skip
        assert same(report({**clean, **change}), reference.report({**clean, **change}))
    more = {"docs/a.md": "# Start\n[up](../README.md) [gone](../README.md#gone) [folder](../docs/)", "docs/b.md": "[a](a.md#start)"}
    more["RUNBOOK.md"] = "# Run\n" + "\n".join(f"## {title}\n### How\ntext" for title in reference.SECTIONS[1:]) + "\n```\n# Start\nx\n```"
    assert same(report({**clean, "files": {**good, **more}}), reference.report({**clean, "files": {**good, **more}}))
    for _ in range(25):
        files = repository(rng)
        for path in rng.sample(reference.REQUIRED, 2):
            files[path] = rng.choice([good["RUNBOOK.md"], files.get(path, ""), "# Start\n"])
        faults = []
        for i in range(rng.randint(0, 4)):
            faults.append(fault(f"F{i}", rng.choice(["open", "closed"]), rng.choice(["", " ", "slow"]), rng.choice([None, "README.md", "tests/x.py"])))
        repo = {
            "files": files, "rules": [(rng.choice(PATTERNS), "ada") for _ in range(3)], "people": rng.choice([["ada"], ["bo", "ada"], ["bo"]]),
            "items": [{"name": f"i{n}", "kind": "fixed", "price": rng.choice([None, 0, 3])} for n in range(rng.randint(0, 2))], "requests": 10, "faults": faults,
        }  # fmt: skip
        assert same(report(repo), reference.report(repo))
