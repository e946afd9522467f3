"""What activities show is kept once, by what it is."""

import pytest
from django.db import connection, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext

from courses.curriculum.spec import ImageSpec
from courses.models import Activity, Content, ContentImage
from courses.models.contents import digest_of
from courses.outline import text_of
from tests import world
from tests.at_once import at_once

TEXT = "<p>A <em>short</em> text.</p>"


def image(name="fit.png", data=b"1"):
    return {name: ImageSpec(name, "image/png", data)}


def test_the_same_text_and_images_are_kept_once(db):
    first, again, other = Content.objects.keep([(TEXT, image()), (TEXT, image()), (TEXT, image(data=b"2"))])
    assert first == again != other
    assert Content.objects.keep([(TEXT, image())]) == [first]
    content = Content.objects.get(pk=first)
    assert (content.body_html, content.plain_text) == (TEXT, "A short text.")
    assert [bytes(one.data) for one in content.images.all()] == [b"1"]
    assert (Content.objects.count(), ContentImage.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    "other",
    [(TEXT + " ", {}), (TEXT, image()), ("", {})],
    ids=["another text", "with an image", "nothing"],
)
def test_whatever_differs_has_another_digest(other):
    assert digest_of(*other) != digest_of(TEXT, {})


def test_names_and_bytes_of_images_are_kept_apart():
    assert digest_of(TEXT, image("a", b"bc")) != digest_of(TEXT, image("ab", b"c"))


@pytest.mark.parametrize("count", [2, 60])
def test_keeping_takes_as_many_queries_for_many_as_for_few(db, count):
    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        Content.objects.keep([(f"<p>{n}</p>", image(data=bytes([n]))) for n in range(count)])
    assert len([one for one in queries if "SAVEPOINT" not in one["sql"]]) == 3


def test_versions_share_a_text_in_memory(db, django_assert_num_queries):
    one, two = (world.make_activity(world.make_curriculum(), slug="reading") for _ in range(2))
    assert one.content_id == two.content_id
    with django_assert_num_queries(1):
        assert text_of(one.content_id) is text_of(two.content_id)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_that_keep_the_same_texts_at_once_both_get_them():
    texts = [(f"<p>{n}</p>", image(data=bytes([n]))) for n in range(20)]

    def keep(some):
        with transaction.atomic():
            return set(Content.objects.keep(some))

    one, two = at_once(lambda: keep(texts), lambda: keep(texts[::-1]))
    assert one == two
    assert (Content.objects.count(), ContentImage.objects.count()) == (20, 20)


@pytest.fixture
def old_database(django_db_blocker):
    """A database of its own in the place of the suite's, as the first release made it."""
    theirs = connections["default"]
    options = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": {}}
    with django_db_blocker.unblock():
        ours = connections["default"] = DatabaseWrapper({**theirs.settings_dict, **options}, "default")
        try:
            MigrationExecutor(ours).migrate([("courses", "0001_initial")])
            yield ours
        finally:
            connections["default"] = theirs
            ours.connection.close()


def test_texts_of_before_are_shared_by_the_migration(old_database):
    write_as_before(old_database)
    executor = MigrationExecutor(old_database)
    executor.migrate(executor.loader.graph.leaf_nodes("courses"))
    shown = Activity.objects.order_by("slug").values_list(
        "slug", "content__body_html", "content__plain_text", "content__images__name", "content__images__data"
    )
    assert list(shown) == [
        ("one", TEXT, "A short text.", "fit.png", b"1"),
        ("three", TEXT, "A short text.", None, None),
        ("two", TEXT, "A short text.", "fit.png", b"1"),
    ]
    assert {one.pk for one in Content.objects.all()} == {digest_of(TEXT, image()), digest_of(TEXT, {})}


def write_as_before(database):
    """Three activities with the same text, of which two show the same image."""
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO courses_program VALUES (1, 'ml', 'ML', '')")
        cursor.execute(
            "INSERT INTO courses_curriculum (id, version, digest, weeks, hours_per_week, areas, outcomes, published_at, "
            "program_id) VALUES (1, '1', '', 1, 1, '{}', '[]', '2026-01-01', 1)"
        )
        cursor.execute(
            "INSERT INTO courses_module (id, week, slug, title, summary, hours, topics, curriculum_id) "
            "VALUES (1, 1, 'w', 'W', '', '{}', '[]', 1)"
        )
        for number, slug in enumerate(["one", "two", "three"]):
            cursor.execute(
                "INSERT INTO courses_activity (id, position, slug, kind, title, minutes, area, step, algorithm, required, "
                "available_offset, url, body_html, curriculum_id, module_id) "
                "VALUES (%s, %s, %s, 'reading', 'T', 1, 'a', '', '', 1, 0, '', %s, 1, 1)",
                [number, number, slug, TEXT],
            )
            if slug != "three":
                cursor.execute(
                    "INSERT INTO courses_activityimage (id, name, content_type, data, activity_id) "
                    "VALUES (%s, 'fit.png', 'image/png', %s, %s)",
                    [number, b"1", number],
                )
