"""What a receiver reads of an offer before it acknowledges, and that the rest can be taken back unread."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from referral.enums import Action
from referral.models import CaseEvent, Handover
from tests.referral.handover_table import brought_to
from tests.referral.identities import IDENTITY, draft_with_identity, open_identified
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

PACKET = 'class="card packet"'
KEPT_BACK = ("CANARY-WISH", "CANARY-CONTACT", "CANARY-NOTE", "CANARY-TALK", "Hausa")
"""What was sent and said about the person in these tests, and one of her languages."""


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def offered(scene: Scene, **facts: object) -> Handover:
    """An offer with a supplement and a message after it."""
    told = {"wishes": "CANARY-WISH", "safe_contact": "CANARY-CONTACT"} | facts
    handover = advance(scene, ready_draft(scene, open_case(scene, **told)), "offered")
    case = handover.case
    case.exploitation = "CANARY-NOTE"
    case.save(update_fields=["exploitation"])
    scene.do("NG", handover, Action.SUPPLEMENT, {"compartments_more": ["D3"], "supplement_note": "CANARY-NOTE"})
    scene.do("NG", handover, Action.WRITE_MESSAGE, {"phrase": "working", "text": "CANARY-TALK", "language": "en"})
    handover.refresh_from_db()
    return handover


def page(handover: Handover) -> str:
    return f"/handovers/{handover.reference}/"


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_before_the_one_tap_the_receiver_reads_enough_to_decide_who_looks_at_it(scene: Scene) -> None:
    handover = offered(scene, age_low=24, age_high=28)
    niger = Seat(scene, "NE")
    text = niger.text(page(handover))
    assert PACKET not in text
    for secret in KEPT_BACK:
        assert secret not in text, secret
    shown = words(text)
    for known in (
        "Nigeria", "Niger", handover.case.person.code_word, "Safety elsewhere", "Standard", "25 to 39 years",
        "A safe place", "Acknowledge it to open what Nigeria has shared.", "Acknowledge",
    ):  # fmt: skip
        assert known in shown, known
    assert 'class="due' in text or "Due" in shown, "by when"
    niger.post(f"{page(handover)}acknowledge/")
    text = niger.text(page(handover))
    assert PACKET in text
    for secret in KEPT_BACK:
        assert secret in text, secret
    assert "25 to 39 years" not in words(text), "the packet itself stands there now"


def test_the_sender_reads_what_it_sent_all_the_time(scene: Scene) -> None:
    handover = offered(scene)
    for name in ("NG", "NG-deputy"):
        text = Seat(scene, name).text(page(handover))
        assert "CANARY-WISH" in text
        assert "sees once it has acknowledged. Until then you can take it back unread." in text
    advance(scene, handover, "acknowledged")
    assert "once it has acknowledged" not in Seat(scene, "NG").text(page(handover))


def test_the_first_look_stands_beside_the_form_of_a_decision_too(scene: Scene) -> None:
    handover = offered(scene)
    text = Seat(scene, "NE").text(f"{page(handover)}decide/")
    assert "Safety elsewhere" in text
    assert PACKET not in text


def test_of_a_packet_without_needs_and_age_the_first_look_says_neither(scene: Scene) -> None:
    draft, nigeria = ready_draft(scene, open_case(scene)), Seat(scene, "NG")
    base = f"/people/{draft.case.person.public_code}/handover/{draft.reference}/"
    nigeria.post(f"{base}information/", compartments=["D3"], version=draft.version)
    nigeria.post(f"{base}preview/")
    draft.refresh_from_db()
    text = words(Seat(scene, "NE").text(page(advance(scene, draft, "offered"))))
    assert "Safety elsewhere" in text
    for hidden in ("What is needed", "A safe place", "years"):
        assert hidden not in text, hidden


def test_the_identity_in_an_unopened_packet_is_shown_to_nobody_over_there(scene: Scene) -> None:
    handover = advance(scene, draft_with_identity(scene, open_identified(scene)), "offered")
    niger, url = Seat(scene, "NE"), page(handover)
    assert f'action="{url}identity/"' not in niger.text(url)
    assert niger.post(f"{url}identity/")["Location"] == url
    assert not CaseEvent.objects.filter(kind="identity_shown", institution=scene.institutions["NE"]).exists()
    niger.post(f"{url}acknowledge/")
    assert IDENTITY["name"] in niger.post(f"{url}identity/").content.decode()


def test_child_protection_over_there_reads_it_once_its_focal_point_has_acknowledged() -> None:
    scene, handover = brought_to("offered", kind="child")
    guard, url = Seat(scene, "NE-child"), page(handover)
    for place in (url, f"{url}child/"):
        assert PACKET not in guard.text(place), place
    assert "opens when the focal point of Niger has acknowledged it" in words(guard.text(url))
    assert "Child" in words(guard.text(url))
    Seat(scene, "NE").post(f"{url}acknowledge/")
    for place in (url, f"{url}child/"):
        assert PACKET in guard.text(place), place


def ended(who: str, action: Action, **facts: object) -> Callable[[Scene, Handover], None]:
    def end(scene: Scene, handover: Handover) -> None:
        scene.do(who, handover, action, facts)

    return end


def held_and_withdrawn(scene: Scene, handover: Handover) -> None:
    scene.do("NG", handover, Action.HOLD, {"hold_reason": "practical"})
    assert PACKET not in Seat(scene, "NE").text(page(handover)), "on hold it is no more open than before"
    scene.do("NG", handover, Action.WITHDRAW, {"withdraw_reason": "sent_in_error"})


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (ended("NG", Action.WITHDRAW, withdraw_reason="sent_in_error"), "Nigeria recalled this before it was read."),
        (held_and_withdrawn, "Nigeria recalled this before it was read."),
        (ended("NE", Action.DECLINE, decline_reason="no_capacity"), "This ended before it was opened."),
    ],
    ids=["withdrawn", "held and withdrawn", "declined"],
)
def test_what_ends_before_it_was_acknowledged_was_read_by_nobody(
    scene: Scene, end: Callable[[Scene, Handover], None], says: str
) -> None:
    handover, niger = offered(scene), Seat(scene, "NE")
    seen = niger.text(page(handover)) + niger.text("/inbox/")
    end(scene, handover)
    after = niger.text(page(handover))
    assert says in words(after)
    for secret in KEPT_BACK:
        assert secret not in seen + after, secret
    assert PACKET not in after
    assert "A safe place" not in words(after), "nothing is left of the first look either"


def test_an_arrival_that_is_confirmed_at_once_opens_it_too(scene: Scene) -> None:
    handover = offered(scene)
    facts = {
        "arrived_at": scene.moment().at,
        "received_by": "Duty officer",
        "arrived_safely": "yes",
        "person_content": "yes",
    }
    scene.do("NE", handover, Action.ACCEPT_AND_RECEIVE, facts)
    assert PACKET in Seat(scene, "NE").text(page(handover))
