"""What learners keep for themselves."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.curricula import Program

MAX_NOTE = 10_000


class Keepsake(models.Model):
    """What a learner keeps of an activity for themselves: a bookmark, a private note, or both; none stays without either.

    Nobody else reads it: no page, export or API of mentors or staff asks for it.

    It belongs to the person in the program and names the activity by its slug, not by a row of one curriculum. So it stays
    with its activity when a cohort moves to another version of the curriculum, or the learner to another cohort. Where the
    new version calls an activity by another slug, `slug` is all there is to change.

    `edition` is drawn anew whenever the note is saved, and empty without a note: it tells two windows apart.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="keepsakes")
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="keepsakes")
    slug = models.SlugField(max_length=60, db_index=False)
    bookmarked_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=MAX_NOTE, blank=True)
    edition = models.CharField(max_length=16, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "program", "slug"], name="one_keepsake_per_person_and_activity"),
            models.CheckConstraint(
                condition=Q(note="", edition="", saved_at=None)
                | (~Q(note="") & ~Q(edition="") & Q(saved_at__isnull=False)),
                name="a_note_has_its_edition",
            ),
        ]

    def __str__(self):
        return f"{self.slug} of {self.user}"
