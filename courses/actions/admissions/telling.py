"""What who applied is told of each step."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from courses.models import Application
from lms.lib.moments import spell_moment, zone_name
from lms.notifications.actions import notify
from lms.notifications.models import Kind

TITLES = {
    "submit": "We have your application to {cohort}",
    "take_into_review": "Your application to {cohort} is being read",
    "take_up_again": "Your application to {cohort} is being read again",
    "invite_to_interview": "An interview about {cohort}: {interview}",
    "offer": "You are offered a place in {cohort}",
    "wait_list": "You are on the waiting list of {cohort}",
    "not_admit": "Your application to {cohort} was not successful",
    "decline": "You declined the place in {cohort}",
    "end_offer": "The offer of a place in {cohort} has expired",
    "withdraw": "Your application to {cohort} is withdrawn",
}
BODIES = {
    "submit": "Two people will read it. You are told here and by e-mail of every step.",
    "take_into_review": "Two people read it, each by themselves. There is nothing for you to do now.",
    "take_up_again": "There is nothing for you to do now. You are told when it is decided.",
    "invite_to_interview": "{where}",
    "offer": "Accept or decline until {expires}. The place is held for you until then.",
    "wait_list": "You are number {place} in line. When a place becomes free, it is offered to the first in line.",
    "not_admit": "{answer}",
    "decline": "The place goes to somebody else. Thank you for telling us.",
    "end_offer": "It was not answered in time, so the place goes to somebody else. Was that an accident? Write to the office.",
    "withdraw": "Nothing more happens with it.",
}
"""Accepting has no words here: `enroll` welcomes the learner."""


def tell(application: Application, verb: str, *, key: str) -> None:
    """One notification, and its e-mail, unless they have it under this `key` already."""
    if verb not in TITLES:
        return
    cohort, zone = application.cohort, ZoneInfo(application.applicant.time_zone)
    facts = {
        "cohort": f"{cohort} of {cohort.program}",
        "interview": _moment(application.interview_at, zone),
        "where": application.interview_where,
        "expires": _moment(application.offer_expires_at, zone),
        "place": application.place_in_line if verb == "wait_list" else "",
        "answer": application.answer,
    }
    notify(
        recipient=application.applicant,
        key=key,
        kind=Kind.APPLICATION,
        title=TITLES[verb].format(**facts),
        body=BODIES[verb].format(**facts),
        path=reverse("application_detail", args=[application.pk]),
    )


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    """In words, in the applicant's zone: "Thu 14 May 23:59 (Lisbon)"."""
    if at is None:
        return ""
    return f"{spell_moment(at.astimezone(zone), timezone.localtime(timezone=zone))} ({zone_name(zone)})"
