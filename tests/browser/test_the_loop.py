"""The main job as people click it: invited, taught, checked, reviewed, told. Real web, worker, Redis and PostgreSQL."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.exercises import shipped

pytestmark = [pytest.mark.browser, pytest.mark.box]
EMAIL = "nia.new@example.org"
PASSWORD = "a calm and sunny window"
EXERCISE = "ols-from-scratch"
MINI_PROJECT = "regression-program"


def zipped(readme):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in {
            "README.md": readme,
            "train.py": "print('trained')\n",
            "predict.py": "print('predicted')\n",
            "requirements.txt": "numpy\n",
            "MODEL_CARD.md": "# Model card\n",
            "test_train.py": "def test_it():\n    assert True\n",
        }.items():
            archive.writestr(name, text)
    return data.getvalue()


def test_the_whole_loop(window):
    admin = window().sign_in("admin@example.com")
    create_cohort(admin)
    invite(admin)
    learner = join(window(), admin)
    assign_mentor(admin)
    read_and_answer(learner)
    solve_exercise(learner)
    submission = hand_in(learner, "# First try\n")
    mentor = window().sign_in("mentor@example.com")
    review(mentor, submission, "Needs more work", "Say how to run it.")
    learn_about_it(learner, submission)
    second = hand_in(learner, "# Second try\n\nRun `python train.py`.\n")
    mentor.open(f"/submissions/{second}/review/").sees("Say how to run it.")
    review(mentor, second, "Passed", "Clear and complete.")
    learner.open(f"/submissions/{second}/").sees("Clear and complete.")
    learner.open("/grades/").sees("Passed")
    watch_the_cohort(admin)


def create_cohort(admin):
    admin.open("/cohorts/new/")
    admin.page.get_by_label("Name").fill("Evening cohort")
    admin.page.get_by_label("First day").fill((timezone.localdate() - timedelta(days=17)).isoformat())
    admin.page.get_by_label("Seats").fill("5")
    admin.press("Create the cohort")
    expect(admin.page.get_by_role("heading", name="Evening cohort")).to_be_visible()
    admin.check()


def invite(admin):
    admin.open("/cohorts/evening-cohort/invite/")
    admin.page.get_by_label("E-mail addresses").fill(f"Nia New <{EMAIL}>\nnobody")
    admin.press("Send the invitations")
    admin.sees("1 of 2 invited").check()
    admin.open("/cohorts/evening-cohort/people/").sees(EMAIL)


def join(visitor, admin):
    """The invited person follows the link in the e-mail, which the demo shows to its admin."""
    visitor.page.goto(invitation_link(admin))
    visitor.check()
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.press("Create my account and join")
    visitor.sees("This week: Linear regression").sees("no mentor yet").check()
    return visitor


def invitation_link(admin):
    for _ in range(100):
        admin.page.goto("/demo/mail/")
        if admin.page.get_by_text(EMAIL).count():
            admin.page.get_by_role("link", name=re.compile("You are offered a place")).first.click()
            admin.page.wait_for_load_state()
            return re.search(r"/invitations/[^\s\"<]+", admin.page.content()).group()
        admin.page.wait_for_timeout(200)
    raise AssertionError("the invitation was not e-mailed")


def assign_mentor(admin):
    admin.open("/cohorts/evening-cohort/learners/")
    admin.press(re.compile("Assign"), role="link").check()
    marco = admin.page.locator("option", has_text="Marco Reyes").get_attribute("value")
    admin.page.get_by_label("Assign").select_option(marco)
    admin.press("Assign the mentor").check()
    expect(admin.page.get_by_role("button", name="Change the mentor")).to_be_visible()


def read_and_answer(learner):
    learner.open("/").sees("Marco Reyes")
    learner.open("/curriculum/").sees("Linear regression")
    learner.open("/learn/evening-cohort/activities/linear-regression-concept/")
    expect(learner.page.locator("math").first).to_be_visible()
    learner.press(re.compile("Mark as done"))
    learner.sees(re.compile("Done")).check()
    learner.open("/learn/evening-cohort/activities/linear-regression-quiz/")
    for group in learner.page.locator("fieldset").all():
        choice = group.locator("input[type=radio], input[type=checkbox]").first
        choice.check() if choice.count() else group.locator("input").first.fill("0.5")
    learner.press(re.compile("Check my answers|Hand in|Submit|Answer"))
    learner.sees(re.compile("Attempt 1:")).check()


def solve_exercise(learner):
    learner.open(f"/learn/evening-cohort/projects/{EXERCISE}/")
    with learner.page.expect_download() as download:
        learner.page.get_by_role("link", name=re.compile("Download")).first.click()
    release = json.loads(download.value.path().read_text())
    assert "NotImplementedError" in json.dumps(release)
    assert "BEGIN HIDDEN TESTS" not in json.dumps(release)
    upload(learner, "unsolved.ipynb", json.dumps(release).encode())
    learner.sees("Checks failed").check()
    learner.open(f"/learn/evening-cohort/projects/{EXERCISE}/")
    solution = shipped(EXERCISE)
    upload(learner, "solved.ipynb", solution)
    learner.sees("Checks passed").check()


def upload(learner, name, data):
    learner.page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    learner.press(re.compile("Hand in attempt"))
    expect(learner.page).to_have_url(re.compile(r"/submissions/\d+/"))


def hand_in(learner, readme):
    learner.open(f"/learn/evening-cohort/projects/{MINI_PROJECT}/").sees("Rubric")
    upload(learner, "work.zip", zipped(readme))
    learner.sees("Waiting for review").check()
    return re.search(r"/submissions/(\d+)/", learner.page.url).group(1)


def review(mentor, submission, verdict, comment):
    mentor.open("/reviews/").sees("Nia New")
    mentor.open(f"/submissions/{submission}/review/")
    mentor.press(re.compile("Claim|Start|Review"))
    mentor.check()
    for group in mentor.page.locator("fieldset[data-levels]:not(.verdict)").all():
        group.locator("input[type=radio]").last.check()
    mentor.page.get_by_label("Comment").fill(comment)
    mentor.page.locator("fieldset.verdict").get_by_label(re.compile(verdict)).check()
    mentor.sees("Draft saved")
    mentor.press("Finish", exact=True)
    mentor.sees("Undo").check()


def learn_about_it(learner, submission):
    learner.open("/notifications/").sees("Marco Reyes has reviewed")
    learner.open(f"/submissions/{submission}/").sees("Needs more work").sees("Say how to run it.")


def watch_the_cohort(admin):
    admin.open("/cohorts/evening-cohort/matrix/").sees("Nia New")
    admin.open("/grading/")
