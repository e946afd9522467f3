"""What activities show, kept once by what it is: versions of a curriculum share what did not change."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from django.db import models
from django.db.models.functions import Length

from courses.curriculum.spec import ImageSpec
from lms.lib.plain_text import plain_text_of

models.CharField.register_lookup(Length)

Shown = tuple[str, Mapping[str, ImageSpec]]
"""A text as safe HTML, and its images by name."""


class ContentManager(models.Manager):
    def keep(self, shown: Sequence[Shown]) -> list[str]:
        """Store each text with its images once and return their digests, in the same order; only what is new is written.

        Call it inside a transaction. Two that write the same at once do so in one order, so that neither fails.
        """
        digests = [digest_of(*one) for one in shown]
        new = dict(zip(digests, shown, strict=True))
        for known in self.filter(digest__in=new).values_list("digest", flat=True):
            del new[known]
        order = sorted(new)
        self.bulk_create([_row(digest, new[digest][0]) for digest in order], ignore_conflicts=True)
        images = [
            ContentImage(content_id=digest, name=name, content_type=image.content_type, data=image.data)
            for digest in order
            for name, image in sorted(new[digest][1].items())
        ]
        ContentImage.objects.bulk_create(images, ignore_conflicts=True)
        return digests


class Content(models.Model):
    """The text that an activity shows, its words for search, and its images; never changed."""

    digest = models.CharField(max_length=64, primary_key=True)
    body_html = models.TextField(blank=True)
    plain_text = models.TextField(blank=True)

    objects = ContentManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(digest__length=64), name="content_is_named_by_its_sha256")
        ]

    def __str__(self):
        return self.digest[:12]


class ContentImage(models.Model):
    """An image of a text, by the path that the text shows it under."""

    content = models.ForeignKey(Content, on_delete=models.CASCADE, related_name="images")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=40)
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content", "name"], name="one_image_per_name_of_a_content")]

    def __str__(self):
        return self.name


def digest_of(body_html: str, images: Mapping[str, ImageSpec]) -> str:
    """SHA-256 over a text and the names, types and bytes of its images."""
    total = hashlib.sha256()
    for part in (body_html.encode(), *_parts(images)):
        total.update(f"{len(part)}:".encode())
        total.update(part)
    return total.hexdigest()


def _parts(images: Mapping[str, ImageSpec]) -> Iterator[bytes]:
    for name, image in sorted(images.items()):
        yield from (name.encode(), image.content_type.encode(), image.data)


def _row(digest: str, body_html: str) -> Content:
    return Content(digest=digest, body_html=body_html, plain_text=plain_text_of(body_html))
