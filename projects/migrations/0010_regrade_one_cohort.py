import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial"), ("projects", "0009_regrades_set_aside")]

    operations = [
        migrations.AddField(
            model_name="regradebatch",
            name="cohort",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="regrades",
                to="courses.cohort",
            ),
        ),
    ]
