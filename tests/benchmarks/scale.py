"""Whether pages cost the same in a crowd: one cohort of 200 alone, then with 100 000 learners in 400 cohorts around it."""

import sys
import time

from tests.benchmarks import pages
from tests.benchmarks.crowd import seed_crowd, seed_office
from tests.benchmarks.pages import PAGES, Page

MOST_TIMES = 1.5
ADMIN, OFFICE, LEARNER, MENTOR = (f"{who}@bench.example" for who in ("admin", "office", "learner7", "mentor1"))
MEASURED = (
    *PAGES,
    Page("cohort page", "/cohorts/bench/", ADMIN),
    Page("its learners", "/cohorts/bench/learners/", ADMIN),
    Page("its calendar", "/cohorts/bench/calendar/", ADMIN),
    Page("calendar of a learner", "/calendar/", LEARNER),
    Page("calendar of a mentor", "/calendar/", MENTOR),
    Page("calendar of who runs all", "/calendar/", ADMIN),
    Page("office queue of a cohort", "/requests/", OFFICE),
    Page("home of its office", "/", OFFICE),
    Page("audit of its office", "/audit/", OFFICE),
    Page("office queue of all", "/requests/", ADMIN),
    Page("audit of who runs all", "/audit/", ADMIN),
    Page("cohorts one runs", "/cohorts/", ADMIN),
    Page("home of who runs all", "/", ADMIN),
    Page("home of a mentor", "/", MENTOR),
    Page("queue of who runs all", "/reviews/", ADMIN),
)
WIDE = Page("matrix, 500 × 80", "/cohorts/wide/matrix/", ADMIN)
MATRIX = "cohort matrix, 200 × 40"


def show(url, pids):
    """Measure, seed the crowd, measure again, and print both beside each other."""
    seed_office()
    alone = _by_name(pages.measure(url, pids, MEASURED))
    print("Seeding 100 000 learners in 400 cohorts …", file=sys.stderr)
    started = time.monotonic()
    seed_crowd()
    print(
        f"\n100 000 learners, 400 cohorts, 5 million activities done: seeded in {time.monotonic() - started:.0f} s (≤ 600)"
    )
    crowded = _by_name(pages.measure(url, pids, (*MEASURED, WIDE)))
    print(f"{'page':<26}{'queries':>12}{'CPU alone':>12}{'in a crowd':>12}{'times':>8}   (≤ {MOST_TIMES})")
    for name in crowded:
        _show_row(name, alone.get(name) or alone[MATRIX], crowded[name])


def _by_name(rows):
    return {page.name: (queries, cpu, ratio) for page, queries, _, cpu, _, ratio in rows}


def _show_row(name, before, after):
    """Times are those of the ratios to the bare view of the same run, so that a slower machine changes nothing."""
    times = after[2] / before[2]
    queries = str(before[0]) if before[0] == after[0] else f"{before[0]} → {after[0]}"
    print(f"{name:<26}{queries:>12}{before[1]:>9.2f} ms{after[1]:>9.2f} ms{times:>8.2f}")
