"""The office adds a day off: it is seen first, done, and undone."""

from datetime import timedelta

import pytest
from django.utils import timezone

pytestmark = pytest.mark.browser


def test_a_day_off_is_seen_added_and_undone(window):
    admin = window(390).sign_in("admin@example.com")
    admin.open("/cohorts/lisbon-cohort/breaks/add/")
    admin.page.get_by_label("Label").fill("company day")
    day = str(timezone.localdate() + timedelta(days=60))
    for label in ("First day off", "Last day off"):
        admin.page.get_by_label(label).fill(day)
    admin.press("Show what would move").sees("1 day later").check()
    admin.press("Add the break").sees("you can undo it until tomorrow").check()
    admin.press("Undo").sees("Undone: Break added").check()
