"""A list of people is uploaded, its columns are named, what would change is looked at, and what can be done is done."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PEOPLE = """Mail,Full name,Remarks
nora@example.org,Nora Vidal,evening group
omar at example.org,Omar Haddad,evening group
"""


def test_from_a_file_to_the_report(window):
    admin = window().sign_in("admin@example.com")
    page = admin.page
    page.goto("/cohorts/lisbon-cohort/rosters/")
    admin.check()
    page.get_by_label("List of people").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()}
    )
    admin.press("Read the list").sees("What the columns mean")
    page.get_by_label("Remarks").select_option(label="Tags")
    page.get_by_label("Enroll them at once").check()
    admin.check()
    admin.press("Show what would change").sees("“omar at example.org” is no e-mail address: correct it.")
    admin.sees("a last tag is taken away in the table of learners")
    admin.check()
    admin.press("Apply 1 row")
    expect(page.get_by_role("heading", name="What happened", exact=True)).to_be_visible(timeout=60_000)
    expect(page.get_by_role("row", name="Nora Vidal")).to_contain_text("Done")
    expect(page.get_by_role("row", name="Omar Haddad")).to_contain_text("Left out: error in the file")
    admin.check()
