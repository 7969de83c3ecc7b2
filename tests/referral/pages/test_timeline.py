"""The history in words."""

from __future__ import annotations

from uuid import uuid4

import pytest

from referral.enums import Action
from referral.models import CaseEvent
from referral.pages.handover_words import HAPPENED as ON_HANDOVER
from referral.pages.timeline import CODED_BY, HAPPENED, entries
from referral.selectors.timeline import visible_events
from referral.services import care, consent
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def test_every_act_has_words(scene: Scene) -> None:
    seen_only = {action for action in Action if action.startswith("view_")}
    known = set(HAPPENED) | set(ON_HANDOVER)
    told_apart = {
        Action.RECORD_CARE,
        Action.PREPARE,
        Action.ANSWER_REFERRAL,
        Action.ASK_GLASS,
        Action.CONFIRM_GLASS,
        Action.END_GLASS,
    }  # each of their acts has a code of its own
    assert set(Action) - seen_only - told_apart <= known


def test_codes_are_said_in_words(scene: Scene) -> None:
    case, actor = open_case(scene), scene.actor("NG")
    decision = {
        "kind": "move",
        "decision": "refused",
        "purpose": "safety",
        "recipient_country": "NE",
        "given_by": "person",
        "language": "en",
    }
    with scene.clock():
        consent.record(actor, case.pk, decision, submission=uuid4())
        care.record_whereabouts(actor, case.pk, {"kind": "alone"}, submission=uuid4())
    found = entries(visible_events(actor, case), actor, "Africa/Lagos", {})
    details = [entry.detail for entry in found]
    assert "Agreement to be moved: No" in details
    assert "Travelling alone" in details
    assert "The person asked for help" in details
    assert [entry.number for entry in found] == sorted((entry.number for entry in found), reverse=True)


def test_a_code_that_is_unknown_is_left_out(scene: Scene) -> None:
    case, actor = open_case(scene), scene.actor("NG")
    event = CaseEvent(
        case=case,
        kind="add_need",
        code="gone",
        seq=99,
        pk=0,
        at=case.opened_at,
        wall=case.opened_at,
        happened_at=case.opened_at,
    )
    event.institution_id = actor.institution_id
    assert entries([event], actor, "UTC", {})[0].detail == ""
    assert "add_need" in CODED_BY


def test_the_receiver_reads_the_handover_but_nothing_of_the_time_before(scene: Scene) -> None:
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "received")
    kinds = {event.kind for event in visible_events(scene.actor("NE"), case)}
    assert {"offer", "accept", "depart", "receive"} <= kinds
    assert not kinds & {"open_case", "record_risk", "record_consent", "screen"}
    assert not kinds & {"start_draft", "save_draft", "see_preview"}
