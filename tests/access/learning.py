"""What learners read, hand in and see."""

from courses.actions.feeds import switch_on_feed
from courses.places import preview_slug
from tests.access import Row

COHORT = {"cohort": lambda world: world["cohort"].slug}
READING = {**COHORT, "slug": lambda world: world["reading"].slug}
QUIZ = {**COHORT, "slug": lambda world: world["quiz"].activity.slug}
EXERCISE = {**COHORT, "slug": lambda world: world["exercise"].slug}
CHECKED = {"submission_id": lambda world: world["checked"].pk}
WAITING = {"submission_id": lambda world: world["waiting"].pk}
NOTES = ("note_edit", "note_delete")
PREVIEW = {"cohort": lambda world: preview_slug(world["curriculum"], 1)}
INSIDE = ("learner", "mentor", "admin")


def feed_token(world):
    return switch_on_feed(user=world["learner"], by=world["learner"]).token


ROWS = [
    Row("home", everyone=True),
    Row("calendar", everyone=True),
    Row("calendar", query="?cohort=spring", allowed=("learner", "admin")),
    Row("calendar_feed", {"token": feed_token}, public=True),
    Row("calendar_feed_on", everyone=True, method="post"),
    *(
        Row(name, everyone=True, method=method)
        for name in ("calendar_feed_renew", "calendar_feed_off")
        for method in ("get", "post")
    ),
    Row("curriculum", everyone=True),
    Row("curriculum", query="?cohort=spring", allowed=INSIDE),
    Row("search", query="?q=reading", everyone=True),
    Row("search", query="?q=reading&cohort=spring", allowed=INSIDE),
    Row("week_detail", {**COHORT, "week": 1}, allowed=INSIDE),
    Row("activity_detail", READING, allowed=INSIDE),
    Row("activity_asset", {**READING, "name": "figure.png"}, allowed=INSIDE),
    Row("activity_tick", READING, allowed=("learner",), forbidden=("mentor", "admin"), method="post"),
    Row("quiz_take", QUIZ, allowed=("learner",), forbidden=("mentor", "admin"), method="post"),
    Row("bookmark_set", READING, allowed=("learner",), method="post"),
    *(Row(name, READING, allowed=("learner",), method=method) for name in NOTES for method in ("get", "post")),
    Row("note_list", everyone=True),
    Row("project_detail", EXERCISE, allowed=INSIDE),
    Row("project_asset", {**EXERCISE, "name": "figure.png"}, allowed=INSIDE),
    Row("project_release", EXERCISE, allowed=INSIDE),
    Row("project_submit", EXERCISE, allowed=INSIDE),
    Row("project_submit", EXERCISE, allowed=("learner",), forbidden=("mentor", "admin"), method="post"),
    Row("submission_detail", CHECKED, allowed=INSIDE),
    Row("submission_detail", WAITING, allowed=INSIDE),
    Row("submission_status", CHECKED, allowed=INSIDE),
    Row("submission_file", {**CHECKED, "name": "ols-from-scratch.ipynb"}, allowed=INSIDE),
    Row("submission_retry", CHECKED, allowed=("admin",), forbidden=("learner", "mentor"), method="post"),
    Row("grades", everyone=True),
    *(
        Row(name, {**one, **PREVIEW}, allowed=("admin",))
        for name, one in (
            ("week_detail", {"week": 1}),
            ("activity_detail", READING),
            ("activity_detail", QUIZ),
            ("activity_asset", {**READING, "name": "figure.png"}),
            ("project_detail", EXERCISE),
            ("project_asset", {**EXERCISE, "name": "figure.png"}),
            ("project_release", EXERCISE),
        )
    ),
    *(
        Row(name, {**one, **PREVIEW}, forbidden=("admin",), method="post")
        for name, one in (("activity_tick", READING), ("quiz_take", QUIZ), ("project_submit", EXERCISE))
    ),
]
