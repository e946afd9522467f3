"""The audit page: what each person reads of it, how it is searched, and its file."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.actions.extensions import grant_extension
from courses.actions.pausing import pause
from lms.accounts import audit
from lms.accounts.models import AuditEntry
from lms.portal.audit_page import PORTION, Asked, everything_of, portion_of
from lms.portal.audit_words import SENTENCES, changes_of, sentence_of
from tests import world

WRITER = re.compile(r'audit\.record(?:_all|_each)?\(\s*"(\w+)"')


@pytest.fixture
def page(as_user, admin):
    client = as_user(admin)
    return lambda **asked: client.get(reverse("audit_list"), asked).text


def actions_read_by(person, **asked):
    return [line.entry.action for line in portion_of(person, Asked(**asked)).lines]


def test_staff_read_what_concerns_their_programs_and_cohorts_and_what_they_did(
    admin, other_admin, enrollment, other_learner, cohort, outsider
):
    helper = world.make_cohort_staff(cohort)
    sibling = world.make_cohort(cohort.curriculum)
    audit.record("enroll", by=admin, target=enrollment)
    audit.record("publish_curriculum", by=admin, target=cohort.curriculum)
    audit.record("create_cohort", by=admin, target=sibling)
    audit.record("withdraw", by=other_admin, target=other_learner.enrollments.get())
    audit.record("pause_grading", by=helper, target=outsider)
    assert actions_read_by(admin) == ["create_cohort", "publish_curriculum", "enroll"]
    assert actions_read_by(admin, cohort=cohort) == ["enroll"]
    assert actions_read_by(helper) == ["pause_grading", "enroll"]
    assert actions_read_by(other_admin) == ["withdraw"]
    assert actions_read_by(outsider) == []


def test_each_search_finds_what_it_says(admin, enrollment, exercise):
    other = world.make_enrollment(enrollment.cohort, world.make_user("Nia Next", "nia@example.org"))
    pause(enrollment=enrollment, by=admin, reason="Moving house in Coimbra")
    grant_extension(enrollment=other, activity=exercise.activity, days=3, reason="ill", by=admin)
    audit.record("resume", by=None, target=other, after={"ends_on": "2026-05-14"})
    assert actions_read_by(admin, about="nia") == ["resume", "grant_extension"]
    assert actions_read_by(admin, about="learner@example.org") == ["pause"]
    assert actions_read_by(admin, about="nobody of this name") == []
    assert actions_read_by(admin, by="ada") == ["grant_extension", "pause"]
    assert actions_read_by(admin, by="the portal") == ["resume"]
    assert actions_read_by(admin, action="pause") == ["pause"]
    assert actions_read_by(admin, words="coim mov") == ["pause"]
    assert actions_read_by(admin, words="ols-from") == ["grant_extension"]
    assert actions_read_by(admin, words="Nia") == ["resume", "grant_extension"]
    assert actions_read_by(admin, words="coim nia") == []
    for strange in ("'", "& | !", "a:* (", "\\", "%"):
        assert set(actions_read_by(admin, words=strange)) <= {"resume", "grant_extension", "pause"}
    today = timezone.localdate()
    assert len(actions_read_by(admin, since=today, until=today)) == 3
    assert actions_read_by(admin, until=today - timedelta(days=1)) == []


def test_portions_follow_each_other_without_gap_or_repetition(admin, cohort):
    moment = timezone.now()
    made = [AuditEntry(actor=admin, action="tag", at=moment, program=cohort.program_id) for _ in range(PORTION * 2 + 1)]
    AuditEntry.objects.bulk_create(made)
    seen, following = [], None
    for _ in range(3):
        portion = portion_of(admin, Asked(before=following))
        seen += [line.entry.pk for line in portion.lines]
        following = portion.next
    assert following is None
    assert seen == sorted((one.pk for one in made), reverse=True)
    assert [line.entry.pk for line in everything_of(admin, Asked())] == seen


def test_the_page_costs_the_same_however_much_there_is(page, admin, cohort):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(q="tag", by="ada", about="learner")
        return len(asked)

    few = [world.make_enrollment(cohort, world.make_user(f"Learner {n}")) for n in range(2)]
    audit.record_all("tag", by=admin, targets=few, after={"tag": "one"})
    page()
    before = cost()
    audit.record_all("tag", by=admin, targets=few * 15, after={"tag": "one"})
    assert cost() == before <= 16


def test_the_page_says_it_in_words(page, admin, enrollment, exercise, as_user):
    audit.record("change_cohort", by=admin, target=enrollment.cohort, before={"seats": 20}, after={"seats": 24})
    grant_extension(enrollment=enrollment, activity=exercise.activity, days=3, reason="<b>ill</b>", by=admin)
    said = re.sub(r"<svg.*?</svg>", "→", page(), flags=re.DOTALL)
    assert "3 more days on Ols from scratch" in said
    assert "&lt;b&gt;ill&lt;/b&gt;" in said
    assert re.search(r"Seats:</span>\s*20 → 24", said)
    assert "Enter a valid date" in page(since="soon")
    assert as_user(admin).get(reverse("audit_list"), {"cohort": "other"}).status_code == 404


def test_facts_are_short_and_only_those_that_differ():
    entry = AuditEntry(before={"state": "open", "kept": 1}, after={"state": "closed", "kept": 1, "digest": "a" * 64})
    assert [tuple(one) for one in changes_of(entry)] == [("State", "open", "closed"), ("Digest", "", "aaaaaaaaaaaa…")]
    assert sentence_of(AuditEntry(action="tag")) == "Tagged “?”"
    paused = AuditEntry(
        action="pause", before={"state": "active"}, after={"state": "paused", "starts_on": "2026-05-31"}
    )
    assert sentence_of(paused).startswith("Paused from Sun 31 May")
    assert [tuple(one) for one in changes_of(paused)] == [("State", "active", "paused")]
    waits = AuditEntry(before={"state": "in_review"}, after={"state": "wait_listed"})
    assert [tuple(one) for one in changes_of(waits)] == [("State", "in review", "wait listed")]
    assert [one.after for one in changes_of(AuditEntry(after={"group": "late_joiners"}))] == ["late_joiners"]
    until = AuditEntry(action="view_as", after={"until": "2026-05-31T12:00:00+02:00", "on": "2026-02-31"})
    assert [one.after for one in changes_of(until)] == ["31 May 2026 10:00 (UTC)", "2026-02-31"]


def test_every_action_has_its_sentence():
    roots = ("lms", "courses", "mentors", "projects")
    files = [
        file for root in roots for file in Path(settings.BASE_DIR, root).rglob("*.py") if "library" not in file.parts
    ]
    written = {action for file in files for action in WRITER.findall(file.read_text())}
    assert len(written) > 40
    assert written - set(SENTENCES) == set()


def test_the_file_holds_what_the_page_shows_and_no_formula(as_user, admin, enrollment):
    pause(enrollment=enrollment, by=admin, reason="=1+1")
    response = as_user(admin).get(reverse("audit_export"), {"action": "pause"})
    assert response.streaming
    heading, row = csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")))
    assert len(heading) == len(row)
    assert row[3] == "pause"
    assert row[-1] == "'=1+1"
    assert AuditEntry.objects.first().action == "export_audit"
