"""Quizzes with immediate feedback."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.curricula import Activity
from courses.models.enrollments import Enrollment


class Quiz(models.Model):
    """The questions of a quiz activity and the share of points that passes it.

    `draw` says how many questions of each pool a learner gets; `shuffle`, whether questions and options come in an order
    of the learner's own. `quiz_draws` does both.
    """

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="quiz")
    pass_percent = models.PositiveSmallIntegerField()
    shuffle = models.BooleanField(default=False, db_default=False)
    draw = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pass_percent__lte=100), name="quiz_pass_is_a_percentage")]
        verbose_name_plural = "quizzes"

    def __str__(self):
        return f"Quiz: {self.activity}"


class QuestionKind(models.TextChoices):
    SINGLE = "single", "One answer"
    MULTIPLE = "multiple", "Several answers"
    NUMERIC = "numeric", "A number"
    TEXT = "text", "Short text"
    ORDERING = "ordering", "Steps to put in order"


class Question(models.Model):
    """One question. `options` are {text_html, correct, feedback_html}, of an ordering in the right order; `accepted` are
    texts, or one number as text; `pool` is "" where every learner gets it.
    """

    Kind = QuestionKind

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60)
    kind = models.CharField(max_length=20, choices=QuestionKind.choices)
    prompt_html = models.TextField()
    points = models.DecimalField(max_digits=6, decimal_places=2)
    options = models.JSONField(default=list)
    accepted = models.JSONField(default=list)
    tolerance = models.DecimalField(max_digits=20, decimal_places=10, default=0)
    explanation_html = models.TextField(blank=True)
    pool = models.SlugField(max_length=60, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quiz", "slug"], name="one_question_per_slug"),
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_is_known"),
        ]
        ordering = ["position"]

    def __str__(self):
        return self.slug


class QuizAttempt(models.Model):
    """One learner's answers to a quiz, as marked at that moment; never changed.

    `seed` is what its questions were drawn and shuffled by, 0 where nothing is.
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="quiz_attempts")
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    seed = models.PositiveBigIntegerField(default=0, db_default=0)
    answers = models.JSONField()
    score = models.DecimalField(max_digits=7, decimal_places=2)
    max_score = models.DecimalField(max_digits=7, decimal_places=2)
    passed = models.BooleanField()
    submitted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "quiz", "number"], name="one_quiz_attempt_per_number"),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=F("max_score")), name="quiz_score_is_within_its_maximum"
            ),
        ]
        ordering = ["-number"]

    def __str__(self):
        return f"attempt {self.number} at {self.quiz}"
