"""A function and a model exercise on their whole way: folder, publication, page, hand-in, engine, result."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from courses.curriculum.reader import read_curriculum
from projects.actions.publishing import publish_curriculum
from projects.grading.engine import Bundle
from projects.models import GraderVersion, Project, Submission
from projects.running import run_job
from projects.self_tests import read_record, record_of
from tests import exercises, world

FUNCTION, MODEL = exercises.FUNCTION, exercises.MODEL


class Learning:
    """A learner's browser at the only exercise of a programme."""

    def __init__(self, project, client):
        cohort = world.make_cohort(project.curriculum)
        self.enrollment = world.make_enrollment(cohort)
        self.client, self.place = client(self.enrollment.user), [cohort.slug, project.slug]

    def read(self, name, *args):
        return self.client.get(reverse(name, args=args or self.place))

    def download(self):
        return b"".join(self.read("project_release").streaming_content)

    def hand_in(self, name, text):
        files = {"files": [SimpleUploadedFile(name, text.encode())], "note": ""}
        return self.client.post(reverse("project_submit", args=self.place), files)

    def graded(self, name, text):
        """The page of an attempt once the engine has run."""
        assert self.hand_in(name, text).status_code == 302
        submission = Submission.objects.order_by("number").last()
        assert run_job(submission.jobs.get().pk)
        return submission, self.read("submission_detail", submission.pk).content.decode()


@pytest.fixture
def learning(as_user):
    return lambda: Learning(Project.objects.get(), as_user)


@pytest.mark.box
def test_a_function_exercise_goes_from_its_folder_to_a_result(db, tmp_path, learning, capsys):
    folder = exercises.write_programme(tmp_path / "tiny", "averages", FUNCTION)
    call_command("record_graders", folder)
    assert "averages: reference solution 3 of 3 points, 100% of its checks lifted" in capsys.readouterr().out
    (decided,) = read_record(folder).values()
    assert decided["objects"]["mean"] == ["mean", "sum"]
    call_command("publish_curriculum", folder)
    version = GraderVersion.objects.get()
    assert (version.kind, version.max_score, version.config["changes"]) == ("function", 3, decided["changes"])

    learner = learning()
    page = learner.read("project_detail").content.decode()
    for words in (
        "Your file stats.py",
        'accept=".py"',
        "At most 256 KB.",
        "Download the starting files",
        "Your own sum",
    ):
        assert words in page
    starting = zipfile.ZipFile(io.BytesIO(learner.download()))
    assert sorted(starting.namelist()) == ["averages/numbers.csv", "averages/stats.py"]

    wrong, page = learner.graded("stats.py", "def sum(x):\n    return 0\ndef mean(x):\n    raise KeyError(x[0])\n")
    assert (wrong.result.score, wrong.result.verdict) == (0, "failed")
    assert "Your own sum" in page
    assert "A hidden test failed (KeyError)." in page
    right, page = learner.graded("mine.py", FUNCTION["reference.py"])
    assert (right.result.score, right.result.is_full) == (3, True)
    assert "mine.py was taken as stats.py." in page
    assert learner.hand_in("stats.txt", "x").status_code == 422


@pytest.mark.box
def test_a_model_exercise_goes_from_its_folder_to_a_result(db, tmp_path, learning):
    folder = exercises.write_programme(tmp_path / "tiny", "line", MODEL)
    publish_curriculum(folder=folder, by=None)
    learner = learning()
    page = learner.read("project_detail").content.decode()
    for words in ("Your file model.py", "fit(X, y)", "of 2 attempts left today", "Score on the private rows"):
        assert words in page
    assert learner.download() == MODEL["train.csv"].encode()

    fair, page = learner.graded("model.py", MODEL["reference.py"].replace("* model", "* model + 1"))
    assert fair.result.score == 1
    assert "rmse 1.00" in page
    best, page = learner.graded("model.py", MODEL["reference.py"])
    assert best.result.is_full
    assert "rmse 0.00" in page
    assert "Score on the private rows" in page
    assert "Today’s attempts are used" in learner.read("project_detail").content.decode()


@pytest.mark.box
def test_an_exercise_that_can_be_talked_into_points_is_not_published(db, tmp_path, capsys):
    weak = {
        **FUNCTION,
        "checks.py": FUNCTION["checks.py"].replace("agree(mean, reference.mean, numbers(), 1e-9)", "mean([1])"),
    }
    folder = exercises.write_programme(tmp_path / "tiny", "averages", weak)
    with pytest.raises(CommandError) as refusal:
        call_command("publish_curriculum", folder)
    assert "averages: the grader's self-test failed: The untouched download scores 2 (mean)" in str(refusal.value)
    assert not Project.objects.exists()


def test_a_mended_function_exercise_is_the_next_grader_version(db, tmp_path, capsys):
    folder = exercises.write_programme(tmp_path / "tiny", "averages", FUNCTION)
    publish_curriculum(folder=folder, by=None, tested=False)
    more = {**FUNCTION, "exercise.yaml": FUNCTION["exercise.yaml"].replace("points: 2", "points: 4")}
    exercises.write_programme(folder, "averages", more)
    project = read_curriculum(folder).modules[0].activities[0].project
    digest = Bundle(kind=project.bundle_kind, files=project.files, config=project.config).digest
    record_of(folder).write_text(json.dumps({digest: {"objects": {}, "changes": {}}}))
    call_command("publish_graders", folder, "averages", "--version-in-use", "1")
    assert "grader 2 checks new work now" in capsys.readouterr().out
    assert Project.objects.get().checks_max == 5
