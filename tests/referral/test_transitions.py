"""The handover machine, row by row, against the table of the design written out once more by hand."""

from __future__ import annotations

from uuid import uuid4

import pytest

from common.errors import Refusal
from referral.actor import actor_of
from referral.enums import Action, HandoverState
from referral.errors import (
    BothSides,
    ExercisePaused,
    FactMissing,
    NotAllowed,
    NothingProposed,
    NotInThisState,
    RegistryEnded,
)
from referral.models import Case, CaseEvent, Handover, Registry
from referral.services import lifecycle
from referral.transitions import TRANSITIONS, Side, actions_from
from tests.factories import make_member
from tests.referral.handover_table import (
    ALL,
    BACK,
    BY_THE_SYSTEM,
    NAMES,
    ROWS,
    as_if_in,
    brought_to,
    chain,
    done,
    facts_of,
    open_kinds,
    prepared,
    who,
)

pytestmark = pytest.mark.django_db


def test_the_code_has_the_rows_of_the_design_and_no_other():
    assert {action.value for action in TRANSITIONS} == set(ROWS)
    for action, row in TRANSITIONS.items():
        wanted = ROWS[action.value]
        assert {s.value for s in row.sources} == wanted.sources, action
        assert row.side.value == ("either" if wanted.side == "child" else wanted.side), action
        assert (BACK if row.returns_to_source else row.target) == wanted.target, action
        assert row.moves_custody is (wanted.custody == ("NE",)), action
        assert row.second_person is wanted.second, action
    assert {a.value for a, row in TRANSITIONS.items() if row.together} == {"offer", "depart"}
    assert {a.value for a, row in TRANSITIONS.items() if row.outside} == {
        "acknowledge", "ask", "holding_reply", "accept", "put_conditions", "decline", "revoke", "child_answer",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_row_does_what_the_design_says(name: str):
    row = ROWS[name]
    scene, handover = prepared(name)
    before, custody, state = open_kinds(handover), chain(handover.case), handover.state
    events = CaseEvent.objects.filter(handover=handover).count()

    outcome = done(scene, handover, name)

    expected = handover.held_from or {"resume": "accepted", "continue": "acknowledged"}.get(name) or row.target or state
    assert handover.state == outcome.event.to_state == (row.target if row.target not in (None, BACK) else expected)
    assert (outcome.event.kind, outcome.event.from_state) == (name, state)
    assert CaseEvent.objects.filter(handover=handover).count() == events + (2 if row.second else 1)
    kept = set() if row.closes == ALL else before - set(row.closes)
    assert open_kinds(handover) == kept | row.opens
    if row.closes != ALL:
        assert set(row.closes) <= before, "nothing to close, so nothing was shown"
    after = [*custody, *((len(custody) + n, code) for n, code in enumerate(row.custody, 1))]
    assert chain(handover.case) == after
    assert Case.objects.get(pk=handover.case_id).holder.country_id == after[-1][1]


@pytest.mark.parametrize("name", [name for name in NAMES if len(ROWS[name].sources) > 1])
def test_the_row_leads_to_the_same_from_its_other_states(name: str):
    row = ROWS[name]
    scene, handover = prepared(name)
    reason = {"stop": "practical", "waive": "practical"}.get(name, handover.hold_reason)
    for state in sorted(row.sources - {row.natural}):
        marks = {"hold_reason": reason, "held_from": "accepted"} if state == "held" else {}
        with as_if_in(handover, state, **marks):
            done(scene, handover, name)
            from_held = {"revoke": "held", "stop": "held"} if state == "held" else {}
            assert handover.state == from_held.get(name, row.target or state), state
            assert Case.objects.get(pk=handover.case_id).holder.country_id == (row.custody or ("NG",))[-1]
        handover.refresh_from_db()


@pytest.mark.parametrize("name", NAMES)
def test_the_row_is_refused_from_every_other_state(name: str):
    scene, handover = prepared(name)
    others = [state.value for state in HandoverState if state.value not in ROWS[name].sources]
    assert others
    facts = facts_of(scene, name, handover)
    for state in others:
        with as_if_in(handover, state):
            with pytest.raises((NotInThisState, NotAllowed)) as refusal:
                scene.do(who(name), handover, Action(name), facts)
            hidden = state in ("draft", "discarded") or ROWS[name].kind == "child"
            assert hidden or refusal.type is NotInThisState, state
            handover.refresh_from_db()
            assert handover.state == state
        handover.refresh_from_db()


@pytest.mark.parametrize("name", NAMES)
def test_the_row_is_refused_for_the_wrong_side_and_for_strangers(name: str):
    scene, handover = prepared(name)
    wrong = {
        "sender": ["NE", "NE-deputy", "IT", "NE-child", "IT-child"],
        "receiver": ["NG", "NG-deputy", "IT", "NE-child", "IT-child"],
        "either": ["IT", "NE-child", "IT-child"],
        "child": ["NG", "NE", "IT", "IT-child"],
    }
    before, state = handover.version, handover.state
    for actor in wrong[ROWS[name].side]:
        with pytest.raises(NotAllowed):
            scene.do(actor, handover, Action(name), facts_of(scene, name, handover))
    handover.refresh_from_db()
    assert (handover.state, handover.version) == (state, before)


@pytest.mark.parametrize("name", [name for name in NAMES if TRANSITIONS[Action(name)].needs])
def test_the_row_is_refused_when_a_needed_fact_is_missing_or_empty(name: str):
    scene, handover = prepared(name)
    full, version = facts_of(scene, name, handover), handover.version
    needs = TRANSITIONS[Action(name)].needs
    assert set(needs) <= set(full)
    for fact in needs:
        without = {key: value for key, value in full.items() if key != fact}
        for given in (without, without | {fact: ""}, without | {fact: None}):
            with pytest.raises(FactMissing):
                scene.do(who(name), handover, Action(name), given)
    handover.refresh_from_db()
    assert handover.version == version


@pytest.mark.parametrize("name", [name for name in NAMES if ROWS[name].begun])
def test_the_row_is_refused_when_what_it_answers_does_not_stand_there(name: str):
    """A proposal, a hold of this kind, an objection, a request: without it there is nothing to answer."""
    scene, handover = brought_to(ROWS[name].natural)
    natural = "held" if "held" in ROWS[name].sources and ROWS[name].natural != "held" else ROWS[name].natural
    other = {"resume": "person", "confirm_stop": "practical", "continue": "practical"}.get(name, "")
    with as_if_in(handover, natural, hold_reason=other), pytest.raises(NothingProposed):
        scene.do(
            who(name),
            handover,
            Action(name),
            facts_of(scene, name)
            | ({"proposal": 1} if name == "drop_proposal" else {})
            | ({"deadline": 1} if name == "waive" else {}),
        )
    marked = {"propose_forward", "object", "ask_correction"} & {ROWS[name].begun}
    for begun in marked:
        scene.do(who(begun), handover, Action(begun), facts_of(scene, begun))
        with pytest.raises(NothingProposed):
            scene.do(who(begun), handover, Action(begun), facts_of(scene, begun))


@pytest.mark.parametrize("name", [name for name in NAMES if ROWS[name].side == "receiver"])
def test_nobody_who_also_works_for_the_sender_acts_for_the_receiver(name: str):
    scene, handover = prepared(name)
    seat = scene.users["NE"].memberships.get(institution=scene.institutions["NE"])
    make_member(scene.institutions["NG"], user=scene.users["NE"])
    actor = actor_of(scene.users["NE"], wall=scene.wall, membership_id=seat.pk)
    assert actor is not None
    with scene.clock(), pytest.raises(BothSides):
        lifecycle.apply(actor, handover.pk, Action(name), facts_of(scene, name), submission=uuid4())


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


def test_what_the_system_does_nobody_does_by_hand():
    scene, handover = brought_to("departed")
    for name in BY_THE_SYSTEM:
        for actor in ("NG", "NE", "IT", "NG-child"):
            with pytest.raises(Refusal):
                scene.do(actor, handover, Action(name))
    assert Handover.objects.get(pk=handover.pk).version == handover.version


@pytest.mark.parametrize("state", list(HandoverState))
@pytest.mark.parametrize("side", [Side.SENDER, Side.RECEIVER])
def test_buttons_come_from_the_same_rows(state: HandoverState, side: Side):
    found = {action.value for action in actions_from(state, side)}
    assert found == {
        name for name, row in ROWS.items() if state.value in row.sources and row.side in (side.value, "either", "child")
    }
