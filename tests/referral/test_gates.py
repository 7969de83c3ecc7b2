"""The gates of a handover: pure rules. `services/test_gates.py` asks them again under the lock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral import gates
from referral.enums import (
    Action,
    Compartment,
    ConsentDecision,
    ConsentKind,
    Gate,
    GivenBy,
    LegalTrackKind,
    NeedKind,
    Option,
    Purpose,
    ReflectionAnswer,
    TransferBasis,
    YesNoUnknown,
)
from referral.gate_facts import ChildFacts, ConsentFacts, GateView, RiskFacts, RunningService

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
FULL_FILE = ChildFacts(guardian=True, conflict_checked=True, assessed=True, view_recorded=True, determined=True)


def decision(kind: ConsentKind = ConsentKind.MOVE, **more: Any) -> ConsentFacts:
    values: dict[str, Any] = {
        "kind": kind, "decision": ConsentDecision.GIVEN, "purpose": Purpose.SAFETY, "recipient": "NE",
        "categories": frozenset({"D2", "D3"}), "options": frozenset({Option.STAY, Option.MOVE}), "given_by": GivenBy.PERSON,
        "given_at": AT - timedelta(days=1), "expires_at": None, "understood": True,
    }  # fmt: skip
    return ConsentFacts(**values | more)


READY = GateView(
    at=AT, child=False, urgent=False, danger=False, purpose=Purpose.SAFETY, recipient="NE", origins=frozenset({"NG"}),
    feared=frozenset(), asylum=False, origin_asked_by_person=False, blocked=frozenset(), compartments=frozenset({"D0", "D2", "D3"}),
    consents=(decision(), decision(ConsentKind.SHARE)), risk=RiskFacts(AT + timedelta(days=1), "NE", True), capacity_confirmed=True,
    preview_seen=True, safety_plan=True, medicine_lasts=YesNoUnknown.YES, transfer_basis=TransferBasis.ECOWAS,
)  # fmt: skip


def closed(view: GateView, action: Action = Action.OFFER) -> set[Gate]:
    return {result.gate for result in gates.check(view, tuple(Gate), action) if not result.passed}


def moving(**more: Any) -> GateView:
    return replace(READY, consents=(decision(**more), decision(ConsentKind.SHARE)))


def sharing(**more: Any) -> GateView:
    return replace(READY, consents=(decision(), decision(ConsentKind.SHARE, **more)))


def service(**more: Any) -> RunningService:
    return RunningService(**{"kind": NeedKind.COUNSELLING, "end_reason": "", "matched": False} | more)


HOLDS: dict[str, GateView] = {
    "everything is in place": READY,
    "a risk assessment is good until its last instant": replace(READY, risk=RiskFacts(AT + TICK, "NE", True)),
    "an agreement counts until its last instant": moving(expires_at=AT + TICK),
    "a permission counts until its last instant": sharing(expires_at=AT + TICK),
    "a yes after a no": replace(
        READY, consents=(decision(decision=ConsentDecision.REFUSED), decision(given_at=AT), decision(ConsentKind.SHARE))
    ),
    "a stated basis instead of the permission": replace(
        READY, consents=(decision(), decision(ConsentKind.LEGAL_BASIS))
    ),
    "permission and basis cover the packet together": replace(
        READY,
        consents=(
            decision(),
            decision(ConsentKind.SHARE, categories=frozenset({"D2"})),
            decision(ConsentKind.LEGAL_BASIS, categories=frozenset({"D3"})),
        ),
    ),
    "reference and safeguards need no category": sharing(categories=frozenset({"D2", "D3"})),
    "an enquiry was answered yes": replace(READY, capacity_confirmed=False, enquiry_yes=True),
    "asylum, but towards a country that is no origin": replace(READY, asylum=True),
    "asylum, and the person asked for contact after advice": replace(
        READY, asylum=True, origins=frozenset({"NE"}), origin_asked_by_person=True
    ),
    "no medicine is needed": replace(READY, medicine_lasts=YesNoUnknown.UNKNOWN, needs_medicine=False),
    "a service ends with a reason": replace(READY, services=(service(end_reason="Course finished"),)),
    "a service is continued": replace(READY, services=(service(matched=True),)),
    "a service is asked for on arrival": replace(
        READY, services=(service(),), asked_on_arrival=frozenset({"counselling"})
    ),
    "vital interests instead of a law, in danger": replace(
        READY, transfer_basis=None, vital_interests=True, danger=True
    ),
    "two people went on without a place, in danger": replace(
        READY, capacity_confirmed=False, danger=True, overridden=frozenset({Gate.CAPACITY})
    ),
    "the days of reflection go on in the receiving country": replace(
        READY, reflection_running=True, reflection=ReflectionAnswer.CONTINUES
    ),
    "the person asked to move before the reflection is over": replace(
        READY, reflection_running=True, reflection=ReflectionAnswer.ASKED
    ),
    "the person asked to return before the reflection is over": replace(
        READY, reflection_running=True, reflection=ReflectionAnswer.ASKED, origins=frozenset({"NE"})
    ),
    "no reflection is running": replace(READY, reflection=None),
    "the own yes since the person came of age": replace(READY, of_age_at=AT - timedelta(days=1)),
    "a child with everything": replace(READY, child=True, child_file=FULL_FILE),
    "a child's view recorded with the consent": replace(
        moving(child_view=True), child=True, child_file=replace(FULL_FILE, view_recorded=False)
    ),
    "a child before the determination may be offered": replace(
        READY, child=True, child_file=replace(FULL_FILE, determined=False)
    ),
}

FAILS: dict[str, tuple[Gate, GateView]] = {
    "nothing was recorded about moving": (Gate.AGREEMENT, replace(READY, consents=(decision(ConsentKind.SHARE),))),
    "the person said no": (Gate.AGREEMENT, moving(decision=ConsentDecision.REFUSED)),
    "the person took it back": (Gate.AGREEMENT, moving(decision=ConsentDecision.WITHDRAWN)),
    "the agreement ends now": (Gate.AGREEMENT, moving(expires_at=AT)),
    "the agreement is for another country": (Gate.AGREEMENT, moving(recipient="IT")),
    "the agreement is for another purpose": (Gate.AGREEMENT, moving(purpose=Purpose.RETURN_CHOSEN)),
    "staying was no option": (Gate.AGREEMENT, moving(options=frozenset({Option.MOVE, Option.RETURN}))),
    "staying was the only option": (Gate.AGREEMENT, moving(options=frozenset({Option.STAY}))),
    "the talk was not understood": (Gate.AGREEMENT, moving(understood=False)),
    "somebody else decided for an adult": (Gate.AGREEMENT, moving(given_by=GivenBy.GUARDIAN)),
    "a no recorded at the same instant as an older yes": (
        Gate.AGREEMENT,
        replace(READY, consents=(decision(), decision(decision=ConsentDecision.REFUSED), decision(ConsentKind.SHARE))),
    ),
    "a child without a guardian": (
        Gate.AGREEMENT,
        replace(READY, child=True, child_file=replace(FULL_FILE, guardian=False)),
    ),
    "a guardian in conflict": (
        Gate.AGREEMENT,
        replace(READY, child=True, child_file=replace(FULL_FILE, conflict_checked=False)),
    ),
    "a child without an assessment": (
        Gate.AGREEMENT,
        replace(READY, child=True, child_file=replace(FULL_FILE, assessed=False)),
    ),
    "a child that was not heard": (
        Gate.AGREEMENT,
        replace(READY, child=True, child_file=replace(FULL_FILE, view_recorded=False)),
    ),
    "no risk was assessed": (Gate.RISK, replace(READY, risk=None)),
    "the assessment ends now": (Gate.RISK, replace(READY, risk=RiskFacts(AT, "NE", True))),
    "the assessment is for another country": (Gate.RISK, replace(READY, risk=RiskFacts(AT + TICK, "IT", True))),
    "the assessment is for no country": (Gate.RISK, replace(READY, risk=RiskFacts(AT + TICK, None, True))),
    "no permission": (Gate.PERMISSION, replace(READY, consents=(decision(),))),
    "the permission was refused": (Gate.PERMISSION, sharing(decision=ConsentDecision.REFUSED)),
    "the permission was taken back": (Gate.PERMISSION, sharing(decision=ConsentDecision.WITHDRAWN)),
    "the permission ends now": (Gate.PERMISSION, sharing(expires_at=AT)),
    "the permission is for another country": (Gate.PERMISSION, sharing(recipient="IT")),
    "the permission is for another purpose": (Gate.PERMISSION, sharing(purpose=Purpose.WITNESS)),
    "the packet holds more than was permitted": (Gate.PERMISSION, sharing(categories=frozenset({"D2"}))),
    "the country is blocked": (Gate.PERMISSION, replace(READY, blocked=frozenset({"NE"}))),
    "the person fears this country": (Gate.ORIGIN, replace(READY, feared=frozenset({"NE"}))),
    "the person fears this country, even asked": (
        Gate.ORIGIN,
        replace(READY, feared=frozenset({"NE"}), origin_asked_by_person=True),
    ),
    "asylum from this country": (Gate.ORIGIN, replace(READY, asylum=True, origins=frozenset({"NE"}))),
    "nobody confirmed a place": (Gate.CAPACITY, replace(READY, capacity_confirmed=False)),
    "the packet was not looked at": (Gate.PREVIEW, replace(READY, preview_seen=False)),
    "two people went on without a place, but the danger is over": (
        Gate.CAPACITY,
        replace(READY, capacity_confirmed=False, overridden=frozenset({Gate.CAPACITY})),
    ),
    "danger alone, without two people": (Gate.CAPACITY, replace(READY, capacity_confirmed=False, danger=True)),
    "no law and no agreement": (Gate.LEGAL_BASIS, replace(READY, transfer_basis=None)),
    "vital interests, but no danger": (Gate.LEGAL_BASIS, replace(READY, transfer_basis=None, vital_interests=True)),
    "danger, but nobody wrote why": (Gate.LEGAL_BASIS, replace(READY, transfer_basis=None, danger=True)),
    "nobody said what becomes of the reflection": (Gate.REFLECTION, replace(READY, reflection_running=True)),
    "a return does not keep the reflection": (
        Gate.REFLECTION,
        replace(READY, reflection_running=True, reflection=ReflectionAnswer.CONTINUES, origins=frozenset({"NE"})),
    ),
    "a yes from before the person came of age": (Gate.AGREEMENT, replace(READY, of_age_at=AT - timedelta(hours=1))),
    "the guardian decided although the person has come of age": (
        Gate.AGREEMENT,
        replace(moving(given_by=GivenBy.GUARDIAN), child=True, child_file=FULL_FILE, of_age_at=AT - timedelta(days=2)),
    ),
    "no safety plan": (Gate.CARE, replace(READY, safety_plan=False)),
    "the medicine does not last": (Gate.CARE, replace(READY, needs_medicine=True, medicine_lasts=YesNoUnknown.NO)),
    "nobody knows whether the medicine lasts": (
        Gate.CARE,
        replace(READY, needs_medicine=True, medicine_lasts=YesNoUnknown.UNKNOWN),
    ),
    "a service hangs loose": (Gate.CARE, replace(READY, services=(service(matched=True), service()))),
    "another service is asked for": (
        Gate.CARE,
        replace(READY, services=(service(),), asked_on_arrival=frozenset({"legal"})),
    ),
}


@pytest.mark.parametrize("case", HOLDS)
def test_all_gates_hold_when(case: str) -> None:
    assert closed(HOLDS[case]) == set()


@pytest.mark.parametrize("case", FAILS)
def test_exactly_one_gate_is_closed_when(case: str) -> None:
    gate, view = FAILS[case]
    assert closed(view) == {gate}


def test_every_gate_has_a_way_to_fail_here() -> None:
    assert {gate for gate, _ in FAILS.values()} == set(Gate)


def test_a_closed_gate_says_what_to_do_and_an_open_one_that_it_is_ready() -> None:
    for result in gates.check(READY, tuple(Gate)):
        assert str(result.sentence) == "Ready."
    for gate, view in FAILS.values():
        (result,) = gates.check(view, (gate,))
        assert str(result.sentence).endswith(".")
        assert str(result.sentence) != "Ready."


def test_the_determination_is_needed_before_a_child_leaves_unless_there_is_urgent_danger() -> None:
    child = replace(READY, child=True, child_file=replace(FULL_FILE, determined=False))
    assert closed(child, Action.ACCEPT) == set()
    assert closed(child, Action.DEPART) == {Gate.AGREEMENT}
    assert closed(replace(child, urgent=True), Action.DEPART) == {Gate.AGREEMENT}
    assert closed(replace(child, danger=True), Action.DEPART) == {Gate.AGREEMENT}
    assert closed(replace(child, urgent=True, danger=True), Action.DEPART) == set()


@pytest.mark.parametrize("gate", sorted(set(Gate) - {Gate.CAPACITY}))
def test_two_people_override_no_other_gate(gate: Gate) -> None:
    """Not even in danger: every failure of another gate stays one."""
    assert frozenset({Gate.CAPACITY}) == gates.OVERRIDABLE
    for closed_gate, view in FAILS.values():
        if closed_gate is gate and view.transfer_basis is not None:
            assert gate in closed(replace(view, danger=True, overridden=frozenset(Gate)))


countries = st.sampled_from(["NG", "NE", "IT", "MR"])
some_countries = st.frozensets(countries, max_size=3)
categories = st.frozensets(st.sampled_from([c.value for c in Compartment]))
instants = st.integers(-5, 5).map(lambda hours: AT + timedelta(hours=hours))
consents = st.builds(
    ConsentFacts,
    kind=st.sampled_from(list(ConsentKind)),
    decision=st.sampled_from(list(ConsentDecision)),
    purpose=st.sampled_from([Purpose.SAFETY, Purpose.RETURN_CHOSEN]),
    recipient=countries,
    categories=categories,
    options=st.frozensets(st.sampled_from([option.value for option in Option])),
    given_by=st.sampled_from(list(GivenBy)),
    given_at=instants,
    expires_at=st.none() | instants,
    understood=st.booleans(),
    child_view=st.booleans(),
)
files = st.builds(ChildFacts, *[st.booleans()] * 5)
views = st.builds(
    GateView,
    at=st.just(AT),
    child=st.booleans(),
    urgent=st.booleans(),
    danger=st.booleans(),
    purpose=st.sampled_from([Purpose.SAFETY, Purpose.RETURN_CHOSEN, None]),
    recipient=countries,
    origins=some_countries,
    feared=some_countries,
    asylum=st.booleans(),
    origin_asked_by_person=st.booleans(),
    blocked=some_countries,
    compartments=categories,
    consents=st.lists(consents, max_size=4).map(tuple),
    risk=st.none() | st.builds(RiskFacts, instants, st.none() | countries, st.booleans()),
    child_file=files,
    capacity_confirmed=st.booleans(),
    enquiry_yes=st.booleans(),
    preview_seen=st.booleans(),
    safety_plan=st.booleans(),
    medicine_lasts=st.sampled_from(list(YesNoUnknown)),
    needs_medicine=st.booleans(),
    of_age_at=st.none() | instants,
    overridden=st.frozensets(st.sampled_from(list(Gate))),
    transfer_basis=st.none() | st.sampled_from(list(TransferBasis)),
    tracks=st.frozensets(st.sampled_from(list(LegalTrackKind))),
    needs=st.frozensets(st.sampled_from(list(NeedKind))),
    relatives=st.booleans(),
)


@pytest.mark.parametrize(
    ("known", "leaves"),
    [({}, False), ({"matched": True}, True), ({"end_reason": "Goes on there from the second day"}, True)],
    ids=["only asked for", "confirmed", "ends with a reason"],
)
def test_asking_is_enough_until_the_departure_which_goes_to_what_was_confirmed(
    known: dict[str, Any], leaves: bool
) -> None:
    view = replace(READY, services=(service(**known),), asked_on_arrival=frozenset({"counselling"}))
    assert closed(view, Action.OFFER) == closed(view, Action.ACCEPT) == closed(view, Action.AGREE_CONDITIONS) == set()
    assert closed(view, Action.DEPART) == (set() if leaves else {Gate.CARE})


actions = st.sampled_from([Action.OFFER, Action.ACCEPT, Action.DEPART])


@given(views, actions, st.sampled_from([ConsentDecision.REFUSED, ConsentDecision.WITHDRAWN]))
def test_a_no_is_never_overridden_whatever_else_is_true(
    view: GateView, action: Action, answer: ConsentDecision
) -> None:
    last = max([consent.given_at for consent in view.consents], default=AT)
    no = decision(decision=answer, recipient=view.recipient, purpose=view.purpose, given_at=last)
    assert Gate.AGREEMENT in closed(replace(view, consents=(*view.consents, no)), action)


@given(views, actions)
def test_nobody_decides_for_an_adult(view: GateView, action: Action) -> None:
    by_guardian = tuple(replace(consent, given_by=GivenBy.GUARDIAN) for consent in view.consents)
    assert Gate.AGREEMENT in closed(replace(view, child=False, consents=by_guardian), action)


@given(views, categories)
def test_more_categories_never_make_the_permission_easier(view: GateView, more: frozenset[str]) -> None:
    if Gate.PERMISSION in closed(view):
        assert Gate.PERMISSION in closed(replace(view, compartments=view.compartments | more))


@given(views, some_countries)
def test_another_feared_country_never_opens_the_way_to_the_origin(view: GateView, more: frozenset[str]) -> None:
    if Gate.ORIGIN in closed(view):
        assert Gate.ORIGIN in closed(replace(view, feared=view.feared | more, origins=view.origins | more))


@given(views, some_countries)
def test_blocking_another_country_never_opens_the_permission(view: GateView, more: frozenset[str]) -> None:
    if Gate.PERMISSION in closed(view):
        assert Gate.PERMISSION in closed(replace(view, blocked=view.blocked | more))


@given(views, actions)
def test_nothing_is_sent_to_a_country_of_fear(view: GateView, action: Action) -> None:
    assert Gate.ORIGIN in closed(replace(view, feared=view.feared | {view.recipient}), action)


@given(views, actions)
def test_a_child_passes_only_with_guardian_conflict_check_assessment_and_view(view: GateView, action: Action) -> None:
    if view.child and Gate.AGREEMENT not in closed(view, action):
        file = view.child_file
        consent = gates.newest(view, ConsentKind.MOVE)
        assert consent is not None
        assert file.guardian
        assert file.conflict_checked
        assert file.assessed
        assert file.view_recorded or consent.child_view
        assert action is not Action.DEPART or file.determined or (view.urgent and view.danger)


@given(views, st.permutations(range(4)))
def test_the_order_in_which_decisions_of_different_instants_are_listed_does_not_matter(
    view: GateView, order: list[int]
) -> None:
    apart = tuple(replace(c, given_at=AT - timedelta(hours=n)) for n, c in enumerate(view.consents))
    shuffled = tuple(apart[n] for n in order if n < len(apart))
    assert closed(replace(view, consents=apart)) == closed(replace(view, consents=shuffled))
