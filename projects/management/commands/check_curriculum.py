"""`manage.py check_curriculum DIR`: everything that can be wrong with a curriculum folder, all at once."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from courses.curriculum.errors import CurriculumError, CurriculumErrors
from courses.curriculum.reader import read_curriculum
from courses.curriculum.soundness import errors_of, warnings_of
from lms.lib.errors import DomainError
from projects.grading.engine import BoxUnavailable
from projects.self_tests import read_record, submittables_of, try_all


class Command(BaseCommand):
    help = (
        "Check a curriculum folder: its files, the whole, and the self-test of each exercise. 1 when there are errors."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
        parser.add_argument("--afresh", action="store_true", help="also test exercises whose outcome is on record")

    def handle(self, *, folder, afresh, **options):
        try:
            spec = read_curriculum(folder.resolve())
        except CurriculumErrors as error:
            return self._tell(error.errors, [], 0, options["json"])
        exercises = [one for one in submittables_of(spec) if one.is_exercise]
        try:
            known = {} if afresh else read_record(folder.resolve())
        except DomainError as error:
            raise CommandError(str(error)) from error
        untried = [one for one in exercises if one.key not in known]
        try:
            errors = errors_of(spec) + _failed(untried)
        except BoxUnavailable as error:
            raise CommandError(f"The exercises cannot be tested: {error.reason} {error.remedy}") from error
        return self._tell(errors, warnings_of(spec), len(untried), options["json"])

    def _tell(self, errors, warnings, tested, as_json):
        if as_json:
            found = {
                "ok": not errors, "errors": [*map(asdict, errors)], "warnings": [*map(asdict, warnings)], "tested": tested
            }  # fmt: skip
            self.stdout.write(json.dumps(found))
        else:
            lines = [f"error: {one}" for one in errors] + [f"warning: {one}" for one in warnings]
            summary = f"{len(errors)} errors, {len(warnings)} warnings; {tested} exercises tested now."
            self.stdout.write("\n".join([*lines, summary]))
        if errors:
            sys.exit(1)


def _failed(exercises):
    """What the self-tests of these exercises found wrong, with a progress bar on a terminal."""
    with tqdm(total=len(exercises), unit="exercise", file=sys.stderr, disable=None, leave=False) as bar:
        outcomes = list(try_all(exercises, on_done=bar.update))
    remedy = "Mend the exercise, then check again."
    return [CurriculumError(one.slug, None, said, remedy) for one, said in outcomes if isinstance(said, str)]
