"""What the audit says, in words: the one place where an action gets its sentence."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from string import Formatter
from typing import Any, NamedTuple

from courses.actions.places import spell
from lms.accounts.models import AuditEntry

SENTENCES = {
    # accounts
    "create_person": "Got an account",
    "take_over_account": "Took over the account made for them",
    "claim_account": "Kept an account that was never confirmed for who owns its address",
    "change_profile": "Changed name or time zone",
    "change_password": "Changed the password",
    "change_email": "Changed the e-mail address",
    "change_avatar": "Changed the picture",
    "remove_avatar": "Removed the picture",
    "set_preference": "Changed which e-mails they get",
    "switch_on_calendar_feed": "Switched on the calendar feed",
    "renew_calendar_feed": "Renewed the address of the calendar feed",
    "switch_off_calendar_feed": "Switched off the calendar feed",
    "create_token": "Got a token for the API",
    "revoke_token": "Gave up a token for the API",
    "invite_person": "Invited {email}",
    "revoke_invitation": "Revoked the invitation",
    "accept_invitation": "Accepted the invitation",
    # programs and cohorts
    "add_program_staff": "Let {user} run the program",
    "publish_curriculum": "Published version {version}",
    "publish_grader": "Published a grader",
    "create_cohort": "Created the cohort",
    "change_cohort": "Changed the cohort",
    "move_cohort": "Moved the cohort to version {curriculum}",
    "set_intake": "Changed how people apply",
    "set_admission_rubric": "Changed the rubric of admissions",
    "add_break": "Added the break “{label}”",
    "remove_break": "Removed a break",
    "export_roster": "Took a file of the learners",
    "import_roster": "Took in the file {file}",
    "export_grades": "Took a file of the grades",
    "export_audit": "Took a file of the audit",
    "undo": "Undone: {summary}",
    # applications
    "application_start": "Began to apply",
    "application_entry": "Handed in attempt {attempt} at the entry exercise",
    "application_entry_retry": "Ran the checks of attempt {attempt} at the entry exercise again",
    "application_submit": "Applied",
    "application_take_into_review": "Took the application into review",
    "application_take_up_again": "Took the application up again",
    "application_invite_to_interview": "Invited to an interview",
    "application_offer": "Offered a place",
    "application_wait_list": "Put on the waiting list",
    "application_not_admit": "Did not admit",
    "application_accept": "Accepted the place",
    "application_decline": "Declined the place",
    "application_end_offer": "The offer ended without an answer",
    "application_withdraw": "Withdrew the application",
    "application_score": "Scored the application",
    # learners' places
    "enroll": "Joined the cohort",
    "pause": "Paused from {starts_on} {until}",
    "resume": "The pause ended; {ends_on} was its last day",
    "withdraw": "Withdrawn, was {was_state}",
    "return": "Came back, was withdrawn",
    "defer": "Deferred, was {was_state}",
    "complete": "Completed the program",
    "come_back": "Came back in {cohort}, was deferred in {was_cohort}",
    "transfer": "Moved from {was_cohort} to {cohort}",
    "grant_extension": "{days} more days on {activity}",
    "grant_accommodation": "×{factor} time on everything",
    "end_accommodation": "More time on everything ended",
    "change_calendar": "Changed the days off",
    "take_back_extension": "The extension on {activity} was taken back",
    "ask_office": "Asked the office: {asked}",
    "take_back_request": "Took a request back: {asked}",
    "answer_request": "Was answered on {asked}: {answer}",
    "tag": "Tagged “{tag}”",
    "untag": "Lost the tag “{tag}”",
    "set_tags": "Changed the tags",
    "view_as": "Saw the portal as the learner",
    "stop_view_as": "Saw the portal as themselves again",
    # mentors
    "add_mentor": "Became a mentor with {capacity} places",
    "assign_mentor": "{mentor} became the mentor{instead}",
    "end_assignment": "The care of {was_mentor} ended",
    # work, reviews, grades
    "submit_work": "Handed in attempt {number}",
    "retry_grading": "Ran the checks again",
    "pause_grading": "Paused all checks",
    "resume_grading": "Let checks run again",
    "claim_review": "Claimed the review",
    "let_go_review": "Let go of the review",
    "review_claim_expired": "The claim of the review ran out",
    "finish_review": "Reviewed: {verdict}",
    "undo_review": "Took back the review",
    "reopen_review": "Opened the review once more",
    "ask_for_regrade": "Asked about {about}",
    "answer_regrade_request": "Answered the question about the grade: {answer}",
    "start_regrade": "Tried a mended grader on {submissions} attempts",
    "apply_regrade": "Applied the regrade: {policy}",
    "discard_regrade": "Discarded the regrade",
    "regrade_applied": "The regrade is applied",
    "regrade": "Regraded",
    "resend_delivery": "Sent the e-mail again",
}
DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.+-]+)?")
CODES = {"state", "verdict", "policy"}
LONGEST = 140
DIGEST = 40


class Change(NamedTuple):
    """One fact that an entry tells: what it is called, what it was, what it is; empty where it was or is nothing."""

    name: str
    before: str
    after: str


class _Facts(dict[str, Any]):
    """Facts as sentences hold them; `unknown` stands for what is not told."""

    unknown = "?"

    def __missing__(self, name: str) -> str:
        return self.unknown


class _NoFacts(_Facts):
    unknown = "…"


def label_of(action: str) -> str:
    """The sentence of an action without its facts, for lists of actions."""
    return _words(action).format_map(_NoFacts(instead="", until=""))


def sentence_of(entry: AuditEntry, names: Mapping[str, str] | None = None) -> str:
    """What an entry says was done, from what to what; `names` are those of activities and others by their slugs."""
    facts = _Facts({f"was_{name}": _told(value, names or {}) for name, value in entry.before.items()})
    facts |= {name: _told(value, names or {}) for name, value in entry.after.items()}
    if facts["activity"] == entry.after.get("activity"):
        facts["activity"] = _spelled(str(facts["activity"]))
    facts["until"] = f"to {facts['ends_on']}" if entry.after.get("ends_on") else "until it is ended"
    facts["instead"] = f" instead of {facts['was_mentor']}" if "was_mentor" in facts else ""
    return _words(entry.action).format_map(facts)


def _told(value: Any, names: Mapping[str, str]) -> Any:
    """A fact in a sentence: a day as days are spelled, a slug by its name."""
    if not isinstance(value, str):
        return value
    try:
        return spell(date.fromisoformat(value))
    except ValueError:
        return names.get(value, value)


def changes_of(entry: AuditEntry) -> list[Change]:
    """What an entry tells besides its sentence, from what to what."""
    said = {name for _, name, _, _ in Formatter().parse(_words(entry.action)) if name}
    told = {name for name in entry.after if name in said and (f"was_{name}" in said or not entry.before.get(name))}
    names = [name for name in dict.fromkeys([*entry.before, *entry.after]) if name not in told]
    found = [
        Change(_spelled(name), *(_fact(name, facts.get(name)) for facts in (entry.before, entry.after)))
        for name in names
    ]
    return [change for change in found if change.before != change.after]


def _words(action: str) -> str:
    return SENTENCES.get(action, _spelled(action))


def _spelled(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _fact(name: str, value: Any) -> str:
    """A fact by its name: those that are ours, and nobody's own words, without their underscores."""
    return _value(value).replace("_", " ") if name in CODES else _value(value)


def _value(value: Any) -> str:
    """A fact as it is read: days and moments in words, the rest as it is, if it is not too long."""
    if value in (None, "", [], {}):
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if DATED.fullmatch(text) and (dated := _dated(text)):
        return dated
    if len(text) > DIGEST and text.isalnum():
        return f"{text[:12]}…"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _dated(text: str) -> str:
    """A day or a moment in words; nothing where there is no such day."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if moment.tzinfo is None:
        return f"{moment:%-d %b %Y}"
    return f"{moment.astimezone(UTC):%-d %b %Y %H:%M} (UTC)"
