"""Publishing a curriculum folder whole: its content, then the projects, rubrics and graders on top of it."""

from collections.abc import Collection, Mapping
from pathlib import Path

from django.db import transaction

from courses.actions.publishing import PublishRefused, publish_content, published
from courses.curriculum.reader import read_curriculum
from courses.curriculum.spec import ActivitySpec, CurriculumSpec, RubricSpec
from courses.models import Activity, Curriculum, Skill
from lms.accounts import audit
from lms.accounts.models import User
from projects.grading.engine import Bundle, declared_points, release_files
from projects.models import Criterion, GraderVersion, GraderVersionFile, Level, Project, Rubric, StoredFile
from projects.self_tests import Report, decided, submittables_of


def load_curriculum(
    *, folder: Path, by: User | None, tested: bool = True, report: Report = lambda line: None
) -> tuple[Curriculum, bool]:
    """Read, check and publish a folder; all or nothing. The second value is False when it was published before.

    What the record beside the folder says of an unchanged exercise's self-test is taken as it stands. `tested`: run the
    self-test of the others first. Raises `CurriculumErrors` (all errors at once), `PublishRefused`, or `BoxUnavailable`
    when tests are asked for without a box.
    """
    spec = read_curriculum(folder)
    before = published(spec)
    if before:
        return before, False
    bundles = decided(submittables_of(spec), folder, tested, report)
    with transaction.atomic():
        curriculum = publish_content(spec=spec, by=by)
        _write_projects(curriculum, spec, bundles)
    return curriculum, True


def publish_graders(
    *, folder: Path, version: str, slugs: Collection[str], by: User | None, report: Report = lambda line: None
) -> list[GraderVersion]:
    """Publish the graders of these projects of a folder as the next grader versions of a curriculum that is in use.

    Only those that differ from the newest version, all or nothing, after their self-test. Text, dates and rubrics of the
    curriculum stay as they are; what was graded before stays too, until it is regraded. Raises as `load_curriculum`.
    """
    spec = read_curriculum(folder)
    curriculum = Curriculum.objects.filter(program__slug=spec.slug, version=version).first()
    if curriculum is None:
        raise PublishRefused(f"{spec.title} has no published version {version}; nothing was published.")
    submittables = [one for one in submittables_of(spec) if one.slug in slugs]
    projects = {one.slug: one for one in curriculum.projects.filter(slug__in=[one.slug for one in submittables])}
    if unknown := sorted(set(slugs) - set(projects)):
        raise PublishRefused(f"Not a project of folder and curriculum: {', '.join(unknown)}; nothing was published.")
    made = []
    with transaction.atomic():
        for slug, bundle in decided(submittables, folder, True, report).items():
            newest = projects[slug].grader_versions.first()
            if newest is None or newest.digest != bundle.digest:
                made.append(publish_grader_version(project=projects[slug], bundle=bundle))
                Project.objects.filter(pk=projects[slug].pk).update(checks_max=made[-1].max_score)
                audit.record("publish_grader", by=by, target=made[-1], after={"digest": bundle.digest})
    return made


def _write_projects(curriculum: Curriculum, spec: CurriculumSpec, bundles: Mapping[str, Bundle]) -> None:
    activities = {activity.slug: activity for activity in curriculum.activities.all()}
    skills = {skill.slug: skill for skill in curriculum.skills.all()}
    for module in spec.modules:
        for activity in module.activities:
            if activity.project:
                _write_project(activities[activity.slug], activity, bundles[activity.slug], skills)


def _write_project(activity: Activity, spec: ActivitySpec, bundle: Bundle, skills: Mapping[str, Skill]) -> None:
    assert spec.project
    rubric = spec.project.rubric
    project = Project.objects.create(
        activity=activity,
        curriculum=activity.curriculum,
        slug=spec.slug,
        kind=spec.project.kind,
        title=spec.title,
        max_attempts=spec.project.max_attempts,
        accepts_files=spec.project.accepts_files,
        accepts_link=spec.project.accepts_link,
        checks_max=declared_points(bundle),
        rubric_max=sum(max(level.points for level in one.levels) for one in rubric.criteria) if rubric else 0,
    )
    publish_grader_version(project=project, bundle=bundle)
    if rubric:
        _write_rubric(project, rubric, skills)


def publish_grader_version(*, project: Project, bundle: Bundle) -> GraderVersion:
    """Store a bundle and what learners download as the project's next grader version."""
    last = project.grader_versions.first()
    version = GraderVersion.objects.create(
        project=project,
        number=last.number + 1 if last else 1,
        kind=bundle.kind,
        digest=bundle.digest,
        config=dict(bundle.config),
        max_score=declared_points(bundle),
    )
    for part, files in (("bundle", bundle.files), ("release", release_files(bundle, f"{project.slug}.ipynb"))):
        for name, data in files.items():
            stored = StoredFile.objects.keep(data)
            GraderVersionFile.objects.create(grader_version=version, part=part, name=name, stored=stored)
    return version


def _write_rubric(project: Project, spec: RubricSpec, skills: Mapping[str, Skill]) -> None:
    rubric = Rubric.objects.create(project=project, pass_percent=spec.pass_percent)
    for position, one in enumerate(spec.criteria):
        criterion = Criterion.objects.create(
            rubric=rubric, position=position, slug=one.slug, title=one.title, description=one.description
        )
        criterion.skills.set([skills[slug] for slug in one.skills])
        Level.objects.bulk_create(
            [
                Level(
                    criterion=criterion,
                    position=rank,
                    title=level.title,
                    points=level.points,
                    description=level.description,
                )
                for rank, level in enumerate(one.levels)
            ]
        )
