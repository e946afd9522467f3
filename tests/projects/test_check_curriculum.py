"""`check_curriculum`: everything at once, for people and for programs."""

import json

import pytest
from django.core.management import call_command

from tests import exercises

BROKEN = {**exercises.FUNCTION, "reference.py": "def sum(x):\n    return 1\n\ndef mean(x):\n    return 1\n"}


@pytest.fixture
def check(capsys):
    """A function from a folder and options to the exit status and what was printed."""

    def run(folder, *options):
        try:
            call_command("check_curriculum", folder, *options)
        except SystemExit as end:
            return end.code, capsys.readouterr().out
        return 0, capsys.readouterr().out

    return run


def test_errors_of_files_come_first_and_all_at_once(check, tmp_path):
    folder = exercises.write_programme(tmp_path / "tiny", "averages", exercises.FUNCTION)
    (folder / "skills.yaml").write_text("schema: 1\nskills: 3\n")
    (folder / "program.yaml").write_text((folder / "program.yaml").read_text().replace("weeks: 1", "weeks: 2"))
    status, said = check(folder)
    assert status == 1
    assert "error: skills.yaml:2: skills must be a list" in said
    assert "error: weeks: There is no folder for week 2." in said
    status, said = check(folder, "--json")
    assert (status, json.loads(said)["ok"], json.loads(said)["tested"]) == (1, False, 0)
    assert {one["file"] for one in json.loads(said)["errors"]} == {"skills.yaml", "weeks"}


@pytest.mark.box
def test_exercises_are_tested_unless_their_outcome_is_on_record(check, tmp_path):
    folder = exercises.write_programme(tmp_path / "tiny", "averages", exercises.FUNCTION)
    assert check(folder) == (0, "warning: skills.yaml: Nothing teaches the skill python. Name it where it is taught.\n"
                                "0 errors, 1 warnings; 1 exercises tested now.\n")  # fmt: skip
    call_command("record_graders", folder)
    assert json.loads(check(folder, "--json")[1].splitlines()[-1])["tested"] == 0
    assert "1 exercises tested now" in check(folder, "--afresh")[1]


@pytest.mark.box
def test_a_reference_that_fails_its_own_checks_is_an_error(check, tmp_path):
    folder = exercises.write_programme(tmp_path / "tiny", "averages", BROKEN)
    status, said = check(folder)
    assert status == 1
    assert "error: averages: The reference solution gets 0 of" in said
