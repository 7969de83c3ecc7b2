"""The gates again under the lock: what changed between the offer and the act is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action, Gate
from referral.errors import GatesClosed
from referral.models import Handover, LegalTrack, RiskAssessment
from referral.services import care, consent, drafts
from tests.scenes import accept_facts, advance, depart_facts, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


def said_no(scene: Any, handover: Handover) -> None:
    scene.after(hours=1)
    facts = {
        "kind": "move", "decision": "withdrawn", "purpose": "safety", "recipient_country": "NE", "given_by": "person",
        "language": "en", "options": ["stay", "move"],
    }  # fmt: skip
    with scene.clock():
        consent.record(scene.actor("NG"), handover.case_id, facts, submission=uuid4())


def took_back_the_permission(scene: Any, handover: Handover) -> None:
    scene.after(hours=1)
    facts = {
        "kind": "share", "decision": "withdrawn", "purpose": "safety", "recipient_country": "NE", "given_by": "person", "language": "en",
    }  # fmt: skip
    with scene.clock():
        consent.record(scene.actor("NG"), handover.case_id, facts, submission=uuid4())


def risk_ran_out(scene: Any, handover: Handover) -> None:
    until = RiskAssessment.objects.get(case=handover.case).valid_until_at
    scene.wall += (until - scene.moment().at) / 60
    assert scene.moment().at == until


def fears_the_country(scene: Any, handover: Handover) -> None:
    with scene.clock():
        care.record_person(scene.actor("NG"), handover.case_id, {"feared_countries": ["NE"]}, submission=uuid4())


def a_service_began(scene: Any, handover: Handover) -> None:
    with scene.clock():
        care.add_service(
            scene.actor("NG"),
            handover.case_id,
            {"kind": "medical", "provider": scene.institutions["NG"]},
            submission=uuid4(),
        )


def goes_on(scene: Any, handover: Handover, change: Callable[[Any, Handover], None]) -> None:
    """A no holds what was sent; the person is asked in private and it goes on, with no new yes recorded."""
    sent = handover.state != "draft"
    handover.refresh_from_db()
    assert (handover.state == "held") == (sent and change is said_no)
    if handover.state == "held":
        scene.do("NG", handover, Action.CONTINUE)


CHANGES: dict[Gate, Callable[[Any, Handover], None]] = {
    Gate.AGREEMENT: said_no,
    Gate.PERMISSION: took_back_the_permission,
    Gate.RISK: risk_ran_out,
    Gate.ORIGIN: fears_the_country,
    Gate.CARE: a_service_began,
}


@pytest.mark.parametrize(
    ("reached", "action"), [("draft", Action.OFFER), ("acknowledged", Action.ACCEPT), ("accepted", Action.DEPART)]
)
@pytest.mark.parametrize("gate", CHANGES)
def test_what_changed_in_between_is_seen_under_the_lock(gate: Gate, reached: str, action: Action) -> None:
    scene = two_countries()
    handover = ready_draft(scene, open_case(scene))
    if reached != "draft":
        advance(scene, handover, reached)
    CHANGES[gate](scene, handover)
    goes_on(scene, handover, CHANGES[gate])
    facts = {Action.ACCEPT: accept_facts, Action.DEPART: depart_facts}.get(action, lambda _: {})(scene)
    with pytest.raises(GatesClosed) as refused:
        scene.do("NE" if action is Action.ACCEPT else "NG", handover, action, facts)
    assert set(refused.value.gates) - {Gate.PREVIEW} == {gate}, "and a changed packet asks for a new look"
    handover.refresh_from_db()
    assert handover.state == reached


class TestAnswer:
    """An answer is a disclosure and passes the gates of sharing."""

    @pytest.fixture
    def asked(self) -> tuple[Any, Handover]:
        scene = two_countries()
        handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
        scene.do("NE", handover, Action.ASK, {"question": "Which languages?"})
        return scene, handover

    @pytest.mark.parametrize(
        ("compartment", "closed_gates"),
        [("D2", None), ("D0", None), ("D5", (Gate.PERMISSION,)), ("D1", (Gate.PERMISSION,)),
         ("D4", (Gate.PREVIEW,)), ("D6", (Gate.PREVIEW,)), ("D8", (Gate.PREVIEW,))],
    )  # fmt: skip
    def test_it_holds_what_the_person_permits_and_what_may_travel(
        self, asked: Any, compartment: str, closed_gates: Any
    ) -> None:
        scene, handover = asked
        facts = {"answer": "Hausa.", "compartment": compartment}
        if closed_gates is None:
            scene.do("NG", handover, Action.ANSWER, facts)
        else:
            with pytest.raises(GatesClosed) as refused:
                scene.do("NG", handover, Action.ANSWER, facts)
            assert refused.value.gates == closed_gates
            assert not handover.questions.exclude(answer="").exists()

    @pytest.mark.parametrize("change", [said_no, took_back_the_permission, fears_the_country])
    def test_nothing_more_is_told_once_the_person_said_no(self, asked: Any, change: Any) -> None:
        scene, handover = asked
        change(scene, handover)
        goes_on(scene, handover, change)
        with pytest.raises(GatesClosed):
            scene.do("NG", handover, Action.ANSWER, {"answer": "Hausa.", "compartment": "D2"})


def test_an_asylum_track_that_ended_or_was_replaced_no_longer_counts() -> None:
    scene = two_countries()
    case = open_case(scene, citizenships=["NE"])
    draft = ready_draft(scene, case)
    track = {"kind": "asylum", "state": "open"}
    with scene.clock():
        care.record_legal(scene.actor("NG"), case.pk, track, submission=uuid4())
    with pytest.raises(GatesClosed) as refused:
        scene.do("NG", draft, Action.OFFER)
    assert Gate.ORIGIN in refused.value.gates
    with scene.clock():
        care.record_legal(
            scene.actor("NG"), case.pk, track | {"origin_contact_asked_by_person": True}, submission=uuid4()
        )
    assert LegalTrack.objects.filter(case=case, kind="asylum").count() == 2
    with scene.clock():
        drafts.see_preview(scene.actor("NG"), draft.pk, submission=uuid4())
    scene.do("NG", draft, Action.OFFER)
