"""Every named page is free of known barriers: axe with best practice, both directions, wide and narrow, errors too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.pages import ELSEWHERE, FIRST, FURTHER, NO_PAGE, Look
from tests.e2e.world import World, prepared, routes
from tests.fixtures.browser import WCAG
from tests.fixtures.needs import in_ci

pytestmark = pytest.mark.browser

ENGLISH, RIGHT_TO_LEFT = "en-gb", "ar"
WIDE, NARROW = 1200, 320
EVERY = list(product((ENGLISH, RIGHT_TO_LEFT), (WIDE, NARROW)))
USUAL = [(ENGLISH, WIDE), (RIGHT_TO_LEFT, NARROW)]
ERRORS = [(ENGLISH, NARROW)]

CANNOT_BE_WRONG = frozenset(
    {
        "referral:danger", "referral:facts", "referral:draft_information", "referral:child",
    }
)  # fmt: skip
"""Forms in which every answer may be left out."""

EMPTY = """form => {
  for (const control of form.elements) {
    if (control.type === "hidden" || control.localName === "button" || control.localName === "fieldset") continue;
    if (control.type === "radio" || control.type === "checkbox") control.checked = false;
    else control.value = "";
  }
}"""
ASKS = "form => [...form.elements].some(c => !['hidden', 'submit', 'fieldset'].includes(c.type))"


def in_ci_all(usual: list[tuple[str, int]]) -> list[Any]:
    """Every combination; those beyond the usual ones only in CI, which has the time."""
    skip = pytest.mark.skipif(not in_ci(), reason="the whole product of languages and widths is looked at in CI")
    return [pytest.param(*both, marks=() if both in usual else skip) for both in EVERY]


@pytest.fixture
def world(live_server: Any, transactional_db: None) -> World:
    return prepared()


class Visitor:
    """One browser that changes seats, and what it found."""

    def __init__(self, page: Page, world: World, settings: Any, url: str, language: str, width: int) -> None:
        self.page, self.world, self.url = page, world, url
        self.cookie, self.sessions = settings.SESSION_COOKIE_NAME, {"": ""}
        self.found: list[str] = []
        self.language, self.width = language, width
        page.set_viewport_size({"width": width, "height": 900})
        page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": url}])
        self._axe = Axe()

    def sit(self, seat: str) -> None:
        """Take the seat; an empty one signs out."""
        if seat not in self.sessions:
            self.sessions[seat] = self.world.session(seat)
        self.page.context.add_cookies([{"name": self.cookie, "value": self.sessions[seat] or "none", "url": self.url}])

    def open(self, look: Look) -> bool:
        """Show the page; says whether there was one under its own address."""
        self.sit(look.seat)
        address = look.address(self.world)
        response = self.page.goto(address)
        assert response is not None
        there = response.status == 200 and self.page.url == self.url + address
        if not there:
            self.found.append(f"{look.title}: {response.status} at {self.page.url}")
        return there

    def check(self, what: str) -> None:
        """Axe, direction, and no sideways scrolling."""
        options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": WCAG}}
        for violation in self._axe.run(self.page, options=options).response["violations"]:
            where = [node["html"][:160] for node in violation["nodes"]]
            self.found.append(f"{what}: {violation['id']} ({violation['impact']}): {where}")
        sideways = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if sideways:
            self.found.append(f"{what}: scrolls sideways by {sideways} px")
        direction = self.page.evaluate("document.documentElement.dir")
        if direction != ("rtl" if self.language == RIGHT_TO_LEFT else "ltr"):
            self.found.append(f"{what}: is written {direction}")

    def report(self) -> None:
        assert not self.found, f"{self.language} at {self.width} px:\n" + "\n".join(self.found)


@pytest.fixture
def visitor(page: Page, world: World, settings: Any, live_server: Any) -> Callable[[str, int], Visitor]:
    return lambda language, width: Visitor(page, world, settings, live_server.url, language, width)


def test_every_named_page_has_an_entry() -> None:
    looked_at = {look.name for look in (*FIRST, *FURTHER)}
    names = set(routes())
    assert names - looked_at - set(NO_PAGE) - ELSEWHERE == set()
    assert (looked_at | set(NO_PAGE)) - names == set()


@pytest.mark.parametrize(("language", "width"), in_ci_all(USUAL))
def test_no_page_has_a_known_barrier(visitor: Callable[[str, int], Visitor], language: str, width: int) -> None:
    here = visitor(language, width)
    for look in (*FIRST, *FURTHER):
        if here.open(look):
            here.check(look.title)
    here.open(Look("referral:person", "NG", "ready"))
    with here.page.expect_navigation():
        here.page.locator("main form[action$='/identity/'] button").click()
    here.check("referral:identity as NG")
    here.report()


@pytest.mark.parametrize(("language", "width"), in_ci_all(ERRORS))
def test_no_form_that_is_sent_empty_has_a_known_barrier(
    visitor: Callable[[str, int], Visitor], language: str, width: int
) -> None:
    here = visitor(language, width)
    seen = set()
    for look in _with_forms(here, (*FIRST, *FURTHER)):
        if look.name in CANNOT_BE_WRONG:
            continue
        here.page.locator("main form.form").first.evaluate(EMPTY)
        with here.page.expect_navigation():
            here.page.locator("main form.form button[type=submit]").first.click()
        what = f"{look.title}, sent empty"
        if language == ENGLISH and not here.page.title().startswith("Error: "):
            here.found.append(f"{what}: its title is {here.page.title()}")
        if not here.page.locator(".error-summary:focus").count():
            here.found.append(f"{what}: the error summary is not focused")
        here.check(what)
        seen.add(look.name)
    assert len(seen) > 15
    here.report()


def _with_forms(here: Visitor, looks: Iterable[Look]) -> Iterable[Look]:
    """The pages that ask something, opened one after the other; a button alone asks nothing."""
    for look in looks:
        form = here.page.locator("main form[method=post].form")
        if here.open(look) and form.count() and form.first.evaluate(ASKS):
            yield look
