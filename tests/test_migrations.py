"""The migrations say what the models say, and code of an earlier release goes on writing rows after them."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from projects.models import GradingJob
from tests import world


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_job_written_by_code_of_the_first_release_counts(enrollment, exercise):
    submission = world.make_submission(enrollment, exercise)
    first_release = MigrationLoader(connection).project_state(("projects", "0001_initial")).apps
    first_release.get_model("projects", "GradingJob").objects.create(
        submission_id=submission.pk,
        grader_version_id=exercise.grader_versions.get().pk,
        learner_id=enrollment.user_id,
        queue="grade",
        seed=1,
        deadline=timezone.now(),
    )
    job = GradingJob.objects.get()
    assert (job.counts, job.slot) == (True, "")
