"""`manage.py record_graders DIR`: self-test the exercises of a curriculum folder and keep what was decided beside it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.curriculum.reader import CurriculumErrors, read_curriculum
from lms.lib.errors import DomainError
from projects.grading.engine import BoxUnavailable
from projects.self_tests import write_record


class Command(BaseCommand):
    help = "Self-test the exercises of a folder that changed; publish_curriculum then takes the outcome of all as it stands."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--afresh", action="store_true", help="test those too that did not change")

    def handle(self, *, folder, afresh, **options):
        try:
            path = write_record(
                folder=folder.resolve(), spec=read_curriculum(folder), afresh=afresh, report=self.stdout.write
            )
        except (CurriculumErrors, DomainError, BoxUnavailable) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Kept in {path.name}.")
