"""What the gates ask besides for each purpose: every condition met and not met, under every purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given

from referral import gates
from referral.enums import (
    Action,
    ConsentDecision,
    ConsentKind,
    Gate,
    LegalTrackKind,
    NeedKind,
    Option,
    Purpose,
    ReflectionAnswer,
)
from referral.gate_facts import GateView, RiskFacts
from referral.purposes import ASKS, Asked
from tests.referral.test_gates import AT, READY, TICK, actions, closed, decision, views

P, K = Purpose, LegalTrackKind
BOTH = frozenset({Option.STAY, Option.MOVE, Option.RETURN})
ANYWHERE = replace(
    READY,
    consents=(decision(options=BOTH), decision(ConsentKind.SHARE)),
    asked_on_arrival=frozenset({NeedKind.FAMILY, NeedKind.MEDICAL}),
    needs=frozenset({NeedKind.MEDICAL}),
    tracks=frozenset({K.ASYLUM, K.WITNESS}),
)
"""Lacks nothing, whatever the purpose."""


def moving_for(view: GateView, purpose: Purpose) -> GateView:
    return replace(view, purpose=purpose, consents=tuple(replace(one, purpose=purpose) for one in view.consents))


@dataclass(frozen=True, slots=True)
class Lacks:
    """A view that lacks one thing, the gate at which it is missed, and the purposes that ask for it."""

    asked: Asked
    gate: Gate
    by: frozenset[Purpose]
    view: GateView


BASIS = decision(ConsentKind.LEGAL_BASIS)
LACKS: dict[str, Lacks] = {
    "going back was no option": Lacks(
        Asked.RETURN_TALKED, Gate.AGREEMENT, frozenset({P.RETURN_CHOSEN}),
        replace(ANYWHERE, consents=(decision(), decision(ConsentKind.SHARE))),
    ),
    "another basis instead of the permission": Lacks(
        Asked.OWN_PERMISSION, Gate.PERMISSION, frozenset({P.RETURN_CHOSEN}),
        replace(ANYWHERE, consents=(decision(options=BOTH), BASIS)),
    ),
    "another basis for a part of the packet": Lacks(
        Asked.OWN_PERMISSION, Gate.PERMISSION, frozenset({P.RETURN_CHOSEN}),
        replace(
            ANYWHERE, consents=(decision(options=BOTH), decision(ConsentKind.SHARE, categories=frozenset({"D2"})), BASIS)
        ),
    ),
    "another basis after the permission was taken back": Lacks(
        Asked.OWN_PERMISSION, Gate.PERMISSION, frozenset({P.RETURN_CHOSEN}),
        replace(
            ANYWHERE,
            consents=(decision(options=BOTH), decision(ConsentKind.SHARE, decision=ConsentDecision.WITHDRAWN), BASIS),
        ),
    ),
    "another basis after the permission ran out": Lacks(
        Asked.OWN_PERMISSION, Gate.PERMISSION, frozenset({P.RETURN_CHOSEN}),
        replace(ANYWHERE, consents=(decision(options=BOTH), decision(ConsentKind.SHARE, expires_at=AT), BASIS)),
    ),
    "asylum is open, and no citizenship is written down": Lacks(
        Asked.NO_ASYLUM, Gate.ORIGIN, frozenset({P.RETURN_CHOSEN}), replace(ANYWHERE, asylum=True, origins=frozenset())
    ),
    "the reflection is said to go on, and no citizenship is written down": Lacks(
        Asked.REFLECTION_OVER, Gate.REFLECTION, frozenset({P.RETURN_CHOSEN}),
        replace(ANYWHERE, reflection_running=True, reflection=ReflectionAnswer.CONTINUES, origins=frozenset()),
    ),
    "nothing is done about the risk": Lacks(
        Asked.MEASURES, Gate.RISK, frozenset({P.SAFETY, P.WITNESS}),
        replace(ANYWHERE, risk=RiskFacts(AT + TICK, "NE", False)),
    ),
    "nobody there is asked about the family": Lacks(
        Asked.FAMILY, Gate.CARE, frozenset({P.FAMILY_UNITY}),
        replace(ANYWHERE, asked_on_arrival=frozenset({NeedKind.MEDICAL})),
    ),
    "no need is written down": Lacks(
        Asked.NEED, Gate.CARE, frozenset({P.SERVICES}), replace(ANYWHERE, needs=frozenset())
    ),
    "another need is asked for on arrival": Lacks(
        Asked.NEED, Gate.CARE, frozenset({P.SERVICES}), replace(ANYWHERE, needs=frozenset({NeedKind.LEGAL}))
    ),
    "no asylum or permit track": Lacks(
        Asked.STATUS_TRACK, Gate.LEGAL_BASIS, frozenset({P.LEGAL_TRANSFER}),
        replace(ANYWHERE, tracks=frozenset(K) - {K.ASYLUM, K.PERMIT}),
    ),
    "no witness track": Lacks(
        Asked.WITNESS_TRACK, Gate.LEGAL_BASIS, frozenset({P.WITNESS}),
        replace(ANYWHERE, tracks=frozenset(K) - {K.WITNESS}),
    ),
}  # fmt: skip

HOLDS: dict[str, tuple[Purpose, GateView]] = {
    "a relative in the registry instead of family contact": (
        P.FAMILY_UNITY,
        replace(ANYWHERE, relatives=True, asked_on_arrival=frozenset()),
    ),
    "a permit instead of asylum": (P.LEGAL_TRANSFER, replace(ANYWHERE, tracks=frozenset({K.PERMIT}))),
    "witness protection alone": (P.WITNESS, replace(ANYWHERE, tracks=frozenset({K.WITNESS}))),
    "one of several needs is asked for": (
        P.SERVICES,
        replace(ANYWHERE, needs=frozenset({NeedKind.LEGAL, NeedKind.MEDICAL})),
    ),
    "a return during asylum, asked for after advice": (
        P.RETURN_CHOSEN,
        replace(ANYWHERE, asylum=True, origin_asked_by_person=True),
    ),
    "a return before the reflection is over, asked for": (
        P.RETURN_CHOSEN,
        replace(ANYWHERE, reflection_running=True, reflection=ReflectionAnswer.ASKED),
    ),
    "a return beside another basis that is not needed": (
        P.RETURN_CHOSEN,
        replace(ANYWHERE, consents=(*ANYWHERE.consents, BASIS)),
    ),
    "a permission for a return until its last instant": (
        P.RETURN_CHOSEN,
        replace(ANYWHERE, consents=(decision(options=BOTH), decision(ConsentKind.SHARE, expires_at=AT + TICK))),
    ),
}


@pytest.mark.parametrize("purpose", Purpose)
def test_who_lacks_nothing_may_move_for_every_purpose(purpose: Purpose) -> None:
    assert closed(moving_for(ANYWHERE, purpose)) == set()


@pytest.mark.parametrize("case", HOLDS)
def test_all_gates_hold_when(case: str) -> None:
    purpose, view = HOLDS[case]
    assert closed(moving_for(view, purpose)) == set()


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("case", LACKS)
def test_what_is_lacking_closes_its_gate_for_the_purposes_that_ask_for_it_and_no_other(
    case: str, purpose: Purpose
) -> None:
    lacks = LACKS[case]
    found = gates.check(moving_for(lacks.view, purpose), tuple(Gate))
    missed = {(result.gate, result.asked) for result in found if not result.passed}
    assert missed == ({(lacks.gate, lacks.asked)} if purpose in lacks.by else set())


def test_every_condition_of_the_table_is_lacking_here_where_it_stands() -> None:
    stated = {(purpose, ask.gate, ask.asked) for purpose, asks in ASKS.items() for ask in asks}
    assert stated == {(purpose, lacks.gate, lacks.asked) for lacks in LACKS.values() for purpose in lacks.by}
    assert set(ASKS) == set(Purpose)
    assert {ask.asked for asks in ASKS.values() for ask in asks} == set(Asked)


def test_a_condition_says_what_to_do_and_counts_only_when_the_gate_itself_holds() -> None:
    for lacks in LACKS.values():
        for purpose in lacks.by:
            (result,) = gates.check(moving_for(lacks.view, purpose), (lacks.gate,))
            assert str(result.sentence).endswith(".")
            assert str(result.sentence) != "Ready."
    view = replace(LACKS["nothing is done about the risk"].view, risk=None)
    (result,) = gates.check(view, (Gate.RISK,))
    assert (result.asked, str(result.sentence)) == (None, "Assess the risk, with the receiving country in it.")


NEEDS_NOTHING_WRITTEN = {Asked.NO_ASYLUM, Asked.REFLECTION_OVER}
"""What is lacking only where something is written down."""


@pytest.mark.parametrize("purpose", Purpose)
def test_where_nothing_is_written_down_no_condition_holds_that_asks_for_something(purpose: Purpose) -> None:
    bare = replace(
        ANYWHERE,
        purpose=purpose,
        consents=(),
        risk=None,
        tracks=frozenset(),
        needs=frozenset(),
        asked_on_arrival=frozenset(),
    )
    for ask in ASKS[purpose]:
        assert ask.holds(bare) is (ask.asked in NEEDS_NOTHING_WRITTEN), ask.asked


@pytest.mark.parametrize("case", LACKS)
def test_a_supplement_is_asked_about_sharing_and_no_more_about_moving(case: str) -> None:
    lacks = LACKS[case]
    sharing = lacks.asked in (Asked.OWN_PERMISSION, Asked.NO_ASYLUM)
    for purpose in lacks.by:
        assert closed(moving_for(lacks.view, purpose), Action.SUPPLEMENT) == ({lacks.gate} if sharing else set())


def test_a_draft_without_a_purpose_is_asked_nothing_for_it() -> None:
    view = replace(
        ANYWHERE, purpose=None, risk=RiskFacts(AT + TICK, "NE", False), needs=frozenset(), tracks=frozenset()
    )
    assert closed(view) == {Gate.AGREEMENT, Gate.PERMISSION}, "decisions are for a purpose"


@given(views, actions)
def test_a_purpose_never_opens_a_gate(view: GateView, action: Action) -> None:
    """Whatever is closed for every handover stays closed: a purpose only asks for more."""
    for gate, check in gates.CHECKS.items():
        if check(view, action) is not None:
            assert gate in closed(view, action)
