"""Lists of people that the office sends for a cohort, and what becomes of each row."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.cohorts import Cohort


class RosterState(models.TextChoices):
    UPLOADED = "uploaded", "Columns to choose"
    PREVIEW = "preview", "Waits for your decision"
    APPLYING = "applying", "Being applied"
    APPLIED = "applied", "Applied"


class RosterMode(models.TextChoices):
    INVITE = "invite", "Invite them by e-mail"
    ENROLL = "enroll", "Enroll them at once"


class RosterImport(models.Model):
    """A list of people of a cohort: uploaded → preview → applying → applied; removed when it is given up before.

    `sheet` holds the uploaded rows, compressed, until they are applied. `columns` says what each of the `headings` means, ""
    for nothing. `edition` is drawn anew with each preview, so that nothing is applied but what was seen. `done` of `total`
    rows are settled; the worker that settles the next holds `lease_token` until `lease_until`.
    """

    State = RosterState
    Mode = RosterMode

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="rosters")
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=RosterState.choices, default=RosterState.UPLOADED)
    mode = models.CharField(max_length=10, choices=RosterMode.choices, default=RosterMode.INVITE)
    withdraws_absent = models.BooleanField(default=False)
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    sheet = models.BinaryField(default=bytes)
    edition = models.CharField(max_length=16, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RosterState.values), name="roster_state_is_known"),
            models.CheckConstraint(condition=Q(mode__in=RosterMode.values), name="roster_mode_is_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="roster_settles_no_more_than_its_rows"),
        ]
        indexes = [
            models.Index(fields=["cohort", "-uploaded_at"], name="rosters_by_cohort"),
            models.Index(fields=["state"], condition=Q(state=RosterState.APPLYING), name="rosters_being_applied"),
        ]
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self):
        return f"{self.file_name} for {self.cohort}"


class RowChange(models.TextChoices):
    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    LEAVING = "leaving", "Withdrawn"
    SAME = "same", "Unchanged"
    ERROR = "error", "Error"


class RowOutcome(models.TextChoices):
    APPLIED = "applied", "Done"
    NOTHING = "nothing", "Nothing to do"
    LEFT_OUT = "left_out", "Left out: error in the file"
    OVERTAKEN = "overtaken", "Not done: changed meanwhile"
    REFUSED = "refused", "Not done: refused"
    FAILED = "failed", "Not done: our fault"


class RosterRow(models.Model):
    """One person of a roster: what the file says (`wanted`), what that changes `before` → `after`, and what came of it.

    `number` is the row of the file; who is withdrawn for being absent has none. `says` are sentences: what is wrong and what to
    do, or what to know; `told` is why it was not done.
    """

    Change = RowChange
    Outcome = RowOutcome

    roster = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    number = models.PositiveIntegerField(null=True)
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=150, blank=True)
    wanted = models.JSONField(default=dict)
    change = models.CharField(max_length=10, choices=RowChange.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    says = models.JSONField(default=list)
    outcome = models.CharField(max_length=10, choices=RowOutcome.choices, blank=True)
    told = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster", "position"], name="one_roster_row_per_position"),
            models.CheckConstraint(condition=Q(change__in=RowChange.values), name="roster_row_change_is_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *RowOutcome.values]), name="roster_row_outcome_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["roster", "change", "position"], name="roster_rows_by_change"),
            models.Index(fields=["roster", "position"], condition=Q(outcome=""), name="roster_rows_to_settle"),
        ]
        ordering = ["position"]

    def __str__(self):
        return f"{self.email} in {self.roster}"
