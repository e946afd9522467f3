"""The pages of importing a list, as an admin goes through them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.models import Enrollment, RosterImport
from lms.lib import table_reading
from projects.actions.roster_applying import apply_roster_portion
from tests import world


@pytest.fixture
def office(admin, as_user, cohort):
    client = as_user(admin)

    def ask(name, roster=None, data=None, query=""):
        args = [cohort.slug, *([roster.pk] if roster else [])]
        address = reverse(name, args=args) + query
        return client.get(address) if data is None else client.post(address, data)

    return ask


def upload(office, text, name="people.csv"):
    return office("roster_list", data={"file": SimpleUploadedFile(name, text.encode())})


def test_from_the_file_to_the_report(office, cohort, learner):
    answer = upload(office, f"Mail;Full name;Group\n{learner.email};Lea <b>New</b>;a\nnew@x.org;Nora;b\noops;;\n")
    roster = RosterImport.objects.get()
    assert answer["Location"] == reverse("roster_columns", args=[cohort.slug, roster.pk])
    page = office("roster_columns", roster).text
    assert "For example: Lea &lt;b&gt;New&lt;/b&gt;, Nora" in page
    chosen = {"column_0": "email", "column_1": "name", "column_2": "tags", "mode": "enroll"}
    assert office("roster_columns", roster, {**chosen, "column_1": "email"}).status_code == 422
    assert office("roster_columns", roster, chosen).status_code == 302
    page = office("roster_detail", roster).text
    assert "Apply 2 rows" in page
    assert "“oops” is no e-mail address" in page
    assert "Lea &lt;b&gt;New&lt;/b&gt;" in page
    assert "new@x.org" not in office("roster_detail", roster, query="?show=error").text
    roster.refresh_from_db()
    assert office("roster_confirm", roster, {"seen": "old"}).status_code == 422
    assert office("roster_confirm", roster, {"seen": roster.edition}).status_code == 302
    page = office("roster_detail", roster).text
    assert "0 of 2 rows" in page
    seen = re.search(r'hx-get="([^"]+)"', page)[1]
    assert seen.endswith("?seen=0")
    assert office("roster_status", roster, query="?seen=0").status_code == 204
    while apply_roster_portion(roster_id=roster.pk):
        pass
    assert office("roster_status", roster)["HX-Refresh"] == "true"
    assert "What happened" in office("roster_detail", roster).text
    report = b"".join(office("roster_report", roster).streaming_content).decode("utf-8-sig").splitlines()
    assert report[1].startswith(f'"2","{learner.email}"')
    assert "Name: Lea Learner → Lea <b>New</b>; Tags: empty → a" in report[1]
    assert "“oops” is no e-mail address: correct it." in report[3]
    assert Enrollment.objects.count() == 2
    assert office("roster_columns", roster).status_code == 302


@pytest.mark.parametrize(
    ("text", "complaint"), [("", "This file is empty"), ("E-mail\n", "no rows below"), ("x" * 3000, "larger than")]
)
def test_a_file_that_cannot_be_taken_is_refused_on_its_page(office, text, complaint, monkeypatch):
    monkeypatch.setattr("lms.portal.roster_forms.MAX_BYTES", 2000)
    monkeypatch.setattr(table_reading, "MAX_BYTES", 2000)
    answer = upload(office, text)
    assert (answer.status_code, complaint in answer.text) == (422, True)
    assert not RosterImport.objects.exists()


def test_the_preview_costs_the_same_at_any_size(office, cohort, admin, django_assert_max_num_queries):
    roster = world.make_roster(cohort, admin)
    costs = []
    for more in (3, 30):
        for _ in range(more):
            roster.rows.create(position=roster.rows.count() + 1, email="x@x.org", change="error", says=["No."])
        with django_assert_max_num_queries(12) as queries:
            assert office("roster_detail", roster).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
