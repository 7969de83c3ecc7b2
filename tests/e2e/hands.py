"""Hands that work the pages by the words on them: with a mouse and no script, or with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from playwright.sync_api import Locator, Page, expect

PASSWORD = "an-invented-password"
Answers = Mapping[str, Any]

UNMARKED = {0x2068: None, 0x2069: None}
"""Takes out the marks that keep a name's direction to itself."""

TAB_STOPS = 160
"""More than the longest page has; a control that is not reached by then is not reachable."""

LOOK = """target => {
  const here = document.activeElement;
  const box = here.getBoundingClientRect();
  const radios = here.type === "radio" && target.type === "radio";
  const ringed = [null, "::after"].map(part => getComputedStyle(here, part)).some(drawn => drawn.boxShadow !== "none" ||
    (drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) >= 2 && drawn.outlineColor !== "rgba(0, 0, 0, 0)"));
  const onScreen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {
    there: here === target,
    beside: radios && here.name === target.name && here.form === target.form,
    ahead: here === document.body || Boolean(here.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING),
    seen: here === document.body || (ringed && onScreen),
    words: here.outerHTML.slice(0, 160),
  };
}"""
"""Where the focus is, seen from the control that is wanted."""


class Hands(Protocol):
    """Somebody at a page."""

    page: Page

    def go(self, control: Locator) -> None:
        """Follow a link or press a button that leads to another page."""

    def write(self, control: Locator, text: str) -> None:
        """Put this text into a field, in place of what is there."""

    def choose(self, control: Locator) -> None:
        """Choose a radio or tick a box."""

    def select(self, control: Locator, words: str) -> None:
        """Choose from a list by the words of the answer."""


@dataclass
class Mouse:
    """Works without any script."""

    page: Page

    def go(self, control: Locator) -> None:
        with self.page.expect_navigation():
            control.click()

    def write(self, control: Locator, text: str) -> None:
        control.fill(text)

    def choose(self, control: Locator) -> None:
        control.check()

    def select(self, control: Locator, words: str) -> None:
        control.select_option(label=words)


@dataclass
class Keys:
    """Tab, Shift+Tab, Enter, Space, arrows and letters; nothing else ever touches the page."""

    page: Page

    def reach(self, control: Locator) -> None:
        """Move the focus to the control, forwards or back. Each stop on the way must show that it has the focus."""
        target = control.element_handle()
        for _stop in range(TAB_STOPS):
            where = target.evaluate(LOOK)
            assert where["seen"], f"{self.page.url}: the focus does not show: {where['words']}"
            if where["there"]:
                return
            if where["beside"]:
                self.page.keyboard.press("ArrowDown")
            else:
                self.page.keyboard.press("Tab" if where["ahead"] else "Shift+Tab")
        raise AssertionError(f"{self.page.url}: {TAB_STOPS} tab stops do not reach {control}")

    def go(self, control: Locator) -> None:
        self.reach(control)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, control: Locator, text: str) -> None:
        self.reach(control)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, control: Locator) -> None:
        self.reach(control)
        if not control.is_checked():
            self.page.keyboard.press("Space")
        expect(control).to_be_checked()

    def select(self, control: Locator, words: str) -> None:
        self.reach(control)
        self.page.keyboard.type(words.split()[0])
        for _option in range(control.locator("option").count()):
            if control.evaluate("list => list.selectedOptions[0].label") == words:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: the keyboard does not choose {words}")


def _asked(question: str) -> re.Pattern[str]:
    """A question as its label or legend says it, with or without "(optional)"."""
    return re.compile(rf"^\s*{re.escape(question)}(\s*\(optional\))?\s*$")


def _named(words: str) -> re.Pattern[str]:
    """These words in a name; the marks that isolate a country or a code word in it do not count."""
    return re.compile("[ \u2068\u2069]+".join(map(re.escape, words.split())))


def follow(hands: Hands, name: str) -> None:
    """The first link of the page's own part with these words."""
    hands.go(hands.page.locator("main").get_by_role("link", name=_named(name)).first)


def press(hands: Hands, name: str) -> None:
    """The button that begins with these words."""
    begins = re.compile(r"^\s*" + _named(name).pattern)
    hands.go(hands.page.locator("main").get_by_role("button", name=begins))


def answer(hands: Hands, question: str, value: Any) -> None:
    """Answer one question of a form, whatever draws it.

    True ticks a box of its own; words choose, select or are written; a list ticks several answers; a datetime fills in
    day, month, year and time; a mapping answers the parts of a question.
    """
    main = hands.page.locator("main")
    if value is True:
        hands.choose(main.get_by_label(question, exact=True))
        return
    group = main.get_by_role("group", name=_asked(question))
    if not group.count():
        _one(hands, main.get_by_label(_asked(question)), value)
    elif isinstance(value, datetime):
        parts = {"Day": str(value.day), "Month": str(value.month), "Year": str(value.year), "Time": f"{value:%H:%M}"}
        for part, text in parts.items():
            hands.write(group.get_by_label(part, exact=True), text)
    elif isinstance(value, Mapping):
        for part, words in value.items():
            _one(hands, group.get_by_label(part, exact=True), words)
    else:
        for words in [value] if isinstance(value, str) else value:
            hands.choose(group.get_by_label(words, exact=True))


def _one(hands: Hands, control: Locator, text: str) -> None:
    listed = control.evaluate("control => control.localName === 'select'")
    (hands.select if listed else hands.write)(control, text)


def fill(hands: Hands, answers: Answers) -> None:
    """Answer the questions in this order."""
    for question, value in answers.items():
        answer(hands, question, value)


def submit(hands: Hands, answers: Answers, button: str) -> None:
    """Fill in a form and send it. A form that comes back with a problem fails the test with its words."""
    fill(hands, answers)
    press(hands, button)
    summary = hands.page.locator(".error-summary")
    assert not summary.count(), f"{hands.page.url}: {summary.inner_text()}"


def sign_in(hands: Hands, email: str) -> None:
    """From the sign-in page to the inbox."""
    hands.page.goto("/sign-in/")
    submit(hands, {"E-mail address": email, "Password": PASSWORD}, "Sign in")


def says(hands: Hands, *sentences: str) -> None:
    """The page says all this, whatever isolates the names in it."""
    shown = " ".join(hands.page.locator("main").inner_text().split()).translate(UNMARKED)
    for sentence in sentences:
        assert sentence in shown, f"{hands.page.url} does not say “{sentence}”: {shown}"
