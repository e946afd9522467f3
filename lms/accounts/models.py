"""People: who they are, how they are invited, and what they did."""

import secrets
import zoneinfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core import signing
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


def known_time_zones() -> list[tuple[str, str]]:
    """The time zones a person may choose, as form choices."""
    return [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones())]


class UserManager(BaseUserManager):
    def build(self, email, password=None, **fields):
        """A person who is not stored yet; without a password nobody can sign in as them until they choose one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        return user

    def create_user(self, email, password=None, **fields):
        user = self.build(email, password, **fields)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail. What they may do comes from relations: enrollment, mentor assignment, staff."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    time_zone = models.CharField(max_length=64, default="UTC", choices=known_time_zones)
    avatar = models.ImageField(upload_to="avatars/", blank=True)
    avatar_small = models.ImageField(upload_to="avatars/", blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    unread_count: int | None = None  # notifications unread when this person was loaded, where they were counted along
    seen_in: int | None = (
        None  # the enrollment in which somebody else sees the portal as this person, and changes nothing
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="email_is_lower_case")]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        return self.name or self.email

    def get_short_name(self):
        return (self.name or self.email).split()[0]

    @property
    def initials(self):
        words = (self.name or self.email).split()
        return "".join(word[0] for word in (words[0], *words[-1:][: len(words) - 1])).upper()


class InvitationQuerySet(models.QuerySet):
    def open(self):
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())

    def for_token(self, token):
        """The invitation whose link carries `token`, or DoesNotExist when the token is not ours."""
        try:
            pk, _, nonce = Invitation.signer.unsign(token).partition("-")
        except signing.BadSignature as error:
            raise Invitation.DoesNotExist from error
        return self.get(pk=int(pk), nonce=nonce)


def new_nonce():
    return secrets.token_hex(8)


class Invitation(models.Model):
    """An address asked to join: its signed link works once, for that address, until it expires.

    `offer` says what for, as it stands in the e-mail. No secret is stored: the link is signed with the portal's key.
    """

    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    offer = models.CharField(max_length=300)
    nonce = models.CharField(max_length=16, default=new_nonce)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations_sent")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations_accepted"
    )

    objects = InvitationQuerySet.as_manager()
    signer = signing.Signer(salt="lms.invitation", sep=".")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="accepted_invitation_names_its_person",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invited_email_is_lower_case"),
        ]

    def __str__(self):
        return f"invitation of {self.email}"

    @property
    def token(self):
        return self.signer.sign(f"{self.pk}-{self.nonce}")

    @property
    def state(self):
        """One of accepted, revoked, expired, open."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= timezone.now() else "open"


class AuditIsAppendOnly(RuntimeError):
    """An entry of the audit was to be changed or removed; the database refuses it too."""

    def __init__(self):
        super().__init__("The audit is append-only: entries are added by audit.record, never changed or removed.")


class AuditEntryQuerySet(models.QuerySet):
    def update(self, **fields):
        raise AuditIsAppendOnly

    def bulk_update(self, *args, **options):
        raise AuditIsAppendOnly

    def delete(self):
        raise AuditIsAppendOnly

    delete.queryset_only = True


class AuditEntry(models.Model):
    """Who did what, when, to what, from what to what, and why. Written by `audit.record`, never changed: the model refuses, and
    so do triggers of the database.

    `person` is whom it concerns; `cohort` and `program` are the ids of those it concerns, whose staff read it: ids without
    keys, since their app lies above this one.
    """

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="audit_entries", db_index=False)
    action = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    target_label = models.CharField(max_length=250)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="audit_of", db_index=False)
    cohort = models.BigIntegerField(null=True)
    program = models.BigIntegerField(null=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["target_kind", "target_id"], name="audit_by_target"),
            models.Index(fields=["at", "id"], name="audit_by_time"),
            models.Index(fields=["actor", "at", "id"], name="audit_by_actor"),
            models.Index(fields=["person", "at", "id"], name="audit_by_person"),
            models.Index(fields=["cohort", "at", "id"], name="audit_by_cohort"),
            models.Index(fields=["program", "at", "id"], name="audit_by_program"),
            models.Index(fields=["action", "at", "id"], name="audit_by_action"),
        ]
        verbose_name_plural = "audit entries"

    def __str__(self):
        return f"{self.action} {self.target_label}"

    def save(self, **options):
        if not self._state.adding:
            raise AuditIsAppendOnly
        super().save(**options)

    def delete(self, **options):
        raise AuditIsAppendOnly
