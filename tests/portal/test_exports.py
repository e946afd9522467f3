"""A cohort's people and grades as files: what they hold, and that their size is no matter of memory."""

import csv
import io
import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import load_workbook

from courses.models import Enrollment, EnrollmentTag
from lms.accounts.models import AuditEntry, User
from lms.lib.tables import csv_lines, xlsx_file
from lms.portal import exports
from projects.models import Grade
from tests import world


@pytest.fixture
def export(admin, as_user, cohort):
    """A function from an address and its query to the rows of the file, the headings first."""
    client = as_user(admin)

    def ask(name, query=""):
        answer = client.get(reverse(name, args=[cohort.slug]) + query)
        data = b"".join(answer.streaming_content)
        if "xlsx" in query:
            return load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        assert data.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))

    return ask


def crowd(cohort, count):
    """That many learners with a tag each, in bulk."""
    start = User.objects.count()
    people = User.objects.bulk_create(
        User(email=f"crowd{start + n}@x.org", name=f"Learner {start + n:05}", password="!") for n in range(count)
    )
    places = Enrollment.objects.bulk_create(Enrollment(user=one, cohort=cohort) for one in people)
    EnrollmentTag.objects.bulk_create(EnrollmentTag(enrollment=one, name="crowd") for one in places)


def test_the_roster_names_everybody_with_mentor_tags_and_state(export, cohort, learner, mentor):
    enrollment = learner.enrollments.get()
    EnrollmentTag.objects.create(enrollment=enrollment, name="evening, late")
    world.make_invitation(cohort, "new@x.org", name="Nora New")
    world.make_enrollment(cohort, world.make_user("Gone"), state="withdrawn")
    heads, first, invited = export("roster_export")
    assert heads[:6] == ["E-mail", "Name", "Time zone", "Mentor e-mail", "Tags", "State"]
    assert first[:7] == [learner.email, learner.name, "UTC", mentor.email, '"evening, late"', "Active", mentor.name]
    assert invited[:6] == ["new@x.org", "Nora New", "", "", "", "Invited"]
    assert [row[5] for row in export("roster_export", "?show=left")[1:]] == ["Withdrawn"]
    assert len(export("roster_export", "?show=all")) == 4
    assert AuditEntry.objects.filter(action="export_roster", target_id=str(cohort.pk)).count() == 3


@pytest.mark.parametrize("query", ["?format=csv", "?format=xlsx"])
def test_names_that_look_like_formulas_are_text(export, cohort, query):
    world.make_enrollment(cohort, world.make_user("=HYPERLINK(1)"))
    assert export("roster_export", query)[1][1] == "'=HYPERLINK(1)"


def test_the_grades_are_points_or_the_state_of_each_project(export, enrollment, exercise, mini_project):
    grade = world.make_grade(world.make_submission(enrollment, exercise, "checks_failed"))
    Grade.objects.filter(pk=grade.pk).update(checks_points=7.5)
    world.make_grade(world.make_submission(enrollment, mini_project, "waiting_for_review"))
    other = world.make_enrollment(enrollment.cohort, world.make_user("Zoe"))
    heads, first, second = export("matrix_export")
    assert heads[3:] == ["Ols from scratch (week 1, of 10)", "House prices (week 1, of 22)"]
    assert first == [enrollment.user.email, "Lea Learner", "Active", "7.5", "Waiting for review"]
    assert second == [other.user.email, "Zoe", "Active", "", ""]
    assert export("matrix_export", "?format=xlsx")[1][3] == 7.5


@pytest.mark.parametrize("name", ["roster_export", "matrix_export"])
def test_a_file_costs_the_same_queries_for_each_portion(export, cohort, exercise, name, monkeypatch):
    monkeypatch.setattr(exports, "PORTION", 10)
    costs = []
    for _ in range(3):
        crowd(cohort, 10)
        with CaptureQueriesContext(connection) as queries:
            assert len(export(name)) == Enrollment.objects.count() + 1
        costs.append(len(queries))
    assert costs[2] - costs[1] == costs[1] - costs[0] <= 8


def test_memory_does_not_grow_with_the_number_of_learners(cohort, exercise, monkeypatch):
    """Portions are small, so that few learners show what many would need: kept, 800 more would be megabytes, and what is
    left for the garbage collector is less than half of one."""
    monkeypatch.setattr(exports, "PORTION", 40)
    peaks = []
    for more in (200, 800):
        crowd(cohort, more)
        rows = [("Name", 1)] * Enrollment.objects.count()
        peaks.append(
            [
                peak_of(lambda: all(csv_lines(exports.roster_rows(cohort, show="all")))),
                peak_of(lambda: all(csv_lines(exports.matrix_rows(cohort)))),
                peak_of(lambda rows=rows: xlsx_file(rows, sheet="People").close()),
            ]
        )
    for few, many in zip(*peaks, strict=True):
        assert many < few + 400_000, f"{few} bytes for 200 learners, {many} for 1 000"


def peak_of(act):
    """The most memory that Python held while `act` ran, in bytes."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
