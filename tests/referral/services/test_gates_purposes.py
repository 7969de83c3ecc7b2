"""What a purpose asks for, under the lock and on the task list: refused without it, sent and accepted with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action, Gate, LegalTrackState, Purpose
from referral.errors import GatesClosed
from referral.models import Handover
from referral.selectors.purpose_facts import purpose_facts
from referral.services import care, consent, drafts, families
from tests.referral.views.seats import Seat
from tests.scenes import Scene, accept_facts, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

Change = Callable[[Scene, Handover], None]


def talk_of_return(scene: Scene, draft: Handover) -> None:
    facts = {
        "kind": "move", "decision": "given", "purpose": "return_chosen", "recipient_country": "NE", "language": "en",
        "given_by": "person", "options": ["stay", "return"],
    }  # fmt: skip
    consent.record(scene.actor("NG"), draft.case_id, facts, submission=uuid4())


def measures(said: str) -> Change:
    def assess(scene: Scene, draft: Handover) -> None:
        facts = {"level": "medium", "receiving_country": "NE", "measures": said}
        care.assess_risk(scene.actor("NG"), draft.case_id, facts, submission=uuid4())

    return assess


def on_arrival(*kinds: str) -> Change:
    def ask(scene: Scene, draft: Handover) -> None:
        drafts.save(scene.actor("NG"), draft.pk, {"needs_on_arrival": list(kinds)})

    return ask


def a_relative(scene: Scene, draft: Handover) -> None:
    families.record_link(scene.actor("NG"), draft.case_id, open_case(scene).pk, "relative", submission=uuid4())


def need(kind: str) -> Change:
    def add(scene: Scene, draft: Handover) -> None:
        care.add_need(scene.actor("NG"), draft.case_id, {"kind": kind, "urgency": "standard"}, submission=uuid4())

    return add


def track(kind: str, state: str) -> Change:
    def record(scene: Scene, draft: Handover) -> None:
        care.record_legal(scene.actor("NG"), draft.case_id, {"kind": kind, "state": state}, submission=uuid4())

    return record


TABLE: dict[str, tuple[Purpose, Gate, Change | None, Change, str]] = {
    "a return": (Purpose.RETURN_CHOSEN, Gate.AGREEMENT, None, talk_of_return, "consent/new/?kind=move"),
    "safety": (Purpose.SAFETY, Gate.RISK, measures("  "), measures("A new telephone."), "risk/"),
    "family, asked there": (Purpose.FAMILY_UNITY, Gate.CARE, None, on_arrival("shelter", "family"), "care/"),
    "family, in the registry": (Purpose.FAMILY_UNITY, Gate.CARE, None, a_relative, "care/"),
    "services": (Purpose.SERVICES, Gate.CARE, need("legal"), need("shelter"), "needs/"),
    "asylum": (
        Purpose.LEGAL_TRANSFER, Gate.LEGAL_BASIS, track("asylum", "ended"), track("asylum", "open"), "legal/",
    ),
    "a permit": (
        Purpose.LEGAL_TRANSFER, Gate.LEGAL_BASIS, track("claim", "open"), track("permit", "granted"), "legal/",
    ),
    "a witness": (Purpose.WITNESS, Gate.LEGAL_BASIS, track("offence", "open"), track("witness", "open"), "legal/"),
}  # fmt: skip
"""The purpose, its gate, what does not suffice, what does, and where the task list leads."""


@pytest.mark.wide
@pytest.mark.parametrize("case", TABLE)
def test_what_a_purpose_asks_for_is_refused_shown_and_put_right(case: str) -> None:
    purpose, gate, too_little, enough, place = TABLE[case]
    scene = two_countries("NG", "NE")
    draft = ready_draft(scene, open_case(scene), purpose=purpose.value)

    def change(act: Change) -> None:
        scene.after(hours=1)
        with scene.clock():
            act(scene, draft)
            drafts.see_preview(scene.actor("NG"), draft.pk, submission=uuid4())

    if too_little is not None:
        change(too_little)
    with pytest.raises(GatesClosed) as refused:
        scene.do("NG", draft, Action.OFFER)
    assert refused.value.gates == (gate,)
    page = Seat(scene, "NG").get(f"/people/{draft.case.person.public_code}/handover/{draft.reference}/")
    assert page.context["page"].readiness == "10 of 11 ready"
    (missing,) = page.context["page"].missing
    assert place in missing.url
    assert missing.hint in page.content.decode().replace("&#x27;", "'")

    change(enough)
    page = Seat(scene, "NG").get(f"/people/{draft.case.person.public_code}/handover/{draft.reference}/")
    assert page.context["page"].ready, "who reads the list sees the same facts as the lock"
    advance(scene, draft, "acknowledged")
    scene.do("NE", draft, Action.ACCEPT, accept_facts(scene))


def test_what_went_meanwhile_is_missed_at_acceptance() -> None:
    scene = two_countries("NG", "NE")
    draft = ready_draft(scene, open_case(scene), purpose="witness")
    with scene.clock():
        track("witness", "open")(scene, draft)
        drafts.see_preview(scene.actor("NG"), draft.pk, submission=uuid4())
    advance(scene, draft, "acknowledged")
    scene.after(hours=1)
    with scene.clock():
        track("witness", "ended")(scene, draft)
    with pytest.raises(GatesClosed) as refused:
        scene.do("NE", draft, Action.ACCEPT, accept_facts(scene))
    assert refused.value.gates == (Gate.LEGAL_BASIS,)


@pytest.mark.parametrize("state", LegalTrackState)
def test_a_track_counts_until_it_has_ended(state: LegalTrackState) -> None:
    scene = two_countries("NG", "NE")
    draft = ready_draft(scene, open_case(scene), purpose="legal_transfer")
    with scene.clock():
        track("asylum", state.value)(scene, draft)
    assert purpose_facts(draft) == {"tracks": {"asylum"} if state != LegalTrackState.ENDED else frozenset()}
    with scene.clock():
        track("asylum", "ended")(scene, draft)
    assert purpose_facts(draft) == {"tracks": frozenset()}, "the one before has been replaced"


def test_what_the_country_before_wrote_down_counts_for_nothing_here() -> None:
    scene = two_countries()
    case, relative = open_case(scene), open_case(scene)
    first = ready_draft(scene, case)
    with scene.clock():
        need("shelter")(scene, first)
        track("witness", "open")(scene, first)
        families.record_link(scene.actor("NG"), case.pk, relative.pk, "sibling", submission=uuid4())
        drafts.see_preview(scene.actor("NG"), first.pk, submission=uuid4())
    advance(scene, first, "received")
    onward = ready_draft(scene, case, "NE", "IT")
    expected: dict[str, Any] = {
        "services": {"needs": frozenset()},
        "witness": {"tracks": frozenset()},
        "legal_transfer": {"tracks": frozenset()},
        "family_unity": {"relatives": False},
        "safety": {},
        "return_chosen": {},
    }
    for purpose, found in expected.items():
        onward.purpose = purpose
        assert purpose_facts(onward) == found
    advance(scene, ready_draft(scene, relative), "received")
    onward.purpose = "family_unity"
    assert purpose_facts(onward) == {"relatives": True}, "Niger has received the sibling as well"
    assert set(expected) == set(Purpose)
