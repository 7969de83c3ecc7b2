"""Every page of the registry in the made-up language and in French, found by following every link from the inbox."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from referral.enums import Action
from tests import pseudo
from tests.scenes import ADULT, Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

LINK = re.compile(r'href="(/[^"#]*)')
FORM = re.compile(r'<form[^>]*method="post"[^>]*>')
# Pages of `accounts`, tested there; files; leaving.
ELSEWHERE = re.compile(r"/(static|sign-out|language|account|help|about|accessibility|privacy|continue)/")
# What the scenes type into fields: shown as typed, in every language.
TYPED = frozenset(text for text in ADULT.values() if isinstance(text, str) and " " in text) | {
    "By bus", "Case manager", "Duty officer", "Emergency certificate", "Escort.", "Is there a ground-floor room?", "She is well.",
    "Sleeps in the shelter.",
}  # fmt: skip


@pytest.fixture
def scene() -> Scene:
    """Several people, each as far as a handover can be: a page for nearly everything that pages can say."""
    scene = two_countries("NG", "NE")
    open_case(scene)
    open_case(scene, safe_tonight="no", age_low=15, age_high=19, age_basis="disputed")
    ready_draft(scene, open_case(scene))
    for state in ("offered", "acknowledged", "accepted", "departed", "received", "completed"):
        advance(scene, ready_draft(scene, open_case(scene)), state)
    asked = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    scene.do("NE", asked, Action.ASK, {"question": "Is there a ground-floor room?"})
    withdrawn = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    scene.do("NG", withdrawn, Action.WITHDRAW, {"withdraw_reason": "better_here"})
    declined = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    scene.do("NE", declined, Action.DECLINE, {"decline_reason": "no_capacity"})
    scene.after(days=9)
    return scene


def walk(scene: Scene, seat: str, language: str) -> Iterator[tuple[str, str]]:
    """Address and words of every page that links lead to, each address once."""
    client, waiting, seen = browser(scene, seat), ["/inbox/", "/?seats=1"], set[str]()
    while waiting:
        address = waiting.pop(0)
        shape = re.sub(r"[?&](page|v|since)=[^&]*", "", address)
        if shape in seen or ELSEWHERE.match(address):
            continue
        seen.add(shape)
        with scene.clock():
            answer = client.get(address, headers={"accept-language": language})
        if answer.status_code in {301, 302}:
            waiting.append(answer["Location"])
        elif answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            html = answer.content.decode()
            yield address, html
            waiting += [found.replace("&amp;", "&") for found in LINK.findall(html)]


def browser(scene: Scene, seat: str) -> Client:
    client = Client()
    client.force_login(scene.users[seat], backend="accounts.backends.AccountBackend")
    return client


@pytest.mark.parametrize("seat", ["NG", "NE", "NG-child"])
def test_every_word_of_a_page_is_marked(scene: Scene, made_up: str, seat: str) -> None:
    pages = dict(walk(scene, seat, made_up))
    assert len(pages) > 5
    found = {address: pseudo.unmarked(html, but=TYPED) for address, html in pages.items()}
    assert {address: lines for address, lines in found.items() if lines} == {}


@pytest.mark.parametrize("seat", ["NG", "NE", "NG-child"])
def test_no_line_of_a_page_stays_english_in_french(scene: Scene, seat: str) -> None:
    english = dict(walk(scene, seat, "en-gb"))
    french = dict(walk(scene, seat, "fr"))
    assert set(english) == set(french)
    found = {page: pseudo.left_in_english(html, french[page], "fr", but=TYPED) for page, html in english.items()}
    assert {address: lines for address, lines in found.items() if lines} == {}


@pytest.mark.parametrize("seat", ["NG", "NE"])
def test_every_word_of_an_error_is_marked(scene: Scene, made_up: str, seat: str) -> None:
    client, refused = browser(scene, seat), 0
    for address, html in walk(scene, seat, made_up):
        if not FORM.search(html):
            continue
        with scene.clock():
            answer = client.post(address, {}, headers={"accept-language": made_up})
        if answer.status_code == 422:
            refused += 1
            assert pseudo.unmarked(answer.content.decode(), but=TYPED) == [], address
    assert refused > 3
