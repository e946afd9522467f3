from django.db import migrations, models

OUTCOMES = [
    ("applied", "Applied"),
    ("kept", "Kept as it was"),
    ("overtaken", "A newer result stands"),
    ("set_aside", "Could not be applied"),
]


class Migration(migrations.Migration):
    dependencies = [("projects", "0008_index_jobs_by_time")]

    operations = [
        migrations.RemoveConstraint(model_name="regraderun", name="regrade_outcome_is_known"),
        migrations.AddField(
            model_name="regraderun", name="error", field=models.TextField(blank=True, db_default="", default="")
        ),
        migrations.AlterField(
            model_name="regraderun",
            name="outcome",
            field=models.CharField(blank=True, choices=OUTCOMES, max_length=10),
        ),
        migrations.AddConstraint(
            model_name="regraderun",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", "applied", "kept", "overtaken", "set_aside"])),
                name="regrade_outcome_is_known",
            ),
        ),
    ]
