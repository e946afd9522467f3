"""From a stored grader version to the bundle that the engine runs."""

import functools
from typing import cast

from courses.curriculum.spec import BundleKind
from lms.lib.prepared import Prepared
from projects.grading.engine import Bundle
from projects.models import GraderVersion, GradingJob, SubmissionFile

FILES = Prepared(
    lambda submission: SubmissionFile.objects.filter(submission=submission).select_related("stored"), "submission"
)


@functools.lru_cache(maxsize=32)
def bundle_of(grader_version_id: int) -> Bundle:
    """The immutable bundle of a grader version; kept in memory, since versions never change."""
    version = GraderVersion.objects.get(pk=grader_version_id)
    files = version.files.filter(part="bundle").select_related("stored")
    return Bundle(
        kind=cast(BundleKind, version.kind),
        files={file.name: file.stored.read() for file in files},
        config=version.config,
    )


def terms_of(version: GraderVersion) -> Bundle:
    """The bundle of a grader version without its files: enough to ask what is handed in, and how often."""
    return Bundle(kind=cast(BundleKind, version.kind), config=version.config)


def files_of(job: GradingJob) -> dict[str, bytes]:
    """The files that a job checks, by the names they were handed in with."""
    if job.entry:
        return {job.entry.file_name: bytes(job.entry.content)}
    assert job.submission_id
    return {file.name: file.stored.read() for file in FILES.objects(submission=job.submission_id)}
