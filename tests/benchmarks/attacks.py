"""Which attacks of the pack pay off: here, in nbgrader and in Otter, each given the same exercise and the same forgery."""

import json
import re
import sqlite3
import zipfile

from projects.grading import lanes
from projects.grading.attacks import ATTACKS
from projects.grading.engine import grade
from tests.benchmarks import peers
from tests.projects.grading import build

POINTS = 3
TEST = "import random\nn = random.randint(2, 10**6)\nassert f(n) == n * n\nassert f(2) == 4"
SOLUTION = "### BEGIN SOLUTION\ndef f(n):\n    return n * n\n### END SOLUTION"
CELLS = (build.answer("answer", SOLUTION), build.check("target", TEST, POINTS))
OTTER_TEST = '''
OK_FORMAT = True
test = {"name": "target", "points": 3, "suites": [{"type": "doctest", "cases": [{"hidden": False, "code":
r""">>> import random
>>> n = random.randint(2, 10**6)
>>> f(n) == n * n
True
>>> f(2) == 4
True
"""}]}]}
'''
HONEST, EMPTY = "the solution", "no answer"


def forgeries():
    """Title -> the text of the answer cell; besides the attacks an honest one and none at all."""
    found = {HONEST: "def f(n):\n    return n * n", EMPTY: ""}
    return found | {title: attack.source(["f"]) for title, attack in ATTACKS.items()}


def ours(sources):
    bundle = build.bundle(*CELLS)
    with lanes.warm():
        return {title: float(grade(bundle, build.work(answer=one), seed=1).score) for title, one in sources.items()}


def of_nbgrader(sources):
    """Scores out of the gradebook; a notebook that it gives up on counts as 0."""
    names = {f"learner{number}": title for number, title in enumerate(sources)}
    with peers.nbgrader_course(build.bundle(*CELLS), list(names)) as folder:
        for name, title in names.items():
            path = folder / "submitted" / name / "ps1" / "work.ipynb"
            document = json.loads(path.read_text())
            document["cells"][0]["source"] = sources[title]
            path.write_text(json.dumps(document))
            peers.nbgrader(folder, "autograde", "ps1", "--create", "--student", name, must=False)
        with sqlite3.connect(folder / "gradebook.db") as book:
            rows = book.execute(
                "SELECT a.student_id, sum(coalesce(g.auto_score, 0)) FROM grade g"
                " JOIN submitted_notebook n ON n.id = g.notebook_id JOIN submitted_assignment a ON a.id = n.assignment_id"
                " GROUP BY a.student_id"
            ).fetchall()
    return dict.fromkeys(sources, 0.0) | {names[name]: score for name, score in rows}


def of_otter(sources):
    """Scores out of its results.json; a notebook that it gives up on counts as 0."""
    found = {}
    with peers.own_folder() as folder:
        with zipfile.ZipFile(folder / "autograder.zip", "w") as bundle:
            bundle.writestr("tests/target.py", OTTER_TEST)
            bundle.writestr("otter_config.json", json.dumps({"lang": "python"}))
        for title, source in sources.items():
            cells = [build.code(source), build.code("import otter\notter.Notebook().check('target')")]
            (folder / "work.ipynb").write_bytes(peers.with_kernel(build.notebook(*cells)))
            results = folder / "results.json"
            results.unlink(missing_ok=True)
            peers.boxed(folder, "otter", "run", "-a", "autograder.zip", "-o", ".", "work.ipynb", must=False)
            found[title] = otter_score(results)
    return found


def otter_score(results):
    if not results.exists():
        return 0.0
    tests = json.loads(re.sub(r"\bNaN\b", "0", results.read_text())).get("tests", [])
    return float(sum(test.get("score", 0) for test in tests))


def show():
    """Grade every forgery three times and print who paid."""
    sources = forgeries()
    columns = {"here": ours(sources), "nbgrader": of_nbgrader(sources), "Otter": of_otter(sources)}
    for name, scores in columns.items():
        assert (scores[HONEST], scores[EMPTY]) == (POINTS, 0), (
            f"{name} does not grade honest work, so its column says nothing"
        )
    print(f"\n{f'points of {POINTS} for …':<36}" + "".join(f"{name:>10}" for name in columns))
    for title in sources:
        print(f"{title:<36}" + "".join(f"{scores[title]:>10g}" for scores in columns.values()))
    broken = {name: sum(scores[title] > 0 for title in ATTACKS) for name, scores in columns.items()}
    print(f"{f'attacks of {len(ATTACKS)} that paid':<36}" + "".join(f"{count:>10}" for count in broken.values()))
