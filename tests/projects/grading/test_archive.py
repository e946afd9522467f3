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
