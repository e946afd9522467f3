"""`manage.py compare_curricula ml-engineering 2026.1 2026.2`: what differs between two published versions of a program."""

from django.core.management.base import BaseCommand, CommandError

from courses.models import Curriculum
from projects.comparing import comparison_of


class Command(BaseCommand):
    help = "Say what was added, removed, changed and moved from one published version of a program to another."

    def add_arguments(self, parser):
        parser.add_argument("program")
        parser.add_argument("old")
        parser.add_argument("new")

    def handle(self, *, program, old, new, **options):
        found = comparison_of(_version(program, old), _version(program, new))
        lines = [f"added    {_named(one)}" for one in found.added]
        lines += [f"removed  {_named(one)}" for one in found.removed]
        for change in found.changes:
            said = [f"other {part}" for part in change.parts] + change.sentences
            lines.append(f"changed  {_named(change.after)}: {'; '.join(said)}")
        counts = f"{len(found.added)} added, {len(found.removed)} removed, {len(found.changes)} changed"
        self.stdout.write("\n".join([*lines, f"{counts}, {found.unchanged} as before."]))


def _version(program, version):
    versions = Curriculum.objects.filter(program__slug=program)
    found = versions.filter(version=version).first()
    if found is None:
        known = ", ".join(versions.values_list("version", flat=True)) or "none"
        raise CommandError(f"{program} has no published version {version}. Published: {known}.")
    return found


def _named(facts):
    return f"week {facts.week}, {facts.kind} {facts.slug}"
