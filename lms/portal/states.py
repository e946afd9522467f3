"""How every state a person sees looks: its words, its tone, its icon, and one character for dense tables.

A state never shows by colour alone. Keys are the stored values of the states (`str(state)`).
"""

from typing import NamedTuple


class Look(NamedTuple):
    text: str
    tone: str
    icon: str
    glyph: str


LOOKS = {
    # a submission, from handing in to release
    "not_started": Look("Not started", "neutral", "circle-dashed", "·"),
    "submitted": Look("Submitted", "neutral", "send", "↑"),
    "checks_queued": Look("Checks queued", "neutral", "clock", "…"),
    "checks_running": Look("Checks running", "blue", "loader-circle", "↻"),
    "checks_passed": Look("Checks passed", "green", "circle-check", "✓"),
    "checks_failed": Look("Checks failed", "red", "circle-x", "✗"),
    "could_not_run": Look("Could not run", "amber", "triangle-alert", "!"),
    "waiting_for_review": Look("Waiting for review", "violet", "hourglass", "◔"),
    "in_review": Look("In review", "blue", "eye", "◉"),
    "reviewed": Look("Reviewed: read the feedback", "petrol", "message-square", "◕"),
    "needs_more_work": Look("Needs more work", "amber", "rotate-ccw", "↩"),
    "passed": Look("Passed", "green", "badge-check", "✓"),
    "released": Look("Released", "petrol", "award", "★"),
    # an activity in a calendar
    "done": Look("Done", "green", "circle-check", "✓"),
    "locked": Look("Not open yet", "neutral", "lock", "⊘"),
    # flags beside a state
    "late": Look("Late", "amber", "clock-alert", "L"),
    "overdue": Look("Overdue", "red", "clock-alert", "!"),
    "extended": Look("Extended", "blue", "calendar-plus", "+"),
    "excused": Look("Excused", "neutral", "shield-check", "E"),
    "resubmitted": Look("Resubmitted since graded", "violet", "history", "R"),
    # an enrollment
    "active": Look("Active", "green", "circle-dot", "●"),
    "paused": Look("Paused", "amber", "pause", "‖"),
    "deferred": Look("Deferred", "neutral", "calendar-clock", "D"),
    "withdrawn": Look("Withdrawn", "neutral", "log-out", "W"),
    "graduated": Look("Completed", "petrol", "graduation-cap", "C"),
    "invited": Look("Invited", "blue", "mail", "i"),
    "transferred": Look("Went on", "neutral", "arrow-right", "→"),
    # an application
    "started": Look("Draft", "neutral", "pencil", "…"),
    "interview": Look("Interview", "violet", "phone", "I"),
    "waitlisted": Look("On the waiting list", "amber", "hourglass", "◔"),
    "offered": Look("Offered a place", "green", "gift", "★"),
    "declined": Look("Declined", "neutral", "circle-x", "–"),
    "offer_expired": Look("Offer expired", "amber", "clock-alert", "!"),
    "not_admitted": Look("Not admitted", "neutral", "circle-x", "✗"),
    # a request to the office
    "request_open": Look("Waiting for an answer", "violet", "hourglass", "◔"),
    "request_granted": Look("Granted", "green", "circle-check", "✓"),
    "request_refused": Look("Refused", "red", "circle-x", "✗"),
    "request_taken_back": Look("Taken back", "neutral", "rotate-ccw", "↩"),
    # an invitation
    "open": Look("Open", "blue", "mail", "o"),
    "accepted": Look("Accepted", "green", "circle-check", "✓"),
    "expired": Look("Expired", "amber", "clock-alert", "!"),
    "revoked": Look("Revoked", "neutral", "ban", "–"),
}


def look_of(state: object) -> Look:
    """The look of a state; an unknown one shows its own name, so that nothing is ever blank."""
    key = str(state)
    return LOOKS.get(key) or Look(key.replace("_", " ").capitalize(), "neutral", "circle-dot", "?")
