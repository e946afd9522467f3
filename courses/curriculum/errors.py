"""What is wrong with a curriculum folder, said so that an author can put it right."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class CurriculumError:
    """One thing that is wrong: `file` is relative to the folder, `line` counts from 1 (None: the file as a whole)."""

    file: str
    line: int | None
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.problem} {self.remedy}"


class CurriculumErrors(Exception):
    """Everything that is wrong with a curriculum folder, in order of file and line."""

    def __init__(self, errors: Iterable[CurriculumError]) -> None:
        self.errors = sorted(set(errors), key=lambda error: (error.file, error.line or 0, error.problem))
        super().__init__(self.errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


class Problems:
    """Where everybody who reads a part of the folder says what is wrong."""

    def __init__(self) -> None:
        self.errors: list[CurriculumError] = []

    def add(self, file: str, line: int | None, problem: str, remedy: str) -> None:
        """Note one problem and how to put it right; both are sentences."""
        self.errors.append(CurriculumError(file, line, problem, remedy))
