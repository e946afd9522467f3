"""Who runs programs."""

from django.db import transaction

from courses.models import Program, ProgramStaff
from lms.accounts import audit
from lms.accounts.actions import create_person
from lms.accounts.models import User


@transaction.atomic
def appoint_staff(*, program: Program, email: str, name: str, by: User | None) -> User:
    """Let the person at `email` run `program`, creating them without a password when they are new.

    They choose one by "forgotten password". Appointing twice changes nothing.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = create_person(email=email, name=name or email, password=None, time_zone="UTC", by=by)
    _, created = ProgramStaff.objects.get_or_create(program=program, user=user)
    if created:
        audit.record("appoint_staff", by=by, target=program, after={"email": user.email})
    return user
