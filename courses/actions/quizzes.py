"""Taking quizzes."""

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from courses.actions.progress import complete_activity
from courses.marking import Marked, mark, stored_answer
from courses.models import Enrollment, Quiz, QuizAttempt
from courses.schedule import closes
from courses.timeline import Timeline
from lms.lib.errors import DomainError


class QuizRefused(DomainError):
    code = "quiz_refused"


@transaction.atomic
def take_quiz(*, enrollment: Enrollment, quiz: Quiz, answers: dict[str, list[str]]) -> tuple[QuizAttempt, list[Marked]]:
    """Mark `answers` (question slug to raw answer), keep them as an attempt, and count the quiz as done when passed."""
    _check_time(enrollment, quiz)
    marked = [mark(question, answers.get(question.slug, [])) for question in quiz.questions.all()]
    if not any(one.answered for one in marked):
        raise QuizRefused("Answer at least one question. Nothing was kept.")
    score = sum((one.points for one in marked), start=marked[0].points * 0)
    max_score = sum((one.question.points for one in marked), start=marked[0].points * 0)
    passed = score * 100 >= max_score * quiz.pass_percent
    last = QuizAttempt.objects.filter(enrollment=enrollment, quiz=quiz).aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            attempt = QuizAttempt.objects.create(
                enrollment=enrollment,
                quiz=quiz,
                number=last + 1,
                answers={one.question.slug: stored_answer(one) for one in marked},
                score=score,
                max_score=max_score,
                passed=passed,
            )
    except IntegrityError as error:
        raise QuizRefused(
            "These answers arrived twice at once; the first was kept. Open the quiz to see it."
        ) from error
    if passed:
        complete_activity(enrollment=enrollment, activity=quiz.activity)
    return attempt, marked


def _check_time(enrollment: Enrollment, quiz: Quiz) -> None:
    now, zone = timezone.now(), enrollment.user.time_zone
    dates = Timeline.of(enrollment, now=now).dates(quiz.activity)
    if now < dates.available.at:
        raise QuizRefused(f"This opens on {dates.available.sentence(zone)}. Nothing was kept.")
    if closes(dates, now):
        assert dates.until
        raise QuizRefused(f"This closed on {dates.until.sentence(zone)}. Nothing was kept; ask for an extension.")
