"""Somebody without an account asks for a place; the office reads it and offers one; it is taken."""

import re

import pytest
from playwright.sync_api import expect

from tests.exercises import SHIPPED

pytestmark = pytest.mark.browser
EMAIL = "nils.new@example.org"
TRIPS = SHIPPED / "weeks" / "01-engineers-workshop" / "trip-records" / "trips.py"
WORDS = "Six years of bridges, and two of measuring them with small programs of my own."


def test_from_the_public_page_to_a_place(window):
    person = window(390)
    apply(person)
    admin = window().sign_in("admin@example.com")
    admin.open("/cohorts/lisbon-cohort/admissions/").press("Nils Neumann", role="link")
    admin.sees("in 1 attempt.").check()
    for step in ("Take into review", "Offer a place"):
        admin.press(f"{step}…", role="link").press(step)
    admin.sees("is offered a place").check()
    person.open("/").press("Lisbon cohort", role="link")
    person.press("Accept the place", role="link").press("Accept the place")
    person.sees("Welcome. The place is yours.")


def apply(person):
    person.open("/apply/").press("See the program", role="link").check()
    person.press("Apply to Lisbon cohort", role="link").press("Create an account", role="link").check()
    for label, text in (("Your name", "Nils Neumann"), ("E-mail address", EMAIL), ("Password", "a calm and sunny day")):
        person.page.get_by_label(label).fill(text)
    person.press("Create my account").sees("Confirm your e-mail address")
    link = mailed_link(person)
    person.open(link).press("Confirm")
    person.press("Start my application").press("Go on writing", role="link")
    for label in ("Your background", "Your motivation"):
        person.page.get_by_label(label).fill(WORDS)
        person.press("Save and go on")
    for level in person.page.get_by_label("2: I have used it with help").all():
        level.check()
    person.check().press("Save and go on").sees("You can apply without it").check()
    person.page.get_by_label("Your file trips.py").set_input_files(TRIPS)
    person.press("Hand in attempt 1").sees("Some points are still to be had").check()
    person.press("Check and submit the application", role="link").press("Submit my application")
    person.sees("gives it to two readers").check()


def mailed_link(person):
    """The link of the newest e-mail, read in the demo's mail folder."""
    person.open("/demo/mail/")
    person.page.get_by_role("listitem").filter(has_text=EMAIL).get_by_role("link").first.click()
    link = person.page.get_by_text(re.compile("Confirm it here"))
    expect(link.first).to_be_visible()
    return re.search(r"/accounts/confirm-email/\S+", person.page.locator("main").inner_text())[0]
