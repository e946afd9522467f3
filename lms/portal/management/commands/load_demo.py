"""`manage.py load_demo`: the demo cohort and the people one can be, once."""

from django.core.management.base import BaseCommand, CommandError

from courses.curriculum.errors import CurriculumErrors
from lms.lib.errors import DomainError
from lms.portal.demo import load_demo


class Command(BaseCommand):
    help = "Load the shipped programme, a demo cohort and the three people of the sign-in page. Only with DEMO=1."

    def handle(self, **options):
        try:
            load_demo(report=self.say)
        except (CurriculumErrors, DomainError) as error:
            raise CommandError(str(error)) from error

    def say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
