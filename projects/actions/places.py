"""Changing a learner's place as its preview said."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from courses.actions.leaving import complete, withdraw
from courses.actions.pausing import pause, resume
from courses.actions.places import EnrollmentRefused, hold_place
from lms.accounts.models import User
from projects.actions.deferring import come_back, defer
from projects.actions.transferring import transfer
from projects.place_changes import PlaceChange, check_change, stamp_of

STALE = "What would happen is not what you looked at last, so nothing was done yet. This is how it is now."
VERBS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "pause": (pause, ("ends_on", "reason")),
    "resume": (resume, ()),
    "defer": (defer, ("returns_in", "reason")),
    "come_back": (come_back, ("to", "reason")),
    "transfer": (transfer, ("to", "keep_mentor", "reason")),
    "withdraw": (withdraw, ("reason",)),
    "complete": (complete, ("reason",)),
}
"""The verb of each kind of change, and what it asks for besides the place and who does it."""


@transaction.atomic
def change_place(*, wanted: PlaceChange, seen: str, by: User, reason: str = "") -> None:
    """Do what a preview showed; `seen` is its stamp: refused when something of it has changed since."""
    others = [wanted.to] if wanted.to else []
    hold_place(wanted.enrollment, *others)
    check_change(wanted)
    if stamp_of(wanted) != seen:
        raise EnrollmentRefused(STALE, code="stale_preview")
    verb, asked = VERBS[wanted.kind]
    facts: dict[str, Any] = {"ends_on": wanted.ends_on, "returns_in": wanted.to, "to": wanted.to, "reason": reason}
    facts["keep_mentor"] = wanted.keep_mentor
    verb(enrollment=wanted.enrollment, by=by, **{name: facts[name] for name in asked})
