"""Seeing the portal as a learner on another day, in a browser, and reading of it in the audit."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_an_admin_looks_on_and_the_audit_says_so(window):
    admin = window().sign_in("admin@example.com")
    admin.page.goto("/cohorts/lisbon-cohort/learners/?q=Lea")
    admin.press("Lea Winter", "link").press("View as", "link")
    admin.check()
    day = timezone.localdate() + timedelta(days=60)
    admin.page.get_by_label("As on this day").fill(str(day))
    admin.press("See it").sees("You see the portal as Lea Winter").sees(f"{day:%-d %b}")
    admin.check()
    admin.press("Grades", "link").sees("Nothing can be changed")
    admin.press("Stop").sees("no longer as Lea Winter")
    admin.page.goto("/audit/?action=view_as")
    expect(admin.page.get_by_role("rowheader", name="Saw the portal as the learner").first).to_be_visible()
    admin.check()
