"""`manage.py add_admin EMAIL --name NAME --program SLUG`: the first person of a new installation."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from courses.actions.cohorts import add_program_staff
from courses.models import Program
from lms.accounts.actions import create_person
from lms.accounts.models import User


class Command(BaseCommand):
    help = "Let a person run a program, creating their account when there is none. They set a password by “Forgot”."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="needed for somebody without an account")
        parser.add_argument("--program", required=True, help="the slug of a program that was loaded")

    @transaction.atomic
    def handle(self, *, email, name, program, **options):
        found = Program.objects.filter(slug=program).first()
        if found is None:
            known = ", ".join(Program.objects.values_list("slug", flat=True)) or "none; run publish_curriculum first"
            raise CommandError(f"There is no program “{program}”. Loaded: {known}.")
        person = User.objects.filter(email=email.lower()).first() or self.create(email, name)
        add_program_staff(program=found, user=person, by=None)
        self.stdout.write(f"{person} runs {found}. No password yet? {settings.BASE_URL}/accounts/password/reset/")

    def create(self, email, name):
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"“{email}” is not an e-mail address.") from error
        if not name.strip():
            raise CommandError("Give the person's name with --name.")
        return create_person(email=email, name=name, password=None, time_zone="UTC")
