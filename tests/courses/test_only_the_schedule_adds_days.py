"""Dates of activities come from `courses/schedule.py` alone: no other code adds days, but for what is listed here."""

import ast
from pathlib import Path

from django.conf import settings

APPS = ("courses", "lms", "mentors", "projects")
HOME = "courses/schedule.py"
ELSEWHERE = ("courses/library/", "/migrations/")
DATES = {"starts_on", "ends_on", "available_offset", "due_offset", "until_offset"}
ALLOWED = {
    "courses/actions/admissions/deciding.py": "how long an offer stands, and how far ahead an interview may be",
    "courses/actions/office_changes.py": "how long the office may undo",
    "courses/admission_forms.py": "suggests days for a new intake",
    "courses/calendar_facts.py": "how many days a break has",
    "lms/accounts/actions.py": "how long an invitation stands",
    "lms/notifications/delivering.py": "how long the next try of an e-mail waits",
    "lms/portal/calendars/ical.py": "how long a cancelled entry stays in the feed, and how often it is read",
    "lms/portal/calendars/months.py": "turns the pages of the calendar",
    "lms/portal/demo.py": "when the demo's story happened",
    "lms/portal/demo_admissions.py": "when the demo's admissions happen",
    "lms/portal/grading_facts.py": "how far back the grading office looks",
    "lms/portal/templatetags/ui.py": "what is soon",
    "lms/portal/views/styleguide.py": "examples",
    "lms/portal/view_as.py": "which days can be looked at",
    "lms/settings.py": "how long sessions and tokens last",
    "projects/actions/accepting.py": "how far back uncharged attempts are counted",
    "projects/actions/calendars.py": "how far from its cohort's start a break may be",
    "projects/actions/dry_runs.py": "how long a dry run may wait",
    "projects/allowance.py": "where the learner's day begins and ends, in which attempts are counted",
    "projects/models/regrade_requests.py": "how long a grade may be asked about",
    "projects/models/submissions.py": "the promise of a review, in hours",
}


def adds_days(tree):
    """Whether something makes a span of hours, days or weeks, an ordinal of a date, or calculates with the days of a
    calendar. Seconds and minutes are no days."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in ("toordinal", "fromordinal", "relativedelta", "DateOffset"):
                return True
            if called == "timedelta" and (
                node.args or {one.arg for one in node.keywords} & {"days", "hours", "weeks", None}
            ):
                return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            if any(getattr(side, "attr", "") in DATES for side in (node.left, node.right)):
                return True
            if any(getattr(side, "id", "") == "A_DAY" for side in (node.left, node.right)):
                return True
    return False


def sources():
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            name = str(path.relative_to(settings.BASE_DIR))
            if name != HOME and not any(part in name for part in ELSEWHERE):
                yield name, path


def test_only_the_schedule_adds_days():
    found = {name for name, path in sources() if adds_days(ast.parse(path.read_text()))}
    assert found - set(ALLOWED) == set(), "let courses/schedule.py make this date, or say here why it is none"
    assert set(ALLOWED) - found == set(), "adds no days any more"


def test_what_adds_days_is_seen():
    for code in (
        "due + timedelta(days=3)",
        "timedelta(3)",
        "cohort.starts_on + week",
        "day - A_DAY",
        "timedelta(**more)",
    ):
        assert adds_days(ast.parse(code)), code
    for code in ("timedelta(minutes=5)", "timedelta()", "offset + 7"):
        assert not adds_days(ast.parse(code)), code
    assert adds_days(ast.parse(Path(settings.BASE_DIR, HOME).read_text()))
