"""What lists of people cost: from confirming 10 000 rows to the report, by the one worker that runs, and the memory of files
of all of them."""

import sys
import time
import tracemalloc

from courses.models import RosterImport
from lms.lib.tables import csv_lines, xlsx_file
from lms.portal.exports import matrix_rows, roster_rows
from projects.actions.rosters import confirm_roster, preview_roster, start_roster
from tests import world

ROWS = 10_000
MENTORS = 200
PATIENCE = 300
HEAD = "E-mail;Full name;Time zone;Mentor;Group"


def show():
    """Print a row for each measurement."""
    curriculum = world.make_curriculum(weeks=2)
    world.make_project(curriculum)
    admin = world.make_staff(curriculum.program)
    for n in range(MENTORS):
        world.make_mentor(world.make_user(f"Roster mentor {n}", f"roster-mentor{n}@bench.example"), capacity=100)
    cohort = world.make_cohort(curriculum, name="Roster", seats=2 * ROWS)
    print(f"\n{f'a list of {ROWS:,} people':<58}{'preview':>10}{'applied':>10}{'limit':>10}")
    for name, mode, lines in (
        ("all new: account, place, mentor, two tags", "enroll", _lines("Person")),
        ("all changed: another name and mentor", "enroll", _lines("Changed", shift=1)),
        ("the same again", "enroll", _lines("Changed", shift=1)),
    ):
        _show(name, *_import(cohort, admin, lines, mode))
    other = world.make_cohort(curriculum, name="Roster by invitation", seats=2 * ROWS)
    _show("all invited by e-mail", *_import(other, admin, _lines("Guest", address="guest"), "invite"))
    _show_memory(cohort)


def _lines(name, shift=0, address="roster"):
    return [
        f"{address}{n}@bench.example;{name} Number {n};Europe/Lisbon;"
        f"roster-mentor{(n + shift) % MENTORS}@bench.example;evening, group {n % 20}"
        for n in range(ROWS)
    ]


def _show(name, previewed, applied):
    print(f"{name:<58}{previewed:>8.1f} s{applied:>8.1f} s{'≤ 30 s':>10}", flush=True)


def _import(cohort, admin, lines, mode):
    """Seconds from the upload to the preview, and from confirming to the report."""
    start = time.perf_counter()
    data = "\n".join([HEAD, *lines]).encode()
    roster = start_roster(cohort=cohort, file_name="bench.csv", data=data, by=admin)
    preview_roster(roster=roster, columns=roster.columns, mode=mode, withdraws_absent=False, by=admin)
    previewed = time.perf_counter() - start
    roster.refresh_from_db()
    if not roster.rows.exclude(change="same").exists():
        return previewed, 0
    start = time.perf_counter()
    confirm_roster(roster=roster, seen=roster.edition, withdraws=False, by=admin)
    while RosterImport.objects.filter(pk=roster.pk, state="applying").exists():
        if time.perf_counter() - start > PATIENCE:
            sys.exit("The list was not applied: does the clock worker run?")
        time.sleep(0.1)
    applied = time.perf_counter() - start
    outcomes = set(roster.rows.values_list("outcome", flat=True))
    assert outcomes == {"applied"}, outcomes
    return previewed, applied


def _show_memory(cohort):
    print(f"\n{'file of a cohort':<58}{'1 000':>10}{f'{ROWS:,}':>10}")
    few = world.make_cohort(cohort.curriculum, name="Few", seats=2 * ROWS)
    places = list(cohort.enrollments.order_by("pk").values_list("user", flat=True)[:1000])
    few.enrollments.bulk_create(few.enrollments.model(cohort=few, user_id=user) for user in places)
    for name, write in (
        ("people as CSV: most memory of Python", lambda one: all(csv_lines(roster_rows(one, show="all")))),
        ("people as XLSX", lambda one: xlsx_file(roster_rows(one, show="all"), sheet="People").close()),
        ("grades as CSV", lambda one: all(csv_lines(matrix_rows(one)))),
    ):
        peaks = [f"{_peak_of(write, one) / 2**20:>7.2f} MB" for one in (few, cohort)]
        print(f"{name:<58}{''.join(peaks)}", flush=True)


def _peak_of(write, cohort):
    tracemalloc.start()
    write(cohort)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
