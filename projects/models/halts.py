"""Times in which no checks were taken: on purpose, or because something is wrong."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class HaltKind(models.TextChoices):
    PAUSE = "pause", "Paused for maintenance"
    STALL = "stall", "Checks wait and nobody takes them"


class HaltQuerySet(models.QuerySet):
    def open(self):
        return self.filter(ended_at=None)

    def pauses(self):
        return self.filter(kind=HaltKind.PAUSE)

    def stalls(self):
        return self.filter(kind=HaltKind.STALL)


class GradingHalt(models.Model):
    """A time in which workers took no checks: a pause while it is open keeps every job from being leased, a stall was
    noticed by the clock. At most one of each kind is open. `waiting` is how many jobs waited too long when it was noticed.
    """

    Kind = HaltKind

    kind = models.CharField(max_length=10, choices=HaltKind.choices)
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    waiting = models.PositiveIntegerField(default=0)

    objects = HaltQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(ended_at=None), name="one_open_halt_per_kind"),
            models.CheckConstraint(condition=Q(kind__in=HaltKind.values), name="halt_kind_is_known"),
        ]
        ordering = ["-began_at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} since {self.began_at:%Y-%m-%d %H:%M}"
