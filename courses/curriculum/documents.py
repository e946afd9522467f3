"""The YAML files of a curriculum, opened, and what they have in common."""

from courses.curriculum.folder import Folder
from courses.curriculum.record import Record
from courses.curriculum.yamltext import read_yaml


def open_record(path: str, folder: Folder) -> Record | None:
    """The mapping of a YAML file that begins with `schema: 1`, or None (which is noted, but not of a missing file)."""
    text = folder.text(path)
    node = read_yaml(text, path, folder.problems) if text is not None else None
    if node is None:
        return None
    record = Record(node, path, folder.problems, line=1)
    record.schema()
    return record


def known_skills(record: Record, skills: set[str], *, required: bool) -> tuple[str, ...]:
    """The skills that the record names; unknown (unless no skill could be read) and repeated ones are noted."""
    named: list[str] = []
    for entry in record.texts("skills", required=required):
        if skills and entry.text not in skills:
            problem = f"There is no skill {entry.text}."
            record.problems.add(entry.file, entry.line, problem, "Use the slug of a skill in skills.yaml.")
        elif entry.text in named:
            record.problems.add(entry.file, entry.line, f"The skill {entry.text} is named twice.", "Keep it once.")
        named.append(entry.text)
    return tuple(named)
