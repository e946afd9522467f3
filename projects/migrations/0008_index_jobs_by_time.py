from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0007_jobs_of_older_code")]

    operations = [
        migrations.AddIndex(model_name="gradingjob", index=models.Index(fields=["finished_at"], name="jobs_by_end")),
        migrations.AddIndex(model_name="gradingjob", index=models.Index(fields=["started_at"], name="jobs_by_start")),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("state", "could_not_run")),
                fields=["state_changed_at"],
                name="submissions_that_could_not_run",
            ),
        ),
    ]
