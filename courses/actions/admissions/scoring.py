"""Two readers score an application, each by themselves."""

from collections.abc import Mapping

from django.db import transaction

from courses.actions.admissions.moves import AdmissionRefused, lock
from courses.models import AdmissionRubric, AdmissionScore, Application
from courses.models.admissions import READ_IN, READERS
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import InvalidInput


@transaction.atomic
def score_application(
    *, application: Application, points: Mapping[str, int], remark: str = "", by: User
) -> AdmissionScore:
    """Give points by criterion. A reader may change theirs until the other's are in too, since then each sees both.

    Refused for a third reader, for one's own application, and outside reading; `InvalidInput` for points of no level.
    """
    application = lock(application)
    if application.applicant_id == by.pk:
        raise AdmissionRefused("Nobody scores their own application.", code="own_application")
    if application.state not in READ_IN:
        raise AdmissionRefused(f"The {application} is not being read now; no score was kept.", code="not_being_read")
    scores = {score.reader_id: score for score in application.scores.select_related("rubric")}
    rubric = next((score.rubric for score in scores.values()), application.cohort.intake.rubric)
    _check_points(rubric, points)
    if len(scores) >= READERS:
        raise AdmissionRefused("Both scores are in, so they stay as they are; yours was not kept.", code="both_in")
    before = scores.get(by.pk)
    place = before.place if before else 1 + any(one.place == 1 for one in scores.values())
    score, _ = AdmissionScore.objects.update_or_create(
        application=application,
        reader=by,
        defaults={
            "place": place,
            "rubric": rubric,
            "points": dict(points),
            "total": sum(points.values()),
            "remark": remark.strip(),
        },
    )
    was = {"reader": place} if before else {}  # the points are for the readers alone
    audit.record("application_score", by=by, target=application, before=was, after={"reader": place})
    return score


def _check_points(rubric: AdmissionRubric, points: Mapping[str, int]) -> None:
    known = {one["slug"]: {level["points"] for level in one["levels"]} for one in rubric.criteria}
    if points.keys() != known.keys() or any(points[slug] not in levels for slug, levels in known.items()):
        raise InvalidInput("Choose a level for every criterion. No score was kept.")
