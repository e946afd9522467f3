"""Addresses of the API: nobody gets 401 instead of the sign-in page."""

from tests.access import Row

ROWS = [
    Row("api_token", public=True, method="post"),
    Row("api_token_revoke", everyone=True, method="post", nobody=401),
    Row("api_me", everyone=True, nobody=401),
    Row("api_enrollments", everyone=True, nobody=401),
    Row("api_projects", everyone=True, nobody=401),
    Row("api_notifications", everyone=True, nobody=401),
    Row("api_project_submissions", {"slug": "ols-from-scratch"}, allowed=("learner",), nobody=401),
    Row("api_project_submissions", {"slug": "ols-from-scratch"}, allowed=("learner",), method="post", nobody=401),
    Row("api_submission", {"pk": lambda w: w["checked"].pk}, allowed=("learner", "mentor", "admin"), nobody=401),
    *(
        Row(
            "api_regrade_requests",
            {"pk": lambda w: w["checked"].pk},
            allowed=("learner",),
            forbidden=("mentor", "admin"),
            method=method,
            nobody=401,
        )
        for method in ("get", "post")
    ),
    Row("api_notes", everyone=True, nobody=401),
    *(
        Row("api_note", {"slug": lambda w: w["reading"].slug}, allowed=("learner",), method=method, nobody=401)
        for method in ("get", "put")
    ),
    Row("api_schema", public=True),
    Row("api_docs", public=True),
]
