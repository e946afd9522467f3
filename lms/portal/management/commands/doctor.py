import sys

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lms.portal import operations
from lms.portal.operations import Part
from projects.grading.engine import probe_box


class Command(BaseCommand):
    help = "Say what this installation has and what is missing, each with its remedy; exit 1 when something is missing."

    def handle(self, *args, **options):
        parts = [
            *operations.status(),
            check_migrations(),
            check_storage(),
            check_front_end(),
            check_mail(),
            check_local_box(),
        ]
        for part in parts:
            style = self.style.SUCCESS if part.ok else self.style.ERROR
            self.stdout.write(f"{style('ok     ' if part.ok else 'MISSING')} {part.name:14} {part.detail}")
            if part.remedy:
                self.stdout.write(f"{'':23}{part.remedy}")
        if not all(part.ok for part in parts):
            sys.exit(1)


def check_migrations():
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return Part("migrations", False, "The database does not answer.")
    if waiting:
        return Part("migrations", False, f"{waiting} wait.", "Run manage.py migrate.")
    return Part("migrations", True, "All applied.")


def check_storage():
    place = f"bucket {settings.S3_BUCKET}" if settings.S3_BUCKET else str(settings.MEDIA_ROOT)
    try:
        name = default_storage.save("doctor/probe.txt", ContentFile(b"written by manage.py doctor"))
        default_storage.delete(name)
    except Exception as error:  # a storage backend may raise anything; it is reported
        return Part(
            "file storage", False, f"Cannot write to {place}: {error}", "Correct MEDIA_ROOT, or the S3_ variables."
        )
    return Part("file storage", True, f"Writes to {place}.")


def check_front_end():
    missing = [str(folder) for _, folder in map(_named, settings.STATICFILES_DIRS) if not folder.is_dir()]
    if missing:
        return Part("front end", False, f"Not installed: {', '.join(missing)}", "Run make setup.")
    if not settings.WHITENOISE_USE_FINDERS and not settings.STATIC_ROOT.is_dir():
        return Part("front end", False, "Static files are not collected.", "Run manage.py collectstatic --noinput.")
    return Part("front end", True, "Installed.")


def check_mail():
    if settings.DEMO:
        return Part("e-mail", True, f"The demo keeps messages in {settings.EMAIL_FILE_PATH}.")
    if settings.EMAIL_HOST == "localhost":
        return Part("e-mail", True, "Sent through this host's own mail server.", "EMAIL_URL names another one.")
    return Part("e-mail", True, f"Sent through {settings.EMAIL_HOST}.")


def check_local_box():
    report = probe_box()
    if report.available:
        return Part("box here", True, "This host can build boxes.", report.remedy)
    return Part("box here", False, f"This host cannot grade: {report.reason}", report.remedy)


def _named(entry):
    return entry if isinstance(entry, tuple | list) else ("", entry)
