"""Minimal makers of rows for tests; each makes one thing, and what it cannot be without."""

import itertools
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from courses import outline
from courses.actions.admissions.intakes import rubric_of
from courses.curriculum.spec import ImageSpec
from courses.models import (
    Activity,
    Application,
    Break,
    Cohort,
    CohortInvitation,
    CohortStaff,
    Content,
    Curriculum,
    Enrollment,
    Intake,
    Module,
    Program,
    ProgramStaff,
    Question,
    Quiz,
    RosterImport,
)
from lms.accounts.models import Invitation, User
from lms.notifications.models import Delivery, Notification
from mentors.models import Mentor, MentorAssignment
from projects.models import Project
from projects.rosters.preview import packed
from tests.work import (  # noqa: F401 - all makers are found here
    group,
    make_entry_attempt,
    make_grade,
    make_grader_version,
    make_job,
    make_notebook_checks,
    make_regrade,
    make_regrade_request,
    make_release,
    make_result,
    make_rubric,
    make_submission,
)

PASSWORD = "a-long-enough-password"
numbers = itertools.count(1)


def make_user(name="Person", email=None, **fields):
    email = email or f"person{next(numbers)}@example.org"
    user = User.objects.create_user(email, PASSWORD, name=name, **fields)
    user.emailaddress_set.create(email=email, verified=True, primary=True)
    return user


def make_curriculum(version=None, weeks=4):
    program, _ = Program.objects.get_or_create(slug="ml", defaults={"title": "ML Engineering & AI"})
    curriculum = Curriculum.objects.create(
        program=program,
        version=version or f"v{next(numbers)}",
        digest=f"{next(numbers):064d}",
        weeks=weeks,
        hours_per_week=15,
        areas={"modelling": "Modelling", "production": "Production engineering"},
    )
    Module.objects.bulk_create(
        Module(curriculum=curriculum, week=week, slug=f"week-{week}", title=f"Week {week} title")
        for week in range(1, weeks + 1)
    )
    return curriculum


def make_activity(curriculum, kind="reading", slug=None, week=1, due_day=6, until_day=20, **fields):
    slug = slug or f"{kind}-{next(numbers)}"
    outline.forget()
    module = curriculum.modules.get(week=week)
    start = (week - 1) * 7
    return Activity.objects.create(
        curriculum=curriculum,
        module=module,
        position=module.activities.count(),
        slug=slug,
        kind=kind,
        title=fields.pop("title", slug.replace("-", " ").capitalize()),
        minutes=45,
        area="modelling",
        available_offset=start,
        due_offset=None if due_day is None else start + due_day,
        until_offset=None if until_day is None or due_day is None else start + until_day,
        content_id=make_content(fields.pop("body_html", "<h2>A heading</h2><p>Some text.</p>")),
        **fields,
    )


def make_content(body_html, **images):
    """The digest of a content with this text, and with images by name."""
    (digest,) = Content.objects.keep([(body_html, images)])
    return digest


def make_quiz(curriculum, slug="quiz", **fields):
    activity = make_activity(curriculum, "quiz", slug, **fields)
    quiz = Quiz.objects.create(activity=activity, pass_percent=50)
    options = [
        {"text_html": "<p>Right</p>", "correct": True, "feedback_html": "<p>Yes.</p>"},
        {"text_html": "<p>Wrong</p>", "correct": False, "feedback_html": "<p>No.</p>"},
    ]
    which = Question(slug="q1", kind="single", prompt_html="<p>Which?</p>", options=options)
    how_many = Question(slug="q2", kind="numeric", prompt_html="<p>How many?</p>", accepted=["0.25"])
    for position, question in enumerate((which, how_many)):
        question.quiz, question.position, question.points = quiz, position, 1
    Question.objects.bulk_create([which, how_many])
    return quiz


def make_project(curriculum, kind="exercise", slug=None, week=1, **fields):
    activity_fields = {key: fields.pop(key) for key in ("due_day", "until_day", "title") if key in fields}
    activity = make_activity(curriculum, kind, slug, week, **activity_fields)
    reviewed = kind != "exercise"
    project = Project.objects.create(
        activity=activity,
        curriculum=curriculum,
        slug=activity.slug,
        kind=kind,
        title=activity.title,
        checks_max=2 if reviewed else 10,
        rubric_max=20 if reviewed else 0,
        accepts_link="optional" if reviewed else "none",
        **fields,
    )
    make_grader_version(project)
    if reviewed:
        make_rubric(project)
    return project


PNG = b"\x89PNG\r\n\x1a\n"


def make_image(activity, name="figure.png", content_type="image/png", data=PNG):
    activity.content_id = make_content(activity.content.body_html, **{name: ImageSpec(name, content_type, data)})
    activity.save(update_fields=["content"])
    outline.forget()


def make_cohort(curriculum, name=None, started_days_ago=3, seats=30, **fields):
    name = name or f"Cohort {next(numbers)}"
    return Cohort.objects.create(
        program=curriculum.program,
        curriculum=curriculum,
        name=name,
        slug=fields.pop("slug", name.lower().replace(" ", "-")),
        starts_on=fields.pop("starts_on", timezone.localdate() - timedelta(days=started_days_ago)),
        time_zone=fields.pop("time_zone", "Europe/Lisbon"),
        seats=seats,
        **fields,
    )


def make_enrollment(cohort, user=None, **fields):
    enrollment = Enrollment.objects.create(cohort=cohort, user=user or make_user("Learner"), **fields)
    cohort.seats_taken += 1
    cohort.save(update_fields=["seats_taken"])
    return enrollment


def make_mentor(user=None, capacity=6):
    return Mentor.objects.create(user=user or make_user("Mentor"), capacity=capacity)


def make_assignment(mentor, enrollment, by=None):
    place = mentor.assignments.filter(ended_at=None).count() + 1
    return MentorAssignment.objects.create(
        mentor=mentor, enrollment=enrollment, place=place, assigned_by=by or mentor.user
    )


def make_staff(program, user=None):
    return ProgramStaff.objects.create(program=program, user=user or make_user("Admin")).user


def make_cohort_staff(cohort, user=None):
    return CohortStaff.objects.create(cohort=cohort, user=user or make_user("Office")).user


def make_break(cohort, days_from_now=30, length=7, label="spring break"):
    starts_on = timezone.localdate() + timedelta(days=days_from_now)
    return Break.objects.create(
        cohort=cohort, starts_on=starts_on, ends_on=starts_on + timedelta(days=length - 1), label=label
    )


def make_invitation(cohort, email="new@example.org", by=None, **fields):
    """An open invitation to a place in the cohort, as rows: nothing is sent."""
    fields.setdefault("expires_at", timezone.now() + timedelta(days=14))
    invitation = Invitation.objects.create(
        email=email, offer="a place", invited_by=by or make_user("Inviter"), **fields
    )
    return CohortInvitation.objects.create(invitation=invitation, cohort=cohort)


def make_intake(cohort, **fields):
    """An intake that is open today."""
    today = timezone.localdate()
    fields.setdefault("rubric", rubric_of(cohort.program))
    dates = {"opens_on": today - timedelta(days=9), "closes_on": today + timedelta(days=9)}
    return Intake.objects.create(cohort=cohort, **{**dates, "fills_until": today + timedelta(days=30), **fields})


def make_application(cohort, state="in_review", applicant=None, **fields):
    """An application as a row; one that is offered holds its seat."""
    if state == "offered":
        Cohort.objects.filter(pk=cohort.pk).update(seats_held=F("seats_held") + 1)
        fields.setdefault("offer_expires_at", timezone.now() + timedelta(days=7))
    return Application.objects.create(
        cohort=cohort, applicant=applicant or make_user("Applicant"), state=state, **fields
    )


def make_place_request(enrollment, **fields):
    """An open request to come back later."""
    return enrollment.requests.create(kind="deferral", why="A new job.", **fields)


def make_roster(cohort, by, state="preview", email="new@example.org", **fields):
    """A list with one person who would be invited."""
    roster = RosterImport.objects.create(
        cohort=cohort,
        file_name="people.csv",
        state=state,
        headings=["E-mail"],
        columns=["email"],
        sheet=packed([(2, [email])]),
        uploaded_by=by,
        **fields,
    )
    roster.rows.create(position=1, number=2, email=email, change="new", after={"state": "invited"})
    return roster


def make_notification(user, path="/grades/", **fields):
    fields.setdefault("key", f"key-{next(numbers)}")
    return Notification.objects.create(
        recipient=user, kind="enrolled", title=fields.pop("title", "Something happened"), path=path, **fields
    )


def make_delivery(notification, **fields):
    return Delivery.objects.create(notification=notification, channel="email", **fields)
