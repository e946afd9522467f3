from django.db import migrations

COLUMN = "ALTER TABLE courses_activity ADD COLUMN words tsvector"
INDEX = "CREATE INDEX activities_by_words ON courses_activity USING gin (words)"
FILL = """
    UPDATE courses_activity SET words =
        setweight(to_tsvector('english', title), 'A')
        || setweight(to_tsvector('english', algorithm), 'B')
        || setweight(to_tsvector('english', left(content.plain_text, 200000)), 'C')
    FROM courses_content content WHERE content.digest = content_id
"""
GONE = "ALTER TABLE courses_activity DROP COLUMN words"


def add(apps, schema_editor):
    """Only PostgreSQL has the column, and no model knows it: `courses.search_words` fills it for each new curriculum."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in (COLUMN, FILL, INDEX):
            schema_editor.execute(statement)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(GONE)


class Migration(migrations.Migration):
    dependencies = [("courses", "0005_notes_and_bookmarks")]

    operations = [migrations.RunPython(add, remove)]
