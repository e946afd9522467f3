"""The briefs of what is handed in, and how humans judge it."""

from django.db import models
from django.db.models import Q

from courses.models import Activity, Curriculum, Skill


class ProjectKind(models.TextChoices):
    EXERCISE = "exercise", "Exercise"
    MINI_PROJECT = "mini-project", "Mini-project"
    MILESTONE = "milestone", "Capstone milestone"


class LinkRule(models.TextChoices):
    NONE = "none", "No link"
    OPTIONAL = "optional", "A link may be given"
    REQUIRED = "required", "A link must be given"


class Project(models.Model):
    """The brief of anything handed in: an exercise, mini-project or milestone, with its checks and rubric.

    Its text, dates and title are its activity's.
    """

    Kind = ProjectKind
    LinkRule = LinkRule

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="project")
    curriculum = models.ForeignKey(Curriculum, on_delete=models.CASCADE, related_name="projects")
    slug = models.SlugField(max_length=60)
    kind = models.CharField(max_length=20, choices=ProjectKind.choices)
    title = models.CharField(max_length=150)
    max_attempts = models.PositiveSmallIntegerField(null=True, blank=True)
    accepts_files = models.BooleanField(default=True)
    accepts_link = models.CharField(max_length=10, choices=LinkRule.choices, default=LinkRule.NONE)
    checks_max = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    rubric_max = models.DecimalField(max_digits=7, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["curriculum", "slug"], name="one_project_per_slug"),
            models.CheckConstraint(condition=Q(kind__in=ProjectKind.values), name="project_kind_is_known"),
            models.CheckConstraint(condition=Q(accepts_link__in=LinkRule.values), name="project_link_rule_is_known"),
        ]
        ordering = ["activity__module__week", "activity__position"]

    def __str__(self):
        return self.title

    @property
    def is_reviewed(self):
        """Whether a mentor judges it by a rubric after the automatic checks."""
        return self.kind != ProjectKind.EXERCISE


class Rubric(models.Model):
    """How humans judge a project: criteria with levels, and the share of points that passes."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="rubric")
    pass_percent = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pass_percent__lte=100), name="rubric_pass_is_a_percentage")]

    def __str__(self):
        return f"Rubric: {self.project}"


class Criterion(models.Model):
    """One thing a rubric looks at."""

    rubric = models.ForeignKey(Rubric, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    skills = models.ManyToManyField(Skill, related_name="criteria")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rubric", "slug"], name="one_criterion_per_slug")]
        ordering = ["position"]
        verbose_name_plural = "criteria"

    def __str__(self):
        return self.title


class Level(models.Model):
    """One answer to a criterion, with its points."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="levels")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    description = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["criterion", "position"], name="one_level_per_position"),
            models.CheckConstraint(condition=Q(points__gte=0), name="level_points_are_not_negative"),
        ]
        ordering = ["position"]

    def __str__(self):
        return f"{self.title} ({self.points})"
