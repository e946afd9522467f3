"""The cohort office, the grading office, invitations, one's own account and the bell."""

import io

from PIL import Image

from courses.models import Accommodation
from lms.accounts.avatars import change_avatar
from tests.access import Row

STAFF = {
    "allowed": ("admin", "other_admin"),
    "forbidden": ("learner", "other_learner", "mentor", "other_mentor", "outsider"),
}
OFFICE = {"allowed": ("admin",), "forbidden": ("learner", "mentor")}
COHORT = {"slug": lambda world: world["cohort"].slug}
PLACE = {**COHORT, "enrollment_id": lambda world: world["enrollment"].pk}
CHECKED = {"submission_id": lambda world: world["checked"].pk}
ASKED = {"request_id": lambda world: world["asked"].pk}
GRADER = {"project_id": lambda world: world["exercise"].pk}
REGRADE = {"batch_id": lambda world: world["regrade"].pk}
LEARNS = {"cohort": lambda world: world["cohort"].slug}
WISH = {"request_id": lambda world: world["wish"].pk}
PROGRAM = {"program": lambda world: world["curriculum"].program.slug}
ROSTER = {**COHORT, "roster_id": lambda world: world["roster"].pk}
SPAN = {**COHORT, "break_id": lambda world: world["span"].pk}
PLACES = (
    "enrollment_pause",
    "enrollment_resume",
    "enrollment_defer",
    "enrollment_return",
    "enrollment_transfer",
    "enrollment_withdraw",
    "enrollment_complete",
)


def given_time(world):
    given = {"factor": "1.5", "reason": "on file", "granted_by": world["admin"]}
    Accommodation.objects.get_or_create(enrollment=world["enrollment"], defaults=given)
    return world["enrollment"].pk


GIVEN_TIME = {**COHORT, "enrollment_id": given_time}


def pictured(world):
    picture = io.BytesIO()
    Image.new("RGB", (80, 60), "teal").save(picture, "PNG")
    picture.seek(0)
    change_avatar(user=world["learner"], upload=picture, by=world["learner"])
    return world["learner"].pk


ROWS = [
    Row("place_requests", LEARNS, allowed=("learner",)),
    Row("place_request_ask", {**LEARNS, "kind": "pause"}, allowed=("learner",)),
    Row("place_request_ask", {**LEARNS, "kind": "pause"}, allowed=("learner",), method="post"),
    Row("place_request_take_back", {**LEARNS, **WISH}, allowed=("learner",), method="post"),
    Row("request_queue", **STAFF),
    Row("request_answer", WISH, allowed=("admin",)),
    Row("request_answer", WISH, allowed=("admin",), method="post"),
    Row("cohort_list", **STAFF),
    Row("cohort_create", **STAFF),
    Row("cohort_create", **STAFF, method="post"),
    Row("grading_office", **STAFF),
    Row("audit_list", **STAFF),
    Row("audit_export", **STAFF),
    Row(
        "delivery_resend",
        {"delivery_id": lambda world: world["unsent"].pk},
        allowed=("admin",),
        forbidden=("learner", "other_learner", "mentor", "other_mentor", "outsider"),
        method="post",
    ),
    *(
        Row(name, COHORT, **OFFICE)
        for name in (
            "cohort_detail",
            "cohort_learners",
            "cohort_people",
            "cohort_calendar",
            "cohort_matrix",
            "roster_export",
            "roster_list",
            "matrix_export",
            "cohort_invite",
            "cohort_change",
            "cohort_version",
            "cohort_tag",
            "cohort_extend",
            "break_add",
            "mentor_add",
        )
    ),
    *(
        Row(name, COHORT, **OFFICE, method="post")
        for name in (
            "cohort_invite",
            "cohort_change",
            "cohort_version",
            "cohort_tag",
            "cohort_extend",
            "break_add",
            "mentor_add",
        )
    ),
    Row(
        "office_change_undo",
        {**COHORT, "change_id": lambda world: world["change"].pk},
        **OFFICE,
        method="post",
    ),
    *(
        Row(name, SPAN, **OFFICE, method=method)
        for name in ("break_change", "break_remove")
        for method in ("get", "post")
    ),
    *(Row("weekends_change", COHORT, **OFFICE, method=method) for method in ("get", "post")),
    *(Row("accommodation_grant", PLACE, **OFFICE, method=method) for method in ("get", "post")),
    *(Row("accommodation_end", GIVEN_TIME, **OFFICE, method=method) for method in ("get", "post")),
    Row(
        "invitation_revoke",
        {**COHORT, "invitation_id": lambda world: world["place"].invitation_id},
        **OFFICE,
        method="post",
    ),
    *(Row(name, PLACE, **OFFICE) for name in ("enrollment_detail", "enrollment_extend", *PLACES)),
    *(
        Row(name, PLACE, **OFFICE, method="post")
        for name in (
            "enrollment_extend",
            *PLACES,
            "mentor_assign",
            "mentor_end",
        )
    ),
    *(
        Row("view_as_start", PLACE, allowed=("admin", "mentor"), forbidden=("learner",), method=method)
        for method in ("get", "post")
    ),
    Row("view_as_stop", everyone=True, method="post"),
    Row("roster_list", COHORT, **OFFICE, method="post"),
    *(Row(name, ROSTER, **OFFICE) for name in ("roster_detail", "roster_columns", "roster_status", "roster_report")),
    *(Row(name, ROSTER, **OFFICE, method="post") for name in ("roster_columns", "roster_confirm", "roster_discard")),
    Row("matrix_cell", {**PLACE, "project_id": lambda world: world["exercise"].pk}, **OFFICE),
    Row("regrade_ask", CHECKED, allowed=("learner",), forbidden=("mentor", "admin")),
    Row("regrade_ask", CHECKED, allowed=("learner",), forbidden=("mentor", "admin"), method="post"),
    Row(
        "regrade_request_list",
        allowed=("mentor", "other_mentor", "admin", "other_admin"),
        forbidden=("learner", "other_learner", "outsider"),
    ),
    Row("regrade_request", ASKED, allowed=("mentor", "admin")),
    Row("regrade_request", ASKED, allowed=("mentor", "admin"), method="post"),
    Row("grader_list", **STAFF),
    Row("grader_detail", GRADER, allowed=("admin",)),
    Row("regrade_start", GRADER, allowed=("admin",), method="post"),
    *(Row(name, REGRADE, allowed=("admin",)) for name in ("regrade_batch", "regrade_status")),
    *(Row(name, REGRADE, allowed=("admin",), method="post") for name in ("regrade_apply", "regrade_discard")),
    Row("program_detail", PROGRAM, allowed=("admin",)),
    Row("curriculum_preview", PROGRAM, allowed=("admin",), query="?version=2026.1"),
    Row("curricula_compare", PROGRAM, allowed=("admin",), query="?old=2026.1&new=2026.1"),
    Row("invitation_accept", {"token": lambda world: world["place"].invitation.token}, public=True),
    Row("profile", everyone=True),
    Row("profile", everyone=True, method="post"),
    Row("avatar_change", everyone=True, method="post"),
    Row("avatar_remove", everyone=True, method="post"),
    Row("avatar", {"user_id": pictured, "size": 64}, everyone=True),
    Row("notification_list", everyone=True),
    Row("notification_open", {"notification_id": lambda world: world["notification"].pk}, allowed=("learner",)),
    Row("notifications_read", everyone=True, method="post"),
    Row("notification_preferences", everyone=True),
    Row("notification_preferences", everyone=True, method="post"),
    Row("demo_mail_list", nobody=404),
    Row("demo_mail_detail", {"name": "1-1-0"}, nobody=404),
]
