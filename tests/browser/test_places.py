"""The office pauses a learner, having seen what that does, and takes it back."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

pytestmark = pytest.mark.browser


def test_a_pause_is_seen_first_done_and_taken_back(window):
    admin = window(390).sign_in("admin@example.com")
    admin.open("/cohorts/lisbon-cohort/learners/?q=Tom").press("Tomás Figueiredo", role="link").check()
    admin.press("Pause…", role="link").check()
    admin.page.get_by_label("Last day").fill(str(timezone.localdate() + timedelta(days=6)))
    admin.press("Show what happens").sees("The next due dates").sees("days later").check()
    admin.press("Pause from today").sees("Tomás Figueiredo is paused.").sees("Paused from").check()
    admin.press(re.compile("Undo.*Paused Tomás Figueiredo")).sees("Undone: Paused Tomás Figueiredo")
    assert admin.page.get_by_role("link", name="Pause…").is_visible()
