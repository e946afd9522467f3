"""What is handed in, as rows of a curriculum that is being published: projects, their graders and rubrics.

Everything of one kind is written at once, so that a large program takes no more queries than a small one.
"""

from collections.abc import Iterable, Mapping, Sequence

from courses.curriculum.spec import ActivitySpec, CriterionSpec, CurriculumSpec, RubricSpec
from courses.models import Curriculum, Skill
from projects.grading.engine import Bundle, declared_points, release_files
from projects.models import Criterion, GraderVersion, GraderVersionFile, Level, Project, Rubric, StoredFile


def write_projects(curriculum: Curriculum, spec: CurriculumSpec, bundles: Mapping[str, Bundle]) -> None:
    """Write all that is handed in, with the bundles by slug."""
    specs = [one for module in spec.modules for one in module.activities if one.project]
    activities = dict(curriculum.activities.values_list("slug", "pk"))
    rows = [_project(curriculum, activities[one.slug], one, bundles[one.slug]) for one in specs]
    projects = Project.objects.bulk_create(rows)
    _write_graders([(project, 1, bundles[project.slug]) for project in projects])
    rubrics = [
        (project, one.project.rubric)
        for project, one in zip(projects, specs, strict=True)
        if one.project and one.project.rubric
    ]
    _write_rubrics(rubrics, {skill.slug: skill for skill in curriculum.skills.all()})


def _project(curriculum: Curriculum, activity: int, spec: ActivitySpec, bundle: Bundle) -> Project:
    assert spec.project
    rubric = spec.project.rubric
    return Project(
        activity_id=activity,
        curriculum=curriculum,
        slug=spec.slug,
        kind=spec.project.kind,
        title=spec.title,
        max_attempts=spec.project.max_attempts,
        accepts_files=spec.project.accepts_files,
        accepts_link=spec.project.accepts_link,
        checks_max=declared_points(bundle),
        rubric_max=sum(max(level.points for level in one.levels) for one in rubric.criteria) if rubric else 0,
    )


def publish_grader_version(*, project: Project, bundle: Bundle) -> GraderVersion:
    """Store a bundle and what learners download as the project's next grader version."""
    last = project.grader_versions.first()
    (version,) = _write_graders([(project, last.number + 1 if last else 1, bundle)])
    return version


def _write_graders(graders: Sequence[tuple[Project, int, Bundle]]) -> list[GraderVersion]:
    """The grader versions of these projects, each with its number and its files."""
    versions = GraderVersion.objects.bulk_create(
        [
            GraderVersion(
                project=project,
                number=number,
                kind=bundle.kind,
                digest=bundle.digest,
                config=dict(bundle.config),
                max_score=declared_points(bundle),
            )
            for project, number, bundle in graders
        ]
    )
    files = [
        (version, part, name, data)
        for version, (project, _, bundle) in zip(versions, graders, strict=True)
        for part, of_part in (("bundle", bundle.files), ("release", release_files(bundle, f"{project.slug}.ipynb")))
        for name, data in of_part.items()
    ]
    kept = StoredFile.objects.keep_all([data for *_, data in files])
    GraderVersionFile.objects.bulk_create(
        GraderVersionFile(grader_version=version, part=part, name=name, stored=stored)
        for (version, part, name, _), stored in zip(files, kept, strict=True)
    )
    return versions


def _write_rubrics(specs: Sequence[tuple[Project, RubricSpec]], skills: Mapping[str, Skill]) -> None:
    rubrics = Rubric.objects.bulk_create(
        [Rubric(project=project, pass_percent=spec.pass_percent) for project, spec in specs]
    )
    named = [
        (rubric, position, one)
        for rubric, (_, spec) in zip(rubrics, specs, strict=True)
        for position, one in enumerate(spec.criteria)
    ]
    criteria = Criterion.objects.bulk_create(
        [
            Criterion(rubric=rubric, position=position, slug=one.slug, title=one.title, description=one.description)
            for rubric, position, one in named
        ]
    )
    _write_criteria(list(zip(criteria, (one for *_, one in named), strict=True)), skills)


def _write_criteria(criteria: Iterable[tuple[Criterion, CriterionSpec]], skills: Mapping[str, Skill]) -> None:
    """The skills and the levels of these criteria."""
    evidences = Criterion.skills.through
    evidences.objects.bulk_create(
        evidences(criterion=criterion, skill=skills[slug])
        for criterion, one in criteria
        for slug in dict.fromkeys(one.skills)
    )
    Level.objects.bulk_create(
        Level(criterion=criterion, position=rank, title=level.title, points=level.points, description=level.description)
        for criterion, one in criteria
        for rank, level in enumerate(one.levels)
    )
