"""imsmanifest.xml: what a cartridge holds, and the tree by weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from courses.models import Curriculum
from projects.exports.cartridge.profile import WEB_CONTENT, Profile

LANGUAGE: Final = "en"


@dataclass(frozen=True)
class Resource:
    """Something of the cartridge: `files` are its bytes by path, the first its main one; `needs` are the identifiers of
    resources that it shows, and `better` is that of one which says the same in a way that fewer systems know.
    """

    identifier: str
    type: str
    files: Mapping[str, bytes]
    needs: Sequence[str] = ()
    better: str = ""


@dataclass
class Branch:
    """An entry of the tree: a week with entries, or one thing to open."""

    identifier: str
    title: str
    resource: str = ""
    branches: list["Branch"] = field(default_factory=list)


def xml_bytes(root: Element) -> bytes:
    """The document with its declaration."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def manifest_xml(
    curriculum: Curriculum, weeks: Sequence[Branch], resources: Sequence[Resource], profile: Profile
) -> bytes:
    """The manifest of these resources under this tree."""
    names = {"xmlns": profile.namespace, "xmlns:lomimscc": profile.metadata_namespace}
    if profile.has_assignments:
        names["xmlns:cpx"] = profile.extension_namespace
    root = Element("manifest", {"identifier": f"curriculum-{curriculum.digest[:32]}", **names})
    _write_metadata(root, curriculum, profile)
    organization = SubElement(
        SubElement(root, "organizations"), "organization", identifier="organization", structure="rooted-hierarchy"
    )
    top = SubElement(organization, "item", identifier="root")
    for week in weeks:
        _write_branch(top, week)
    listed = SubElement(root, "resources")
    for resource in resources:
        _write_resource(listed, resource)
    indent(root)
    return xml_bytes(root)


def _write_metadata(root: Element, curriculum: Curriculum, profile: Profile) -> None:
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "IMS Common Cartridge"
    SubElement(metadata, "schemaversion").text = profile.version
    general = SubElement(SubElement(metadata, "lomimscc:lom"), "lomimscc:general")
    said = {"title": str(curriculum), "description": curriculum.program.summary}
    for name, text in said.items():
        if text:
            string = SubElement(SubElement(general, f"lomimscc:{name}"), "lomimscc:string", language=LANGUAGE)
            string.text = text


def _write_branch(parent: Element, branch: Branch) -> None:
    leads = {"identifierref": branch.resource} if branch.resource else {}
    item = SubElement(parent, "item", {"identifier": branch.identifier, **leads})
    SubElement(item, "title").text = branch.title
    for one in branch.branches:
        _write_branch(item, one)


def _write_resource(parent: Element, resource: Resource) -> None:
    """Only web content is opened at an address of its own; what an importer reads has none."""
    main = {"href": next(iter(resource.files))} if resource.type == WEB_CONTENT else {}
    written = SubElement(parent, "resource", {"identifier": resource.identifier, "type": resource.type, **main})
    for path in resource.files:
        SubElement(written, "file", href=path)
    for one in resource.needs:
        SubElement(written, "dependency", identifierref=one)
    if resource.better:
        variant = SubElement(
            written, "cpx:variant", identifier=f"{resource.identifier}-variant", identifierref=resource.better
        )
        SubElement(variant, "cpx:metadata")
