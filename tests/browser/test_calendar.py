"""The calendar by keyboard on a wide screen, as an agenda on a phone, and its address in another program."""

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_learner_walks_their_calendar_and_takes_it_along(window):
    learner = window().sign_in("learner@example.com").open("/calendar/")
    page = learner.page
    grid, agenda = page.get_by_role("table"), page.locator(".cal-agenda")
    expect(grid).to_be_visible()
    expect(agenda).to_be_hidden()
    month = page.locator("#cal-title").inner_text()
    page.get_by_role("link", name="Next month").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cal-title")).not_to_have_text(month)
    page.get_by_role("link", name="Today", exact=True).press("Enter")
    expect(page.locator("#cal-title")).to_have_text(month)
    grid.get_by_role("link", name="more on").first.press("Enter")
    expect(page.locator(".cal-line").nth(3)).to_be_visible()
    learner.check()
    page.set_viewport_size({"width": 390, "height": 800})
    learner.open("/calendar/")
    expect(agenda).to_be_visible()
    expect(grid).to_be_hidden()
    page.locator("#feed summary").click()
    learner.press("Make an address").check()
    address = page.get_by_label("Address of your calendar").input_value()
    told = window().context.request.get(address)
    assert "Due: Capstone: proposal" in [str(event["summary"]) for event in Calendar.from_ical(told.text()).events]
    learner.press("Switch it off", role="link").press("Switch it off")
    assert window().context.request.get(address).status == 404


def test_the_theme_follows_the_system(window):
    page = window().open("/accounts/login/").page
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
