"""What a project takes: which file, how large, and how its page speaks of it."""

from dataclasses import dataclass

from django.conf import settings

from projects.bundles import terms_of
from projects.grading.engine import max_upload, wanted_file
from projects.models import GraderVersion

WORDS = {
    "notebook": ("Your notebook", "The notebook you downloaded, with your answers in its answer cells."),
    "archive": ("Your work", "One zip, or several files. Leave out data sets, models and virtual environments."),
    "function": ("Your file {name}", "The functions that are asked for, in this one file."),
    "model": ("Your file {name}", "Your functions fit and predict, in this one file."),
    "predictions": ("Your file {name}", "One prediction for each row, in the order of the rows."),
}


@dataclass(frozen=True)
class Wanted:
    """What is handed in: `kind` is a key of `WORDS`; `name` that of the one file of a function or model exercise."""

    kind: str
    name: str
    max_bytes: int

    @property
    def accept(self) -> str:
        """The ending of the one file; empty for any number of files."""
        if self.kind == "notebook":
            return ".ipynb"
        return self.name[self.name.rindex(".") :] if self.name else ""

    @property
    def words(self) -> tuple[str, str]:
        """A label and a hint."""
        label, hint = WORDS[self.kind]
        return label.format(name=self.name), hint


def wanted_of(version: GraderVersion | None) -> Wanted:
    """What is handed in for a grader version; without one anything is."""
    if version is None:
        return Wanted("archive", "", settings.SUBMISSION_MAX_BYTES)
    terms = terms_of(version)
    name = wanted_file(terms) or ""
    kind = "predictions" if version.kind == "model" and not name.endswith(".py") else version.kind
    return Wanted(kind, name, max_upload(terms) or settings.SUBMISSION_MAX_BYTES)
