"""A published curriculum comes back as the folder that it was."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from courses.curriculum.errors import Problems
from courses.curriculum.folder import Folder
from projects.actions.publishing import publish_curriculum
from projects.models import StoredFile
from tests.generated import write_generated


@pytest.fixture
def folder(tmp_path):
    made = write_generated(tmp_path / "generated", weeks=2)
    (made / "notes.md").write_bytes(b"\xef\xbb\xbfNot used by any week.\r\n")
    return made


@pytest.fixture
def curriculum(db, folder):
    return publish_curriculum(folder=folder, by=None, tested=False)[0]


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_export_has_the_same_bytes_and_the_same_digest(curriculum, folder, tmp_path, capsys):
    before = files_of(folder)
    for path in folder.rglob("reading-*.md"):
        path.write_text("Changed since.")
    target = tmp_path / "back"
    call_command("export_curriculum", "generated", "1", target)
    assert f"{len(before)} files in {target}" in capsys.readouterr().out
    assert files_of(target) == before
    assert Folder(target, Problems()).digest() == curriculum.digest
    assert publish_curriculum(folder=target, by=None, tested=False) == (curriculum, False)


def test_an_empty_folder_is_filled(curriculum, tmp_path):
    (tmp_path / "back").mkdir()
    call_command("export_curriculum", "generated", "1", tmp_path / "back")
    assert (tmp_path / "back" / "program.yaml").exists()


def test_the_command_runs_where_a_folder_is_named_from_here(curriculum, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    call_command("export_curriculum", "generated", "1", Path("back"))
    assert (tmp_path / "back" / "program.yaml").exists()


def test_nothing_is_overwritten(curriculum, folder, tmp_path):
    before = files_of(folder)
    with pytest.raises(CommandError, match=r"generated is not empty, and nothing there is overwritten"):
        call_command("export_curriculum", "generated", "1", folder)
    assert files_of(folder) == before
    with pytest.raises(CommandError, match="exists already"):
        call_command("export_curriculum", "generated", "1", folder / "program.yaml")
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("export_curriculum", "generated", "1", tmp_path / "nowhere" / "back")


def test_nothing_half_written_stays(curriculum, tmp_path):
    stored = curriculum.files.get(path="weeks/02-week/week.yaml").stored
    damaged = Path(default_storage.path(StoredFile.path_of(stored.sha256)))
    damaged.chmod(0o644)
    damaged.write_bytes(b"something else")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CommandError, match="damaged"):
        call_command("export_curriculum", "generated", "1", tmp_path / "back")
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_that_is_missing_is_not_passed_over(curriculum, tmp_path):
    curriculum.files.get(path="notes.md").delete()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CommandError, match="is not what was published"):
        call_command("export_curriculum", "generated", "1", tmp_path / "back")
    assert sorted(tmp_path.iterdir()) == before


def test_what_is_not_there_is_said_with_what_is(curriculum, tmp_path):
    with pytest.raises(CommandError, match=r"There is no generated 7\. Published versions: 1\."):
        call_command("export_curriculum", "generated", "7", tmp_path / "back")
    with pytest.raises(CommandError, match=r"There is no other 1\. Programs: generated\."):
        call_command("export_curriculum", "other", "1", tmp_path / "back")
    curriculum.files.all().delete()
    with pytest.raises(CommandError, match="before files were kept"):
        call_command("export_curriculum", "generated", "1", tmp_path / "back")
