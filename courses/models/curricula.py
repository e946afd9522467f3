"""What is offered and taught: programs, their immutable curricula, and what these hold."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models.contents import Content


class Program(models.Model):
    """What is offered, e.g. "ML Engineering & AI"; its content lives in curricula."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=150)
    summary = models.TextField(blank=True)

    def __str__(self):
        return self.title


class ProgramStaff(models.Model):
    """A person who runs a program: creates its cohorts and is staff in all of them."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="program_staff")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "user"], name="one_staff_row_per_program_and_person")]
        verbose_name_plural = "program staff"

    def __str__(self):
        return f"{self.user} runs {self.program}"


class Curriculum(models.Model):
    """One published, immutable version of a program's content; cohorts are pinned to one.

    `entry_exercise` is the slug of the exercise that who applies may hand in, or "".
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="curricula")
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    weeks = models.PositiveSmallIntegerField()
    hours_per_week = models.DecimalField(max_digits=4, decimal_places=1)
    areas = models.JSONField(default=dict)
    outcomes = models.JSONField(default=list)
    entry_exercise = models.SlugField(max_length=60, blank=True, default="", db_default="")
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "version"], name="one_curriculum_per_version")]
        ordering = ["-published_at"]
        verbose_name_plural = "curricula"

    def __str__(self):
        return f"{self.program} {self.version}"


class Skill(models.Model):
    """Something an employer asks for; activities teach it, rubric criteria and checks evidence it.

    What `is_prerequisite` a learner brings along: who applies says how well they know it.
    """

    curriculum = models.ForeignKey(Curriculum, on_delete=models.CASCADE, related_name="skills")
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    area = models.CharField(max_length=60)
    summary = models.TextField(blank=True)
    is_prerequisite = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["curriculum", "slug"], name="one_skill_per_slug")]
        ordering = ["title"]

    def __str__(self):
        return self.title


class Module(models.Model):
    """A week-sized part of a curriculum."""

    curriculum = models.ForeignKey(Curriculum, on_delete=models.CASCADE, related_name="modules")
    week = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=150)
    summary = models.TextField(blank=True)
    skills = models.ManyToManyField(Skill, related_name="modules")
    hours = models.JSONField(default=dict)
    topics = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["curriculum", "week"], name="one_module_per_week"),
            models.UniqueConstraint(fields=["curriculum", "slug"], name="one_module_per_slug"),
        ]
        ordering = ["week"]

    def __str__(self):
        return f"Week {self.week}: {self.title}"


class ActivityKind(models.TextChoices):
    READING = "reading", "Reading"
    VIDEO = "video", "Video"
    QUIZ = "quiz", "Quiz"
    EXERCISE = "exercise", "Exercise"
    MINI_PROJECT = "mini-project", "Mini-project"
    MILESTONE = "milestone", "Capstone milestone"
    CALL = "call", "Mentor call"
    LIVE_SESSION = "live-session", "Live session"


class Activity(models.Model):
    """One thing in a module; what it shows is its content, which versions of the curriculum share.
    Its days are offsets in days from the cohort's first day; `schedule` turns them into dates.
    """

    Kind = ActivityKind

    curriculum = models.ForeignKey(Curriculum, on_delete=models.CASCADE, related_name="activities")
    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="activities")
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60)
    kind = models.CharField(max_length=20, choices=ActivityKind.choices)
    title = models.CharField(max_length=150)
    minutes = models.PositiveSmallIntegerField(default=0)
    area = models.CharField(max_length=60)
    step = models.CharField(max_length=20, blank=True)
    algorithm = models.CharField(max_length=60, blank=True)
    required = models.BooleanField(default=True)
    available_offset = models.PositiveSmallIntegerField()
    due_offset = models.PositiveSmallIntegerField(null=True)
    until_offset = models.PositiveSmallIntegerField(null=True)
    url = models.URLField(blank=True)
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="activities")
    skills = models.ManyToManyField(Skill, related_name="activities")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["curriculum", "slug"], name="one_activity_per_slug"),
            models.UniqueConstraint(fields=["module", "position"], name="one_activity_per_position"),
            models.CheckConstraint(condition=Q(kind__in=ActivityKind.values), name="activity_kind_is_known"),
            models.CheckConstraint(
                condition=Q(until_offset=None) | Q(due_offset__isnull=False, until_offset__gte=models.F("due_offset")),
                name="activity_closes_on_or_after_it_is_due",
            ),
        ]
        ordering = ["module__week", "position"]
        verbose_name_plural = "activities"

    def __str__(self):
        return self.title

    @property
    def is_handed_in(self):
        """Whether learners submit work for it."""
        return self.kind in (ActivityKind.EXERCISE, ActivityKind.MINI_PROJECT, ActivityKind.MILESTONE)

    @property
    def is_ticked_by_hand(self):
        """Whether the learner says it is done; the others are done when passed or held."""
        return self.kind in (ActivityKind.READING, ActivityKind.VIDEO, ActivityKind.LIVE_SESSION, ActivityKind.CALL)
