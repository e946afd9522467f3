"""Two versions of one program, a cohort on the first, and everything that its learners may have done."""

from dataclasses import dataclass

from courses import outline
from courses.actions.progress import complete_activity
from courses.actions.quizzes import take_quiz
from courses.models import ActivityProgress, Cohort, Curriculum, Enrollment, Extension, Quiz, QuizAttempt
from projects.actions.moving import move_cohort
from projects.models import (
    Grade,
    GradeChange,
    GradingJob,
    GradingResult,
    Level,
    RegradeRequest,
    ReviewScore,
    Submission,
)
from projects.moving import stamp_of
from tests import world

SNAPSHOTS = (
    (ActivityProgress, ("enrollment", "activity", "done_at")),
    (Extension, ("enrollment", "activity", "days")),
    (QuizAttempt, ("enrollment", "quiz", "number", "score", "passed", "answers")),
    (Submission, ("enrollment", "project", "number", "state", "due_at")),
    (Grade, ("project", "submission", "newest", "state", "checks_points", "checks_max", "rubric_points", "rubric_max")),
    (Grade, ("late_factor", "is_late", "provenance", "released_at", "changed_at")),
    (GradeChange, ("grade", "old_score", "new_score", "facts")),
    (GradingJob, ("submission", "grader_version", "state")),
    (GradingResult, ("job", "score", "max_score")),
    (ReviewScore, ("review", "criterion", "level")),
    (RegradeRequest, ("submission", "criterion", "state")),
)


@dataclass
class Versions:
    old: Curriculum
    new: Curriculum
    cohort: Cohort

    def project(self, version, slug):
        return version.projects.get(slug=slug)

    def activity(self, version, slug):
        return version.activities.get(slug=slug)


def make_versions():
    """2026.2 moves `ols` by two days, lacks `gone` and `old-reading`, adds `new-reading`, asks other questions in
    `changed-quiz` and judges the second criterion of `prices` differently."""
    old, new = world.make_curriculum(), world.make_curriculum()
    for one in (old, new):
        world.make_activity(one, "reading", "reading")
        world.make_quiz(one, "quiz")
        world.make_quiz(one, "changed-quiz")
        world.make_project(one, "exercise", "ols", due_day=6 if one == old else 8)
        world.make_project(one, "mini-project", "prices")
    world.make_activity(old, "reading", "old-reading")
    world.make_project(old, "exercise", "gone")
    world.make_activity(new, "reading", "new-reading", week=2)
    Quiz.objects.get(activity__curriculum=new, activity__slug="changed-quiz").questions.filter(slug="q2").update(
        accepted=["0.5"]
    )
    levels = Level.objects.filter(criterion__rubric__project__curriculum=new, criterion__slug="criterion-1")
    levels.filter(position=2).update(points=12)
    new.projects.filter(slug="prices").update(rubric_max=22)
    outline.forget()
    return Versions(old, new, world.make_cohort(old))


def moved(versions, to, by):
    """Move the cohort as who has just seen the preview."""
    cohort = Cohort.objects.get(pk=versions.cohort.pk)
    move_cohort(cohort=cohort, to=to, seen=stamp_of(cohort, to), by=by)


def answer(enrollment, version, slug):
    quiz = Quiz.objects.select_related("activity__module").get(activity__curriculum=version, activity__slug=slug)
    return take_quiz(enrollment=enrollment, quiz=quiz, answers={"q1": ["0"], "q2": ["0.25"]})[0]


def tick(enrollment, version, slug):
    complete_activity(enrollment=enrollment, activity=version.activities.get(slug=slug))


def snapshot():
    """All rows that a move may touch, and what their grades are made of."""
    return [
        sorted(model.objects.order_by().values_list("pk", *fields), key=lambda row: row[0])
        for model, fields in SNAPSHOTS
    ]


def fresh(enrollment):
    """The enrollment as a new request reads it."""
    return Enrollment.objects.select_related("user", "cohort").get(pk=enrollment.pk)
