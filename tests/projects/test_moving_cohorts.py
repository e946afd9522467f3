"""Moving a cohort to another version of its program: it is shown first, everything follows, and moving back restores it."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from courses.actions.cohorts import change_cohort
from courses.actions.extensions import grant_extension
from courses.actions.holding import VersionLeft
from courses.actions.progress import tick_activity
from courses.cohort_changes import CohortFacts
from courses.models import ActivityProgress, Cohort, QuizAttempt
from courses.progress import progress_of, progress_of_all
from courses.timeline import Timeline
from lms.accounts.models import AuditEntry
from lms.lib.errors import InvalidInput
from lms.notifications.models import Notification
from projects.actions.extensions import extend
from projects.actions.grading import finish_job
from projects.actions.moving import MoveRefused, move_cohort
from projects.actions.regrading import start_regrade
from projects.actions.reviews import claim_review, finish_review, save_draft
from projects.models import Criterion, Grade, RegradeBatch, Review, ReviewScore, Submission
from projects.moving import news_of, preview_of, stamp_of
from tests import world
from tests.projects.jobs import leased, result
from tests.projects.regrades import applied, decide, graded, previewed
from tests.projects.versions import answer, fresh, make_versions, moved, snapshot, tick


@pytest.fixture
def versions(db):
    return make_versions()


@pytest.fixture
def staff(versions):
    return world.make_staff(versions.old.program, world.make_user("Ada Admin"))


@pytest.fixture
def lea(versions):
    return world.make_enrollment(versions.cohort, world.make_user("Lea Learner"))


@pytest.fixture
def page(versions, staff, as_user):
    """The page of the move for staff: `page(to)` opens it, `page(to, sent)` sends its form."""
    client, address = as_user(staff), reverse("cohort_version", args=[versions.cohort.slug])

    def open_page(to=None, sent=None):
        if sent is not None:
            return client.post(address, {"to": to.version, **sent})
        return client.get(address, {"to": to.version} if to else {})

    return open_page


def words(response):
    return " ".join(response.text.split())


def work_of(lea, versions):
    """One of everything that a learner of the old version may have."""
    old = versions.old
    tick(lea, old, "reading"), tick(lea, old, "old-reading")
    answer(lea, old, "quiz"), answer(lea, old, "changed-quiz")
    graded(lea, versions.project(old, "ols"), 6)
    graded(lea, versions.project(old, "ols"), 10)
    graded(lea, versions.project(old, "gone"), 7)
    reviewed = graded(lea, versions.project(old, "prices"), 2, state="waiting_for_review")
    world.make_regrade_request(reviewed)
    decide(reviewed, world.make_staff(old.program))
    activity = versions.activity(old, "ols")
    grant_extension(enrollment=lea, activity=activity, days=3, reason="ill", by=lea.user)


# Before it is done


def test_versions_to_choose_from_are_the_other_ones_of_the_program(versions, page, other_cohort):
    shown = page()
    assert list(shown.context["others"]) == [versions.new]
    assert "Move to another version" in page().client.get(reverse("cohort_calendar", args=[versions.cohort.slug])).text


def test_the_preview_says_what_moves_what_follows_and_what_stays(versions, lea, page):
    work_of(lea, versions)
    waiting = world.make_submission(lea, versions.project(versions.old, "gone"), state="checks_queued")
    preview = page(versions.new).context["preview"]
    assert {(one.activity.slug, one.by) for one in preview.dates} == {("ols", "2 days later"), ("new-reading", "new")}
    counts = (preview.progress, preview.answers, preview.extensions)
    assert [(one.follow, one.stay) for one in counts] == [(5, 1), (1, 1), (1, 0)]
    assert [(one.project.slug, one.attempts, one.learners) for one in preview.gone] == [("gone", 2, 1)]
    assert [(one.project.slug, one.has_other_rubric) for one in preview.differing] == [("prices", True)]
    assert (preview.in_checks, preview.open_reviews, preview.learners) == (1, 0, 1)
    assert waiting.state == "checks_queued"


def test_dates_come_from_the_cohorts_calendar_and_those_that_are_over_are_marked(versions, lea, page):
    Cohort.objects.filter(pk=versions.cohort.pk).update(starts_on=timezone.localdate() - timedelta(days=9))
    (date,) = [one for one in page(versions.new).context["preview"].dates if one.activity.slug == "ols"]
    assert (date.days, date.is_over) == (2, True)
    world.make_break(versions.cohort, days_from_now=-2, length=7)
    (date,) = [one for one in page(versions.new).context["preview"].dates if one.activity.slug == "ols"]
    assert (date.days, date.is_over) == (9, False)


def test_what_changed_since_it_was_looked_at_is_shown_anew(versions, lea, page):
    seen = {"seen": page(versions.new).context["preview"].stamp}
    world.make_submission(lea, versions.project(versions.old, "gone"))
    refused = page(versions.new, seen)
    assert (refused.status_code, "has changed since you looked; nothing was moved" in words(refused)) == (409, True)
    assert [one.project.slug for one in refused.context["preview"].gone] == ["gone"]
    assert Cohort.objects.get(pk=versions.cohort.pk).curriculum == versions.old
    assert page(versions.new, {"seen": refused.context["preview"].stamp}).status_code == 302


@pytest.mark.parametrize("change", ["dates", "learner", "break", "extension", "review", "grader"])
def test_the_stamp_covers_the_cohort_and_what_people_decided(versions, lea, staff, change):
    work_of(lea, versions)
    before = stamp_of(versions.cohort, versions.new)
    if change == "dates":
        Cohort.objects.filter(pk=versions.cohort.pk).update(starts_on=timezone.localdate())
    elif change == "learner":
        world.make_enrollment(versions.cohort)
    elif change == "break":
        world.make_break(versions.cohort)
    elif change == "extension":
        extend(enrollment=lea, activity=versions.activity(versions.old, "ols"), days=1, reason="ill", by=staff)
    elif change == "review":
        Review.objects.update(finished_at=timezone.now())
    else:
        world.make_grader_version(versions.project(versions.new, "ols"))
    assert stamp_of(Cohort.objects.get(pk=versions.cohort.pk), versions.new) != before


def test_ticks_do_not_make_a_preview_stale(versions, lea):
    before = stamp_of(versions.cohort, versions.new)
    tick(lea, versions.old, "reading")
    assert stamp_of(versions.cohort, versions.new) == before


def test_only_another_version_of_the_same_program_is_taken(versions, lea, staff, other_cohort, page):
    with pytest.raises(MoveRefused, match="already"):
        moved(versions, versions.old, staff)
    with pytest.raises(InvalidInput, match="another program"):
        moved(versions, other_cohort.curriculum, staff)
    refused = page(other_cohort.curriculum, {"seen": "x"})
    assert (refused.status_code, "This program has no such version. Nothing was moved" in words(refused)) == (409, True)
    assert not AuditEntry.objects.filter(action="move_cohort").exists()


def test_the_preview_costs_the_same_however_many_learners(versions, django_assert_max_num_queries):
    counts = []
    for learners in (1, 6):
        for _ in range(learners):
            work_of(world.make_enrollment(versions.cohort), versions)
        preview_of(versions.cohort, versions.new)
        with django_assert_max_num_queries(60) as asked:
            preview_of(versions.cohort, versions.new)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# What is carried over


def test_everything_follows_by_slug_and_the_rest_stays(versions, lea, staff):
    work_of(lea, versions)
    moved(versions, versions.new, staff)
    places = set(ActivityProgress.objects.values_list("activity__slug", "activity__curriculum"))
    assert ("reading", versions.new.pk) in places
    assert ("old-reading", versions.old.pk) in places
    quizzes = set(QuizAttempt.objects.values_list("quiz__activity__slug", "quiz__activity__curriculum"))
    assert quizzes == {("quiz", versions.new.pk), ("changed-quiz", versions.old.pk)}
    for model in (Submission, Grade):
        work = set(model.objects.values_list("project__slug", "project__curriculum"))
        assert work == {("ols", versions.new.pk), ("prices", versions.new.pk), ("gone", versions.old.pk)}
    assert lea.extensions.get().activity == versions.activity(versions.new, "ols")
    assert set(ReviewScore.objects.values_list("criterion__slug", "criterion__rubric__project__curriculum")) == {
        ("criterion-0", versions.new.pk),
        ("criterion-1", versions.old.pk),
    }
    assert not ReviewScore.objects.exclude(level__criterion=F("criterion")).exists()
    entry = AuditEntry.objects.get(action="move_cohort")
    assert (entry.before, entry.after, entry.actor) == (
        {"curriculum": versions.old.version},
        {"curriculum": versions.new.version},
        staff,
    )


def test_moving_back_restores_everything(versions, lea, staff):
    work_of(lea, versions)
    before = snapshot()
    moved(versions, versions.new, staff)
    assert snapshot() != before
    moved(versions, versions.old, staff)
    assert snapshot() == before


def test_work_skips_a_version_that_lacks_it(versions, lea, staff):
    """From the first over the second, which lacks the project, to a third that has it again."""
    graded(lea, versions.project(versions.old, "gone"), 7)
    third = world.make_curriculum()
    again = world.make_project(third, "exercise", "gone")
    moved(versions, versions.new, staff)
    moved(versions, third, staff)
    assert (Submission.objects.get().project, Grade.objects.get().project) == (again, again)


def test_another_cohort_on_the_same_version_stays_where_it_is(versions, lea, staff):
    other = world.make_enrollment(world.make_cohort(versions.old))
    work_of(other, versions)
    before = snapshot()
    moved(versions, versions.new, staff)
    assert snapshot() == before


def test_grades_stay_as_they_are_also_when_they_are_recomputed(versions, lea, staff):
    work_of(lea, versions)
    scores = {one.project.slug: (one.score, one.max_score) for one in Grade.objects.select_related("project")}
    moved(versions, versions.new, staff)
    for slug in ("ols", "prices"):
        extend(enrollment=fresh(lea), activity=versions.activity(versions.new, slug), days=1, reason="ill", by=staff)
    assert {one.project.slug: (one.score, one.max_score) for one in Grade.objects.select_related("project")} == scores


def test_progress_counts_what_the_new_version_asks_for(versions, lea, staff):
    work_of(lea, versions)
    moved(versions, versions.new, staff)
    place = fresh(lea)
    assert progress_of(place) == progress_of_all([place])[lea.pk]
    assert (progress_of(place).done, progress_of(place).total) == (5, 6)


def test_a_check_that_runs_meanwhile_keeps_its_grader_and_reaches_the_grade(versions, lea, staff):
    project = versions.project(versions.old, "ols")
    job = leased(world.make_job(world.make_submission(lea, project)))
    moved(versions, versions.new, staff)
    assert finish_job(job=job, result=result(9))
    grade = Grade.objects.get()
    assert (grade.score, grade.project) == (9, versions.project(versions.new, "ols"))
    assert job.grader_version == project.grader_versions.get()


def test_a_check_of_work_that_is_gone_reaches_its_grade_too(versions, lea, staff):
    job = leased(world.make_job(world.make_submission(lea, versions.project(versions.old, "gone"))))
    moved(versions, versions.new, staff)
    assert finish_job(job=job, result=result(10))
    assert (Grade.objects.get().score, Grade.objects.get().project.slug) == (10, "gone")


def test_attempts_go_on_counting(versions, lea, staff):
    graded(lea, versions.project(versions.old, "ols"), 6)
    moved(versions, versions.new, staff)
    newer = graded(fresh(lea), versions.project(versions.new, "ols"), 8)
    assert (newer.number, Grade.objects.get().score) == (2, 8)


# Reviews


@pytest.fixture
def claimed(versions, lea, staff):
    """A claim with a level chosen for each of the two criteria."""
    submission = graded(lea, versions.project(versions.old, "prices"), 2, state="waiting_for_review")
    review = claim_review(submission=submission, by=staff)
    criteria = Criterion.objects.filter(rubric__project=submission.project)
    levels = {one.pk: one.levels.all()[2].pk for one in criteria}
    save_draft(review=review, levels=levels, comment="Good.", by=staff)
    return review


def finished(review, levels, by):
    review = Review.objects.select_related("submission__project__activity", "submission__enrollment__user").get(
        pk=review.pk
    )
    return finish_review(review=review, verdict="passed", levels=levels, comment="Good.", by=by)


def test_an_open_review_keeps_the_levels_of_criteria_that_stay_and_asks_for_the_others(versions, claimed, staff):
    moved(versions, versions.new, staff)
    with pytest.raises(InvalidInput, match="Choose a level for: Criterion 1"):
        finished(claimed, {}, staff)
    changed = Criterion.objects.get(rubric__project__curriculum=versions.new, slug="criterion-1")
    finished(claimed, {changed.pk: changed.levels.get(points=12).pk}, staff)
    grade = Grade.objects.get()
    assert (grade.rubric_points, grade.rubric_max, claimed.scores.count()) == (22, 22, 2)


def test_a_review_page_that_was_open_during_the_move_decides_nothing_and_keeps_the_comment(
    versions, claimed, staff, as_user
):
    client, was = as_user(staff), claimed.submission.project
    typed = {f"level-{one.pk}": one.levels.all()[0].pk for one in Criterion.objects.filter(rubric__project=was)}
    typed |= {"project": was.pk, "verdict": "needs_more_work", "comment": "Weak."}
    page = client.get(reverse("submission_review", args=[claimed.submission_id]))
    assert f'name="project" value="{was.pk}"' in page.text
    moved(versions, versions.new, staff)
    page = client.post(reverse("review_finish", args=[claimed.submission_id]), typed)
    assert (page.status_code, page.text.count(" checked>")) == (422, 2)  # the decision, and the level stored before
    assert "moved to another version of the program while this page was open" in page.text
    assert "Weak.</textarea>" in page.text
    assert f'name="project" value="{versions.project(versions.new, "prices").pk}"' in page.text
    claimed.refresh_from_db()
    assert (claimed.state, claimed.comment, Grade.objects.get().released_at) == ("claimed", "Good.", None)


def test_a_draft_is_whole_again_after_moving_back(versions, claimed, staff):
    moved(versions, versions.new, staff)
    moved(versions, versions.old, staff)
    finished(claimed, {}, staff)
    assert (Grade.objects.get().rubric_points, Grade.objects.get().rubric_max) == (20, 20)


def test_a_finished_review_is_shown_by_its_own_rubric(versions, claimed, staff, as_user):
    finished(claimed, {}, staff)
    moved(versions, versions.new, staff)
    page = as_user(staff).get(reverse("submission_review", args=[claimed.submission_id]))
    workspace = page.context["workspace"]
    assert (workspace.tally.complete, workspace.tally.points, workspace.tally.maximum) == (True, 20, 20)


# Regrades


def test_a_regrade_that_is_open_meanwhile_is_applied_all_the_same(versions, lea, staff):
    submission = graded(lea, versions.project(versions.old, "ols"), 5)
    batch = previewed(versions.project(versions.old, "ols"), staff, {submission: 9})
    moved(versions, versions.new, staff)
    assert applied(batch, staff).runs.get().outcome == "applied"
    assert Grade.objects.get().score == 9


def test_what_stands_on_a_grader_of_the_earlier_version_can_be_regraded(versions, lea, staff, as_user):
    graded(lea, versions.project(versions.old, "ols"), 5)
    moved(versions, versions.new, staff)
    project = versions.project(versions.new, "ols")
    page = as_user(staff).get(reverse("grader_detail", args=[project.pk]))
    earlier = page.context["versions"][1]
    assert (earlier.name, earlier.standing) == (f"1 of {versions.old.version}", 1)
    listed = {one.project.pk: one.behind for one in as_user(staff).get(reverse("grader_list")).context["rows"]}
    assert listed[project.pk] == 1
    start_regrade(project=project, from_version=earlier.version, to_version=project.grader_versions.get(), by=staff)
    batch = RegradeBatch.objects.get()
    assert batch.runs.count() == 1
    assert (
        f"Grader 1 of {versions.old.version} → 1"
        in as_user(staff).get(reverse("grader_detail", args=[project.pk])).text
    )
    assert (
        f"grader 1 of {versions.old.version} → 1" in as_user(staff).get(reverse("regrade_batch", args=[batch.pk])).text
    )


# What people see


def test_learners_are_told_once_which_dates_of_their_unfinished_work_move(versions, lea, staff):
    done = world.make_enrollment(versions.cohort)
    for slug in ("ols", "reading"):
        tick(done, versions.old, slug)
    moved(versions, versions.new, staff)
    told = Notification.objects.get(recipient=lea.user)
    assert "2 of your dates move" in told.title
    assert "“Ols” is due on" in told.body
    assert "(it was" in told.body
    assert "“New reading” is due on" in told.body
    assert "1 of your dates moves" in Notification.objects.get(recipient=done.user).title


def test_the_date_that_is_told_counts_an_extension_from_before_a_version_that_lacked_it(versions, lea, staff):
    gone = versions.activity(versions.old, "gone")
    grant_extension(enrollment=lea, activity=gone, days=9, reason="ill", by=staff)
    third = world.make_curriculum()
    again = world.make_project(third, "exercise", "gone").activity
    moved(versions, versions.new, staff)
    Notification.objects.all().delete()
    moved(versions, third, staff)
    due = Timeline.of(fresh(lea)).dates(again).due
    day = due.at.astimezone(ZoneInfo(lea.user.time_zone)).date()
    assert (due.at.date() - versions.cohort.starts_on).days == 6 + 9
    assert f"“Gone” is due on {day:%a} {day.day} {day:%B}, " in Notification.objects.get(recipient=lea.user).body


def test_an_extension_of_the_version_that_a_cohort_comes_back_to_is_in_what_is_told(versions, lea, staff):
    """The first version lacks the reading, so its extension stays with the second."""
    moved(versions, versions.new, staff)
    reading = versions.activity(versions.new, "new-reading")
    grant_extension(enrollment=lea, activity=reading, days=4, reason="ill", by=staff)
    moved(versions, versions.old, staff)
    (told,) = [one for one in news_of(fresh(lea).cohort, versions.new)[0].dates if one.activity == reading]
    assert told.after.at == Timeline.of(fresh(lea)).dates(reading).due.at


def test_who_has_finished_what_moves_is_not_told(versions, lea, staff):
    versions.activity(versions.new, "new-reading").delete()
    tick(lea, versions.old, "ols")
    moved(versions, versions.new, staff)
    assert not Notification.objects.exists()


def test_work_on_a_removed_project_is_shown_to_the_learner_and_the_staff(versions, lea, staff, as_user):
    work_of(lea, versions)
    gone = Submission.objects.get(project__slug="gone")
    moved(versions, versions.new, staff)
    client, office = as_user(lea.user), as_user(staff)
    grades = client.get(reverse("grades"))
    assert [line.title for line in grades.context["earlier"]] == ["Gone"]
    assert "From an earlier version" in grades.text
    assert len(grades.context["lines"]) == 2
    work = client.get(reverse("submission_detail", args=[gone.pk]))
    assert (work.status_code, "From an earlier version of the program" in work.text) == (200, True)
    old_link = client.get(reverse("project_detail", args=[versions.cohort.slug, "gone"]))
    assert (old_link.status_code, old_link["Location"]) == (302, reverse("submission_detail", args=[gone.pk]))
    matrix = office.get(reverse("cohort_matrix", args=[versions.cohort.slug])).text
    assert (matrix.count("Earlier version"), f'href="{lea.pk}/{gone.project_id}/"' in matrix) == (1, True)
    person = office.get(reverse("enrollment_detail", args=[versions.cohort.slug, lea.pk])).text
    assert person.count("From an earlier version") == 1


def test_every_page_of_learner_and_staff_goes_on_working(versions, lea, staff, as_user):
    work_of(lea, versions)
    moved(versions, versions.new, staff)
    slug = versions.cohort.slug
    for path in ("home", "curriculum", "grades", "notification_list"):
        assert as_user(lea.user).get(reverse(path)).status_code == 200
    for one in versions.new.activities.all():
        name = "project_detail" if one.is_handed_in else "activity_detail"
        response = as_user(lea.user).get(reverse(name, args=[slug, one.slug]))
        assert response.status_code == 200
    for path in ("cohort_detail", "cohort_learners", "cohort_matrix", "cohort_people", "cohort_calendar"):
        assert as_user(staff).get(reverse(path, args=[slug])).status_code == 200
    for one in Submission.objects.all():
        assert as_user(lea.user).get(reverse("submission_detail", args=[one.pk])).status_code == 200


def test_a_quiz_with_other_questions_says_what_was_answered_before(versions, lea, staff, as_user):
    work_of(lea, versions)
    moved(versions, versions.new, staff)
    page = as_user(lea.user).get(reverse("activity_detail", args=[versions.cohort.slug, "changed-quiz"]))
    assert "Your last answers were to an earlier version of this quiz" in page.text
    assert page.context["entry"].is_done


@pytest.mark.parametrize("name", ["reading", "changed-quiz"])
def test_browsers_do_not_show_the_image_of_the_earlier_version(versions, lea, staff, as_user, name):
    """They keep images by their addresses, so one that changed has another address."""
    shown = {}
    for version, data in ((versions.old, b"old"), (versions.new, b"new")):
        activity = versions.activity(version, name)
        if name == "reading":
            activity.content_id = world.make_content('<img src="asset/figure.png" alt="">')
        else:
            activity.quiz.questions.filter(slug="q1").update(prompt_html='<img src="asset/figure.png" alt="">')
        world.make_image(activity, data=data)
    for version, data in ((versions.old, b"old"), (versions.new, b"new")):
        address = reverse("activity_detail", args=[versions.cohort.slug, name])
        shown[version] = re.search(r'src="(asset/figure\.png[^"]*)"', as_user(lea.user).get(address).text)[1]
        assert as_user(lea.user).get(address + shown[version]).content == data
        moved(versions, versions.new if version == versions.old else versions.old, staff)
    assert shown[versions.old] != shown[versions.new]


def test_a_page_that_was_open_during_the_move_writes_nothing(versions, lea, staff):
    old = versions.activity(versions.old, "reading")
    moved(versions, versions.new, staff)
    with pytest.raises(VersionLeft, match="Nothing was kept"):
        tick_activity(enrollment=lea, activity=old, done=True)
    with pytest.raises(VersionLeft):
        answer(lea, versions.old, "quiz")
    with pytest.raises(VersionLeft):
        extend(enrollment=lea, activity=old, days=1, reason="ill", by=staff)
    assert not ActivityProgress.objects.exists()


def test_a_cohort_that_has_begun_keeps_its_dates_but_not_its_version(versions, lea, staff):
    facts = CohortFacts.of(versions.cohort)
    moved(versions, versions.new, staff)
    change_cohort(cohort=versions.cohort, wanted=facts, seen=facts.stamp, by=staff)
    assert Cohort.objects.get(pk=versions.cohort.pk).curriculum == versions.new


def test_the_move_is_done_on_the_page_and_said(versions, lea, page):
    sent = {"seen": page(versions.new).context["preview"].stamp}
    assert page(versions.new, sent).status_code == 302
    assert Cohort.objects.get(pk=versions.cohort.pk).curriculum == versions.new
    assert "is on version" in words(page(versions.new, sent))


def test_seen_is_asked_for(versions, page):
    refused = page(versions.new, {})
    assert (refused.status_code, "Nothing was moved: look at what the move does" in words(refused)) == (409, True)
    with pytest.raises(MoveRefused):
        move_cohort(cohort=versions.cohort, to=versions.new, seen="", by=world.make_user())
