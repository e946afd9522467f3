"""`manage.py record_graders DIR`: self-test the exercises of a curriculum folder and keep what was decided beside it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.curriculum.errors import CurriculumErrors
from lms.lib.errors import DomainError
from projects.actions.publishing import write_record
from projects.grading.engine import BoxUnavailable


class Command(BaseCommand):
    help = "Self-test every exercise of a folder; load_curriculum then takes the outcome of those that did not change."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder, **options):
        try:
            path = write_record(folder=folder.resolve(), report=self.stdout.write)
        except (CurriculumErrors, DomainError, BoxUnavailable) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Kept in {path.name}.")
