"""`manage.py export_curriculum PROGRAM VERSION DIR`: a published curriculum as the folder it came from, or as a cartridge."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.models import Curriculum
from lms.lib.errors import DomainError
from projects.exports.cartridge.package import export_cartridge
from projects.exports.cartridge.profile import PROFILES
from projects.exports.folder import export_folder


class Command(BaseCommand):
    help = "Write a published curriculum to a folder, byte for byte as it was, or to a cartridge for other systems, or both."

    requires_system_checks = []  # as in publish_curriculum

    def add_arguments(self, parser):
        parser.add_argument("program", help="the program's slug")
        parser.add_argument("version_published", metavar="version")
        parser.add_argument("folder", type=Path, nargs="?", help="a new or empty folder for the files")
        parser.add_argument("--common-cartridge", type=Path, metavar="FILE.imscc", help="write an IMS Common Cartridge")
        parser.add_argument(
            "--profile", choices=PROFILES, default="1.3", help="of the cartridge; some systems take 1.1 only"
        )

    def handle(self, *, program, version_published, folder, common_cartridge, profile, **options):
        curriculum = (
            Curriculum.objects.select_related("program")
            .filter(program__slug=program, version=version_published)
            .first()
        )
        if curriculum is None:
            raise CommandError(f"There is no {program} {version_published}. {known(program)}")
        if folder is None and common_cartridge is None:
            raise CommandError("Name a folder to write to, or a file: --common-cartridge FILE.imscc.")
        try:
            if folder is not None:
                count = export_folder(curriculum, folder.absolute())
                self.stdout.write(f"{curriculum}: {count} files in {folder}.")
            if common_cartridge is not None:
                count = export_cartridge(curriculum, common_cartridge.absolute(), PROFILES[profile])
                self.stdout.write(f"{curriculum}: {count} resources in {common_cartridge}.")
        except DomainError as error:
            raise CommandError(str(error)) from error


def known(program):
    """What there is instead, in a sentence."""
    versions = Curriculum.objects.filter(program__slug=program).values_list("version", flat=True)
    if versions:
        return f"Published versions: {', '.join(versions)}."
    slugs = sorted(set(Curriculum.objects.values_list("program__slug", flat=True)))
    return f"Programs: {', '.join(slugs)}." if slugs else "Nothing is published yet."
