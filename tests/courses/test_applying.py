"""Applying through the pages: what anybody sees, an account for it, the draft, and one's own application."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from courses.models import Application, Skill
from lms.accounts.models import User
from lms.notifications.models import Notification
from tests import world

ENOUGH = "Six years of bridges, and two of measuring them. " * 2


@pytest.fixture
def cohort(curriculum):
    Skill.objects.create(curriculum=curriculum, slug="python", title="Python", area="modelling", is_prerequisite=True)
    cohort = world.make_cohort(curriculum, name="Autumn", slug="autumn", started_days_ago=-30, seats=2)
    world.make_intake(cohort)
    return cohort


def public(cohort, name="application_start"):
    return reverse(name, args=[cohort.program.slug, cohort.slug])


def program(cohort):
    return reverse("program_public", args=[cohort.program.slug])


def test_anybody_reads_what_the_program_is_and_which_seats_are_free(cohort, client):
    world.make_application(cohort, "offered")
    page = client.get(program(cohort)).text
    assert all(
        words in page for words in ("ML Engineering &amp; AI", "Autumn", "1 of 2 seats free", "Python", "Apply<")
    )
    world.make_invitation(cohort)
    world.make_application(cohort, "waitlisted", waiting_rank=1)
    assert "full; 1 on the waiting list" in client.get(program(cohort)).text


def test_what_the_office_closed_is_not_there(cohort, client, outsider, as_user):
    assert client.get(reverse("program_list")).text.count("See the program") == 1
    cohort.intake.is_taking = False
    cohort.intake.save()
    for name in (program(cohort), public(cohort), public(cohort, "application_sign_up")):
        assert client.get(name).status_code == 404
        assert as_user(outsider).post(name).status_code in (404, 405)
    assert "No program takes applications now" in client.get(reverse("program_list")).text


def test_the_public_page_costs_the_same_with_more_cohorts(cohort, client, django_assert_num_queries):
    with django_assert_num_queries(4):
        client.get(program(cohort))
    for number in range(3):
        more = world.make_cohort(cohort.curriculum, name=f"More {number}", started_days_ago=-40)
        world.make_break(more)
        world.make_intake(more)
    with django_assert_num_queries(4):
        assert client.get(program(cohort)).text.count("Apply<") == 4


def test_who_applies_gets_an_account_once_the_address_is_confirmed(cohort, client):
    account = {"name": "Nora Berg", "email": "Nora@example.org", "password1": "three blue bicycles", "time_zone": "UTC"}
    answer = client.post(public(cohort, "application_sign_up"), account)
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert client.get(reverse("home")).status_code == 302
    user = User.objects.get(email="nora@example.org")
    assert (user.name, user.emailaddress_set.get().verified) == ("Nora Berg", False)
    link = re.search(r"http\S+", mail.outbox[0].body)[0]
    assert client.post(link)["Location"] == public(cohort)
    assert client.post(public(cohort))["Location"] == reverse("application_detail", args=[Application.objects.get().pk])


def test_a_known_address_gets_the_same_answer_and_an_e_mail(cohort, client, outsider):
    account = {"name": "Eve", "email": outsider.email, "password1": "three blue bicycles", "time_zone": "UTC"}
    answer = client.post(public(cohort, "application_sign_up"), account)
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert User.objects.filter(email=outsider.email).get().name == outsider.name
    assert mail.outbox[0].subject == "You have an account already"


def test_signing_up_again_and_again_is_stopped(cohort, client):
    answers = [client.post(public(cohort, "application_sign_up")).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_nobody_signs_up_elsewhere(cohort, client):
    account = {"name": "Eve", "email": "eve@example.org", "password1": "three blue bicycles", "time_zone": "UTC"}
    for address in (reverse("account_signup"), reverse("account_signup") + f"?next={public(cohort)}"):
        assert "You join by invitation" in client.post(address, account).text
    assert not User.objects.exists()


def test_an_invited_person_takes_over_an_account_that_was_never_confirmed(cohort, client):
    account = {"name": "Mallory", "email": "new@example.org", "password1": "three blue bicycles", "time_zone": "UTC"}
    client.post(public(cohort, "application_sign_up"), account)
    place = world.make_invitation(cohort)
    own = {"name": "Nora", "password": "four red tricycles", "time_zone": "UTC"}
    client.cookies.clear()
    answer = client.post(reverse("invitation_accept", args=[place.invitation.token]), own)
    assert answer["Location"] == reverse("home")
    user = User.objects.get(email="new@example.org")
    assert (user.name, user.check_password("four red tricycles")) == ("Nora", True)
    assert user.emailaddress_set.get().verified


def test_a_draft_is_written_in_steps_looked_at_and_handed_in(cohort, outsider, as_user):
    client = as_user(outsider)
    mine = client.post(public(cohort))["Location"]
    assert "Go on writing" in client.get(mine).text
    step = client.post(mine + "edit/background/", {"background": ENOUGH})["Location"]
    assert step == mine + "edit/motivation/"
    assert client.post(step, {"motivation": "Because.", "later": "1"})["Location"] == mine
    page = client.get(mine + "check/").text
    assert "Motivation (at least 40 characters)" in page
    assert "Submit my application" not in page
    assert client.post(step, {"motivation": ENOUGH})["Location"] == mine + "edit/skills/"
    assert client.post(mine + "edit/skills/", {"python": "7"}).status_code == 422
    assert client.post(mine + "edit/skills/", {"python": "3"})["Location"] == mine + "check/"
    assert "<strong>3</strong> of 4: I use it on my own" in client.get(mine + "check/").text
    client.post(mine + "check/")
    page = client.get(mine).text
    assert "gives it to two readers" in page
    assert client.post(mine + "edit/background/", {"background": "Another"})["Location"] == mine
    assert Application.objects.get().background == ENOUGH.strip()


def test_an_offer_says_until_when_in_ones_own_zone_and_is_accepted(cohort, outsider, as_user, settings):
    outsider.time_zone = "Asia/Tokyo"
    outsider.save()
    application = world.make_application(cohort, "offered", applicant=outsider)
    client, mine = as_user(outsider), reverse("application_detail", args=[application.pk])
    assert "(Tokyo)" in client.get(mine).text
    assert "Accept your place?" in client.get(mine + "accept/").text
    assert client.post(mine + "accept/")["Location"] == reverse("home")
    assert outsider.enrollments.get().cohort == cohort
    assert client.post(mine + "decline/")["Location"] == mine


def test_of_a_draft_that_is_withdrawn_the_office_reads_nothing(cohort, outsider, as_user, admin):
    draft = world.make_application(
        cohort, "started", outsider, background="Nobody else reads this.", skills={"maths": 1}
    )
    client, mine = as_user(outsider), reverse("application_detail", args=[draft.pk])
    assert "What you wrote and handed in is removed." in client.get(mine + "withdraw/").text
    client.post(mine + "withdraw/")
    draft.refresh_from_db()
    assert (draft.state, draft.background, draft.skills) == ("withdrawn", "", {})
    page = as_user(admin).get(reverse("admission_detail", args=[cohort.slug, draft.pk]))
    assert page.status_code == 200
    assert "Nobody else" not in page.text


def test_the_way_to_ones_application_is_on_the_home_page_and_in_what_one_is_told(cohort, outsider, as_user, admin):
    application = world.make_application(cohort, "waitlisted", applicant=outsider, waiting_rank=4)
    client, mine = as_user(outsider), reverse("application_detail", args=[application.pk])
    assert mine in client.get(reverse("home")).text
    assert "number 1" in client.get(mine).text
    client.post(mine + "withdraw/")
    assert Notification.objects.get().path == mine
