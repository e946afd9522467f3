"""What PostgreSQL searches activities by: a column `words` that no model knows, with an index. SQLite has neither."""

from django.db import connection

FILL = """
    UPDATE courses_activity SET words =
        setweight(to_tsvector('english', title), 'A')
        || setweight(to_tsvector('english', algorithm), 'B')
        || setweight(to_tsvector('english', left(content.plain_text, 200000)), 'C')
    FROM courses_content content
    WHERE content.digest = content_id AND curriculum_id = %s
"""


def store_words(curriculum_id: int) -> None:
    """Store what the activities of a new curriculum are searched by: title, algorithm and text, in this order of weight."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(FILL, [curriculum_id])
