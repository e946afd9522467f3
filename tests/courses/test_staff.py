"""The first admin of a program."""

import pytest
from django.core.management import CommandError, call_command

from courses.models import Cohort, ProgramStaff
from lms.accounts.models import AuditEntry, User
from tests import world


def test_a_new_person_is_appointed_without_a_password(curriculum, capsys):
    call_command("appoint_staff", "First@Example.org", "ml", name="Fay First")
    user = User.objects.get(email="first@example.org")
    assert not user.has_usable_password()
    assert user.emailaddress_set.get().verified
    assert "They choose a password at" in capsys.readouterr().out
    cohort = world.make_cohort(curriculum)
    assert Cohort.objects.run_by(user).get() == cohort


def test_appointing_twice_changes_nothing(curriculum, learner):
    for _ in range(2):
        call_command("appoint_staff", learner.email, "ml")
    assert ProgramStaff.objects.count() == 1
    assert AuditEntry.objects.filter(action="appoint_staff").count() == 1


def test_an_unknown_program_is_refused_with_those_there_are(curriculum):
    with pytest.raises(CommandError, match="there is: ml"):
        call_command("appoint_staff", "a@example.org", "nothing")
    assert not User.objects.exists()
