"""Four hundred cohorts of 250 learners around the cohort that the other benchmarks measure, written by the database itself."""

from django.db import connection

from courses.models import ActivityProgress, Cohort, Curriculum, Enrollment, PlaceRequest
from lms.accounts.models import AuditEntry, User
from lms.notifications.models import Notification
from projects.models import Grade, Submission
from tests import world

COHORTS = 400
LEARNERS_EACH = 250
DONE_EACH = 50
HANDED_IN_EACH = 4
ENTRIES_EACH = 5
ASK_EACH = 20
WIDE_LEARNERS = 500
WIDE_PROJECTS = 80


def seed_office():
    """Somebody who runs the cohort that is measured alone, and what its learners ask them for."""
    cohort = Cohort.objects.get(slug="bench")
    world.make_cohort_staff(cohort, world.make_user("Olga Office", "office@bench.example"))
    _requests(f"({cohort.pk})")


def seed_crowd():
    """100 000 learners, 5 million activities done, 400 000 attempts with grades, half a million audit entries, 8 000 requests
    that are open."""
    curriculum = Curriculum.objects.get(version="bench")
    likes = Cohort.objects.get(slug="bench")
    cohorts = fill(
        Cohort,
        f"generate_series(1, {COHORTS}) n",
        program=str(likes.program_id),
        curriculum=str(curriculum.pk),
        name="'Crowd ' || n",
        slug="'crowd-' || n",
        starts_on="current_date - 10 * (n %% 40)",
        time_zone="'Europe/Lisbon'",
        seats=str(LEARNERS_EACH),
        seats_taken=str(LEARNERS_EACH),
    )
    _people(cohorts, LEARNERS_EACH)
    _requests(cohorts)
    done = f"(SELECT id FROM courses_activity WHERE curriculum_id = {curriculum.pk} ORDER BY id LIMIT {DONE_EACH}) a"
    fill(
        ActivityProgress,
        f"(SELECT id FROM courses_enrollment WHERE cohort_id IN {cohorts}) e, {done}",
        enrollment="e.id",
        activity="a.id",
    )
    _work(cohorts, curriculum)
    _wide_cohort(likes.program_id)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def fill(model, source, **given):
    """Insert a row of `model` for each row of the SQL `source`, with these SQL expressions and defaults for the rest.

    The answer is an SQL expression of the ids of the new rows: a subquery in brackets.
    """
    names, values, parameters = [], [], []
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        names.append(f'"{field.column}"')
        values.append(given.pop(field.name, "%s"))
        if values[-1] == "%s":
            parameters.append(field.get_db_prep_save(field.get_default(), connection))
    assert not given, f"{model.__name__} has no {', '.join(given)}"
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        (before,) = cursor.fetchone()
        cursor.execute("SET session_replication_role = replica")  # what is referred to exists
        cursor.execute(f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {source}", parameters)
        cursor.execute("SET session_replication_role = DEFAULT")
    return f"(SELECT id FROM {table} WHERE id > {before})"


def _people(cohorts, each):
    """A learner for each seat, enrolled."""
    seats = f"(SELECT id AS cohort, n FROM courses_cohort, generate_series(1, {each}) n WHERE id IN {cohorts}) seat"
    fill(
        User,
        seats,
        email="'crowd' || cohort || '-' || n || '@bench.example'",
        name="'Learner ' || n || ' of ' || cohort",
        password="'!'",
    )
    fill(
        Enrollment,
        f"{seats} JOIN accounts_user u ON u.email = 'crowd' || cohort || '-' || n || '@bench.example'",
        user="u.id",
        cohort="cohort",
    )


def _requests(cohorts):
    """Some learners of each cohort have asked for a pause."""
    number = "row_number() OVER (PARTITION BY cohort_id ORDER BY id) n"
    fill(
        PlaceRequest,
        f"(SELECT id, {number} FROM courses_enrollment WHERE cohort_id IN {cohorts}) e WHERE n <= {ASK_EACH}",
        enrollment="e.id",
        kind="'pause'",
        starts_on="current_date + 7",
        ends_on="current_date + 13",
        why="'My sister marries abroad.'",
    )


def _work(cohorts, curriculum):
    """Each learner has handed in for some projects, has been told, and stands in the history."""
    places = f"(SELECT id, user_id FROM courses_enrollment WHERE cohort_id IN {cohorts}) e"
    _handed_in(cohorts, f"WHERE curriculum_id = {curriculum.pk} ORDER BY id LIMIT {HANDED_IN_EACH}")
    fill(
        Notification,
        f"{places}, generate_series(1, 3) n",
        recipient="e.user_id",
        key="'crowd:' || e.id || ':' || n",
        kind="'checks_finished'",
        title="'Checks of project ' || n",
        path="'/'",
    )
    fill(
        AuditEntry,
        f"{places}, generate_series(1, {ENTRIES_EACH}) n",
        actor="e.user_id",
        action="'enroll'",
        target_kind="'courses.Enrollment'",
        target_id="e.id::text",
        target_label="'Learner ' || e.id",
    )


def _handed_in(cohorts, projects):
    """One attempt of each learner for each of these projects, with its grade; every ninth learner's wait for a review."""
    work = fill(
        Submission,
        f"(SELECT * FROM courses_enrollment WHERE cohort_id IN {cohorts}) e, (SELECT id FROM projects_project {projects}) p",
        enrollment="e.id",
        project="p.id",
        number="1",
        submitted_by="e.user_id",
        digest="repeat('0', 64)",
        state="CASE WHEN e.id %% 9 = 0 THEN 'waiting_for_review' ELSE 'checks_passed' END",
    )
    fill(
        Grade,
        f"(SELECT * FROM projects_submission WHERE id IN {work}) s",
        enrollment="s.enrollment_id",
        project="s.project_id",
        newest="s.id",
        state="s.state",
        checks_points="8",
        checks_max="10",
        rubric_max="0",
    )


def _wide_cohort(program):
    """One cohort of 500 learners who have all handed in for 80 projects."""
    curriculum = world.make_curriculum(version="wide", weeks=26)
    for n in range(WIDE_PROJECTS):
        world.make_project(curriculum, "exercise", f"wide-{n}", week=n * 26 // WIDE_PROJECTS + 1, until_day=60)
    cohort = world.make_cohort(curriculum, name="Wide", slug="wide", started_days_ago=80, seats=WIDE_LEARNERS)
    Cohort.objects.filter(pk=cohort.pk).update(program=program, seats_taken=WIDE_LEARNERS)
    _people(f"({cohort.pk})", WIDE_LEARNERS)
    _handed_in(f"({cohort.pk})", f"WHERE curriculum_id = {curriculum.pk}")
