"""How a cohort takes applications, and by what rubric they are scored."""

from datetime import date
from typing import Any

from django.db import transaction

from courses.models import AdmissionRubric, AdmissionScore, Cohort, Intake, Program
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import InvalidInput

MOST_OFFER_DAYS = 60


def _criterion(slug: str, title: str, *levels: str) -> dict[str, Any]:
    return {
        "slug": slug,
        "title": title,
        "levels": [{"points": points, "text": text} for points, text in enumerate(levels)],
    }


DEFAULT_CRITERIA = [
    _criterion(
        "motivation",
        "Motivation",
        "No reason given, or one that this program does not serve.",
        "A general interest in the field.",
        "A goal that the program leads to, said in their own words.",
        "A clear goal, and steps already taken towards it.",
    ),
    _criterion(
        "preparation",
        "Preparation",
        "Most of the prerequisites are missing.",
        "Some are there; the first weeks would be a struggle.",
        "Enough to follow from the first week.",
        "Firm in all of them, shown by work or study.",
    ),
    _criterion(
        "perseverance",
        "Perseverance",
        "Nothing says that they finish what they begin.",
        "Began things; little is said of how they ended.",
        "Finished something long or difficult beside other duties.",
        "Did so more than once, and has set time aside for this.",
    ),
    _criterion(
        "clarity",
        "Clear writing",
        "Hard to follow.",
        "The point is there, but has to be looked for.",
        "Clear and to the point.",
        "Clear, concrete and a pleasure to read.",
    ),
]


@transaction.atomic
def set_intake(
    *,
    cohort: Cohort,
    is_taking: bool,
    opens_on: date,
    closes_on: date,
    fills_until: date,
    offer_days: int,
    by: User,
) -> Intake:
    """Say how the cohort takes applications, for the first time or anew; offers that stand keep their end."""
    if closes_on < opens_on:
        raise InvalidInput("The last day comes on or after the first. Nothing was saved.")
    if not 1 <= offer_days <= MOST_OFFER_DAYS:
        raise InvalidInput(f"An offer stands for 1 to {MOST_OFFER_DAYS} days. Nothing was saved.")
    facts = {
        "is_taking": is_taking,
        "opens_on": opens_on,
        "closes_on": closes_on,
        "fills_until": fills_until,
        "offer_days": offer_days,
    }
    before = Intake.objects.select_for_update().filter(cohort=cohort).first()
    was = {name: str(getattr(before, name)) for name in facts} if before else {}
    defaults = {**facts, "rubric": before.rubric if before else rubric_of(cohort.program)}
    intake, _ = Intake.objects.update_or_create(cohort=cohort, defaults=defaults)
    audit.record(
        "set_intake", by=by, target=cohort, before=was, after={name: str(fact) for name, fact in facts.items()}
    )
    return intake


def rubric_of(program: Program) -> AdmissionRubric:
    """The program's rubric for applications, a sensible one where nobody has written any."""
    newest = program.admission_rubrics.first()
    return newest or AdmissionRubric.objects.create(program=program, criteria=DEFAULT_CRITERIA)


@transaction.atomic
def set_rubric(*, program: Program, criteria: list[dict[str, Any]], by: User) -> AdmissionRubric:
    """Give the program another rubric. Cohorts whose readers have begun to score keep theirs, so that scores compare."""
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    before = rubric_of(program)
    rubric = AdmissionRubric.objects.create(program=program, criteria=criteria)
    begun = AdmissionScore.objects.filter(application__cohort__program=program).values("application__cohort")
    Intake.objects.filter(cohort__program=program).exclude(cohort__in=begun).update(rubric=rubric)
    was, now = ({"criteria": [one["title"] for one in each.criteria]} for each in (before, rubric))
    audit.record("set_admission_rubric", by=by, target=program, before=was, after=now)
    return rubric
