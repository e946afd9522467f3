"""`manage.py calendar_feed off EMAIL` or `off --all`: end addresses of calendar feeds that may have leaked."""

from django.core.management.base import BaseCommand, CommandError

from courses.actions.feeds import switch_off_feed
from lms.accounts.models import User


class Command(BaseCommand):
    help = "Switch off the calendar feed of a person, or all of them. They make a new address on their calendar page."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["off"])
        parser.add_argument("email", nargs="?", default="")
        parser.add_argument("--all", action="store_true", dest="everybody", help="of every person")

    def handle(self, *, email, everybody, **options):
        if bool(email) == everybody:
            raise CommandError("Name one e-mail address, or say --all.")
        people = User.objects.filter(calendar_feed__switched_off_at=None, calendar_feed__isnull=False)
        if email:
            people = people.filter(email=email.lower())
        ended = sum(switch_off_feed(user=person, by=None) for person in people.iterator())
        if email and not ended:
            raise CommandError(f"{email} has no calendar feed that is on. Nothing was changed.")
        self.stdout.write(f"{ended} calendar feed{'' if ended == 1 else 's'} switched off.")
