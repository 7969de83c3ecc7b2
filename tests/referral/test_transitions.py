"""The handover machine, row by row, against the table of the design written out once more by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from referral.actor import actor_of
from referral.enums import Action, DeadlineState, HandoverState
from referral.errors import (
    AlreadyOpen,
    ArrivalImpossible,
    BothSides,
    CaseClosed,
    ChangedMeanwhile,
    ExercisePaused,
    FactMissing,
    NotAllowed,
    NotInThisState,
    RegistryEnded,
)
from referral.models import Case, CaseEvent, Custody, Deadline, Handover, Registry
from referral.services import lifecycle
from referral.transitions import TRANSITIONS, Side, actions_from
from tests.factories import EXERCISE, make_member
from tests.scenes import (
    Scene,
    accept_facts,
    advance,
    depart_facts,
    open_case,
    ready_draft,
    receive_facts,
    two_countries,
)

pytestmark = pytest.mark.django_db

LATER = EXERCISE + timedelta(days=365)
ALL = "all"
BACK = "back"
UNDECIDED = {"offered", "acknowledged", "clarifying"}
BEFORE_DEPARTURE = UNDECIDED | {"conditions_put", "accepted"}


@dataclass(frozen=True)
class Row:
    """A row of the design: sources, target (None: no change), side, deadlines opened and closed, where it is tried from."""

    sources: set[str]
    target: str | None
    side: str
    opens: frozenset[str] = frozenset()
    closes: frozenset[str] | str = frozenset()
    natural: str = "acknowledged"
    moves_custody: bool = False


def kinds(*names: str) -> frozenset[str]:
    return frozenset(names)


ROWS: dict[str, Row] = {
    "offer": Row({"draft"}, "offered", "sender", kinds("acknowledge", "decide"), kinds("stale_draft"), "draft"),
    "discard": Row({"draft"}, "discarded", "sender", closes=ALL, natural="draft"),
    "acknowledge": Row({"offered"}, "acknowledged", "receiver", closes=kinds("acknowledge"), natural="offered"),
    "ask": Row({"acknowledged", "clarifying"}, "clarifying", "receiver", kinds("answer")),
    "answer": Row({"clarifying"}, "acknowledged", "sender", closes=kinds("answer"), natural="clarifying"),
    "holding_reply": Row(UNDECIDED, None, "receiver"),
    "accept": Row({"acknowledged", "clarifying"}, "accepted", "receiver", kinds("travel_plan"), kinds("decide")),
    "decline": Row(UNDECIDED, "declined", "receiver", closes=ALL),
    "withdraw": Row(BEFORE_DEPARTURE | {"held"}, "withdrawn", "sender", closes=ALL, natural="accepted"),
    "depart": Row({"accepted"}, "departed", "sender", kinds("confirm_arrival"), kinds("travel_plan"), "accepted"),
    "receive": Row(
        {"accepted", "departed", "held", "whereabouts_unknown"}, "received", "receiver", kinds("feedback"), ALL, "departed", moves_custody=True
    ),
    "give_feedback": Row({"received"}, "completed", "receiver", closes=ALL, natural="received"),
    "stop": Row(BEFORE_DEPARTURE, "held", "either", kinds("confirm_stop")),
    "confirm_stop": Row({"held"}, "stopped", "sender", closes=ALL, natural="held"),
    "continue": Row({"held"}, BACK, "sender", closes=kinds("confirm_stop"), natural="held"),
}  # fmt: skip
NAMES = sorted(ROWS)
OTHERS = [(name, state.value) for name in NAMES for state in HandoverState if state.value not in ROWS[name].sources]
FURTHER = [(name, state) for name in NAMES for state in sorted(ROWS[name].sources - {ROWS[name].natural})]


def facts_of(scene: Scene, name: str) -> dict[str, Any]:
    at = scene.moment().at
    return {
        "ask": {"question": "Which languages?"},
        "answer": {"answer": "Hausa.", "compartment": "D2"},
        "holding_reply": {"reply_by_at": at + timedelta(hours=6)},
        "accept": accept_facts(scene),
        "decline": {"decline_reason": "no_capacity"},
        "withdraw": {"withdraw_reason": "risk"},
        "depart": depart_facts(scene),
        "receive": receive_facts(scene, arrived_at=at),
        "give_feedback": {"feedback": "She is well."},
    }.get(name, {})


def who(name: str) -> str:
    return {"sender": "NG", "receiver": "NE", "either": "NE"}[ROWS[name].side]


def brought_to(state: str, **case_facts: Any) -> tuple[Scene, Handover]:
    """A handover from Nigeria to Niger that came to this state through the services."""
    scene = two_countries()
    handover = ready_draft(scene, open_case(scene, **case_facts))
    straight = {"clarifying": "acknowledged", "held": "acknowledged"}.get(state, state)
    if straight != "draft":
        advance(scene, handover, straight)
    if state == "clarifying":
        scene.do("NE", handover, Action.ASK, {"question": "Which languages?"})
    if state == "held":
        scene.do("NG", handover, Action.STOP)
    scene.after(hours=1)
    handover.refresh_from_db()
    assert handover.state == state
    return scene, handover


@contextmanager
def as_if_in(handover: Handover, state: str) -> Iterator[None]:
    """The handover in a state written by hand, forgotten afterwards."""
    with transaction.atomic():
        Handover.objects.filter(pk=handover.pk).update(
            state=state,
            held_from="acknowledged" if state == "held" else "",
            received_at=handover.received_at or LATER if state in ("received", "completed") else None,
        )
        yield
        transaction.set_rollback(True)


def open_kinds(handover: Handover) -> set[str]:
    return set(Deadline.objects.filter(handover=handover, state=DeadlineState.OPEN).values_list("kind", flat=True))


def chain(case: Case) -> list[tuple[int, str]]:
    return [
        (link.seq, link.institution.country_id)
        for link in Custody.objects.filter(case=case).select_related("institution")
    ]


def test_the_code_has_the_rows_of_the_design_and_no_other():
    assert {action.value for action in TRANSITIONS} == set(ROWS)
    for action, row in TRANSITIONS.items():
        wanted = ROWS[action.value]
        assert {s.value for s in row.sources} == wanted.sources, action
        assert row.side.value == wanted.side, action
        assert (BACK if row.returns_to_source else row.target) == wanted.target, action
        assert row.moves_custody is wanted.moves_custody, action


@pytest.mark.parametrize("name", NAMES)
def test_the_row_does_what_the_design_says(name: str):
    row = ROWS[name]
    scene, handover = brought_to(row.natural)
    before, custody = open_kinds(handover), chain(handover.case)
    version, events = handover.version, CaseEvent.objects.filter(handover=handover).count()

    outcome = scene.do(who(name), handover, Action(name), facts_of(scene, name))

    handover.refresh_from_db()
    expected = "acknowledged" if row.target == BACK else row.target or row.natural
    assert handover.state == outcome.event.to_state == expected
    assert outcome.event.from_state == row.natural
    assert handover.version == version + 1
    assert CaseEvent.objects.filter(handover=handover).count() == events + 1
    kept = set() if row.closes == ALL else before - set(row.closes)
    assert open_kinds(handover) == kept | row.opens
    if row.closes != ALL:
        assert set(row.closes) <= before, "nothing to close, so nothing was shown"
    after = [*custody, (2, "NE")] if row.moves_custody else custody
    assert chain(handover.case) == after
    assert Case.objects.get(pk=handover.case_id).holder.country_id == after[-1][1]


@pytest.mark.parametrize(("name", "state"), FURTHER)
def test_the_row_leads_to_the_same_from_its_other_states(name: str, state: str):
    row = ROWS[name]
    scene, handover = brought_to(row.natural)
    with as_if_in(handover, state):
        scene.do(who(name), handover, Action(name), facts_of(scene, name))
        handover.refresh_from_db()
        assert handover.state == (row.target or state)
        assert Case.objects.get(pk=handover.case_id).holder.country_id == ("NE" if row.moves_custody else "NG")


@pytest.mark.parametrize("name", NAMES)
def test_the_row_is_refused_from_every_other_state(name: str):
    scene, handover = brought_to(ROWS[name].natural)
    others = [state for row, state in OTHERS if row == name]
    assert others
    for state in others:
        with as_if_in(handover, state):
            refusals = (NotInThisState, NotAllowed) if state in ("draft", "discarded") else NotInThisState
            with pytest.raises(refusals):
                scene.do(who(name), handover, Action(name), facts_of(scene, name))
            handover.refresh_from_db()
            assert handover.state == state


@pytest.mark.parametrize("name", NAMES)
def test_the_row_is_refused_for_the_wrong_side_and_for_strangers(name: str):
    row = ROWS[name]
    scene, handover = brought_to(row.natural)
    wrong = {
        "sender": ["NE", "NE-deputy", "IT"],
        "receiver": ["NG", "NG-deputy", "IT"],
        "either": ["IT", "NG-child", "NE-child"],
    }
    for actor in wrong[row.side]:
        with pytest.raises(NotAllowed):
            scene.do(actor, handover, Action(name), facts_of(scene, name))
    handover.refresh_from_db()
    assert handover.state == row.natural


@pytest.mark.parametrize("name", [name for name in NAMES if TRANSITIONS[Action(name)].needs])
def test_the_row_is_refused_when_a_needed_fact_is_missing_or_empty(name: str):
    scene, handover = brought_to(ROWS[name].natural)
    full = facts_of(scene, name)
    needs = TRANSITIONS[Action(name)].needs
    assert set(needs) <= set(full)
    for fact in needs:
        without = {key: value for key, value in full.items() if key != fact}
        for given in (without, without | {fact: ""}, without | {fact: None}):
            with pytest.raises(FactMissing):
                scene.do(who(name), handover, Action(name), given)
    handover.refresh_from_db()
    assert handover.state == ROWS[name].natural


def test_a_fact_that_the_row_does_not_take_is_not_written():
    scene, handover = brought_to("offered")
    scene.do(
        "NE", handover, Action.ACKNOWLEDGE, {"feedback": "x", "state": "received", "sender_id": handover.receiver_id}
    )
    handover.refresh_from_db()
    assert (handover.state, handover.feedback, handover.sender) == ("acknowledged", "", scene.institutions["NG"])


@pytest.mark.parametrize("name", [name for name in NAMES if ROWS[name].side == "receiver"])
def test_nobody_who_also_works_for_the_sender_acts_for_the_receiver(name: str):
    scene, handover = brought_to(ROWS[name].natural)
    seat = scene.users["NE"].memberships.get(institution=scene.institutions["NE"])
    make_member(scene.institutions["NG"], user=scene.users["NE"])
    actor = actor_of(scene.users["NE"], wall=scene.wall, membership_id=seat.pk)
    assert actor is not None
    with scene.clock(), pytest.raises(BothSides):
        lifecycle.apply(actor, handover.pk, Action(name), facts_of(scene, name), submission=uuid4())


def test_a_form_made_from_an_older_version_is_refused():
    scene, handover = brought_to("acknowledged")
    seen = handover.version
    scene.do("NE-deputy", handover, Action.HOLDING_REPLY, facts_of(scene, "holding_reply"), version=seen)
    with pytest.raises(ChangedMeanwhile):
        scene.do("NE", handover, Action.ACCEPT, accept_facts(scene), version=seen)
    handover.refresh_from_db()
    scene.do("NE", handover, Action.ACCEPT, accept_facts(scene), version=handover.version)


def test_nothing_is_recorded_while_the_exercise_is_paused_or_after_its_end():
    scene, handover = brought_to("acknowledged")
    for change, refusal in (
        ({"mode": "stopped"}, ExercisePaused),
        ({"mode": "running", "state": "ended"}, RegistryEnded),
    ):
        Registry.objects.filter(pk=scene.registry.pk).update(**change)
        for name in NAMES:
            with pytest.raises(refusal):
                scene.do(who(name), handover, Action(name), facts_of(scene, name))
    handover.refresh_from_db()
    assert handover.state == "acknowledged"
    assert handover.case.holder == scene.institutions["NG"]


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


@pytest.mark.parametrize("state", list(HandoverState))
@pytest.mark.parametrize("side", [Side.SENDER, Side.RECEIVER])
def test_buttons_come_from_the_same_rows(state: HandoverState, side: Side):
    found = {action.value for action in actions_from(state, side)}
    assert found == {
        name for name, row in ROWS.items() if state.value in row.sources and row.side in (side.value, "either")
    }
