"""Project archives: what is refused by their listing alone, and what the box checks."""

import io
import struct
import zipfile
from decimal import Decimal

import pytest

from projects.grading.checks import SpecError
from projects.grading.engine import Bundle, UploadRefused, check_upload, declared_points, grade, self_test

SPEC = {
    "required_files": ["README.md", {"pattern": "src/**/*.py", "points": 2.5, "message": "Put your code into src/."}],
    "forbidden_files": ["*.pyc"],
    "python_syntax": {"points": 2},
    "max_files": 20,
}
PROJECT = Bundle("archive", {}, SPEC)


def packed(files, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def entry(name, mode=0o100644, flags=0):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.flag_bits |= flags
    return info


def encrypted():
    data = bytearray(packed([("a.txt", "x")]))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def overlapping():
    """Two names for the same bytes."""
    data = packed([("a.txt", "x" * 50), ("b.txt", "y" * 50)], zipfile.ZIP_STORED)
    second = data.rindex(b"PK\x01\x02")
    return data[: second + 42] + struct.pack("<I", 0) + data[second + 46 :]


def with_nul():
    return packed([("aXb.txt", "x")]).replace(b"aXb.txt", b"a\0b.txt")


def with_huge_declared_size():
    data = bytearray(packed([("a.txt", "x" * 2000)]))
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, 600 * 2**20)
    return bytes(data)


REFUSED = {
    "parent": (packed([("../evil.py", "")]), "leads elsewhere"),
    "parent inside": (packed([("a/../../evil.py", "")]), "leads elsewhere"),
    "absolute": (packed([("/etc/passwd", "")]), "absolute"),
    "drive": (packed([("C:/x.txt", "")]), "absolute"),
    "backslash": (packed([("a\\b.txt", "")]), "backslash"),
    "nul": (with_nul(), "control characters"),
    "newline": (packed([("a\nb", "")]), "control characters"),
    "symlink": (packed([(entry("link", 0o120777), "/etc/passwd")]), "symbolic link"),
    "device": (packed([(entry("dev", 0o020666), "")]), "device"),
    "fifo": (packed([(entry("pipe", 0o010666), "")]), "device"),
    "encrypted": (encrypted(), "encrypted"),
    "case twins": (packed([("A.txt", ""), ("a.TXT", "")]), "same name"),
    "unicode twins": (packed([("e\u0301.txt", ""), ("\u00e9.txt", "")]), "same name"),
    "file and folder": (packed([("a", ""), ("a/b", "")]), "both a file and a folder"),
    "nested": (packed([("inner.ZIP", packed([("x", "")]))]), "archive inside"),
    "bomb": (packed([("zeros", b"\0" * 3_000_000)]), "zip bombs"),
    "too big": (with_huge_declared_size(), "limit is 500 MB"),
    "overlap": (overlapping(), "overlaps"),
    "too many": (packed([(f"{n}", "") for n in range(5001)]), "limit is 5000"),
    "empty": (packed([]), "empty"),
    "cut": (packed([("a", "x" * 100)])[:-30], "cut off"),
    "damaged": (b"PK\x03\x04" + b"x" * 50 + packed([("a", "b")])[-22:], "damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_unsafe_archives_are_refused_by_name(name):
    data, words = REFUSED[name]
    with pytest.raises(UploadRefused, match=words):
        check_upload(PROJECT, {"project.zip": data})


def test_loose_files_are_held_to_the_same_names():
    for files, words in (
        ({}, "no files"),
        ({"../a": b""}, "leads elsewhere"),
        ({"a.py": b"", "A.PY": b""}, "same name"),
        ({"a.tar.gz": b"", "b": b""}, "archive inside"),
        ({"big": b"x" * (50 * 2**20 + 1)}, "50 MB"),
    ):
        with pytest.raises(UploadRefused, match=words):
            check_upload(PROJECT, files)


def test_a_wrong_spec_is_refused():
    for spec in (
        {"required": []},
        {"required_files": [3]},
        {"max_files": "many"},
        {"forbidden_files": [{"pattern": "x", "points": -1}]},
    ):
        with pytest.raises(SpecError):
            check_upload(Bundle("archive", {}, spec), {"a": b""})


@pytest.mark.box
def test_a_project_is_unpacked_and_checked():
    good = [
        ("proj/README.md", "# Hi"),
        ("proj/src/deep/model.py", "x = 1\n"),
        ("__MACOSX/x", ""),
        ("proj/naïve.txt", ""),
    ]
    assert declared_points(PROJECT) == Decimal("7.5")
    result = grade(PROJECT, {"project.zip": packed(good)}, seed=1)
    assert (result.verdict, result.score) == ("passed", Decimal("7.5"))
    bad = grade(PROJECT, {"README.md": b"", "a.py": b"def", "old.pyc": b"\0"}, seed=1)
    groups = {group.id: (group.verdict, group.score, group.message) for group in bad.groups}
    assert bad.verdict == "partial"
    assert groups["required_files:src/**/*.py"] == ("failed", 0, "Put your code into src/.")
    assert groups["forbidden_files:*.pyc"] == ("failed", 0, "Leave *.pyc out of your project.")
    assert groups["python_syntax"][0] == "failed"
    assert groups["required_files:README.md"] == ("passed", 1, "")


@pytest.mark.box
def test_lying_sizes_and_disguised_archives_are_found_in_the_box():
    data = bytearray(packed([("README.md", "x" * 5000)]))
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, 10)
    lying = grade(PROJECT, {"p.zip": bytes(data)}, seed=1)
    disguised = grade(PROJECT, {"p.zip": packed([("README.md", packed([("x", "")]))])}, seed=1)
    for result, words in ((lying, "false"), (disguised, "archive inside")):
        assert (result.verdict, result.score) == ("policy_violation", 0)
        assert words in result.notices[0]


@pytest.mark.box
def test_self_test_of_a_project():
    reference = {"README.md": b"", "src/a.py": b"x = 1"}
    assert self_test(PROJECT, reference).ok
    assert not self_test(PROJECT, {"README.md": b""}).ok


TESTED = Bundle("archive", {}, {"required_files": ["README.md"], "pytest": {"path": "tests", "seconds": 20}})
TESTS = b"""
import pytest
from src.maths import double

def test_right():
    assert double(2) == 4

def test_wrong():
    assert double(2) == 5, "not <b>five</b>\x1b[31m"

@pytest.mark.skip(reason="later")
def test_later():
    pass
"""
MATHS = b"def double(x):\n    return 2 * x\n"


def evidence(files, bundle=TESTED):
    result = grade(bundle, {"README.md": b"", "src/maths.py": MATHS, **files}, seed=1)
    assert (result.verdict, result.score, result.max_score) == ("passed", 1, 1), "evidence never counts"
    return [group for group in result.groups if group.id.startswith("pytest")]


@pytest.mark.box
def test_a_projects_own_tests_are_shown_without_points():
    found = evidence({"tests/test_maths.py": TESTS})
    assert [(group.title.rpartition(".")[2], group.verdict, group.max_score) for group in found] == [
        ("test_right", "passed", 0), ("test_wrong", "failed", 0), ("test_later", "passed", 0),
    ]  # fmt: skip
    assert found[1].message.startswith("AssertionError: not <b>five</b>")
    assert "\x1b" not in found[1].message
    assert found[2].message == "skipped: later"
    assert not any(group.lifted for group in found)


@pytest.mark.box
@pytest.mark.parametrize(
    ("conftest", "words"),
    [
        (b"raise RuntimeError", "no report"),
        (b"import os\nos._exit(0)", "no report"),
        (b"import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", "without a report"),
        (b"import os, sys\nos.write(2, b'bwrap: no namespaces\\n')\nos.kill(os.getppid(), 9)", "without a report"),
        (
            b"import os\nopen('/proc/%d/fd/3' % os.getppid(), 'wb').write(b'[' * 50000)\nos.kill(os.getppid(), 9)",
            "report",
        ),
        (b"import time\ntime.sleep(60)", "more than 2 seconds"),
    ],
)
def test_a_project_that_forges_or_spoils_its_tests_changes_nothing(conftest, words):
    short = Bundle(
        "archive", {}, {**TESTED.config, "pytest": {"path": "tests", "seconds": 2 if b"sleep" in conftest else 20}}
    )
    found = evidence({"tests/test_maths.py": TESTS, "conftest.py": conftest}, short)
    assert words in found[-1].message
    assert found[-1].title == "Evidence: the run of the tests"


def test_a_wrong_place_for_tests_is_refused():
    for spec in ("../tests", "-p evil", {"path": "tests", "seconds": 9999}, {"seconds": 1}, 3):
        with pytest.raises(SpecError):
            check_upload(Bundle("archive", {}, {"pytest": spec}), {"a": b""})
