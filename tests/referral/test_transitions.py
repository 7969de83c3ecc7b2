"""The handover machine, row by row, against the table of the design written out once more by hand."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import pytest
from django.db import transaction

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
from referral.models import Case, CaseEvent, Handover, Notice, Registry
from referral.services import lifecycle
from referral.services.command import begin
from referral.transitions import TRANSITIONS, Side, actions_from
from tests.factories import make_member
from tests.referral.handover_columns import BOTH, CLEARS, GATES, MAY, MEETS, NEEDS, STAMPS, TELLS
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
    really_received,
    who,
)
from tests.scenes import Scene

pytestmark = pytest.mark.django_db


def test_the_code_has_the_rows_of_the_design_and_no_other():
    assert {action.value for action in TRANSITIONS} == set(ROWS) == set(TELLS)
    for action, row in TRANSITIONS.items():
        wanted = ROWS[action.value]
        assert {s.value for s in row.sources} == wanted.sources, action
        assert row.side.value == ("either" if wanted.side == "child" else wanted.side), action
        assert (BACK if row.returns_to_source else row.target) == wanted.target, action
        assert row.moves_custody is (wanted.custody == ("NE",)), action
        assert row.second_person is wanted.second, action
        assert " ".join(row.needs) == NEEDS.get(action.value, ""), action
        assert " ".join(row.may) == MAY.get(action.value, ""), action
        assert "".join(row.gates) == GATES.get(action.value, ""), action
        assert row.ends_all_deadlines is (wanted.closes == ALL and action is not Action.GIVE_FEEDBACK), action
        assert {kind.value for kind in row.opens} == wanted.opens, action
        assert " ".join(row.meets) == MEETS.get(action.value, ""), action
        assert " ".join(row.cancels) == {"give_feedback": "correction"}.get(action.value, ""), action
        assert " ".join(row.clears) == CLEARS.get(action.value, ""), action
        assert " ".join(row.stamps) == STAMPS.get(action.value, ""), action
    assert {a.value for a, row in TRANSITIONS.items() if row.tells} == {name for name in TELLS if TELLS[name] == BOTH}
    assert {a.value for a, row in TRANSITIONS.items() if row.together} == {"offer", "plan_travel", "depart"}
    assert {a.value for a, row in TRANSITIONS.items() if row.outside} == {
        "acknowledge", "ask", "holding_reply", "accept", "put_conditions", "decline", "revoke", "child_answer",
    }  # fmt: skip


@pytest.mark.wide
@pytest.mark.parametrize("name", NAMES)
def test_row(name: str) -> None:
    """One row, from one scene: refusals of seat and facts first, then the same act from each state that the design names."""
    scene, handover = prepared(name)
    for check in (
        refused_for_the_wrong_side_and_for_strangers,
        refused_when_a_needed_fact_is_missing_or_empty,
        refused_for_who_also_works_for_the_sender,
        leads_to_the_same_from_its_other_states,
        does_what_the_design_says,
    ):
        version = handover.version
        with transaction.atomic():
            check(name, scene, handover)
            transaction.set_rollback(True)
        handover.refresh_from_db()
        assert handover.version == version


@pytest.mark.wide
@pytest.mark.parametrize("name", NAMES)
def test_row_is_refused_from_every_other_state(name: str) -> None:
    """The same row, from each state that the design does not name."""
    scene, handover = prepared(name)
    refused_from_every_other_state(name, scene, handover)


READERS = {"sender": ("NG", "NG-deputy"), "receiver": ("NE", "NE-deputy")}
"""Who reads for each side. In a row about a country without a seat nobody reads over there."""


def tells_whom_the_design_tells(scene: Scene, handover: Handover, event: CaseEvent, sides: Sequence[str]) -> None:
    """The focal point and the deputy of these sides, each once, without whoever did it; and nobody else at all."""
    names = [name for side in sides if side != "receiver" or not handover.outside for name in READERS[side]]
    wanted = {scene.users[name].pk for name in names} - {event.user_id}
    found = list(Notice.objects.filter(event=event).values_list("user", flat=True))
    assert sorted(found) == sorted(wanted), (event.kind, sides)


def does_what_the_design_says(name: str, scene: Scene, handover: Handover) -> None:
    row = ROWS[name]
    before, custody, state = open_kinds(handover), chain(handover.case), handover.state
    back = handover.held_from
    events = CaseEvent.objects.filter(handover=handover).count()

    outcome = done(scene, handover, name)

    assert handover.state == outcome.event.to_state == (back if row.target == BACK else row.target or state)
    assert (outcome.event.kind, outcome.event.from_state) == (name, state)
    assert CaseEvent.objects.filter(handover=handover).count() == events + (2 if row.second else 1)
    tells_whom_the_design_tells(scene, handover, outcome.event, TELLS[name])
    if row.second:
        proposed = CaseEvent.objects.get(handover=handover, kind=Action.PROPOSE)
        tells_whom_the_design_tells(scene, handover, proposed, ["sender" if who(name) == "NG" else "receiver"])
    kept = set() if row.closes == ALL else before - set(row.closes)
    assert open_kinds(handover) == kept | row.opens
    if row.closes != ALL:
        assert set(row.closes) <= before, "nothing to close, so nothing was shown"
    after = [*custody, *((len(custody) + n, code) for n, code in enumerate(row.custody, 1))]
    assert chain(handover.case) == after
    assert Case.objects.get(pk=handover.case_id).holder.country_id == after[-1][1]


def leads_to_the_same_from_its_other_states(name: str, scene: Scene, handover: Handover) -> None:
    row = ROWS[name]
    reason = {"stop": "practical", "waive": "practical"}.get(name, handover.hold_reason)
    for state in sorted(row.sources - {handover.state}):
        marks = {"hold_reason": reason, "held_from": "accepted"} if state == "held" else {}
        arrived = state in ("received", "completed") and handover.state not in ("received", "completed")
        with really_received(scene, handover, state) if arrived else as_if_in(handover, state, **marks):
            done(scene, handover, name)
            from_held = {"revoke": "held", "stop": "held"} if state == "held" else {}
            assert handover.state == from_held.get(name, row.target or state), state
            holder = row.custody or ("NE" if arrived else "NG",)
            assert Case.objects.get(pk=handover.case_id).holder.country_id == holder[-1]
        handover.refresh_from_db()


def refused_from_every_other_state(name: str, scene: Scene, handover: Handover) -> None:
    never = ("received", "completed") if ROWS[name].kind == "outside" else ()
    others = [state.value for state in HandoverState if state.value not in {*ROWS[name].sources, *never}]
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


WRONG = {
    "sender": ["NE", "NE-deputy", "IT", "NE-child", "IT-child"],
    "receiver": ["NG", "NG-deputy", "IT", "NE-child", "IT-child"],
    "either": ["IT", "NE-child", "IT-child"],
    "child": ["NG", "NE", "IT", "IT-child"],
}


def refused_for_the_wrong_side_and_for_strangers(name: str, scene: Scene, handover: Handover) -> None:
    for actor in WRONG[ROWS[name].side]:
        with pytest.raises(NotAllowed):
            scene.do(actor, handover, Action(name), facts_of(scene, name, handover))


def refused_when_a_needed_fact_is_missing_or_empty(name: str, scene: Scene, handover: Handover) -> None:
    full = facts_of(scene, name, handover)
    needs = TRANSITIONS[Action(name)].needs
    assert set(needs) <= set(full)
    for fact in needs:
        without = {key: value for key, value in full.items() if key != fact}
        for given in (without, without | {fact: ""}, without | {fact: None}):
            with pytest.raises(FactMissing):
                scene.do(who(name), handover, Action(name), given)


def refused_for_who_also_works_for_the_sender(name: str, scene: Scene, handover: Handover) -> None:
    if ROWS[name].side != "receiver":
        return
    seat = scene.users["NE"].memberships.get(institution=scene.institutions["NE"])
    make_member(scene.institutions["NG"], user=scene.users["NE"])
    actor = actor_of(scene.users["NE"], wall=scene.wall, membership_id=seat.pk)
    assert actor is not None
    with scene.clock(), pytest.raises(BothSides):
        lifecycle.apply(actor, handover.pk, Action(name), facts_of(scene, name), submission=uuid4())


ANSWERS_TO_NOTHING = {
    "agree_forward": "acknowledged", "refuse_forward": "acknowledged", "disengage": "departed", "agree_correction": "received",
    "refuse_correction": "received", "confirm_stop": "held", "continue": "held",
}  # fmt: skip


def test_a_row_is_refused_when_what_it_answers_does_not_stand_there():
    """A proposal, a hold of this kind, an objection, a request: without it there is nothing to answer, and none twice."""
    scene, handover = brought_to("departed")
    for name, state in ANSWERS_TO_NOTHING.items():
        with as_if_in(handover, state, hold_reason="practical"), pytest.raises(NothingProposed):
            scene.do("NG", handover, Action(name), facts_of(scene, "child_answer"))
    for reason in ("person", "unconfirmed", "child_objects"):
        for action in (Action.RESUME, Action.STOP):
            with as_if_in(handover, "held", hold_reason=reason), pytest.raises(NothingProposed):
                scene.do("NG", handover, action)
    for name, state in (("propose_forward", "offered"), ("object", "departed"), ("ask_correction", "received")):
        with really_received(scene, handover, state) if state == "received" else as_if_in(handover, state):
            scene.do("NE", handover, Action(name), facts_of(scene, name))
            with pytest.raises(NothingProposed):
                scene.do("NE", handover, Action(name), facts_of(scene, name))


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


@pytest.mark.parametrize("state", ["acknowledged", "departed"])
def test_what_a_third_country_reports_is_told_to_the_sender_alone(state: str) -> None:
    scene, handover = brought_to(state)
    with scene.clock(), transaction.atomic():
        event = lifecycle.presence_reported(begin(scene.actor("NG"), handover.case_id))
    assert event is not None
    # The sender's own officers are the readers; the one whose seat the test borrows has reported nothing.
    tells_whom_the_design_tells(scene, handover, event, TELLS["report_presence"])


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
