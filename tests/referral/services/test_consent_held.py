"""A no after the handover was sent: what waits at once, what goes on, and who has to ask in private."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action, HandoverState, HoldReason
from referral.models import Deadline, Handover
from referral.services import consent
from tests.referral.handover_table import BEFORE_DEPARTURE, OPEN, brought_to, open_kinds
from tests.scenes import Scene

pytestmark = pytest.mark.django_db

NOES = ("withdrawn", "refused")


def decide(scene: Scene, handover: Handover, kind: str, decision: str, **more: Any) -> None:
    facts = {
        "kind": kind, "decision": decision, "purpose": handover.purpose, "recipient_country": "NE", "given_by": "person",
        "language": "en", "options": ["stay", "move"], "categories": ["D2", "D3"],
    }  # fmt: skip
    with scene.clock():
        consent.record(scene.actor("NG"), handover.case_id, facts | more, submission=uuid4())
    handover.refresh_from_db()


@pytest.mark.parametrize("decision", NOES)
@pytest.mark.parametrize("state", sorted(BEFORE_DEPARTURE))
def test_a_no_to_moving_stops_whatever_is_under_way_until_the_person_was_asked(state: str, decision: str) -> None:
    scene, handover = brought_to(state)
    decide(scene, handover, "move", decision)
    assert (handover.state, handover.held_from, handover.hold_reason) == ("held", state, HoldReason.UNCONFIRMED)
    owed = Deadline.objects.get(handover=handover, kind="confirm_stop", state="open")
    assert (owed.owes, (owed.due_at - owed.opened_at).total_seconds()) == (scene.institutions["NG"], 24 * 3600)
    scene.do("NG", handover, Action.CONFIRM_STOP)
    handover.refresh_from_db()
    assert handover.state == "stopped"


@pytest.mark.parametrize("decision", NOES)
def test_a_no_counts_more_than_what_the_handover_waits_for_already(decision: str) -> None:
    scene, handover = brought_to("accepted")
    scene.do("NG", handover, Action.HOLD, {"hold_reason": "practical"})
    decide(scene, handover, "move", decision)
    assert (handover.state, handover.held_from, handover.hold_reason) == ("held", "accepted", HoldReason.UNCONFIRMED)
    assert "confirm_stop" in open_kinds(handover)


ELSE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a yes to moving": ("move", "given", {}),
    "the permission to share taken back": ("share", "withdrawn", {}),
    "the permission to share refused": ("share", "refused", {}),
    "no to another country": ("move", "withdrawn", {"recipient_country": "IT"}),
}


@pytest.mark.parametrize("case", ELSE)
@pytest.mark.parametrize("state", ["acknowledged", "accepted"])
def test_nothing_else_that_is_decided_stops_the_handover(state: str, case: str) -> None:
    """Without permission nothing more is told, and the gates close; whether to move is another question."""
    scene, handover = brought_to(state)
    kind, decision, more = ELSE[case]
    decide(scene, handover, kind, decision, **more)
    assert (handover.state, handover.hold_reason) == (state, "")
    assert "confirm_stop" not in open_kinds(handover)


@pytest.mark.parametrize("state", ["draft", "departed", "whereabouts_unknown"])
def test_before_it_is_sent_and_on_the_way_a_no_holds_nothing(state: str) -> None:
    """A draft closes at its gate; on the way there is nothing to hold, and an objection is recorded as such."""
    scene, handover = brought_to(state)
    decide(scene, handover, "move", "withdrawn")
    assert (handover.state, handover.hold_reason) == (state, "")
    assert "confirm_stop" not in open_kinds(handover)


def test_every_open_state_is_tried() -> None:
    assert BEFORE_DEPARTURE | {"held", "departed", "whereabouts_unknown"} == OPEN
    assert set(HandoverState) >= OPEN
