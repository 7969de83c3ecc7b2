"""Every named page is free of known barriers: axe with best practice, both directions, wide and narrow, errors too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.pages import ELSEWHERE, FIRST, FURTHER, NO_PAGE, Look
from tests.e2e.world import World, prepared, routes
from tests.fixtures.browser import WCAG

pytestmark = pytest.mark.browser

ENGLISH, RIGHT_TO_LEFT = "en-gb", "ar"
WIDE, NARROW = 1200, 320
EVERY = (*FIRST, *FURTHER)
READINGS = [(ENGLISH, WIDE, NARROW), (RIGHT_TO_LEFT, NARROW, WIDE)]
"""Axe looks at every page in the first width: what it finds depends on the direction or on the width, hardly ever on both. In the
second the same page shows its direction and scrolls nowhere sideways."""
ERRORS = [(ENGLISH, NARROW), (RIGHT_TO_LEFT, WIDE)]

CANNOT_BE_WRONG = frozenset({"referral:draft_information", "referral:child", "referral:referral_accept"})
"""Forms in which every answer may be left out."""

EMPTY = """form => {
  for (const control of form.elements) {
    if (control.type === "hidden" || control.localName === "button" || control.localName === "fieldset") continue;
    if (control.type === "radio" || control.type === "checkbox") control.checked = false;
    else control.value = "";
  }
}"""
ASKS = "form => [...form.elements].some(c => !['hidden', 'submit', 'fieldset'].includes(c.type))"


@pytest.fixture
def world(live_server: Any, transactional_db: None) -> World:
    return prepared()


class Visitor:
    """One browser that changes seats, and what it found."""

    def __init__(self, page: Page, world: World, settings: Any, url: str) -> None:
        self.page, self.world, self.url = page, world, url
        self.cookies, self.sessions = settings, {"": ""}
        self.found: list[str] = []
        self.language, self.width = "", 0
        self._axe = Axe()

    def read(self, language: str, width: int) -> None:
        """From here on in this language at this width."""
        self.language, self.width = language, width
        self.page.set_viewport_size({"width": width, "height": 900})
        self._keep(self.cookies.LANGUAGE_COOKIE_NAME, language)

    def _keep(self, name: str, value: str) -> None:
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.url}])

    def note(self, what: str) -> None:
        """Remember something that is wrong; the whole list is the test's message."""
        self.found.append(f"{self.language} at {self.width} px: {what}")

    def sit(self, seat: str) -> None:
        """Take the seat; an empty one signs out."""
        if seat not in self.sessions:
            self.sessions[seat] = self.world.session(seat)
        self._keep(self.cookies.SESSION_COOKIE_NAME, self.sessions[seat] or "none")

    def open(self, look: Look) -> bool:
        """Show the page; says whether there was one under its own address."""
        self.sit(look.seat)
        address = look.address(self.world)
        response = self.page.goto(address)
        assert response is not None
        there = response.status == 200 and self.page.url == self.url + address
        if not there:
            self.note(f"{look.title}: {response.status} at {self.page.url}")
        return there

    def check(self, what: str) -> None:
        """Axe, and what can be measured."""
        options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": WCAG}}
        for violation in self._axe.run(self.page, options=options).response["violations"]:
            where = [node["html"][:160] for node in violation["nodes"]]
            self.note(f"{what}: {violation['id']} ({violation['impact']}): {where}")
        self.measure(what)

    def measure(self, what: str) -> None:
        """Direction, and no sideways scrolling."""
        sideways = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if sideways:
            self.note(f"{what}: scrolls sideways by {sideways} px")
        direction = self.page.evaluate("document.documentElement.dir")
        if direction != ("rtl" if self.language == RIGHT_TO_LEFT else "ltr"):
            self.note(f"{what}: is written {direction}")

    def report(self) -> None:
        """Fail with everything that was wrong."""
        assert not self.found, "\n".join(self.found)


@pytest.fixture
def visitor(page: Page, world: World, settings: Any, live_server: Any) -> Visitor:
    return Visitor(page, world, settings, live_server.url)


def test_every_named_page_has_an_entry() -> None:
    looked_at = {look.name for look in (*FIRST, *FURTHER)}
    names = set(routes())
    assert names - looked_at - set(NO_PAGE) - ELSEWHERE == set()
    assert (looked_at | set(NO_PAGE)) - names == set()


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize(("language", "width", "other"), READINGS)
def test_no_page_has_a_known_barrier(visitor: Visitor, language: str, width: int, other: int) -> None:
    for look in EVERY:
        visitor.read(language, width)
        if visitor.open(look):
            visitor.check(look.title)
            visitor.read(language, other)
            visitor.measure(look.title)
    visitor.read(language, width)
    visitor.open(Look("referral:person", "NG", "ready"))
    with visitor.page.expect_navigation():
        visitor.page.locator("main form[action$='/identity/'] button").click()
    visitor.check("referral:identity")
    visitor.report()


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), ERRORS)
def test_no_form_that_is_sent_empty_has_a_known_barrier(visitor: Visitor, language: str, width: int) -> None:
    free = [look for look in FIRST if look.name in CANNOT_BE_WRONG]
    asking = [look for look in EVERY if look.name not in CANNOT_BE_WRONG]
    visitor.read(language, width)
    sent = set()
    for look in _with_forms(visitor, asking):
        _send_empty(visitor)
        what = f"{look.title}, sent empty"
        if language == ENGLISH and not visitor.page.title().startswith("Error: "):
            visitor.note(f"{what}: its title is {visitor.page.title()}")
        if not visitor.page.locator(".error-summary:focus").count():
            visitor.note(f"{what}: the error summary is not focused")
        visitor.check(what)
        sent.add(look.name)
    assert len(sent) > 20
    for look in _with_forms(visitor, free):
        _send_empty(visitor)
        if visitor.page.locator(".error-summary").count():
            visitor.note(f"{look.title}, sent empty: it has errors of its own now")
    visitor.report()


def _send_empty(here: Visitor) -> None:
    form = here.page.locator("main form.form").first
    form.evaluate(EMPTY)
    with here.page.expect_navigation():
        form.locator("button[type=submit]").click()


def _with_forms(here: Visitor, looks: Iterable[Look]) -> Iterator[Look]:
    """The pages that ask something, opened one after the other; a button alone asks nothing."""
    for look in looks:
        form = here.page.locator("main form[method=post].form")
        if here.open(look) and form.count() and form.first.evaluate(ASKS):
            yield look
