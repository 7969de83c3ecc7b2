"""Every page of the registry in the made-up language and in French, found by following every link from the inbox."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import resolve
from django_countries import countries

from accounts.models import User
from referral.enums import Action, AskKind, NeedKind, Role
from referral.models import Person
from referral.services import care, closing, enquiries, health, identification, merge, referrals, requests, voices
from referral.services.sweep import sweep_registry
from tests import pseudo
from tests.referral import desks
from tests.referral.views.test_handover_acts import (
    DOUBTED,
    FORWARD,
    HELD,
    OBJECTED,
    PUT,
    STOPPED,
    child_asked,
    proposed,
)
from tests.referral.views.test_handover_detours import outside
from tests.scenes import ADULT, Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

# How many pages of a kind are looked at: two, and more where they differ with the seat or the state of the case.
OF_A_KIND = {
    "referral:handover": 40, "referral:person": 20, "referral:inbox": 30, "referral:record_consent": 3, "referral:referral": 3,
    "referral:audit": 3, "referral:file": 4, "referral:desk": 20,
}  # fmt: skip
LINK = re.compile(r'href="(/[^"#]*)')
FORM = re.compile(r'<form[^>]*method="post"[^>]*novalidate')
# Pages of `accounts`, tested there; files; leaving.
ELSEWHERE = re.compile(r"/(static|sign-out|language|account|help|about|accessibility|privacy|continue)/")
SEATS: tuple[str, ...] = ("NG", "NG-deputy", "NE", "NG-child", *desks.SEATS)
# What the scenes type into fields: shown as typed, in every language.
TYPED = frozenset(text for text in ADULT.values() if isinstance(text, str) and " " in text) | {
    "By bus", "Case manager", "Duty officer", "Emergency certificate", "Escort.", "Is there a ground-floor room?", "She is well.",
    "Sleeps in the shelter.", "A nurse if possible.", "A quiet room, please.", "Another person came.", "Her sister lives there.",
    "Nobody told me what comes next.", "One sign only.", "Tablets twice a day.", "Three calls, nobody has seen her.",
    "The family has not heard anything.", "The same scar.", "Claim 7",
}  # fmt: skip


@pytest.fixture
def scene() -> Scene:
    """Several people, each as far as a handover can be: a page for nearly everything that pages can say."""
    scene = two_countries("NG", "NE")
    helped(scene)
    other_ways(scene)
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
    with scene.clock():
        sweep_registry(scene.registry.pk)
    User.objects.update(demonstration=True)
    return scene


def helped(scene: Scene) -> None:
    """A person with a need and a service, with whom every role works, and what each of them has written."""
    for role in desks.SEATS:
        desks.seat(scene, role)
    case, focal = open_case(scene), scene.actor("NG")
    for role, (_kind, work) in desks.SEATS.items():
        if work:
            desks.assign(scene, role, case)
    shelter = scene.institutions[Role.SERVICE_PROVIDER]
    asked = {
        "provider": shelter, "kind": "shelter", "urgency": "urgent", "compartments": ["D2"], "message": "A quiet room, please.",
        "person_agrees": True,
    }  # fmt: skip
    entry = {"text": "Tablets twice a day.", "for_case_manager": True}
    said = {"kind": "complain", "text": "Nobody told me what comes next.", "language": "en", "permitted": True}
    decision = {
        "step": "reasonable_grounds", "decision": "negative", "reasons": "One sign only.", "reconsideration_explained": True,
    }  # fmt: skip
    with scene.clock():
        care.add_need(focal, case.pk, {"kind": NeedKind.MEDICAL, "urgency": "urgent"}, submission=uuid4())
        care.add_service(focal, case.pk, {"kind": NeedKind.SHELTER, "provider": shelter}, submission=uuid4())
        referrals.send(focal, case.pk, asked, submission=uuid4())
        health.write_entry(scene.actor(Role.HEALTH_WORKER), case.pk, entry, submission=uuid4())
        voices.speak(scene.actor(Role.SURVIVOR_ADVISER), case.pk, said, submission=uuid4())
        identification.decide(scene.actor(Role.COMPETENT_AUTHORITY), case.pk, decision, submission=uuid4())


def other_ways(scene: Scene) -> None:
    """Handovers that went another way, an enquiry and a request, and two files of one person."""
    for reach in (PUT, FORWARD, HELD, STOPPED, OBJECTED, DOUBTED, proposed, child_asked, outside):
        reach(scene)
    focal, case, gone, stays = scene.actor("NG"), open_case(scene), open_case(scene), open_case(scene)
    track = {"kind": "claim", "state": "open", "reference": "Claim 7"}
    question = {"urgency": "standard", "services": ["shelter"], "told_person": True}
    reason = {"reason": "The family has not heard anything.", "language": "en", "code": case.person.code_word}
    closed = {"reason": "not_trafficked", "contact_later": scene.institutions["NG"].pk}
    with scene.clock():
        care.record_legal(focal, case.pk, track, submission=uuid4())
        for country in ("NE", "DE"):
            enquiries.ask(focal, case.pk, question | {"country": country}, submission=uuid4())
        requests.ask(scene.actor("NE"), AskKind.PULL, reason, submission=uuid4())
        merge.ask(focal, gone.pk, into_code=stays.person.public_code, reason="The same scar.", submission=uuid4())
        closing.close(focal, stays.pk, closed, submission=uuid4())


def walk(scene: Scene, seat: str, language: str, kinds: Counter[str]) -> Iterator[tuple[str, str]]:
    """Address and words of pages of every kind that links lead to; `kinds` counts what other seats have looked at."""
    client, waiting, seen = browser(scene, seat), ["/inbox/", "/?seats=1"], set[str]()
    while waiting:
        address = waiting.pop(0)
        if address in seen or ELSEWHERE.match(address):
            continue
        seen.add(address)
        kind = resolve(address.partition("?")[0]).view_name
        kinds[kind] += 1
        if kinds[kind] > OF_A_KIND.get(kind, 2):
            continue
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


def nothing(found: dict[str, list[str]]) -> None:
    """Fails with each line that was found and the first address that shows it."""
    first: dict[str, str] = {}
    for address, lines in found.items():
        for line in lines:
            first.setdefault(line, address)
    if first:
        pytest.fail("\n".join(f"{address}: {line}" for line, address in first.items()))


@pytest.mark.long
def test_every_word_of_a_page_and_of_an_error_is_marked(scene: Scene, made_up: str) -> None:
    found, refused, typed = {}, 0, TYPED | {place.name for place in scene.institutions.values()}
    kinds = Counter[str]()
    for seat in SEATS:
        client = browser(scene, seat)
        pages = list(walk(scene, seat, made_up, kinds))
        assert pages
        for address, html in pages:
            found[f"{seat} {address}"] = pseudo.unmarked(html, but=typed)
            if not FORM.search(html):
                continue
            with scene.clock():
                answer = client.post(address, {}, headers={"accept-language": made_up})
            if answer.status_code not in {301, 302}:
                said = answer.content.decode()
                refused += "data-focus" in said
                found[f"{seat} {address} (sent)"] = pseudo.unmarked(said, but=typed)
    assert refused > 10
    nothing(found)


@pytest.mark.long
def test_no_line_of_a_page_stays_english_in_french(scene: Scene) -> None:
    same = TYPED | set(Person.objects.values_list("code_word", flat=True)) | {name for _code, name in countries}
    found = {}
    in_english, in_french = Counter[str](), Counter[str]()
    for seat in SEATS:
        english = dict(walk(scene, seat, "en-gb", in_english))
        french = dict(walk(scene, seat, "fr", in_french))
        assert set(english) == set(french)
        for page, html in english.items():
            found[f"{seat} {page}"] = pseudo.left_in_english(html, french[page], "fr", but=same)
    nothing(found)
