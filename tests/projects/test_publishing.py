"""Publishing a curriculum folder: all of it or nothing."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from courses.curriculum.reader import read_curriculum
from courses.models import Activity, Curriculum, Program
from projects import self_tests
from projects.exports.cartridge.package import export_cartridge
from projects.exports.cartridge.profile import PROFILES
from projects.grading.engine import SelfTest
from projects.models import GraderVersion, Project
from tests import exercises
from tests.cartridge_rules import problems_of


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A folder with one exercise, whose self-test is taken as passed."""
    monkeypatch.setattr(self_tests, "_self_tested", lambda exercises, report: ({}, []))
    return exercises.write_programme(tmp_path / "tiny", "averages", exercises.FUNCTION)


@pytest.mark.slow
@pytest.mark.django_db
def test_the_shipped_programme_is_published_with_what_its_self_tests_decided(programme_is_read, capsys, tmp_path):
    call_command("publish_curriculum", exercises.SHIPPED)
    assert "published" in capsys.readouterr().out
    version = GraderVersion.objects.get(project__slug="ols-from-scratch")
    assert version.config["titles"]["test_intercept"] == "The column of ones"
    assert version.config["in_kernel"] == []
    assert set(version.config) == {"titles", "in_kernel", "objects", "changes"}
    assert version.files.filter(part="release", name="ols-from-scratch.ipynb").exists()
    assert Curriculum.objects.get().entry_exercise == "trip-records"
    assert Project.objects.filter(kind="milestone", rubric__isnull=False).count() == 7
    for profile in PROFILES:
        cartridge = tmp_path / f"{profile}.imscc"
        export_cartridge(Curriculum.objects.get(), cartridge, PROFILES[profile])
        assert problems_of(cartridge) == []


@pytest.mark.parametrize(
    ("in_kernel", "end"),
    [({}, " in lifted cells"), ({"compares": "failed"}, " in lifted cells; in-kernel (weaker) cells: 1")],
)
def test_the_report_claims_nothing_of_attacks_on_in_kernel_cells(tmp_path, monkeypatch, in_kernel, end):
    found = SelfTest(True, {}, Decimal(2), Decimal(0), Decimal(2), (), in_kernel, None, 10)
    monkeypatch.setattr(self_tests, "self_test", lambda bundle, wrong: found)
    folder = exercises.write_programme(tmp_path / "tiny", "averages", exercises.FUNCTION)
    lines = []
    self_tests.write_record(folder=folder, spec=read_curriculum(folder), afresh=True, report=lines.append)
    assert lines
    assert all(line.endswith(f"10 attacks got nothing{end}") for line in lines)


def test_publishing_it_again_changes_nothing(db, tiny, capsys):
    call_command("publish_curriculum", tiny)
    before = (Curriculum.objects.count(), Activity.objects.count(), GraderVersion.objects.count())
    call_command("publish_curriculum", tiny)
    assert "nothing changed" in capsys.readouterr().out
    assert (Curriculum.objects.count(), Activity.objects.count(), GraderVersion.objects.count()) == before


def test_a_published_version_is_never_changed(db, tiny):
    call_command("publish_curriculum", tiny)
    week = tiny / "weeks" / "01-first" / "week.yaml"
    week.write_text(week.read_text().replace("The first week.", "The very first week."))
    with pytest.raises(CommandError, match="never changed"):
        call_command("publish_curriculum", tiny)


def test_a_broken_folder_names_all_its_errors_and_publishes_nothing(db, tiny):
    week = tiny / "weeks" / "01-first"
    (week / "averages" / "checks.py").unlink()
    (week / "week.yaml").write_text((week / "week.yaml").read_text() + "colour: red\n")
    with pytest.raises(CommandError) as refusal:
        call_command("publish_curriculum", tiny)
    assert "weeks/01-first/week.yaml" in str(refusal.value)
    assert "colour" in str(refusal.value)
    assert "checks.py" in str(refusal.value)
    assert not Program.objects.exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "program.yaml",
            "Modelling}",
            "Modelling, production: Production}",
            "program.yaml: Production takes 0.0 of 1.0",
        ),
        ("week.yaml", "6}", "6, step: concept, algorithm: mean}", "weeks: The steps of mean (week 1) are concept."),
    ],
)
def test_a_folder_that_is_wrong_as_a_whole_is_not_published_either(db, tiny, name, old, new, said):
    (path,) = tiny.rglob(name)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(CommandError) as refusal:
        call_command("publish_curriculum", tiny)
    assert said in str(refusal.value)
    assert not Program.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_self_tests_hold_no_transaction_open_in_which_others_would_wait(tiny, monkeypatch):
    open_ones = []

    def self_tested(exercises, report):
        open_ones.append(connection.in_atomic_block)
        return {}, []

    monkeypatch.setattr(self_tests, "_self_tested", self_tested)
    call_command("publish_curriculum", tiny)
    call_command("publish_graders", tiny, "averages", "--version-in-use", "1")
    assert open_ones == [False, False]


def test_a_mended_grader_is_the_next_version_of_the_curriculum_in_use(db, tiny, capsys):
    call_command("publish_curriculum", tiny)
    version = Curriculum.objects.get().version
    mended = ["publish_graders", tiny, "averages", "--version-in-use", version]
    call_command(*mended)
    assert "nothing was changed" in capsys.readouterr().out
    (checks,) = (tiny / "weeks").rglob("averages/checks.py")
    checks.write_text(checks.read_text() + "\n# mended\n")
    call_command(*mended)
    assert "grader 2 checks new work now" in capsys.readouterr().out
    assert [one.number for one in GraderVersion.objects.filter(project__slug="averages")] == [2, 1]
    with pytest.raises(CommandError, match="Not a project"):
        call_command("publish_graders", tiny, "nowhere", "--version-in-use", version)


def test_what_was_recorded_before_it_was_stopped_is_kept(tmp_path, monkeypatch):
    folder = exercises.write_programme(tmp_path / "tiny", "averages", exercises.FUNCTION)
    spec = read_curriculum(folder)
    found = SelfTest(True, {"objects": {}}, Decimal(2), Decimal(0), Decimal(2))

    def stopped_after_one(submittables, **how):
        yield submittables[0], found
        raise KeyboardInterrupt

    monkeypatch.setattr(self_tests, "try_all", stopped_after_one)
    with pytest.raises(KeyboardInterrupt):
        self_tests.write_record(folder=folder, spec=spec)
    assert list(self_tests.read_record(folder).values()) == [{"objects": {}}]


@pytest.mark.parametrize("record", ["", "{", "[]", '{"a": 1}', "[" * 100_000, "9" * 5_000])
def test_a_broken_record_is_refused_by_whoever_reads_it(tmp_path, record):
    folder = exercises.write_programme(tmp_path / "tiny", "averages", exercises.FUNCTION)
    self_tests.record_of(folder).write_text(record)
    for command in ("check_curriculum", "record_graders"):
        with pytest.raises(CommandError, match=r"tiny\.graders\.json is no record .*record_graders tiny --afresh"):
            call_command(command, folder)
    with pytest.raises(self_tests.PublishRefused, match="is no record"):
        self_tests.decided([], folder, False, lambda line: None)


def test_the_record_is_whole_at_any_moment(tmp_path, monkeypatch):
    folder = exercises.write_programme(tmp_path / "tiny", "averages", exercises.FUNCTION)
    path = self_tests.record_of(folder)
    path.write_text('{"old": {}}')
    before = path.stat().st_ino
    monkeypatch.setattr(self_tests, "try_all", lambda exercises, **how: [])
    self_tests.write_record(folder=folder, spec=read_curriculum(folder))
    assert path.stat().st_ino != before
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == [path.name]
