"""`manage.py publish_curriculum DIR`: check a curriculum folder and publish it, all or nothing."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.curriculum.errors import CurriculumErrors
from lms.lib.errors import DomainError
from projects.actions.publishing import publish_curriculum
from projects.grading.engine import BoxUnavailable


class Command(BaseCommand):
    help = "Check a curriculum folder and publish it as one immutable version, or say every error and change nothing."

    requires_system_checks = []  # they look at every page, which takes longer than publishing what is known

    def create_parser(self, prog_name, subcommand, **options):
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **options)  # our own --version

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--version", default="", help="publish it as this version, not as program.yaml's")
        parser.add_argument(
            "--untested",
            action="store_true",
            help="publish without running each exercise's reference solution in the box",
        )

    def handle(self, *, folder, version, untested, **options):
        try:
            curriculum, new = publish_curriculum(
                folder=folder.resolve(), version=version, by=None, tested=not untested, report=self.stdout.write
            )
        except (CurriculumErrors, DomainError) as error:
            raise CommandError(str(error)) from error
        except BoxUnavailable as error:
            raise CommandError(
                f"The exercises cannot be tested: {error.reason} {error.remedy} "
                "Nothing was published; --untested publishes without these tests."
            ) from error
        self.stdout.write(f"{curriculum}: {'published' if new else 'was published before, nothing changed'}.")
