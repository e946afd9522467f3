"""A disk that is full: what was not stored was not handed in, and what waits is graded all the same."""

import os
import subprocess

import pytest
from django.urls import reverse

from lms.lib.errors import DomainError
from projects.actions.submissions import submit_work
from projects.models import GradingJob, GradingResult, Submission
from projects.running import run_job
from tests import world
from tests.exercises import SOLVED, make_real_exercise, notebook

DISK = 256 * 1024
TOO_MUCH = SOLVED + "\n# " + "x" * (2 * DISK)
FILLS_ITS_DISK = """
def double(x):
    import os
    for folder in ("/tmp", "/dev/shm", "."):
        for number in range(64):
            try:
                with open(f"{folder}/fill-{number}", "wb") as file:
                    for _ in range(63):
                        file.write(bytes(2**20))
            except OSError:
                break
    return 2 * x
"""


@pytest.fixture
def small_disk(tmp_path, settings):
    """Uploaded files go to a disk of their own of 256 KB."""
    if os.geteuid():
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", tmp_path], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    settings.MEDIA_ROOT = tmp_path
    yield tmp_path
    subprocess.run(["umount", "-l", tmp_path], check=True)


@pytest.fixture
def real_exercise(curriculum):
    return make_real_exercise(curriculum)


def hand_in(enrollment, project, source=SOLVED):
    files = {"work.ipynb": notebook(source)}
    return submit_work(project=project, enrollment=enrollment, files=files, by=enrollment.user)


def test_what_does_not_fit_on_the_disk_is_refused_whole_and_taken_when_there_is_room(
    small_disk, enrollment, real_exercise
):
    with pytest.raises(DomainError, match=r"our fault.*nothing was handed in"):
        hand_in(enrollment, real_exercise, TOO_MUCH)
    assert not Submission.objects.exists()
    assert not list(small_disk.rglob("*.part"))
    assert hand_in(enrollment, real_exercise).number == 1


def test_the_page_keeps_the_learner_there_and_says_whose_fault_it_is(small_disk, enrollment, real_exercise, as_user):
    address = reverse("project_submit", args=[enrollment.cohort.slug, real_exercise.slug])
    work = small_disk.parent / "work.ipynb"
    work.write_bytes(notebook(TOO_MUCH))
    with work.open("rb") as file:
        page = as_user(enrollment.user).post(address, {"files": file})
    assert page.status_code == 422
    assert "could not be stored" in page.text


@pytest.mark.box
def test_a_full_disk_of_the_host_does_not_stop_grading(small_disk, enrollment, real_exercise):
    submission = hand_in(enrollment, real_exercise)
    with pytest.raises(OSError, match="No space"):
        (small_disk / "ballast").write_bytes(bytes(2 * DISK))
    assert run_job(submission.jobs.get().pk)
    assert GradingResult.objects.get().score == 4


@pytest.mark.box
def test_a_full_disk_of_the_box_is_the_boxs_own(cohort, real_exercise):
    greedy = hand_in(world.make_enrollment(cohort), real_exercise, FILLS_ITS_DISK)
    modest = hand_in(world.make_enrollment(cohort), real_exercise)
    for submission in (greedy, modest):
        assert run_job(submission.jobs.get().pk)
    modest.refresh_from_db()
    assert modest.state == "checks_passed"
    assert set(GradingJob.objects.values_list("state", flat=True)) == {"done"}
