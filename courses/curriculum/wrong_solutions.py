"""Typical wrong solutions, kept beside an exercise in `wrong/`: what its checks must reject."""

from courses.curriculum.documents import open_record
from courses.curriculum.folder import Folder
from courses.curriculum.record import Record
from courses.curriculum.spec import WrongSpec

FOLDER = "wrong"
LONGEST = 50_000


def is_wrong_solution(name: str) -> bool:
    """Whether a file of an exercise, by its path from there, is one; learners never get it, and no check reads it."""
    return name.startswith(f"{FOLDER}/")


def read_wrong_solutions(path: str, kind: str, folder: Folder) -> tuple[WrongSpec, ...]:
    """Those of the exercise in the folder `path`, by name."""
    found = []
    for name in sorted(folder.below(f"{path}/{FOLDER}")):
        file = f"{path}/{FOLDER}/{name}"
        if not name.endswith(".yaml") or "/" in name:
            folder.problems.add(file, None, "This is no wrong solution.", "Keep one in each YAML file of this folder.")
        elif (record := open_record(file, folder)) is not None:
            found.append(_read(record, file, kind))
    return tuple(found)


def _read(record: Record, file: str, kind: str) -> WrongSpec:
    why = record.text("why")
    must_fail = tuple(entry.text for entry in record.texts("must_fail"))
    if "must_fail" in record and not must_fail:
        record.refuse("must_fail", "The wrong solution loses no points.", "Name the groups of checks that reject it.")
    answers: dict[str, str] = {}
    if kind != "notebook":
        answers["answer"] = record.text("answer", limit=LONGEST)
    elif (cells := record.record("cells", required=True)) is not None:
        answers = {grade_id: cells.text(grade_id, limit=LONGEST) for grade_id in cells.entries()}
    record.close()
    return WrongSpec(file, why, must_fail, answers)
