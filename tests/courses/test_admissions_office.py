"""The office of admissions through its pages: the pipeline, one application, scores, moves, offers to the best."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.actions.admissions.intakes import DEFAULT_CRITERIA
from courses.actions.admissions.scoring import score_application
from courses.models import AdmissionScore, Application, Intake
from lms.notifications.models import Notification
from tests import world


def points(*given):
    return dict(zip((one["slug"] for one in DEFAULT_CRITERIA), given, strict=True))


@pytest.fixture
def cohort(curriculum):
    cohort = world.make_cohort(curriculum, name="Autumn", slug="autumn", started_days_ago=-30, seats=2)
    world.make_intake(cohort)
    return cohort


@pytest.fixture
def office(admin, as_user):
    return as_user(admin)


@pytest.fixture
def reader(cohort):
    return world.make_staff(cohort.program, world.make_user("Rita Reader"))


def pages(cohort, application=None, name="cohort_admissions", *more):
    return reverse(name, args=[cohort.slug, *([application.pk] if application else []), *more])


def test_the_pipeline_counts_filters_and_searches(cohort, office):
    for state, name in (("started", "Dora Draft"), ("submitted", "Sam Sent"), ("in_review", "Ria Read")):
        world.make_application(cohort, state, applicant=world.make_user(name))
    page = office.get(pages(cohort)).text
    assert "Dora Draft" not in page
    assert 'Submitted <span class="count">1</span>' in page
    page = office.get(pages(cohort) + "?state=submitted").text
    assert ("Sam Sent" in page, "Ria Read" in page) == (True, False)
    assert "No application is like that" in office.get(pages(cohort) + "?q=nobody").text


def test_the_pipeline_costs_the_same_with_more_applications(cohort, office, reader, django_assert_max_num_queries):
    def fill(count):
        for state in ("in_review", "submitted", "offered")[: 3 if count > 1 else 1] * count:
            one = world.make_application(cohort, state) if state != "offered" else None
            if one and state == "in_review":
                score_application(application=one, points=points(1, 1, 1, 1), by=reader)

    fill(1)
    with django_assert_max_num_queries(14) as few:
        office.get(pages(cohort))
    fill(4)
    with django_assert_max_num_queries(len(few.captured_queries)):
        office.get(pages(cohort))


def test_an_intake_is_opened_and_refused_with_what_was_typed(curriculum, admin, office):
    cohort = world.make_cohort(curriculum, name="Winter", started_days_ago=-60)
    assert "takes no applications" in office.get(pages(cohort)).text
    today = timezone.localdate()
    typed = {"is_taking": "on", "opens_on": today, "closes_on": today - timedelta(days=1), "offer_days": 5}
    refused = office.post(pages(cohort, None, "intake_change"), typed | {"fills_until": today})
    assert (refused.status_code, "comes on or after the first" in refused.text) == (422, True)
    typed |= {"closes_on": today + timedelta(days=20), "fills_until": today + timedelta(days=60)}
    assert office.post(pages(cohort, None, "intake_change"), typed).status_code == 302
    assert (Intake.objects.get(cohort=cohort).offer_days, Intake.objects.get(cohort=cohort).phase) == (5, "open")


def test_a_reader_does_not_see_the_others_score_until_both_are_in(cohort, admin, office, reader, as_user):
    application = world.make_application(cohort)
    address = pages(cohort, application, "admission_score")
    sent = {**points(3, 1, 2, 2), "remark": "Firm in statistics."}
    assert as_user(reader).post(address, sent).status_code == 302
    page = office.get(pages(cohort, application, "admission_detail")).text
    assert "One of two scores is in" in page
    assert "Firm in statistics" not in page + office.get(address).text + office.get(pages(cohort)).text
    assert office.post(address, points(1, 1, 1, 1) | {"motivation": ""}).status_code == 422
    assert office.post(address, points(1, 1, 2, 2)).status_code == 302
    page = office.get(pages(cohort, application, "admission_detail")).text
    assert all(words in page for words in ("Firm in statistics", "The readers differ", "<strong>7</strong> of 12"))
    assert AdmissionScore.objects.count() == 2
    assert "Both scores are in" in office.post(address, points(3, 3, 3, 3)).text


def test_each_step_is_taken_on_its_page_and_who_applied_is_told(cohort, office):
    application = world.make_application(cohort, "submitted")
    day = timezone.localdate() + timedelta(days=5)

    def step(verb, **typed):
        return office.post(pages(cohort, application, "admission_move", verb), typed).status_code

    assert step("take_into_review") == 302
    assert step("invite_to_interview", day=day, time="25:00", where="Call") == 422
    assert step("invite_to_interview", day=day, time="15:30", where="Call") == 302
    assert step("wait_list") == 302
    assert step("offer") == 302
    assert step("not_admit", answer="No.") == 422
    application.refresh_from_db()
    assert application.state == "offered"
    assert application.interview_at.astimezone().hour in (14, 15)
    assert Notification.objects.filter(recipient=application.applicant).count() == 4


def test_words_to_who_is_not_admitted_are_asked_for_and_read(cohort, office, as_user):
    application = world.make_application(cohort)
    address = pages(cohort, application, "admission_move", "not_admit")
    assert office.post(address, {"answer": " "}).status_code == 422
    assert office.post(address, {"answer": "Come back with more statistics."}).status_code == 302
    mine = as_user(application.applicant).get(reverse("application_detail", args=[application.pk])).text
    assert "Come back with more statistics." in mine


def test_the_best_are_shown_and_offered_what_is_free(cohort, office, admin, reader):
    marks = {"Low": 1, "High": 3, "Middle": 2}
    for name, mark in marks.items():
        one = world.make_application(cohort, applicant=world.make_user(name))
        for by in (admin, reader):
            score_application(application=one, points=points(*[mark] * 4), by=by)
    world.make_application(cohort, applicant=world.make_user("Unread"))
    page = office.get(pages(cohort, None, "admission_offers"))
    assert [one.applicant.name for one in page.context["best"]] == ["High", "Middle"]
    assert "1 application is being read with a score missing" in page.text
    everybody = list(Application.objects.filter(scores__isnull=False).distinct().values_list("pk", flat=True))
    answer = office.post(pages(cohort, None, "admission_offers"), {"application": everybody}, follow=True)
    assert "No seat of Autumn is left to offer" in answer.text
    assert not Application.objects.filter(state="offered").exists()
    best = [one.pk for one in page.context["best"]]
    answer = office.post(pages(cohort, None, "admission_offers"), {"application": best}, follow=True)
    assert "2 places are offered" in answer.text
    assert set(Application.objects.filter(state="offered").values_list("pk", flat=True)) == set(best)


def test_a_draft_and_another_cohorts_application_are_not_there(cohort, other_cohort, office):
    world.make_intake(other_cohort)
    draft, foreign = world.make_application(cohort, "started"), world.make_application(other_cohort)
    for one in (draft, foreign):
        assert office.get(pages(cohort, one, "admission_detail")).status_code == 404
        assert office.post(pages(cohort, one, "admission_move", "offer")).status_code == 404


def test_a_rubric_is_written_as_text_and_scores_keep_theirs(cohort, office, reader):
    address = pages(cohort, None, "admission_rubric")
    assert "Clear, concrete and a pleasure to read." in office.get(address).text
    for text, says in (
        ("0 A level first", "Line 1: begin with the title"),
        ("Drive\n0 None", "needs two levels"),
        ("Drive\n1 Some\n1 More", "Line 3: each level has more points"),
        ("Drive\n0 a\n1 b\n\nDrive\n0 a\n1 b", "Line 5"),
    ):
        refused = office.post(address, {"text": text})
        assert (refused.status_code, says in refused.text, text.split("\n")[0] in refused.text) == (422, True, True)
    assert office.post(address, {"text": "Drive\n0 None\n5: A lot\n\nTime\n0 None\n4 Enough"}).status_code == 302
    cohort.intake.refresh_from_db()
    assert cohort.intake.rubric.most_points == 9
    one = world.make_application(cohort)
    score_application(application=one, points={"drive": 5, "time": 0}, by=reader)
    office.post(address, {"text": "Other\n0 a\n1 b"})
    cohort.intake.refresh_from_db()
    assert cohort.intake.rubric.most_points == 9
