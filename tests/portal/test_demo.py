"""The demo: refused where it must not be, loaded once, and made of nothing but real work."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from courses.models import Cohort
from courses.timeline import Timeline
from lms.accounts.models import User
from lms.lib.mail_folder import FolderEmailBackend
from lms.portal import demo
from mentors.models import MentorAssignment
from projects.models import GradingResult, Submission


@pytest.fixture
def demo_mode(settings):
    settings.DEMO = True


def test_it_is_refused_without_demo_mode(db):
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo")
    assert not User.objects.exists()


def test_a_database_with_people_is_left_alone(demo_mode, learner):
    with pytest.raises(CommandError, match="has people already"):
        call_command("load_demo")
    assert not User.objects.filter(email="admin@example.com").exists()


@pytest.mark.slow
@pytest.mark.django_db
def test_it_loads_once_and_is_in_its_fourth_week(demo_mode, programme_is_read, capsys, client):
    call_command("load_demo")
    counts = [model.objects.count() for model in (User, Cohort, Submission, MentorAssignment)]
    call_command("load_demo")
    assert [model.objects.count() for model in (User, Cohort, Submission, MentorAssignment)] == counts
    assert "is there already" in capsys.readouterr().out
    cohort = Cohort.objects.get()
    timeline = Timeline.of_cohort(cohort)
    assert timeline.week() == 4
    assert cohort.seats_taken == cohort.enrollments.count() == 9
    for activity in cohort.curriculum.activities.filter(module__week=3):
        assert timeline.dates(activity).available.at <= timezone.now()
    assert set(Submission.objects.values_list("state", flat=True)) == {"checks_queued"}
    assert not GradingResult.objects.exists()
    opens_every_page_of_the_programme(client, cohort)
    assert set(cohort.applications.values_list("state", flat=True)) == {"submitted", "interview", "offered"}
    for person in ("learner", "mentor", "admin", "applicant"):
        assert client.login(email=f"{person}@example.com", password=demo.PASSWORD)
        assert client.get(reverse("home")).status_code == 200
    ols = cohort.curriculum.activities.get(slug="ols-from-scratch")
    lea = cohort.enrollments.get(user__email="learner@example.com")
    extended = Timeline.of(lea).dates(ols).due
    assert extended.at - timeline.dates(ols).due.at == timedelta(days=7)
    assert "extension by Ada Osei" in extended.why()


def opens_every_page_of_the_programme(client, cohort):
    """The learner opens each week, and all that is open in them; the pages' own tests have small programmes only."""
    assert client.login(email="learner@example.com", password=demo.PASSWORD)
    for week in range(1, 27):
        assert "Hours planned" in client.get(reverse("week_detail", args=[cohort.slug, week])).text
    for activity in cohort.curriculum.activities.filter(module__week__lte=3):
        assert client.get(reverse("activity_detail", args=[cohort.slug, activity.slug]), follow=True).status_code == 200


def test_emails_are_read_as_text_with_their_links(demo_mode, client, settings, tmp_path, db):
    settings.EMAIL_FILE_PATH = tmp_path
    assert "No e-mail was written yet" in client.get(reverse("demo_mail_list")).content.decode()
    write(subject="You are <invited>", body="Open http://127.0.0.1:8000/invitations/x/ <b>now</b>")
    page = client.get(reverse("demo_mail_list")).content.decode()
    assert "You are &lt;invited&gt;" in page
    (path,) = tmp_path.glob("*.eml")
    page = client.get(reverse("demo_mail_detail", args=[path.stem])).content.decode()
    assert '<a href="http://127.0.0.1:8000/invitations/x/"' in page
    assert "&lt;b&gt;now&lt;/b&gt;" in page


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e"])
def test_other_names_are_not_found(demo_mode, client, settings, tmp_path, db, name):
    settings.EMAIL_FILE_PATH = tmp_path
    assert client.get(f"/demo/mail/{name}/").status_code == 404


def test_without_demo_mode_there_are_no_such_pages(client, settings, tmp_path, db):
    settings.EMAIL_FILE_PATH = tmp_path
    write(subject="Secret", body="Secret")
    (path,) = tmp_path.glob("*.eml")
    for address in (reverse("demo_mail_list"), reverse("demo_mail_detail", args=[path.stem])):
        assert client.get(address).status_code == 404


def write(subject, body):
    FolderEmailBackend().send_messages([EmailMessage(subject, body, to=["new@example.org"])])
