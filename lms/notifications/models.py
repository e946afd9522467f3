"""Facts for people, and how each is sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from lms.accounts.models import Invitation


class Kind(models.TextChoices):
    CHECKS_FINISHED = "checks_finished", "Checks finished"
    CHECKS_COULD_NOT_RUN = "checks_could_not_run", "Checks could not run"
    REVIEW_FINISHED = "review_finished", "Your work was reviewed"
    REVIEW_TAKEN_BACK = "review_taken_back", "A review was taken back"
    REVIEW_WANTED = "review_wanted", "Work waits for your review"
    MENTOR_ASSIGNED = "mentor_assigned", "Mentor assigned"
    MENTOR_ADDED = "mentor_added", "You are a mentor"
    ENROLLED = "enrolled", "Enrolled"
    PLACE_CHANGED = "place_changed", "Your place changed"
    DATES_CHANGED = "dates_changed", "Your dates changed"
    REQUEST_ASKED = "request_asked", "A learner asks the office"
    REQUEST_ANSWERED = "request_answered", "The office answered your request"
    APPLICATION = "application", "Your application"
    REGRADED = "regraded", "Your work was regraded"
    REGRADE_ASKED = "regrade_asked", "A learner asks for a regrade"
    REGRADE_ANSWERED = "regrade_answered", "Your question about a grade was answered"
    REGRADE_READY = "regrade_ready", "A regrade waits for your decision"
    GRADING_TROUBLE = "grading_trouble", "Checks need attention"


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"


class NotificationQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)

    def shown_to(self, user):
        """One's own. Who sees the portal as `user` has them while all they tell of is the one place that may be seen: not once
        the person has another place, or applied elsewhere.
        """
        mine = self.filter(recipient=user)
        if user.seen_in is None:
            return mine
        others = user.enrollments.exclude(pk=user.seen_in), user.applications.exclude(cohort__enrollments=user.seen_in)
        return mine.none() if any(rows.exists() for rows in others) else mine


class Notification(models.Model):
    """A fact for one person, unique by its key."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=40, choices=Kind.choices)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="one_notification_per_person_and_key")]
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="notifications_by_person"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="unread_notifications"),
        ]
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.title


class DeliveryState(models.TextChoices):
    PENDING = "pending", "Pending"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    DROPPED = "dropped", "Dropped"


class DeliveryQuerySet(models.QuerySet):
    def sendable(self, now):
        """Waiting for their time, or claimed by a task that died."""
        return self.filter(
            Q(state=DeliveryState.PENDING, not_before__lte=now) | Q(state=DeliveryState.SENDING, lease_until__lt=now)
        )


class Delivery(models.Model):
    """The sending of one notification, or one invitation, on one channel.

    A task claims it by a conditional update, so that two tasks send it once.
    """

    State = DeliveryState

    notification = models.ForeignKey(Notification, null=True, on_delete=models.CASCADE, related_name="deliveries")
    invitation = models.OneToOneField(Invitation, null=True, on_delete=models.CASCADE, related_name="delivery")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notification", "channel"], name="one_delivery_per_channel"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_is_known"),
            models.CheckConstraint(
                condition=Q(notification=None, invitation__isnull=False)
                | Q(notification__isnull=False, invitation=None),
                name="delivery_sends_one_thing",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=Q(state__in=[DeliveryState.PENDING, DeliveryState.SENDING]),
                name="open_deliveries",
            )
        ]
        verbose_name_plural = "deliveries"

    def __str__(self):
        return f"{self.channel} of {self.notification or self.invitation}"

    @property
    def address(self):
        return self.invitation.email if self.invitation else self.notification.recipient.email

    @property
    def subject(self):
        return f"You are offered {self.invitation.offer}" if self.invitation else self.notification.title


class Preference(models.Model):
    """That a person does not want one kind of notification on one channel."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    kind = models.CharField(max_length=40, choices=Kind.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    wanted = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "channel"], name="one_preference_per_kind_and_channel")
        ]

    def __str__(self):
        return f"{self.user}: {self.kind} by {self.channel}"
