from django.db import migrations, models


class Migration(migrations.Migration):
    """Code of before 0005 goes on writing jobs while hosts are upgraded one after the other."""

    dependencies = [("projects", "0006_regrade_requests")]

    operations = [
        migrations.AlterField(
            model_name="gradingjob", name="counts", field=models.BooleanField(db_default=True, default=True)
        ),
        migrations.AlterField(
            model_name="gradingjob",
            name="slot",
            field=models.CharField(blank=True, db_default="", default="", max_length=130),
        ),
    ]
