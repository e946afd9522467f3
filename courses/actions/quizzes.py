"""Taking quizzes."""

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from courses.actions.holding import check_learning, lock_work_of
from courses.actions.progress import complete_activity
from courses.marking import Marked, mark, stored_answer
from courses.models import Enrollment, Quiz, QuizAttempt
from courses.quiz_draws import draw, is_drawn, seed_of
from courses.schedule import closes
from courses.timeline import Timeline
from lms.lib.errors import DomainError


class QuizRefused(DomainError):
    code = "quiz_refused"


class AnswersUnreadable(QuizRefused):
    """Some answers cannot be read, or there is none; the page shows them as they were sent, to the questions of `seed`."""

    code = "answers_unreadable"

    def __init__(self, message: str, *, seed: int) -> None:
        super().__init__(message)
        self.seed = seed


@transaction.atomic
def take_quiz(
    *, enrollment: Enrollment, quiz: Quiz, answers: dict[str, list[str]], drawn_for: int | None = None
) -> tuple[QuizAttempt, list[Marked]]:
    """Mark `answers` (question slug to raw answer), keep them as an attempt, and count the quiz as done when passed.

    `drawn_for` is the number of the attempt whose questions were shown: an earlier one's, tried again, or the next one's.
    """
    lock_work_of(enrollment.pk)
    check_learning(enrollment, quiz.activity.curriculum_id)
    _check_time(enrollment, quiz)
    attempts = QuizAttempt.objects.filter(enrollment=enrollment, quiz=quiz)
    last = attempts.aggregate(last=Max("number"))["last"] or 0
    seed = _seed(quiz, enrollment, last, drawn_for)
    marked = [mark(question, answers.get(question.slug, [])) for question in draw(quiz, quiz.questions.all(), seed)]
    _check_readable(marked, seed)
    score = sum((one.points for one in marked), start=marked[0].points * 0)
    max_score = sum((one.question.points for one in marked), start=marked[0].points * 0)
    passed = score * 100 >= max_score * quiz.pass_percent
    try:
        with transaction.atomic():
            attempt = QuizAttempt.objects.create(
                enrollment=enrollment,
                quiz=quiz,
                number=last + 1,
                seed=seed,
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


def _check_readable(marked: list[Marked], seed: int) -> None:
    if not any(one.answered for one in marked):
        raise AnswersUnreadable("Answer at least one question. Nothing was kept.", seed=seed)
    problems = [f"Question {number}: {one.problem}" for number, one in enumerate(marked, start=1) if one.problem]
    if problems:
        raise AnswersUnreadable(" ".join([*problems, "Nothing was checked, and no attempt was used."]), seed=seed)


def _seed(quiz: Quiz, enrollment: Enrollment, last: int, drawn_for: int | None) -> int:
    """What the questions that were answered were drawn by."""
    if drawn_for is not None and not 1 <= drawn_for <= last + 1:
        raise QuizRefused("These are no questions of yours. Nothing was kept; open the quiz again.")
    if drawn_for is not None and drawn_for <= last and is_drawn(quiz):
        return QuizAttempt.objects.values_list("seed", flat=True).get(
            enrollment=enrollment, quiz=quiz, number=drawn_for
        )
    return seed_of(quiz, enrollment.pk, last + 1)


def _check_time(enrollment: Enrollment, quiz: Quiz) -> None:
    now, zone = timezone.now(), enrollment.user.time_zone
    dates = Timeline.of(enrollment, now=now).dates(quiz.activity)
    if now < dates.available.at:
        raise QuizRefused(f"This opens on {dates.available.sentence(zone)}. Nothing was kept.")
    if closes(dates, now):
        assert dates.until
        raise QuizRefused(f"This closed on {dates.until.sentence(zone)}. Nothing was kept; ask for an extension.")
