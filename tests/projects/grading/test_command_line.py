"""The command line: what it prints, what it writes, and how it ends."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from projects.grading.__main__ import main
from projects.grading.exports import file_names, gradescope, junit
from tests.projects.grading.build import answer, check, code, hidden, notebook

FIXTURES = Path(__file__).with_name("fixtures")
SOURCE = str(FIXTURES / "source.json")
EXERCISE = notebook(
    answer("double", "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"),
    check("visible", "assert double(2) == 4", points=2),
    check("hidden", hidden("assert double(-3) == -6")),
)
WEAK = notebook(
    code("class Point:\n    def __init__(self, x): self.x = x\n    def __eq__(self, other): return self.x == other.x"),
    answer("make", "def make(x):\n    return Point(x)"),
    check("compares", "assert make(3) == Point(3)"),
)


@pytest.fixture
def place(tmp_path):
    """Puts files into a folder of the test's own and says where each is."""

    def put(name, data):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return str(path)

    return put


def solved(source):
    return notebook(answer("double", source))


@pytest.mark.box
def test_the_command_line_grades_in_order(capsys, tmp_path):
    corrupt = tmp_path / "corrupt.ipynb"
    corrupt.write_bytes(b"{")
    names = [tmp_path / "half.ipynb", corrupt, tmp_path / "reference.ipynb"]
    for name in (names[0], names[2]):
        name.write_bytes((FIXTURES / f"{name.stem}.json").read_bytes())
    status = main(["grade", str(FIXTURES / "source.json"), *map(str, names), "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert status == 3
    assert [line["submission"] for line in lines] == [str(name) for name in names]
    assert [line["score"] for line in lines] == [3.5, None, 10.5]
    assert [group["id"] for group in lines[0]["groups"]][:2] == ["test_square", "test_total"]
    assert lines[0]["usage"]["cpu_ms"] > 0


def test_the_command_line_refuses_what_it_cannot_use(capsys, tmp_path):
    assert main(["release", str(tmp_path / "nothing.ipynb")]) == 2
    assert main(["release", str(FIXTURES / "source.json"), "-o", str(tmp_path / "out.ipynb")]) == 0
    assert b"BEGIN" not in (tmp_path / "out.ipynb").read_bytes()
    with pytest.raises(SystemExit) as stop:
        main(["unknown"])
    assert stop.value.code == 2


@pytest.mark.box
def test_many_submissions_are_graded_side_by_side_and_told_in_order(capsys, place, tmp_path):
    source = place("exercise.ipynb", EXERCISE)
    names = [place(f"{n}/work.ipynb", solved(f"def double(x):\n    return {n} * x")) for n in (2, 3, 2, 1)]
    out, xml = tmp_path / "scope", tmp_path / "junit.xml"
    args = ["--jobs", "2", "--lane", "cold", "--json", "--gradescope", str(out), "--junit", str(xml)]
    assert main(["grade", source, *names, *args]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["submission"], line["score"]) for line in lines] == list(zip(names, [3, 0, 3, 0], strict=True))
    assert {"cpu_ms", "wall_ms", "peak_mb"} == lines[0]["usage"].keys()
    written = sorted(out.iterdir(), key=lambda path: path.name)
    assert len(written) == 4
    assert {json.loads(path.read_text())["score"] for path in written} == {0, 3}
    suites = ET.fromstring(xml.read_bytes())
    assert [(suite.get("tests"), suite.get("failures")) for suite in suites] == [("2", "0"), ("2", "2")] * 2


@pytest.mark.box
def test_one_submission_gives_one_results_file(capsys, place, tmp_path):
    source, out = place("exercise.ipynb", EXERCISE), tmp_path / "results.json"
    shown = place("w.ipynb", solved("def double(x):\n    return {2: 4}[x]"))
    assert main(["grade", source, shown, "--gradescope", str(out)]) == 0
    found = json.loads(out.read_text())
    assert (found["score"], found["output"]) == (
        2,
        "\n".join(f"The test cell {name} is missing; the original was used." for name in ("visible", "hidden")),
    )
    assert [(test["score"], test["status"], test["visibility"]) for test in found["tests"]] == [
        (2, "passed", "visible"),
        (0, "failed", "hidden"),
    ]
    assert "double(-3)" not in out.read_text()
    assert "visible: 2/2 passed" in capsys.readouterr().out


@pytest.mark.box
def test_a_release_version_grades_without_a_reference_solution(capsys, place):
    source = place("release.ipynb", (FIXTURES / "release.json").read_bytes())
    names = [place(f"{name}.ipynb", (FIXTURES / f"{name}.json").read_bytes()) for name in ("half", "reference")]
    assert main(["grade", source, *names, "--json", "--lane", "cold"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["score"] for line in lines] == [3.5, 10.5]
    ways = {group["id"]: group["lifted"] for group in lines[1]["groups"]}
    assert [name for name, lifted in ways.items() if not lifted] == ["test_stack"]
    main(["grade", source, names[0]])
    assert "[in-kernel (weaker): it uses the notebook's own class Stack]" in capsys.readouterr().out


@pytest.mark.box
def test_an_attack_pack_fails_against_lifted_cells_and_is_reported_where_it_wins(capsys, place):
    assert main(["attack", place("exercise.ipynb", EXERCISE)]) == 0
    said = capsys.readouterr().out
    assert "exit inside the test             runtime_error    0\n" in said
    assert main(["attack", place("weak.ipynb", notebook(answer("f", "f = 1"), check("weak", "assert f")))]) == 1
    assert "points in weak" in capsys.readouterr().out
    assert main(["attack", place("class.ipynb", WEAK), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert set(found["in_kernel"]) == {"compares"}
    assert {one["attack"]: one["won"] for one in found["attacks"]}["equal to everything"] == ["compares"]


@pytest.mark.box
def test_selftest_says_how_much_is_lifted(capsys, place):
    assert main(["selftest", place("weak.ipynb", WEAK)]) == 0
    said = capsys.readouterr().out
    assert "lifted: 0% of 1 test cells" in said
    assert "in-kernel (weaker): compares: failed" in said
    assert main(["selftest", place("wrong.ipynb", notebook(answer("f", "f = 1"), check("t", "assert f == 2")))]) == 1


@pytest.mark.box
def test_bench_tells_medians(capsys, place):
    assert main(["bench", place("exercise.ipynb", EXERCISE), "--runs", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (
        min(found["cells_ms"], found["warm_ms"], found["cold_ms"]) > 0
    )  # which is quicker is for the benchmark to say
    assert found["overhead_ms"] == pytest.approx(found["warm_ms"] - found["cells_ms"], abs=0.2)


@pytest.mark.box
def test_a_machine_without_boxes_runs_nothing(capsys, place, monkeypatch, tmp_path):
    monkeypatch.setenv("GRADING_RUNTIME", str(tmp_path / "none"))
    source, work = place("release.ipynb", EXERCISE.replace(b"return 2 * x", b"")), place("w.ipynb", solved("x = 1"))
    assert main(["grade", source, work, "--json"]) == 3
    assert main(["doctor", "--json"]) == 1
    assert "make setup" in json.loads(capsys.readouterr().out.splitlines()[-1])["remedy"]


@pytest.mark.parametrize("args", [["--jobs", "0"], ["--lane", "hot"], []])
def test_unusable_arguments_end_with_two(args):
    with pytest.raises(SystemExit) as stop:
        main(["grade", SOURCE, *args])
    assert stop.value.code == 2


def test_a_missing_source_and_a_file_for_a_folder_are_unusable(capsys, place):
    assert main(["grade", "/nowhere/x.ipynb", SOURCE]) == 2
    assert main(["grade", SOURCE, SOURCE, "--files", place("file", b"")]) == 2
    assert "is not a folder" in capsys.readouterr().err


HOSTILE = {
    "submission": "a\x00<b>\x1b[31m\ud800.ipynb", "verdict": "partial", "score": 1.0, "max_score": 2.0,
    "groups": [{"id": "<&\"g\x08\ufffe", "score": 0.0, "max_score": 2.0, "verdict": "failed",
                "message": "]]><script>\x0b\x1b]0;t\x07&#0;\ud83d", "lifted": True, "visibility": "visible"}],
    "usage": {"cpu_ms": 1, "wall_ms": 1200, "peak_mb": 1}, "notices": ["n\x07"],
}  # fmt: skip


def test_exports_hold_nothing_that_harms_their_reader():
    (suite,) = ET.fromstring(junit([HOSTILE]))
    failure = suite.find("testcase/failure")
    assert failure.text == "]]><script>]0;t&#0;"
    assert suite.find("testcase").get("name") == '<&"g'
    assert (suite.get("time"), suite.get("failures"), suite.get("errors")) == ("1.200", "1", "0")
    found = gradescope(HOSTILE)
    assert (found["execution_time"], found["output"]) == (2, "n")
    assert not set(json.dumps(found)) & set(map(chr, range(9)))


def test_what_could_not_run_has_no_score_in_exports():
    line = {"submission": "a", "verdict": "system_error", "score": None, "max_score": None, "groups": [],
            "usage": None, "notices": [], "error": "no box"}  # fmt: skip
    assert "score" not in gradescope(line)
    (suite,) = ET.fromstring(junit([line]))
    assert suite.find("testcase/error").text == "no box"
    assert suite.get("errors") == "1"


def test_export_files_are_told_apart():
    assert file_names(["a/ps1.ipynb", "b/ps1.ipynb"]) == ["a-ps1", "b-ps1"]
    assert file_names(["x.ipynb", "../../é;$.ipynb"]) == ["x", "submission"]
    assert len(set(file_names(["s.ipynb", "s.ipynb", "S.ipynb"]))) == 3
