"""One's own notes by the API."""

import pytest

from courses.models import Keepsake
from tests import world


@pytest.fixture
def client(learner, as_user):
    return as_user(learner)


def put(client, slug="a-reading", **data):
    return client.put(f"/api/v1/notes/{slug}/", data, content_type="application/json")


def test_notes_are_written_over_the_edition_that_was_read(client, curriculum, enrollment):
    world.make_activity(curriculum, "reading", "a-reading")
    assert client.get("/api/v1/notes/a-reading/").json()["edition"] == ""
    first = put(client, note="first", bookmarked=True).json()
    assert (first["note"], first["bookmarked"], first["activity"], first["program"]) == (
        "first",
        True,
        "a-reading",
        "ml",
    )
    assert put(client, note="second", edition=first["edition"]).json()["note"] == "second"
    late = put(client, note="third", edition=first["edition"])
    assert (late.status_code, late.json()["error"]["code"]) == (409, "note_changed")
    assert [one["note"] for one in client.get("/api/v1/notes/").json()["results"]] == ["second"]
    now = client.get("/api/v1/notes/a-reading/").json()["edition"]
    assert put(client, note="", edition=now, bookmarked=False).json()["saved_at"] is None
    assert not Keepsake.objects.exists()


def test_what_is_too_long_or_nowhere_is_refused(client, curriculum, enrollment):
    world.make_activity(curriculum, "reading", "a-reading")
    assert put(client, note="x" * 10_001).json()["error"]["code"] == "note_too_long"
    assert put(client, "no-such-activity", note="x").status_code == 404
    assert not Keepsake.objects.exists()
