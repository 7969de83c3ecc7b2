"""Hands that work the pages by the words on them, with a mouse and no script or with the keyboard alone, and the steps of a journey."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from accounts.countries import TABLE, country_name
from common import clock
from referral.enums import HandoverState, RegistryKind
from referral.models import Case, Custody, Handover, Registry
from tests.factories import EXERCISE
from tests.scenes import Scene, two_countries

PASSWORD = "an-invented-password"
Answers = Mapping[str, Any]
ZONES = {row.code: ZoneInfo(row.zone) for row in TABLE}

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
    """The button with these words."""
    hands.go(hands.page.locator("main").get_by_role("button", name=_named(name)))


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


def live_scene(*codes: str, ago: timedelta = timedelta()) -> Scene:
    """Countries with their officers in a registry whose clock began `ago` in real time, so that a real server shares it.

    The scene's own wall time starts there as well; all passwords are `PASSWORD`.
    """
    scene = two_countries(*codes)
    scene.wall = clock.wall_now() - ago
    Registry.objects.filter(pk=scene.registry.pk).update(
        created_wall=scene.wall, anchor_wall=scene.wall, anchor_exercise_at=EXERCISE, kind=RegistryKind.LIVE
    )
    scene.registry.refresh_from_db()
    for user in scene.users.values():
        user.set_password(PASSWORD)
        user.save()
    return scene


def clock_shows(registry: Registry, country: str) -> datetime:
    """What the exercise clock shows in this country now."""
    return clock.exercise_at(registry.clock, clock.wall_now()).astimezone(ZONES[country])


def answering(case: Case) -> str:
    """The country whose institution the last link of the custody chain names."""
    link = Custody.objects.filter(case=case).order_by("seq").last()
    assert link is not None
    assert link.institution is not None
    return str(link.institution.country_id)


def says(hands: Hands, *sentences: str) -> None:
    """The page says all this, whatever isolates the names in it."""
    shown = " ".join(hands.page.locator("main").inner_text().split()).translate(UNMARKED)
    for sentence in sentences:
        assert sentence in shown, f"{hands.page.url} does not say “{sentence}”: {shown}"


INTAKE: Answers = {
    "Is the person safe tonight?": "Yes",
    "Who to call tonight": "The duty officer of the shelter.",
    "How was the person found?": "The person asked for help",
    "Which languages does the person speak?": {"Language spoken best": "Hausa", "Second language": "English"},
    "Sex": "Female",
    "Youngest plausible age": "24",
    "Oldest plausible age": "28",
    "What does the age rest on?": "What the person says",
    "Citizenship, if the person told you": {"Citizenship": "Nigeria"},
    "What did you see or hear?": ["Was promised something that turned out to be untrue"],
    "What do you think?": "Trafficking is possible",
    "Whoever interpreted is not from the group or community that the person fears": True,
    "What does the person want?": "To live near her sister.",
    "Safe way to contact": "Through the shelter.",
}


def open_case(hands: Hands) -> Case:
    """From the inbox: a person is found, the case is opened and taken."""
    hands.go(hands.page.get_by_role("navigation", name="Main").get_by_role("link", name="People"))
    follow(hands, "A person is found")
    submit(hands, INTAKE, "Open the case")
    says(hands, "The case is open")
    case = Case.objects.select_related("person").get()
    says(hands, case.person.code_word, case.person.public_code)
    follow(hands, "Open the person's page")
    follow(hands, "Take the case")
    submit(hands, {}, "Take the case")
    says(hands, "You have taken the case.")
    return case


def care_at_home(hands: Hands, provider: str) -> None:
    """From the person's page: a need, and a service that meets it."""
    follow(hands, "Needs and services")
    follow(hands, "Add a need")
    submit(hands, {"What does the person need?": "A safe place", "How soon?": "Urgent"}, "Add the need")
    follow(hands, "Add a service")
    service = {"Service": "A safe place", "Who provides it?": provider, "Who pays?": "The national fund"}
    submit(hands, service | {"Where does it stand?": "Running"}, "Add the service")
    says(hands, "The service is added.", provider)


def prepare(hands: Hands, case: Case, sender: str, receiver: str, *, service: str = "") -> Handover:
    """From the person's page: start a handover and walk the task list until everything is ready."""
    country = country_name(receiver)
    follow(hands, "Start a handover")
    start = {
        "Which options have you talked through with the person?": ["Stay here", "Move to the receiving country"],
        "Which country would receive the person?": country,
        "Why would the person move?": "Safety elsewhere",
        "How urgent is it?": "Standard",
    }
    submit(hands, start, "Save the draft")
    says(hands, f"{country_name(sender)} answers for {case.person.code_word} until {country} confirms the arrival.")
    handover = Handover.objects.get(case=case, state=HandoverState.DRAFT)
    task = hands.page.url

    def back_to_the_list() -> None:
        """Decisions and risks stand on the person's own pages; the draft is found again from there."""
        follow(hands, "Today")
        follow(hands, "Go on with the draft")
        assert hands.page.url == task

    follow(hands, "Agreement to be moved")
    talk = {"About which country?": country, "For which purpose?": "Safety elsewhere"}
    move = talk | {
        "Which options were talked through?": ["Stay here", "Move to the receiving country"],
        "In which language was it talked through?": "Hausa",
        "What did the person decide?": "Yes",
        "Who decided?": "The person",
    }
    submit(hands, move, "Record the decision")
    says(hands, "The decision is recorded.")
    back_to_the_list()
    follow(hands, "Permission to share")
    share = talk | {
        "In which language was it talked through?": "Hausa",
        "What did the person decide?": "Yes",
        "What may be shared?": ["Needs and plan"],
        "Who decided?": "The person",
    }
    submit(hands, share, "Record the decision")
    back_to_the_list()
    follow(hands, "Risk assessment")
    risk = {
        "What does the person fear?": "The recruiter's friends.",
        "Taken together, the risk is": "Medium",
        "What is done about it?": "An escort on the way.",
        "Receiving country, if a move is planned": country,
    }
    submit(hands, risk, "Record the assessment")
    follow(hands, "Go on with the draft")
    follow(hands, "Care and safety in the time between")
    care: dict[str, Any] = {
        "What does the person need on arrival?": ["A safe place"],
        "Safety plan for the time between": "Sleeps in the shelter; the duty officer can be called.",
        "Does the medicine last until the arrival?": "Yes",
    }
    if service:
        care[f"{service}: what becomes of it?"] = "The other country continues it"
    submit(hands, care, "Save")
    follow(hands, "A place in the receiving country")
    submit(hands, {"Who confirmed that there is a place?": "Duty officer of the reception centre"}, "Save")
    follow(hands, "What is shared")
    submit(
        hands,
        {"What is shared?": ["Needs and plan"], "Message to the receiving country": "A quiet room helps."},
        "Save",
    )
    follow(hands, "What the other side will see")
    says(hands, f"As {country} will see it", "A quiet room helps.")
    submit(hands, {}, "I have read it, this may leave")
    says(hands, "7 of 7 ready")
    return handover


def send(hands: Hands, handover: Handover, receiver: str) -> None:
    """From the task list: check the answers and send."""
    follow(hands, "Check everything and send to")
    submit(hands, {}, f"Send to {country_name(receiver)}")
    handover.refresh_from_db()
    says(hands, f"Sent to {country_name(receiver)}", handover.reference)


def depart(hands: Hands, handover: Handover, sender: str) -> None:
    """From the handover's page: the person leaves, with an escort."""
    follow(hands, "Record the departure")
    expected = clock_shows(handover.registry, sender) + timedelta(hours=10)
    travel = {
        "How does the person travel?": "By bus, with one change.",
        "Who travels along?": "The case manager",
        "Which travel documents are there?": "Emergency travel certificate",
        "When is the arrival expected?": expected,
    }
    submit(hands, travel, "Record the departure")


def receive(hands: Hands, handover: Handover, receiver: str) -> None:
    """From the handover's page: the person is there. The minute typed lies between the departure and now."""
    handover.refresh_from_db()
    assert handover.departed_at is not None
    minute = handover.departed_at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while clock_shows(handover.registry, receiver) <= minute:
        hands.page.wait_for_timeout(200)
    follow(hands, "Confirm arrival")
    arrival = {
        "When did the person arrive?": minute.astimezone(ZONES[receiver]),
        "Who met the person?": "Duty officer",
        "Did the person arrive safely?": "Yes",
        "Is the person present, and content to be here?": "Yes",
        "Until when is there a bed?": clock_shows(handover.registry, receiver) + timedelta(days=30),
    }
    submit(hands, arrival, "Confirm the arrival")


def open_handover(hands: Hands, handover: Handover) -> None:
    """From anywhere to the handover's page, by way of the inbox."""
    hands.go(hands.page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile("^Inbox")))
    item = hands.page.locator("main .item").filter(has_text=handover.reference)
    for tab in ("Waiting for others", "Decided"):
        if item.count():
            break
        follow(hands, tab)
    assert item.count(), f"{handover.reference} stands in no list of the inbox"
    hands.go(item.get_by_role("link").first)
