"""What the office did can be taken back for a day, by one person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.actions.office_changes import UndoRefused, claim_undo, note_change
from courses.models import OfficeChange
from projects.actions.undoing import undo
from tests import world
from tests.at_once import at_once, refused


def note(cohort, by, **fields):
    return note_change(kind="pause", by=by, summary="Paused", cohort=cohort, **fields)


def test_a_change_is_claimed_once_and_names_who_undid_it(cohort, admin):
    change = note(cohort, admin)
    assert OfficeChange.objects.undoable().get() == change
    claimed = claim_undo(change=change, by=admin)
    assert claimed.undone_by == admin
    assert not claimed.can_be_undone
    with pytest.raises(UndoRefused, match="undone already"):
        claim_undo(change=change, by=admin)


def test_a_change_stands_after_a_day(cohort, admin):
    change = note(cohort, admin)
    OfficeChange.objects.update(undo_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(UndoRefused, match="24 hours"):
        claim_undo(change=change, by=admin)
    assert not OfficeChange.objects.undoable().exists()


def test_a_kind_without_an_undo_is_refused(cohort, admin):
    change = note_change(kind="unheard-of", by=admin, summary="Something", cohort=cohort)
    with pytest.raises(UndoRefused, match="cannot be undone"):
        undo(change=change, by=admin)
    change.refresh_from_db()
    assert change.undone_at is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_undo_at_once_one_does():
    cohort, admin = world.make_cohort(world.make_curriculum()), world.make_user("Admin")
    change = note(cohort, admin)
    copies = [OfficeChange.objects.get(pk=change.pk) for _ in range(2)]
    assert len(refused(at_once(*(lambda one=one: claim_undo(change=one, by=admin) for one in copies)))) == 1
