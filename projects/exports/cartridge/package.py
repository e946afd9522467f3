"""A cartridge of a curriculum: its weeks, each with pages, links, quizzes and work to hand in, in one file."""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from django.db.models import Prefetch, QuerySet

from courses.models import Activity, Curriculum, Module
from projects.exports.cartridge import pages
from projects.exports.cartridge.manifest import Branch, Resource, manifest_xml, xml_bytes
from projects.exports.cartridge.profile import ASSIGNMENT_NAMESPACE, ASSIGNMENT_TYPE, PROFILES, WEB_CONTENT, Profile
from projects.exports.cartridge.quizzes import quiz_xml
from projects.exports.drafts import draft_of
from projects.models import GraderVersion, GraderVersionFile, Project
from projects.models.projects import LinkRule

MANIFEST: Final = "imsmanifest.xml"
NO_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
"""The same curriculum makes the same bytes."""


def export_cartridge(curriculum: Curriculum, file: Path, profile: Profile = PROFILES["1.3"]) -> int:
    """Write the curriculum as a cartridge to a new file; returns how many resources it holds.

    Solutions, hidden checks and what only graders get are not in it; the right answers of quizzes are, since whoever
    imports it asks them. All or nothing. Raises `ExportRefused`.
    """
    cartridge = _Cartridge(curriculum, profile)
    with draft_of(file) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, MANIFEST, manifest_xml(curriculum, cartridge.weeks, cartridge.resources, profile))
        for resource in cartridge.resources:
            for path, data in resource.files.items():
                _put(archive, path, data)
    return len(cartridge.resources)


def _put(archive: zipfile.ZipFile, path: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(path, NO_MOMENT)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(entry, data)


class _Cartridge:
    """The tree and the resources of a curriculum; as many queries for a large one as for a small one."""

    def __init__(self, curriculum: Curriculum, profile: Profile) -> None:
        self.profile = profile
        self.weeks: list[Branch] = []
        self.resources: list[Resource] = []
        activities = list(_activities_of(curriculum))
        self.pages = frozenset(one.slug for one in activities if _has_page(one))
        for module in curriculum.modules.all():
            week = Branch(f"week-{module.week}", str(module))
            about = self._add(f"week-{module.week}-about", WEB_CONTENT, {_week(module): pages.week_page(module)})
            week.branches.append(Branch(f"week-{module.week}-item", "About this week", about))
            for activity in activities:
                if activity.module_id == module.pk:
                    week.branches += self._branches(activity)
            self.weeks.append(week)

    def _branches(self, activity: Activity) -> Iterator[Branch]:
        name = f"activity-{activity.slug}"
        if activity.url:
            link = self._add(
                f"{name}-link", self.profile.link_type, {f"{_folder(activity)}/link.xml": self._link(activity)}
            )
            yield Branch(f"{name}-link-item", activity.title, link)
        if hasattr(activity, "quiz"):
            yield Branch(f"{name}-item", activity.title, self._add_quiz(activity, name))
        if _has_page(activity):
            title = f"{activity.title} (notes)" if activity.url else activity.title
            yield Branch(f"{name}-page-item", title, self._add_page(activity, name))

    def _add(
        self, identifier: str, kind: str, files: dict[str, bytes], needs: Sequence[str] = (), better: str = ""
    ) -> str:
        self.resources.append(Resource(identifier, kind, files, needs, better))
        return identifier

    def _add_quiz(self, activity: Activity, name: str) -> str:
        images = _images(activity)
        needs = [self._add(f"{name}-images", WEB_CONTENT, images)] if images else []
        document = quiz_xml(activity.quiz, activity.title, f"{name}-quiz", _folder(activity))
        files = {f"{_folder(activity)}/quiz.xml": xml_bytes(document)}
        return self._add(f"{name}-quiz", self.profile.quiz_type, files, needs)

    def _add_page(self, activity: Activity, name: str) -> str:
        folder, project = _folder(activity), getattr(activity, "project", None)
        given = _given(project) if project else []
        beside = _images(activity) | {f"{folder}/files/{file.name}": file.stored.read() for file in given}
        parts = [pages.about(activity), activity.content.body_html, pages.downloads(file.name for file in given)]
        if project and hasattr(project, "rubric"):
            parts.append(pages.rubric_table(project.rubric))
        better = ""
        if project and self.profile.has_assignments:
            better = f"{name}-assignment"
            self._add(better, ASSIGNMENT_TYPE, {f"{folder}/assignment.xml": _assignment(project, better, parts)})
        document = pages.page(activity.title, *(pages.linked(part, self.pages) for part in parts))
        return self._add(f"{name}-page", WEB_CONTENT, {f"{folder}/{pages.PAGE}": document} | beside, better=better)

    def _link(self, activity: Activity) -> bytes:
        root = Element("webLink", xmlns=self.profile.link_namespace)
        SubElement(root, "title").text = activity.title
        SubElement(root, "url", href=activity.url, target="_blank")
        return xml_bytes(root)


def _activities_of(curriculum: Curriculum) -> QuerySet[Activity]:
    released = GraderVersionFile.objects.filter(part="release").select_related("stored")
    graders = GraderVersion.objects.order_by("-number").prefetch_related(Prefetch("files", released))
    return curriculum.activities.select_related("content", "module", "quiz", "project__rubric").prefetch_related(
        "content__images",
        "quiz__questions",
        "project__rubric__criteria__levels",
        Prefetch("project__grader_versions", graders),
    )


def _given(project: Project) -> list[GraderVersionFile]:
    """What learners download: of the newest grader."""
    versions = list(project.grader_versions.all())
    return sorted(versions[0].files.all(), key=lambda file: file.name) if versions else []


def _has_page(activity: Activity) -> bool:
    """Whether there is more to it than a link or a quiz."""
    return bool(activity.content.body_html) or not (activity.url or hasattr(activity, "quiz"))


def _folder(activity: Activity) -> str:
    return f"activities/{activity.slug}"


def _week(module: Module) -> str:
    return f"weeks/{module.week:02}/{pages.PAGE}"


def _images(activity: Activity) -> dict[str, bytes]:
    return {f"{_folder(activity)}/asset/{one.name}": bytes(one.data) for one in activity.content.images.all()}


def _assignment(project: Project, identifier: str, parts: Sequence[str]) -> bytes:
    root = Element("assignment", xmlns=ASSIGNMENT_NAMESPACE, identifier=identifier)
    SubElement(root, "title").text = project.title
    described = "\n".join(part for part in parts if part)
    SubElement(root, "text", texttype="text/html").text = pages.rooted(described, _folder(project.activity))
    SubElement(root, "gradable", points_possible=str(pages.points_of(project))).text = "true"
    formats = SubElement(root, "submission_formats")
    if project.accepts_files:
        SubElement(formats, "format", type="file")
    if project.accepts_link != LinkRule.NONE:
        SubElement(formats, "format", type="url")
    return xml_bytes(root)
