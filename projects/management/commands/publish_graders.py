"""`manage.py publish_graders DIR --version-in-use 2026.1 PROJECT…`: publish mended graders for a curriculum that is in use."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.curriculum.errors import CurriculumErrors
from lms.lib.errors import DomainError
from projects.actions.publishing import publish_graders
from projects.grading.engine import BoxUnavailable


class Command(BaseCommand):
    help = "Self-test the graders of these projects and publish those that changed; past work can then be regraded."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--version-in-use", required=True, help="the published version of the curriculum")
        parser.add_argument("projects", nargs="+", metavar="PROJECT")

    def handle(self, *, folder, version_in_use, projects, **options):
        try:
            made = publish_graders(
                folder=folder.resolve(), version=version_in_use, slugs=projects, by=None, report=self.stdout.write
            )
        except (CurriculumErrors, DomainError, BoxUnavailable) as error:
            raise CommandError(str(error)) from error
        for version in made:
            self.stdout.write(f"{version.project}: grader {version.number} checks new work now.")
        if not made:
            self.stdout.write("Nothing differs from what is published; nothing was changed.")
