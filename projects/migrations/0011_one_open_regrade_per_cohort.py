from django.db import migrations, models

OPEN = ("running", "preview", "applying")


class Migration(migrations.Migration):
    dependencies = [("projects", "0010_regrade_one_cohort")]

    operations = [
        migrations.RemoveConstraint(model_name="regradebatch", name="one_open_regrade_per_project"),
        migrations.AddConstraint(
            model_name="regradebatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", OPEN)),
                fields=("project", "cohort"),
                name="one_open_regrade_per_cohort",
            ),
        ),
        migrations.AddConstraint(
            model_name="regradebatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cohort", None), ("state__in", OPEN)),
                fields=("project",),
                name="one_open_regrade_of_all_cohorts",
            ),
        ),
    ]
