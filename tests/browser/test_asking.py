"""A learner asks for more days; the office grants fewer, having seen what that does; then everybody gets some, for a moment."""

import pytest

pytestmark = pytest.mark.browser


def test_from_asking_to_an_answer_and_more_days_for_everybody(people):
    ask(people.learner)
    answer(people.admin)
    people.learner.open("/learn/lisbon-cohort/requests/").sees("2 more days (asked: 4)")
    give_everybody(people.admin)
    people.admin.open("/cohorts/lisbon-cohort/").press("Undo").sees("Undone: +1 day on")


def ask(learner):
    learner.open("/").press("Ask for more days, a pause or another cohort", role="link").check()
    learner.press("Ask for more days", role="link", exact=True)
    learner.page.get_by_label("Activity").select_option(label="Week 4: Train and test a classifier")
    learner.page.get_by_label("How many more days").fill("4")
    learner.page.get_by_label("Why").fill("I am ill until Thursday.")
    learner.check().press("Send to the office").sees("Waiting for an answer").check()


def answer(admin):
    admin.open("/").press("Requests", role="link").check().press("4 more days for", role="link")
    admin.sees("What granting this does").page.get_by_label("How many more days").fill("2")
    admin.page.get_by_label("Your words to the learner").fill("Two days, then we talk.")
    admin.press("Grant").sees("2 more days for").check().press("Grant").sees("Lea Winter is told")


def give_everybody(admin):
    admin.open("/cohorts/lisbon-cohort/learners/").press("Give more days")
    admin.page.get_by_label("Activity").select_option(label="Week 4: Train and test a classifier")
    admin.page.get_by_label("Days").fill("1")
    admin.page.get_by_label("Reason").fill("The cluster was down.")
    admin.press("Show what would move").sees("Look before you give the days").check()
    admin.press("Give the days").sees("They are told")
