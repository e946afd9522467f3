"""Pictures of people: what is taken, what is refused, and what is kept of them."""

import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from lms.accounts.models import AuditEntry
from tests import world


def picture(kind="JPEG", size=(400, 300), colour=(10, 90, 120), **options):
    out = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def upload(client, data, name="me.jpg", kind="image/jpeg"):
    return client.post(reverse("avatar_change"), {"picture": SimpleUploadedFile(name, data, kind)})


def read(field):
    with field.open() as file:
        return Image.open(io.BytesIO(file.read()))


def stored():
    return set(default_storage.listdir("avatars")[1]) if default_storage.exists("avatars") else set()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_in_two_square_sizes_without_what_cameras_write(learner, as_user, kind):
    exif = Image.Exif()
    exif[0x010E] = "at home"
    data = picture(kind, exif=exif)
    assert upload(as_user(learner), data).status_code == 302
    learner.refresh_from_db()
    for file, side in ((learner.avatar, 256), (learner.avatar_small, 64)):
        kept = read(file)
        assert (kept.format, kept.size) == ("WEBP", (side, side))
        assert not kept.getexif()
    assert AuditEntry.objects.filter(action="change_avatar", actor=learner).exists()


def test_a_picture_taken_sideways_stands_upright(learner, as_user):
    tall = Image.new("RGB", (200, 200), "white")
    tall.paste("black", (0, 0, 200, 60))
    exif = Image.Exif()
    exif[0x0112] = 3
    out = io.BytesIO()
    tall.save(out, "JPEG", exif=exif)
    upload(as_user(learner), out.getvalue())
    learner.refresh_from_db()
    kept = read(learner.avatar).convert("L")
    assert kept.getpixel((128, 250)) < 60 < 200 < kept.getpixel((128, 5))


def png_header(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


BAD = {
    "SVG": (
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "SVG drawings can hold programs",
    ),
    "SVG with a declaration": (b'<?xml version="1.0"?><svg width="1"/>', "SVG drawings can hold programs"),
    "text": (b"not a picture at all", "not a JPEG, PNG or WebP"),
    "PDF": (b"%PDF-1.7\n%%EOF", "not a JPEG, PNG or WebP"),
    "GIF": (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "not a JPEG, PNG or WebP"),
    "truncated": (picture()[:400], "not a JPEG, PNG or WebP"),
    "20 000 pixels square": (png_header(20_000, 20_000), "more than 40 million pixels"),
    "40 000 pixels long": (png_header(40_000, 1_100), "more than 40 million pixels"),
    "empty": (b"", "empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_taken_is_refused_in_words_and_the_picture_stays(learner, as_user, name):
    client = as_user(learner)
    upload(client, picture())
    before = stored()
    data, words = BAD[name]
    response = upload(client, data)
    assert response.status_code == 422
    assert words in response.content.decode()
    learner.refresh_from_db()
    assert learner.avatar
    assert stored() == before


def test_a_file_that_is_too_large_is_refused(learner, as_user, settings):
    settings.AVATAR_MAX_BYTES = 2**20
    response = upload(as_user(learner), picture() + b"\0" * 2**20)
    assert response.status_code == 422
    assert "larger than 1 MB" in response.content.decode()


def test_a_name_that_lies_does_not_matter(learner, as_user):
    assert upload(as_user(learner), picture("PNG"), "me.svg", "image/svg+xml").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_the_files_before_are_removed_and_removing_leaves_none(client):
    person = world.make_user()
    client.force_login(person)
    upload(client, picture())
    first = stored()
    upload(client, picture(colour=(200, 0, 0)))
    assert len(stored()) == 2
    assert not stored() & first
    client.post(reverse("avatar_remove"))
    assert stored() == set()
    person.refresh_from_db()
    assert not person.avatar


def test_everybody_who_is_signed_in_sees_it_and_may_keep_it(learner, outsider, as_user, client):
    upload(as_user(learner), picture())
    address = reverse("avatar", args=[learner.pk, 64])
    response = as_user(outsider).get(address)
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in response.headers["Cache-Control"]
    assert Image.open(io.BytesIO(b"".join(response.streaming_content))).size == (64, 64)
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("size", [0, 65, 1024])
def test_other_sizes_do_not_exist(learner, as_user, size):
    upload(as_user(learner), picture())
    assert as_user(learner).get(reverse("avatar", args=[learner.pk, size])).status_code == 404


def test_the_address_on_pages_changes_with_the_picture(learner, as_user):
    client = as_user(learner)
    upload(client, picture())
    first = client.get(reverse("profile")).content.decode()
    upload(client, picture(colour=(200, 0, 0)))
    second = client.get(reverse("profile")).content.decode()
    start = f"/people/{learner.pk}/avatar/256/?v="
    assert first.split(start)[1][:16] != second.split(start)[1][:16]
