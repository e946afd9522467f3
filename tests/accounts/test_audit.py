"""The audit: whom an entry concerns, and that nobody changes or removes one."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from courses.actions.enrollments import invite_learner
from lms.accounts import audit
from lms.accounts.actions import change_profile, revoke_invitation
from lms.accounts.adapter import AccountAdapter
from lms.accounts.models import AuditEntry, AuditIsAppendOnly
from lms.notifications.actions import set_preference
from tests import world


@pytest.fixture
def entry(admin, enrollment):
    return audit.record("pause", by=admin, target=enrollment, after={"starts_on": "2026-05-14"})


def test_an_entry_says_whom_it_concerns(entry, enrollment):
    cohort = enrollment.cohort
    assert (entry.person, entry.cohort, entry.program) == (enrollment.user, cohort.pk, cohort.program_id)


def test_what_belongs_to_a_cohort_or_program_is_found_by_its_relations(enrollment, exercise, admin, outsider):
    cohort = enrollment.cohort
    whole = audit.Concerns(enrollment.user_id, cohort.pk, cohort.program_id)
    assert audit.concerns_of(enrollment.user) == whole
    assert audit.concerns_of(world.make_submission(enrollment, exercise)) == whole
    assert audit.concerns_of(exercise) == audit.Concerns(program=cohort.program_id)
    assert audit.concerns_of(world.make_break(cohort)) == whole._replace(person=None)
    assert audit.concerns_of(outsider) == audit.Concerns(person=outsider.pk)
    place = invite_learner(cohort=cohort, email="new@example.org", name="", by=admin)
    revoke_invitation(invitation=place.invitation, by=admin)
    invited = AuditEntry.objects.filter(action__in=("invite_person", "revoke_invitation"))
    assert set(invited.values_list("cohort", "program")) == {(cohort.pk, cohort.program_id)}


def test_an_entry_is_of_the_moment_it_was_written(learner):
    before = timezone.now()
    change_profile(user=learner, name="Lea", time_zone="UTC", by=learner)
    assert before <= AuditEntry.objects.get().at <= timezone.now()


def test_the_model_refuses_to_change_or_remove_an_entry(entry):
    entry.reason = "another"
    everything = AuditEntry.objects.all()
    for change in (
        entry.save,
        entry.delete,
        everything.delete,
        lambda: everything.update(reason=""),
        lambda: everything.bulk_update([entry], ["reason"]),
    ):
        with pytest.raises(AuditIsAppendOnly, match="append-only"):
            change()
    assert AuditEntry.objects.get().reason == ""


@pytest.mark.parametrize("words", ["UPDATE {} SET reason = 'another'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_it_too(entry, words):
    if words.startswith("TRUNCATE") and connection.vendor == "sqlite":
        pytest.skip("SQLite empties tables by DELETE")
    connection.check_constraints()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(words.format(AuditEntry._meta.db_table))
    assert AuditEntry.objects.get().reason == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_it_holds_after_tables_were_emptied(time, entry):
    """Twice, so that the second runs after the first was cleaned up."""
    assert AuditEntry.objects.count() == 1
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {AuditEntry._meta.db_table}")


def test_what_people_do_to_their_accounts_is_written_down(learner, client):
    AccountAdapter().set_password(learner, world.PASSWORD)
    sent = {"email": learner.email, "password": world.PASSWORD}
    token = client.post(reverse("api_token"), sent).json()["token"]
    client.post(reverse("api_token_revoke"), headers={"Authorization": f"Token {token}"})
    for wanted in (True, False, False):
        set_preference(user=learner, kind="enrolled", wanted=wanted)
    entries = AuditEntry.objects.filter(actor=learner, person=learner).order_by("pk")
    actions = ["change_password", "create_token", "revoke_token", "set_preference"]
    assert list(entries.values_list("action", flat=True)) == actions
