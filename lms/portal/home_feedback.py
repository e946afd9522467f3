"""The newest feedback on a learner's work, as their home page tells it."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import QuerySet

from courses.models import Enrollment
from lms.lib.markdown import render_untrusted
from lms.lib.plain_text import plain_text_of
from lms.lib.prepared import Prepared
from projects.models import Review


@lru_cache(maxsize=1024)
def _words_of(comment: str) -> str:
    return plain_text_of(render_untrusted(comment))


class Feedback(NamedTuple):
    """The newest finished review."""

    submission: int
    title: str
    verdict: str
    comment: str
    reviewer: str
    finished_at: datetime

    @property
    def words(self) -> str:
        """The comment without its markup."""
        return _words_of(self.comment)


def newest_feedback(enrollment: Enrollment) -> Feedback | None:
    row = FEEDBACK.row(enrollment=enrollment.pk)
    return Feedback(*row[:4], row[4] or row[5], row[6]) if row else None


def _feedback(enrollment: int) -> QuerySet[Any, Any]:
    reviews = Review.objects.finished().filter(submission__enrollment=enrollment).order_by("-finished_at")
    person = ("reviewer__name", "reviewer__email")
    return reviews.values_list(
        "submission", "submission__project__title", "verdict", "comment", *person, "finished_at"
    )[:1]


FEEDBACK = Prepared(_feedback, "enrollment")
