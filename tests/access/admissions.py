"""Public program pages, applying, and the office of admissions. The outsider of the cast is the one who applied."""

from tests.access import Row

PROGRAM = {"program": lambda world: world["cohort"].program.slug}
PUBLIC = {**PROGRAM, "cohort": lambda world: world["cohort"].slug}
MINE = {"application_id": lambda world: world["application"].pk}

ROWS = [
    Row("program_list", public=True),
    Row("program_public", PROGRAM, public=True),
    *(Row("application_start", PUBLIC, public=True, method=method) for method in ("get", "post")),
    *(Row("application_sign_up", PUBLIC, public=True, method=method) for method in ("get", "post")),
    Row("application_detail", MINE, allowed=("outsider",)),
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
