"""Both themes of a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
COLOURS_CHANGED = """Promise.all(
    document.getAnimations().filter(one => one instanceof CSSTransition).map(one => one.finished)
).then(() => true)"""


def check_both_themes(window):
    """Check the page that a window shows, and its contrasts in the dark theme too."""
    window.check()
    _turn(window.page, "dark")
    for one in Axe().run(window.page, options=CONTRAST).response["violations"]:
        window.note(f"dark: {[(node['html'][:200], node['failureSummary']) for node in one['nodes'][:3]]}")
    _turn(window.page, "light")


def _turn(page, theme):
    page.emulate_media(color_scheme=theme)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
    page.evaluate(COLOURS_CHANGED)
