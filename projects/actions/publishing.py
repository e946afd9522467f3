"""Publishing a curriculum folder whole: its content, then the projects, rubrics and graders on top of it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from django.db import transaction

from courses.actions.publishing import PublishRefused, publish_content, published
from courses.curriculum.errors import CurriculumErrors, Problems
from courses.curriculum.folder import Folder
from courses.curriculum.reader import label_of, read_curriculum, read_files
from courses.curriculum.soundness import errors_of
from courses.models import Curriculum
from lms.accounts import audit
from lms.accounts.models import User
from projects.actions.publishing_projects import publish_grader_version, write_projects
from projects.models import CurriculumFile, GraderVersion, Project, StoredFile
from projects.self_tests import Report, decided, submittables_of

LONGEST_VERSION: Final = 40


def publish_curriculum(
    *, folder: Path, by: User | None, version: str = "", tested: bool = True, report: Report = lambda line: None
) -> tuple[Curriculum, bool]:
    """Read, check and publish a folder as `version`, or as the one that program.yaml names; all or nothing. The second
    value is False when this was published before, which its files say without being read.

    What the record beside the folder says of an unchanged exercise's self-test is taken as it stands. `tested`: run the
    self-test of the others first. Raises `CurriculumErrors` (all errors of the files at once, or all of the whole),
    `PublishRefused`, or `BoxUnavailable` when tests are asked for without a box.
    """
    if len(version) > LONGEST_VERSION or version != version.strip():
        raise PublishRefused(
            f"{version} is no version: use at most {LONGEST_VERSION} characters. Nothing was published."
        )
    files = Folder(folder, Problems())
    label = label_of(files)
    if label and (before := published(slug=label.slug, version=version or label.version, digest=label.digest)):
        _keep_files(before, files.files)
        return before, False
    spec = read_files(files)
    if errors := errors_of(spec):
        raise CurriculumErrors(errors)
    spec = replace(spec, version=version or spec.version)
    bundles = decided(submittables_of(spec), folder, tested, report)
    with transaction.atomic():
        curriculum, new = publish_content(spec=spec, by=by)
        if new:
            write_projects(curriculum, spec, bundles)
            _keep_files(curriculum, spec.files)
    return curriculum, new


def publish_graders(
    *, folder: Path, version: str, slugs: Collection[str], by: User | None, report: Report = lambda line: None
) -> list[GraderVersion]:
    """Publish the graders of these projects of a folder as the next grader versions of a curriculum that is in use.

    Only those that differ from the newest version, all or nothing, after their self-test. Text, dates and rubrics of the
    curriculum stay as they are; what was graded before stays too, until it is regraded. Raises as `publish_curriculum`.
    """
    spec = read_curriculum(folder)
    curriculum = Curriculum.objects.filter(program__slug=spec.slug, version=version).first()
    if curriculum is None:
        raise PublishRefused(f"{spec.title} has no published version {version}; nothing was published.")
    submittables = [one for one in submittables_of(spec) if one.slug in slugs]
    projects = {one.slug: one for one in curriculum.projects.filter(slug__in=[one.slug for one in submittables])}
    if unknown := sorted(set(slugs) - set(projects)):
        raise PublishRefused(f"Not a project of folder and curriculum: {', '.join(unknown)}; nothing was published.")
    bundles = decided(submittables, folder, True, report)  # takes minutes, in which others write
    made = []
    with transaction.atomic():
        for slug, bundle in bundles.items():
            newest = projects[slug].grader_versions.first()
            if newest is None or newest.digest != bundle.digest:
                made.append(publish_grader_version(project=projects[slug], bundle=bundle))
                Project.objects.filter(pk=projects[slug].pk).update(checks_max=made[-1].max_score)
                audit.record("publish_grader", by=by, target=made[-1], after={"digest": bundle.digest})
    return made


def _keep_files(curriculum: Curriculum, files: Mapping[str, bytes]) -> None:
    """Keep every file of the folder, for exports; also of a curriculum that was published before files were kept."""
    if curriculum.files.exists():
        return
    CurriculumFile.objects.bulk_create(
        (
            CurriculumFile(curriculum=curriculum, path=path, stored=stored)
            for path, stored in zip(files, StoredFile.objects.keep_all(list(files.values())), strict=True)
        ),
        ignore_conflicts=True,
    )
