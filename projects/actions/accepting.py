"""What work is taken, and how often; the same for learners and for who applies."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from courses.models import EntryAttempt
from lms.accounts.models import User
from lms.lib.errors import DomainError, InvalidInput
from projects.allowance import Allowance, spell_in_zone_of
from projects.bundles import bundle_of
from projects.grading.engine import UploadRefused, check_upload
from projects.models import GraderVersion, Project, Submission
from projects.models.submissions import SubmissionState

MAX_FILES = 50
MAX_UNCHARGED = 10
"""Attempts in `UNCHARGED_OVER` whose checks could not run: charged to nobody, so nothing else bounds them."""
UNCHARGED_OVER = timedelta(hours=24)


class SubmissionRefused(DomainError):
    code = "submission_refused"


def check_content(project: Project, version: GraderVersion | None, files: Mapping[str, bytes], link: str) -> None:
    """Whether a project takes this work, found without running anything; raises `InvalidInput`."""
    if project.accepts_link == Project.LinkRule.REQUIRED and not link:
        raise InvalidInput("Give the link to your repository or running service; nothing was handed in.")
    if project.accepts_link == Project.LinkRule.NONE and link:
        raise InvalidInput("This project takes no link; nothing was handed in.")
    if not files and project.accepts_files and not (link and project.accepts_link == Project.LinkRule.REQUIRED):
        raise InvalidInput("Choose at least one file; nothing was handed in.")
    if files and not project.accepts_files:
        raise InvalidInput("This project takes a link only, no files; nothing was handed in.")
    if len(files) > MAX_FILES:
        raise InvalidInput(f"{len(files)} files are too many (at most {MAX_FILES}); put them into one zip.")
    if sum(map(len, files.values())) > settings.SUBMISSION_MAX_BYTES:
        limit = settings.SUBMISSION_MAX_BYTES // 2**20
        raise InvalidInput(
            f"The files are larger than {limit} MB together; nothing was handed in. Leave data sets out."
        )
    if files and version:
        try:
            check_upload(bundle_of(version.pk), files)
        except UploadRefused as error:
            raise InvalidInput(f"{error} Nothing was handed in.", code="upload_refused") from error


def check_allowance(
    allowance: Allowance, attempts: QuerySet[Submission] | QuerySet[EntryAttempt], user: User, now: datetime
) -> None:
    """Whether another attempt beside `attempts` is left now; raises `SubmissionRefused`."""
    if allowance.left == 0:
        raise SubmissionRefused(f"All {allowance.most} attempts are used. Nothing was handed in.")
    if allowance.left_today == 0 and allowance.again_at:
        again = spell_in_zone_of(user, allowance.again_at, now)
        raise SubmissionRefused(
            f"Today's attempts are used (at most {allowance.a_day} a day). Hand in again from {again}. "
            "Nothing was handed in."
        )
    of_late = attempts.filter(submitted_at__gt=now - UNCHARGED_OVER, state=SubmissionState.COULD_NOT_RUN)
    if of_late.count() >= MAX_UNCHARGED:
        raise SubmissionRefused(
            f"The checks of {MAX_UNCHARGED} of your attempts could not run within a day. This is our fault: none was charged, "
            "and staff have been told. Nothing was handed in; wait until they have run one of them, or until tomorrow."
        )
