"""One headless Chromium, and a person's own window in it. Axe checks every page that is visited, light and dark.

A page that is to the letter what axe saw before at that width is not checked again.
"""

from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

PASSWORD = "demo-bootcamp"
RULES = {
    "light": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "dark": {"type": "rule", "values": ["color-contrast"]},  # the others do not look at colours
}
VIOLATIONS = """async ([theme, rules]) => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, ::before, ::after { transition: none !important }");
    document.adoptedStyleSheets = [still];
    document.documentElement.dataset.bsTheme = theme;
    const found = await axe.run({runOnly: rules, resultTypes: ["violations"]});
    document.documentElement.dataset.bsTheme = "light";
    document.adoptedStyleSheets = [];
    return found.violations.map((one) => [one.id, one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))]);
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AS_IT_IS = """() => [innerWidth, document.documentElement.outerHTML.replace(/csrf[^>]*>/gi, ""),
    ...[...document.querySelectorAll("input")].map((input) => input.checked)].join()"""


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


class Window:
    """One person's browser window: Playwright's page, with axe and the console watched. `seen`, shared by all windows,
    holds the pages that axe has seen."""

    def __init__(self, chromium, url, seen, width=1280):
        self.seen = seen
        self.context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=url)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.troubles = []
        self.page.on("console", lambda line: self.note(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.note(str(error)))

    def sign_in(self, email, password=PASSWORD):
        self.open("/accounts/login/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(password)
        self.page.get_by_role("button", name="Sign in").first.click()
        expect(self.page.get_by_role("link", name="Home")).to_be_visible()
        return self.check()

    def open(self, path):
        answer = self.page.goto(path)
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.check()

    def press(self, name, role="button", **options):
        self.page.get_by_role(role, name=name, **options).first.click()
        self.page.wait_for_load_state()
        return self

    def check(self):
        """Note violations of accessibility rules and sideways scrolling; the test ends by asking for `troubles`."""
        page = self.page.evaluate(AS_IT_IS)
        if page in self.seen:
            return self
        self.seen.add(page)
        self.page.evaluate(Axe().axe_script)
        for theme, rules in RULES.items():
            for rule, nodes in self.page.evaluate(VIOLATIONS, [theme, rules]):
                self.note(f"{rule} ({theme}): {nodes}")
        overflow = self.page.evaluate(OVERFLOW)
        if overflow > 0:
            self.note(f"scrolls sideways by {overflow} px")
        return self

    def note(self, trouble):
        self.troubles.append(f"{self.page.url}: {trouble}")

    def sees(self, text):
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=60_000)
        return self


@pytest.fixture(scope="session")
def seen():
    return set()


@pytest.fixture
def window(chromium, live_stack, seen):
    """A function from a width to a new, signed-out window."""
    opened = []

    def open_window(width=1280):
        opened.append(Window(chromium, live_stack.url, seen, width))
        return opened[-1]

    yield open_window
    for one in opened:
        one.context.close()
    assert [trouble for one in opened for trouble in one.troubles] == []


@pytest.fixture
def people(window):
    """The demo's three people, signed in."""
    return SimpleNamespace(
        learner=window().sign_in("learner@example.com"),
        mentor=window().sign_in("mentor@example.com"),
        admin=window().sign_in("admin@example.com"),
    )
