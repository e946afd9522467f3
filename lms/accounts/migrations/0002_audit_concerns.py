from django.conf import settings
import django.db.models.deletion
from django.db import migrations, models
import django.utils.timezone

PERSON = {
    "null": True,
    "on_delete": django.db.models.deletion.PROTECT,
    "to": settings.AUTH_USER_MODEL,
    "db_index": False,
}

WORDS = """
    ALTER TABLE accounts_auditentry ADD COLUMN words tsvector GENERATED ALWAYS AS (
        to_tsvector('simple', target_label) || to_tsvector('simple', reason)
        || to_tsvector('simple', "before") || to_tsvector('simple', "after")
    ) STORED
"""
INDEX = "CREATE INDEX audit_by_words ON accounts_auditentry USING gin (words)"
NO_WORDS = "ALTER TABLE accounts_auditentry DROP COLUMN words"


def add_words(apps, schema_editor):
    """Only PostgreSQL has the column, which it fills by itself, and no model knows it: see `lms.portal.audit_page`."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(WORDS)
        schema_editor.execute(INDEX)


def remove_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(NO_WORDS)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField("auditentry", "person", models.ForeignKey(related_name="audit_of", **PERSON)),
        migrations.AddField("auditentry", "cohort", models.BigIntegerField(null=True)),
        migrations.AddField("auditentry", "program", models.BigIntegerField(null=True)),
        migrations.AddIndex("auditentry", models.Index(fields=["at", "id"], name="audit_by_time")),
        *(
            migrations.AddIndex("auditentry", models.Index(fields=[name, "at", "id"], name=f"audit_by_{name}"))
            for name in ("actor", "person", "cohort", "program", "action")
        ),
        migrations.AlterField("auditentry", "at", models.DateTimeField(default=django.utils.timezone.now)),
        migrations.AlterField("auditentry", "actor", models.ForeignKey(related_name="audit_entries", **PERSON)),
        migrations.RunPython(add_words, remove_words),
    ]
