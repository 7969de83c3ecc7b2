"""Rows of the straight path: what the table of the design says beside states, sides and deadlines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referral.enums import Action
from referral.errors import AlreadyOpen, ArrivalImpossible, CaseClosed, ChangedMeanwhile, NotAllowed
from referral.models import Case, Custody, Deadline, Registry
from tests.referral.handover_table import as_if_in, brought_to, facts_of, open_kinds
from tests.scenes import accept_facts, advance, open_case, ready_draft, receive_facts, two_countries

pytestmark = pytest.mark.django_db


def test_a_fact_that_the_row_does_not_take_is_not_written():
    scene, handover = brought_to("offered")
    scene.do(
        "NE", handover, Action.ACKNOWLEDGE, {"feedback": "x", "state": "received", "sender_id": handover.receiver_id}
    )
    handover.refresh_from_db()
    assert (handover.state, handover.feedback, handover.sender) == ("acknowledged", "", scene.institutions["NG"])


def test_a_form_made_from_an_older_version_is_refused():
    scene, handover = brought_to("acknowledged")
    seen = handover.version
    scene.do("NE-deputy", handover, Action.HOLDING_REPLY, facts_of(scene, "holding_reply"), version=seen)
    with pytest.raises(ChangedMeanwhile):
        scene.do("NE", handover, Action.ACCEPT, accept_facts(scene), version=seen)
    handover.refresh_from_db()
    scene.do("NE", handover, Action.ACCEPT, accept_facts(scene), version=handover.version)


def test_people_act_while_time_stands_still_between_steps():
    scene, handover = brought_to("offered")
    Registry.objects.filter(pk=scene.registry.pk).update(
        mode="step", anchor_wall=scene.wall, anchor_exercise_at=scene.moment().at
    )
    scene.do("NE", handover, Action.ACKNOWLEDGE)
    handover.refresh_from_db()
    assert handover.state == "acknowledged"


def test_an_answer_with_other_questions_open_leaves_the_handover_clarifying():
    scene, handover = brought_to("clarifying")
    scene.do("NE", handover, Action.ASK, {"question": "And her health?"})
    for state in ("clarifying", "acknowledged"):
        scene.do("NG", handover, Action.ANSWER, facts_of(scene, "answer"))
        handover.refresh_from_db()
        assert handover.state == state


def test_a_question_that_the_decision_did_not_wait_for_is_owed_no_longer():
    scene, handover = brought_to("clarifying")
    assert "answer" in open_kinds(handover)
    scene.do("NE", handover, Action.ACCEPT, accept_facts(scene))
    assert open_kinds(handover) == {"travel_plan"}


def test_a_stop_goes_back_to_where_it_was_held_from():
    scene, handover = brought_to("accepted")
    scene.do("NE", handover, Action.STOP)
    handover.refresh_from_db()
    assert (handover.state, handover.held_from) == ("held", "accepted")
    scene.do("NG", handover, Action.CONTINUE)
    handover.refresh_from_db()
    assert (handover.state, handover.held_from) == ("accepted", "")


def test_a_second_offer_of_a_case_waits_for_the_first():
    scene = two_countries()
    case = open_case(scene)
    first, second = ready_draft(scene, case), ready_draft(scene, case, receiver="IT")
    # Each draft renewed the risk assessment for its own country; the first needs its own again.
    scene.do("NG", second, Action.OFFER)
    with pytest.raises(AlreadyOpen):
        scene.do("NG", first, Action.OFFER)


def test_a_draft_whose_sender_answers_no_longer_cannot_be_sent():
    scene = two_countries()
    case = open_case(scene)
    spare = ready_draft(scene, case, receiver="IT")
    advance(scene, ready_draft(scene, case), "received")
    spare.refresh_from_db()
    assert spare.state == "discarded"
    assert open_kinds(spare) == set()
    with as_if_in(spare, "draft"), pytest.raises(NotAllowed):
        scene.do("NG", spare, Action.OFFER)


@pytest.mark.parametrize("stage", ["missing", "closed"])
def test_a_case_that_is_missing_or_closed_is_not_offered(stage: str):
    scene, handover = brought_to("draft")
    Case.objects.filter(pk=handover.case_id).update(stage=stage)
    with pytest.raises(CaseClosed):
        scene.do("NG", handover, Action.OFFER)


def test_an_arrival_lies_between_departure_and_now():
    scene, handover = brought_to("departed")
    now = scene.moment().at
    for arrived in (now + timedelta(seconds=1), handover.departed_at - timedelta(seconds=1)):
        with pytest.raises(ArrivalImpossible):
            scene.do("NE", handover, Action.RECEIVE, receive_facts(scene, arrived_at=arrived))
    scene.do("NE", handover, Action.RECEIVE, receive_facts(scene, arrived_at=handover.departed_at))
    handover.refresh_from_db()
    assert handover.arrived_at == handover.departed_at
    assert Custody.objects.get(handover=handover).since_at == handover.received_at == now


def test_a_second_question_while_one_is_open_gets_a_deadline_of_its_own():
    scene, handover = brought_to("clarifying")
    scene.do("NE", handover, Action.ASK, {"question": "And her health?"})
    assert Deadline.objects.filter(handover=handover, kind="answer", state="open").count() == 2
