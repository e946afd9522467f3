"""The demo's admissions: an open intake, and three people who applied, by the real actions."""

from datetime import timedelta

from django.utils import timezone

from courses.actions.admissions.applying import prerequisites_of, save_draft, start_application, submit_application
from courses.actions.admissions.deciding import invite_to_interview, offer_place, take_into_review
from courses.actions.admissions.intakes import set_intake
from courses.actions.admissions.scoring import score_application
from courses.models import Application, Cohort
from lms.accounts.models import User
from projects.actions.entry import entry_exercise_of, hand_in_entry
from projects.bundles import bundle_of
from projects.grading.engine import reference_work

BACKGROUNDS = {
    "nadia": "I studied mechanical engineering in Porto and have kept the sensors of a paper mill running for five years. "
    "On the side I taught myself Python: first to read the logs of our machines, then to find the one that would fail next.",
    "bruno": "Two years of statistics, then I left to help in my parents' bakery. I still plan its production with a "
    "spreadsheet that grew a little out of hand, and would like to know how to do that properly.",
    "yara": "Back-end developer for three years, mostly Django and PostgreSQL. I have shipped other people's models as "
    "services without being able to say why they answer what they answer.",
}
MOTIVATION = (
    "I want to build models that people can rely on, and to explain them to those who have to live with what they say. "
    "Fifteen hours a week are kept free: my employer agreed to a four-day week until the end of the program."
)


def make_admissions(cohort: Cohort, people: dict[str, User], admin: User, reader: User) -> None:
    """Nadia, who did the entry exercise, is offered a place, Yara is invited to an interview, and Bruno's application has
    just come in."""
    today = cohort.today()
    set_intake(
        cohort=cohort,
        is_taking=True,
        opens_on=today - timedelta(days=30),
        closes_on=today + timedelta(days=21),
        fills_until=today + timedelta(days=28),
        offer_days=7,
        by=admin,
    )
    cohort = Cohort.objects.select_related("intake__rubric", "program").get(pk=cohort.pk)
    nadia = _apply(cohort, people["nadia"], "nadia", (3, 2, 3, 2))
    yara = _apply(cohort, people["yara"], "yara", (4, 1, 2, 4))
    _apply(cohort, people["bruno"], "bruno", (1, 3, 2, 1))
    for application, first, second in ((nadia, (3, 3, 3, 2), (3, 2, 3, 2)), (yara, (2, 3, 2, 3), (2, 1, 2, 3))):
        take_into_review(application=application, by=admin)
        _score(application, first, "Knows what she wants it for.", admin)
        _score(application, second, "The mathematics would have to be worked on in the first weeks.", reader)
    at = (timezone.now() + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    invite_to_interview(application=yara, at=at, where="A video call; the link comes an hour before.", by=admin)
    offer_place(application=nadia, by=admin)


def _apply(cohort: Cohort, person: User, story: str, levels: tuple[int, ...]) -> Application:
    application = start_application(cohort=cohort, user=person)
    slugs = [one.slug for one in prerequisites_of(application)]
    skills = dict(zip(slugs, levels, strict=False))
    background = BACKGROUNDS[story]
    save_draft(application=application, by=person, background=background, motivation=MOTIVATION, skills=skills)
    if story == "nadia":
        _solve_entry_exercise(application)
    return submit_application(application=application, by=person)


def _solve_entry_exercise(application: Application) -> None:
    exercise = entry_exercise_of(application)
    assert exercise
    solution = reference_work(bundle_of(exercise.grader_versions.get().pk))
    hand_in_entry(application=application, files=solution, by=application.applicant)


def _score(application: Application, levels: tuple[int, ...], remark: str, reader: User) -> None:
    criteria = application.cohort.intake.rubric.criteria
    points = {one["slug"]: level for one, level in zip(criteria, levels, strict=True)}
    score_application(application=application, points=points, remark=remark, by=reader)
