"""The structure rules of IMS Common Cartridge 1.1 and 1.3, checked on a finished file.

Written from the specification's schemas and its numbered rule sets for manifests and quizzes (QTI 1.2.1), of which the
numbers below are; the schemas themselves are not in this repository. What is checked: which elements may follow each
other, with which attributes, the rule sets for the kinds of resources and questions that we write, and that manifest and
file name the same things.
"""

import posixpath
import re
import zipfile
from urllib.parse import urlsplit
from xml.etree import ElementTree

CP = {"1.3.0": "imsccv1p3", "1.1.0": "imsccv1p1"}
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
ASSIGNMENT = "http://www.imsglobal.org/xsd/imscc_extensions/assignment"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")  # xs:ID
NEEDED = re.compile(r'(?:src|href)="([^"]*)"')

# Each element: the children it may have in order, the attributes it must have, those it may have.
MANIFEST = {
    "manifest": ("metadata organizations resources ", {"identifier"}, set()),
    "metadata": ("schema schemaversion lom |", set(), set()),
    "lom": ("(general )?", set(), set()),
    "general": ("(title )?(description )*", set(), set()),
    "description": ("(string )+", set(), set()),
    "string": ("", set(), {"language"}),
    "schema": ("", set(), set()),
    "schemaversion": ("", set(), set()),
    "organizations": ("(organization )?", set(), set()),
    "organization": ("(title )?item (metadata )?", {"identifier", "structure"}, set()),
    "item": ("(title )?(item )*(metadata )?", {"identifier"}, {"identifierref"}),
    "title": ("(string )*", set(), set()),
    "resources": ("(resource )*", set(), set()),
    "resource": ("(metadata )?(file )*(dependency )*(variant )?", {"identifier", "type"}, {"href", "intendeduse"}),
    "file": ("(metadata )?", {"href"}, set()),
    "dependency": ("", {"identifierref"}, set()),
    "variant": ("metadata ", {"identifier", "identifierref"}, set()),
}
MATERIAL = "(material |flow_mat )"
QUIZ = {
    "questestinterop": ("assessment ", set(), set()),
    "assessment": ("(qtimetadata )?(rubric )?(presentation_material )?section ", {"ident", "title"}, set()),
    "qtimetadata": ("(qtimetadatafield )+", set(), set()),
    "qtimetadatafield": ("fieldlabel fieldentry ", set(), set()),
    "fieldlabel": ("", set(), set()),
    "fieldentry": ("", set(), set()),
    "rubric": ("material ", set(), set()),
    "section": ("(item )+", {"ident"}, {"title"}),
    "item": ("(itemmetadata )?(presentation )?(resprocessing )*(itemfeedback )*", {"ident"}, {"title"}),
    "itemmetadata": ("(qtimetadata )+", set(), set()),
    "presentation": ("(flow |(material |response_lid |response_str )+)", set(), {"label"}),
    "response_lid": ("(material )?(render_choice |render_fib )(material )?", {"ident"}, {"rcardinality", "rtiming"}),
    "response_str": ("(material )?(render_choice |render_fib )(material )?", {"ident"}, {"rcardinality", "rtiming"}),
    "render_choice": ("(material |response_label |flow_label )*", set(), {"shuffle", "minnumber", "maxnumber"}),
    "render_fib": ("(material |response_label |flow_label )*", set(), {"prompt", "fibtype", "rows", "columns"}),
    "response_label": ("(material |flow_mat )*", {"ident"}, {"rshuffle"}),
    "resprocessing": ("outcomes (respcondition )+", set(), set()),
    "outcomes": ("decvar ", set(), set()),
    "decvar": ("", {"varname"}, {"vartype", "minvalue", "maxvalue"}),
    "respcondition": ("conditionvar (setvar )*(displayfeedback )*", set(), {"title", "continue"}),
    "conditionvar": ("(and |other |varequal |varsubstring )+", set(), set()),
    "and": ("(not |varequal )+", set(), set()),
    "not": ("(varequal )+", set(), set()),
    "other": ("", set(), set()),
    "varequal": ("", {"respident"}, {"case"}),
    "setvar": ("", set(), {"varname", "action"}),
    "displayfeedback": ("", {"feedbacktype", "linkrefid"}, set()),
    "itemfeedback": (f"({MATERIAL}|solution |hint )+", {"ident"}, {"title"}),
    "solution": ("(solutionmaterial )+", set(), {"feedbackstyle"}),
    "solutionmaterial": (f"{MATERIAL}+", set(), set()),
    "material": ("(mattext |matbreak )+", set(), {"label"}),
    "mattext": ("", set(), {"texttype", "charset"}),
}
LINK = {
    "webLink": ("title url ", set(), set()),
    "title": ("", set(), set()),
    "url": ("", {"href"}, {"target", "windowFeatures"}),
}
WORK = {
    "assignment": (
        "title (text )?(instructor_text )?(gradable )?(attachments )?(submission_formats )?",
        {"identifier"},
        set(),
    ),
    "title": ("", set(), set()),
    "text": ("", {"texttype"}, set()),
    "gradable": ("", set(), {"points_possible"}),
    "submission_formats": ("(format )+", set(), set()),
    "format": ("", {"type"}, set()),
}
ASSESSMENT_FIELDS = {  # rule set 1
    "cc_profile": {"cc.exam.v0p1"},
    "qmd_assessmenttype": {"Examination"},
    "qmd_scoretype": {"Percentage"},
    "qmd_feedbackpermitted": {"Yes", "No"},
    "qmd_hintspermitted": {"Yes", "No"},
    "qmd_solutionspermitted": {"Yes", "No"},
    "cc_maxattempts": {"1", "2", "3", "4", "5", "unlimited"},
}
QUESTION_FIELDS = {  # rule set 2
    "cc_profile": {f"cc.{one}.v0p1" for one in ("multiple_choice", "multiple_response", "fib", "essay")},
    "cc_weighting": {str(number) for number in range(1, 100)},
    "qmd_scoringpermitted": {"Yes"},
    "qmd_computerscored": {"Yes", "No"},
}


def problems_of(path):
    """Everything that is wrong with the cartridge, as sentences; none when it keeps the rules."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        found = [f"{name} is there twice" for name in set(names) if names.count(name) > 1]
        found += [f"{name} leads out of the cartridge" for name in names if ".." in name.split("/") or name[0] == "/"]
        if "imsmanifest.xml" not in names:
            return [*found, "there is no imsmanifest.xml"]
        root = ElementTree.fromstring(archive.read("imsmanifest.xml"))
        found += _Manifest(root, set(names) - {"imsmanifest.xml"}).problems
        for resource in root.iterfind("{*}resources/{*}resource"):
            files = [file.get("href") for file in resource.iterfind("{*}file")]
            kind = resource.get("type")
            found += [
                f"{name}: {problem}"
                for name in files[:1]
                if name in names
                for problem in _of_file(kind, archive.read(name), name, set(names))
            ]
    return found


def _of_file(kind, data, name, names):
    """What is wrong with the main file of a resource."""
    if kind == "webcontent":
        return _lost(data.decode(), posixpath.dirname(name), names) if name.endswith(".html") else []
    root = ElementTree.fromstring(data)
    texts = " ".join(text for text in root.itertext())
    lost = _lost(texts.replace("$IMS-CC-FILEBASE$/", "/"), "", names)
    if kind.startswith("imswl_"):
        expected = kind.removeprefix("imswl_xml")
        right = root.tag == f"{{http://www.imsglobal.org/xsd/imscc{expected}/imswl_{expected}}}webLink"
        return _structure(root, LINK) + ([] if right else [f"its root is {root.tag}"])
    if kind == "assignment_xmlv1p0":
        right = root.tag == f"{{{ASSIGNMENT}}}assignment"
        formats = {one.get("type") for one in root.iter(f"{{{ASSIGNMENT}}}format")}
        wrong = [f"there is a format {one}" for one in formats - {"html", "text", "url", "file"}]
        return _structure(root, WORK) + lost + wrong + ([] if right else [f"its root is {root.tag}"])
    return _structure(root, QUIZ) + lost + _quiz(root)


def _lost(markup, folder, names):
    """Files of the cartridge that a text names and that are not there."""
    found = []
    for target in NEEDED.findall(markup):
        if not urlsplit(target).scheme and not target.startswith("#"):
            place = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
            if place not in names:
                found.append(f"there is no {target}")
    return found


def _local(element):
    return element.tag.rpartition("}")[2]


def _structure(root, models):
    """Elements that are unknown, in a wrong order, or with attributes that are missing or unknown."""
    found = []
    for element in root.iter():
        name = _local(element)
        if name not in models:
            found.append(f"{name} is unknown")
            continue
        children, required, optional = models[name]
        if not re.fullmatch(children, "".join(f"{_local(child)} " for child in element)):
            found.append(f"{name} holds {[_local(child) for child in element]}")
        given = {attribute.rpartition("}")[2] for attribute in element.attrib}
        if required - given or given - required - optional:
            found.append(f"{name} has the attributes {sorted(given)}")
    return found


class _Manifest:
    """The manifest's own rules: 2, 3, 5, 7 to 10, and the schema's."""

    def __init__(self, root, names):
        self.problems = _structure(root, MANIFEST)
        version = root.findtext("{*}metadata/{*}schemaversion")
        self.tag = CP.get(version, "no version")
        self._check(root.findtext("{*}metadata/{*}schema") == "IMS Common Cartridge", "its schema is another")
        self._check(root.tag == f"{{http://www.imsglobal.org/xsd/{self.tag}/imscp_v1p1}}manifest", f"root {root.tag}")
        lom = root.find("{*}metadata/{*}lom")
        self._check(lom is not None and self.tag in lom.tag, "there is no metadata of the manifest")
        self.resources = {one.get("identifier"): one for one in root.iterfind("{*}resources/{*}resource")}
        self._check_names(root)
        self._check_tree(root)
        listed = [file.get("href") for one in self.resources.values() for file in one.iterfind("{*}file")]
        self._check(set(listed) == names, f"files differ from the manifest's: {set(listed) ^ names}")
        for one in self.resources.values():
            self._check_resource(one)

    def _check(self, holds, problem):
        if not holds:
            self.problems.append(problem)

    def _check_names(self, root):
        named = [one.get("identifier") for one in root.iter() if one.get("identifier") is not None]
        self._check(len(named) == len(set(named)), "an identifier is there twice")
        self.problems += [f"{one} is no identifier" for one in named if not NAME.fullmatch(one)]

    def _check_tree(self, root):
        organization = root.find("{*}organizations/{*}organization")
        self._check(organization.get("structure") == "rooted-hierarchy", "it is no rooted hierarchy")
        (top,) = organization.iterfind("{*}item")
        self._check(top.find("{*}title") is None, "the root of the tree has a title")
        for item in top.iter():
            if _local(item) != "item" or item is top:
                continue
            self._check(item.findtext("{*}title"), f"{item.get('identifier')} has no title")
            leads = item.get("identifierref")
            if leads is None:
                continue
            self._check(item.find("{*}item") is None, f"{item.get('identifier')} leads somewhere and holds items [8b]")
            self._check(leads in self.resources, f"there is no resource {leads}")
            resource = self.resources.get(leads)
            if resource is not None and resource.get("type") == "webcontent":
                self._check(resource.get("href"), f"{leads} has no href [5g]")

    def _check_resource(self, resource):
        name, kind, href = (resource.get(one) for one in ("identifier", "type", "href"))
        files = [file.get("href") for file in resource.iterfind("{*}file")]
        needs = [one.get("identifierref") for one in resource.iterfind("{*}dependency")]
        kinds = {"webcontent", f"imswl_xml{self.tag[5:]}", f"imsqti_xmlv1p2/imscc_xml{self.tag[5:]}/assessment"}
        if self.tag == "imsccv1p3":
            kinds.add("assignment_xmlv1p0")
        self._check(kind in kinds, f"{name} is of the unknown type {kind}")
        self._check(len(files) == len(set(files)), f"{name} names a file twice [9a]")
        self._check(href is None or href in files, f"{name} has no file {href} [10b]")
        self._check(len(needs) == len(set(needs)) and name not in needs, f"{name} needs something twice, or itself [7]")
        for one in needs:
            self._check(one in self.resources, f"{name} needs {one}, which is not there")
            self._check(
                one in self.resources and self.resources[one].get("type") == "webcontent", f"{name} needs {one}"
            )
        if kind != "webcontent":
            self._check(len(files) == 1 and href is None, f"{name} has {len(files)} files and the href {href} [2, 3]")
        if kind.startswith("imswl_"):
            self._check(not needs, f"{name} needs something [2d]")
        for variant in resource.iterfind("{*}variant"):
            self._check(variant.get("identifierref") in self.resources, f"{name} has a variant that is not there")


def _fields(metadata):
    return [(one.findtext("{*}fieldlabel"), one.findtext("{*}fieldentry")) for one in metadata]


def _check_fields(metadata, known, place):
    fields = _fields(metadata)
    found = [f"{place}: {label} is {entry}" for label, entry in fields if entry not in known.get(label, ())]
    return found + [f"{place}: a field is there twice"] * (len(fields) != len({label for label, _ in fields}))


def _quiz(root):
    """Rule sets 1 to 13 for the kinds of questions that we write."""
    found = [] if root.tag == f"{{{QTI}}}questestinterop" else [f"its root is {root.tag}"]
    assessment = root.find("{*}assessment")
    found += _check_fields(assessment.find("{*}qtimetadata"), ASSESSMENT_FIELDS, "assessment")
    items = list(assessment.iterfind("{*}section/{*}item"))
    found += ["two questions have one ident [13a]"] * (len(items) != len({one.get("ident") for one in items}))
    for item in items:
        found += [f"{item.get('ident')}: {problem}" for problem in _question(item)]
    return found


def _question(item):
    metadata = item.find("{*}itemmetadata/{*}qtimetadata")
    found = _check_fields(metadata, QUESTION_FIELDS, "item")
    fields = dict(_fields(metadata))
    kind = fields.get("cc_profile", "").split(".")[1]
    chosen, typed = item.findall("{*}presentation/{*}response_lid"), item.findall("{*}presentation/{*}response_str")
    labels = [one.get("ident") for one in item.iter(f"{{{QTI}}}response_label")]
    equal = list(item.iter(f"{{{QTI}}}varequal"))
    responses = {one.get("ident") for one in [*chosen, *typed]}
    found += ["a condition is on no response [3e to 7c]"] * any(one.get("respident") not in responses for one in equal)
    if kind in ("multiple_choice", "multiple_response"):
        cardinality = "Single" if kind == "multiple_choice" else "Multiple"
        found += ["its cardinality is another [4a, 5a]"] * (chosen[0].get("rcardinality") != cardinality)
        found += ["it is typed [4b, 5b]"] * bool(typed)
        found += ["it has too few options [4d, 5d]"] * (len(labels) < (3 if kind == "multiple_choice" else 2))
        found += ["a condition is on no option [9a]"] * any(one.text not in labels for one in equal)
    else:
        found += ["it is chosen [6a, 8a]"] * bool(chosen or labels)
    if kind == "essay":
        found += ["an essay has a right answer [8c]"] * bool(equal)
        found += ["an essay is computer-scored [8f]"] * (fields.get("qmd_computerscored") != "No")
    else:
        found += ["no answer is right"] * (not any(one.text == "100" for one in item.iter(f"{{{QTI}}}setvar")))
    shown = {one.get("linkrefid"): one.get("feedbacktype") for one in item.iter(f"{{{QTI}}}displayfeedback")}
    given = {one.get("ident"): one for one in item.iterfind("{*}itemfeedback")}
    found += [f"feedback differs from what is shown: {set(shown) ^ set(given)} [12c, 12d]"] * (set(shown) != set(given))
    for ident, feedback in given.items():
        solves = feedback.find("{*}solution") is not None
        found += [f"{ident} is no solution, or is one [11, 12]"] * (
            solves != (shown.get(ident) == "Solution") or solves != (ident == "solution")
        )
    return found
