"""What the activities of a published version show, as digests by slug: equal ones show the same. Kept in memory."""

import hashlib
import json
from collections import defaultdict
from typing import Any

from courses.models import Question
from courses.outline import MOST_OUTLINES, kept, outline_of

QUIZ = ("quiz__pass_percent", "quiz__shuffle", "quiz__draw", "quiz__activity__content")  # its content is its pictures
DETAILS = ("url", "area", "step", "algorithm")
QUESTION = ("slug", "kind", "prompt_html", "points", "options", "accepted", "tolerance", "explanation_html", "pool")


def digest_of(value: Any) -> str:
    """SHA-256 over a value that JSON can hold, decimals among it."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def text_digests(curriculum_id: int) -> dict[str, str]:
    """Of each activity: of its text and images."""
    return {one.slug: one.content_id for one in outline_of(curriculum_id).activities}


def detail_digests(curriculum_id: int) -> dict[str, str]:
    """Of each activity: of its link, of its area, and of the step of an algorithm that it is."""
    activities = outline_of(curriculum_id).activities
    return {one.slug: digest_of([getattr(one, name) for name in DETAILS]) for one in activities}


@kept(MOST_OUTLINES)
def quiz_digests(curriculum_id: int) -> dict[str, str]:
    """Of each quiz: of its questions in order, of how they are drawn, and of what passes it."""
    quizzes: dict[str, list[Any]] = defaultdict(list)
    rows = Question.objects.filter(quiz__activity__curriculum=curriculum_id).order_by("quiz", "position")
    for slug, *question in rows.values_list("quiz__activity__slug", *QUIZ, *QUESTION):
        quizzes[slug].append([*map(_plain, question)])
    return {slug: digest_of(questions) for slug, questions in quizzes.items()}


def _plain(value: Any) -> Any:
    """Numbers of points are the same with and without trailing zeros."""
    return str(value.normalize()) if hasattr(value, "normalize") else value
