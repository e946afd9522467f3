import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Activities show contents. The column and the table of before stay in the database, so that code of before 0002 goes
    on showing texts while hosts are upgraded one after the other; a later release removes them.
    """

    dependencies = [("courses", "0002_contents")]

    operations = [
        migrations.AlterField(
            model_name="activity",
            name="content",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="activities", to="courses.content"
            ),
        ),
        migrations.AlterField(
            model_name="activity", name="body_html", field=models.TextField(blank=True, db_default="", default="")
        ),
        migrations.AlterField(
            model_name="activityimage",
            name="activity",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="images",
                to="courses.activity",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name="activity", name="body_html"),
                migrations.DeleteModel(name="ActivityImage"),
            ]
        ),
    ]
