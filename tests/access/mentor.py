from tests.access import Row


def _waiting(world):
    return world["waiting"].pk


WAITING = {"submission_id": _waiting}
REVIEWERS = ("mentor", "admin")

ROWS = [
    Row(
        "review_queue",
        allowed=("mentor", "other_mentor", "admin", "other_admin"),
        forbidden=("learner", "other_learner", "outsider"),
    ),
    Row(
        "mentor_learners",
        allowed=("mentor", "other_mentor"),
        forbidden=("learner", "other_learner", "admin", "other_admin", "outsider"),
    ),
    Row("submission_review", WAITING, allowed=REVIEWERS, forbidden=("learner",)),
    *(
        Row(name, WAITING, allowed=REVIEWERS, forbidden=("learner",), method="post")
        for name in ("review_claim", "review_draft", "review_finish", "review_let_go", "review_undo")
    ),
]
