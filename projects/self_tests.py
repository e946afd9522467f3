"""Self-tests of a curriculum folder's exercises, and the record beside the folder of what they found."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from courses.actions.publishing import PublishRefused
from courses.curriculum.spec import CurriculumSpec, ProjectSpec
from projects.grading.checks import SpecError
from projects.grading.engine import Bundle, NotebookError, SelfTest, WrongSolution, self_test
from projects.grading.workers import in_order

Report = Callable[[str], None]


@dataclass(frozen=True)
class Submittable:
    """What is handed in under a slug: its grader as the author wrote it, and the typical wrong solutions."""

    slug: str
    bundle: Bundle
    wrong: tuple[WrongSolution, ...] = ()

    @property
    def is_exercise(self) -> bool:
        return self.bundle.kind != "archive"

    @property
    def key(self) -> str:
        """Under which the outcome of its self-test is recorded: it covers engine, runtime and wrong solutions."""
        if not self.wrong:
            return self.bundle.digest
        wrong = [(one.name, sorted(one.answers.items()), sorted(one.must_fail)) for one in self.wrong]
        return hashlib.sha256(json.dumps([self.bundle.digest, wrong]).encode()).hexdigest()


def submittables_of(spec: CurriculumSpec) -> list[Submittable]:
    """All that is handed in, in the curriculum's order."""
    activities = (activity for module in spec.modules for activity in module.activities)
    return [_submittable(activity.slug, activity.project) for activity in activities if activity.project]


def _submittable(slug: str, project: ProjectSpec) -> Submittable:
    wrong = tuple(
        WrongSolution(PurePosixPath(one.file).stem, one.answers, frozenset(one.must_fail)) for one in project.wrong
    )
    return Submittable(slug, Bundle(project.bundle_kind, project.files, project.config), wrong)


def decided(submittables: Sequence[Submittable], folder: Path, tested: bool, report: Report) -> dict[str, Bundle]:
    """The bundles with what their self-tests decided, now or as the record beside the folder keeps it."""
    decisions = read_record(folder)
    if tested:
        found, wrong = _self_tested([one for one in submittables if one.key not in decisions], report)
        if wrong:
            raise PublishRefused("\n".join([*wrong, "Nothing was published."]))
        decisions |= found
    return {
        one.slug: replace(one.bundle, config={**one.bundle.config, **decisions.get(one.key, {})})
        for one in submittables
    }


def record_of(folder: Path) -> Path:
    """The file beside a curriculum folder that keeps what the self-tests of its exercises decided."""
    return folder.with_name(f"{folder.name}.graders.json")


def read_record(folder: Path) -> dict[str, dict[str, Any]]:
    """By `Submittable.key`, the config that a self-test decided; raises `PublishRefused` where the file is no such record."""
    path = record_of(folder)
    try:
        found = json.loads(path.read_text()) if path.exists() else {}
    except (OSError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(config, dict) for config in found.values()):
        raise PublishRefused(
            f"{path.name} is no record of self-tests; nothing was done. Restore it from git, or write it anew with "
            f"record_graders {folder.name} --afresh."
        )
    return found


def write_record(
    *, folder: Path, spec: CurriculumSpec, afresh: bool = False, report: Report = lambda line: None
) -> Path:
    """Self-test the exercises of a folder and keep what was decided of those that passed; then raise `PublishRefused`
    with all that is wrong with any other.

    What is recorded already of an unchanged one stays, unless all are to be tested `afresh`.
    """
    exercises = submittables_of(spec)
    keys = {one.key for one in exercises}
    known = {} if afresh else {key: config for key, config in read_record(folder).items() if key in keys}
    path = record_of(folder)

    def keep(found: dict[str, dict[str, Any]]) -> None:
        partial = path.with_name(f"{path.name}.part")
        partial.write_text(json.dumps(known | found, indent=1, sort_keys=True) + "\n")
        partial.replace(path)

    found, wrong = _self_tested([one for one in exercises if one.key not in known], report, keep)
    keep(found)
    if wrong:
        raise PublishRefused("\n".join([*wrong, f"The others are kept in {path.name}."]))
    return path


def _self_tested(
    submittables: Iterable[Submittable], report: Report, keep: Callable[[dict[str, dict[str, Any]]], None] | None = None
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """By key, what the self-tests of the exercises among them decided, several at a time; and what is wrong with others.

    `keep` is given what was found so far after each, so that nothing is lost when it is stopped.
    """
    found: dict[str, dict[str, Any]] = {}
    wrong: list[str] = []
    for one, outcome in try_all([one for one in submittables if one.is_exercise]):
        if isinstance(outcome, str):
            wrong.append(f"{one.slug}: the grader's self-test failed: {outcome}")
            continue
        report(f"{one.slug}: {_told(outcome, len(one.wrong))}")
        found[one.key] = outcome.config
        if keep:
            keep(found)
    return found, wrong


def try_all(
    exercises: Sequence[Submittable], on_done: Callable[[], None] = lambda: None
) -> Iterable[tuple[Submittable, SelfTest | str]]:
    """Each exercise with what its self-test found, or why it may not be published; as many at a time as there are cores.

    Raises `BoxUnavailable`.
    """
    outcomes = in_order(_tried, exercises, jobs=os.cpu_count() or 1, lane="warm", on_done=on_done)
    return zip(exercises, outcomes, strict=True)


def _tried(one: Submittable) -> SelfTest | str:
    try:
        found = self_test(one.bundle, wrong=one.wrong)
    except (NotebookError, SpecError) as error:
        return str(error)
    return found if found.ok else " ".join(found.problems)


def _told(found: SelfTest, wrong: int) -> str:
    """The line on a self-test that held; in in-kernel cells an attack may get points, so nothing is said of them there."""
    weak = f"; in-kernel (weaker) cells: {len(found.in_kernel)}" if found.in_kernel else ""
    rejected = f"{wrong} wrong solutions rejected, " if wrong else ""
    return (
        f"reference solution {found.reference_score} of {found.max_score} points, {found.lifted:.0%} of its checks lifted, "
        f"{rejected}{found.attacks} attacks got nothing in lifted cells{weak}"
    )
