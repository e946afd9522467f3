"""Public program pages, applying, and the office of admissions. The outsider of the cast is the one who applied."""

from tests.access import Row

PROGRAM = {"program": lambda world: world["cohort"].program.slug}
PUBLIC = {**PROGRAM, "cohort": lambda world: world["cohort"].slug}
COHORT = {"slug": lambda world: world["cohort"].slug}
OFFICE = {"allowed": ("admin",), "forbidden": ("learner", "mentor")}
MINE = {"application_id": lambda world: world["application"].pk}
THEIRS = {**COHORT, **MINE}

ATTEMPT = {**MINE, "number": lambda world: world["entry"].number}

ROWS = [
    Row("program_list", public=True),
    Row("program_public", PROGRAM, public=True),
    *(Row("application_start", PUBLIC, public=True, method=method) for method in ("get", "post")),
    *(Row("application_sign_up", PUBLIC, public=True, method=method) for method in ("get", "post")),
    *(
        Row(name, COHORT, **OFFICE)
        for name in ("cohort_admissions", "intake_change", "admission_rubric", "admission_offers")
    ),
    *(Row(name, COHORT, **OFFICE, method="post") for name in ("intake_change", "admission_rubric", "admission_offers")),
    Row("admission_detail", THEIRS, **OFFICE),
    *(Row("admission_score", THEIRS, **OFFICE, method=method) for method in ("get", "post")),
    *(Row("admission_move", {**THEIRS, "verb": "offer"}, **OFFICE, method=method) for method in ("get", "post")),
    Row("application_detail", MINE, allowed=("outsider",)),
    *(Row("application_entry", MINE, allowed=("outsider",), method=method) for method in ("get", "post")),
    Row("entry_release", MINE, allowed=("outsider",)),
    Row("entry_asset", {**MINE, "name": "figure.png"}, allowed=("outsider",)),
    *(
        Row(name, ATTEMPT, allowed=("outsider", "admin"))
        for name in ("entry_attempt", "entry_attempt_status", "entry_attempt_file")
    ),
    Row("entry_retry", ATTEMPT, allowed=("admin",), forbidden=("outsider",), method="post"),
    *(
        Row(name, {**MINE, **more}, allowed=("outsider",), method=method)
        for name, more in (
            ("application_edit", {"step": "background"}),
            ("application_check", {}),
            ("application_answer", {"answer": "withdraw"}),
        )
        for method in ("get", "post")
    ),
]
