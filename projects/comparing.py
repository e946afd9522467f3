"""Comparing two versions of a program with what is handed in: graders, rubrics, rules and skills beside texts and quizzes."""

from collections import defaultdict
from typing import Any

from django.db.models import OuterRef, Subquery

from courses.comparing import Comparison, compare, facts_of
from courses.digests import detail_digests, digest_of, quiz_digests, text_digests
from courses.models import Activity, Curriculum
from courses.outline import MOST_OUTLINES, kept, outline_of
from projects.models import Criterion, GraderVersion, GraderVersionFile, Project

DECIDED = ("in_kernel", "objects", "changes")
"""What a self-test writes into the config of a grader; the rest is its author's."""
RULES = ("max_attempts", "accepts_files", "accepts_link")


def comparison_of(old: Curriculum, new: Curriculum) -> Comparison:
    """What differs between two versions; four queries for their graders, and what is read of a version for the first time."""
    return compare(*(facts_of(outline_of(one.pk), parts_of(one.pk)) for one in (old, new)))


def parts_of(curriculum_id: int) -> dict[str, dict[str, str]]:
    """By slug of an activity, the digests of what it is made of."""
    digests = {
        "text": text_digests(curriculum_id),
        "quiz": quiz_digests(curriculum_id),
        "grader": grader_digests(curriculum_id),
        "rubric": rubric_digests(curriculum_id),
        "rules": _rule_digests(curriculum_id),
        "details": detail_digests(curriculum_id),
        "skills": _skill_digests(curriculum_id),
    }
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    for part, by_slug in digests.items():
        for slug, digest in by_slug.items():
            parts[slug][part] = digest
    return parts


def grader_digests(curriculum_id: int) -> dict[str, str]:
    """Of the newest grader of each project what its author wrote: files and config, not the engine that runs it."""
    newest = GraderVersion.objects.filter(project=OuterRef("pk")).order_by("-number").values("pk")[:1]
    projects = Project.objects.filter(curriculum=curriculum_id).order_by()
    versions = dict(projects.annotate(newest=Subquery(newest)).values_list("newest", "slug"))
    files: dict[int, list[Any]] = defaultdict(list)
    rows = GraderVersionFile.objects.filter(grader_version__in=versions, part="bundle").order_by("name")
    for version, name, stored in rows.values_list("grader_version", "name", "stored"):
        files[version].append((name, stored))
    return {
        versions[pk]: digest_of([kind, {key: config[key] for key in config if key not in DECIDED}, files[pk]])
        for pk, kind, config in GraderVersion.objects.filter(pk__in=versions).values_list("pk", "kind", "config")
    }


@kept(MOST_OUTLINES)
def rubric_digests(curriculum_id: int) -> dict[str, str]:
    """Of each rubric: of its criteria in order, and of what passes it."""
    rubrics: dict[str, list[Any]] = defaultdict(list)
    for criterion in criteria_of(curriculum_id):
        rubric = criterion.rubric
        rubrics[rubric.project.slug].append([rubric.pass_percent, criterion.slug, digest_of_criterion(criterion)])
    return {slug: digest_of(criteria) for slug, criteria in rubrics.items()}


def criteria_of(curriculum_id: int) -> list[Criterion]:
    """All criteria of a version with their levels; two queries."""
    found = Criterion.objects.filter(rubric__project__curriculum=curriculum_id).select_related("rubric__project")
    return list(found.prefetch_related("levels").order_by("rubric", "position"))


def digest_of_criterion(criterion: Criterion) -> str:
    """Criteria of the same digest ask for the same and give the same points."""
    levels = [[one.title, str(one.points.normalize()), one.description] for one in criterion.levels.all()]
    return digest_of([criterion.slug, criterion.title, criterion.description, levels])


@kept(MOST_OUTLINES)
def _rule_digests(curriculum_id: int) -> dict[str, str]:
    rows = Project.objects.filter(curriculum=curriculum_id).order_by().values_list("slug", *RULES)
    return {slug: digest_of(rules) for slug, *rules in rows}


@kept(MOST_OUTLINES)
def _skill_digests(curriculum_id: int) -> dict[str, str]:
    """Of each activity with skills: of those that it teaches, and of those that each criterion of its rubric evidences.

    Apart from the rubric's digest: whoever works on it is judged as before.
    """
    skills: dict[str, list[Any]] = defaultdict(list)
    taught = Activity.objects.filter(curriculum=curriculum_id, skills__isnull=False).order_by("skills__slug")
    for slug, skill in taught.values_list("slug", "skills__slug"):
        skills[slug].append(["", skill])
    evidenced = Criterion.objects.filter(rubric__project__curriculum=curriculum_id, skills__isnull=False)
    rows = evidenced.order_by("slug", "skills__slug").values_list("rubric__project__slug", "slug", "skills__slug")
    for slug, criterion, skill in rows:
        skills[slug].append([criterion, skill])
    return {slug: digest_of(found) for slug, found in skills.items()}
