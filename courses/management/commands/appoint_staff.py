"""`manage.py appoint_staff EMAIL PROGRAM`: make someone the first, or another, admin of a program."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from courses.actions.staff import appoint_staff
from courses.models import Program


class Command(BaseCommand):
    help = "Let a person run a program: create its cohorts and be staff in all of them."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("program", help="the program's slug, for example ml-engineering")
        parser.add_argument("--name", default="", help="their name, when they are new here")

    def handle(self, *, email, program, name, **options):
        found = Program.objects.filter(slug=program).first()
        if found is None:
            known = ", ".join(Program.objects.values_list("slug", flat=True)) or "none; load a curriculum first"
            raise CommandError(f"There is no program “{program}” (there is: {known}). Nothing was changed.")
        user = appoint_staff(program=found, email=email, name=name, by=None)
        self.stdout.write(f"{user} ({user.email}) runs {found}.")
        if not user.has_usable_password():
            self.stdout.write(f"They choose a password at {settings.BASE_URL}{reverse('account_reset_password')}")
