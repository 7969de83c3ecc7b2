"""The handover table of `domain.md` section 3 written out once more by hand, and handovers brought to where a row begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from referral.enums import Action, DeadlineState
from referral.models import Case, Custody, Deadline, Handover
from tests.factories import EXERCISE
from tests.fixtures.remembered import remembered
from tests.scenes import (
    Scene,
    accept_facts,
    advance,
    depart_facts,
    open_case,
    open_child,
    ready_draft,
    receive_facts,
    two_countries,
)

LATER = EXERCISE + timedelta(days=365)
ALL = "all"
BACK = "back"
UNDECIDED = {"offered", "acknowledged", "clarifying"}
BEFORE_DEPARTURE = UNDECIDED | {"conditions_put", "accepted"}
ON_THE_WAY = {"departed", "whereabouts_unknown"}
OPEN = BEFORE_DEPARTURE | ON_THE_WAY | {"held"}
TALKING = OPEN | {"received", "completed"}


@dataclass(frozen=True)
class Row:
    """A row of the design: sources, target (None: no change), side, deadlines opened and closed, where it is tried from.

    `begun` is what has to be done in the natural state before the row makes sense; `second` needs another person.
    """

    sources: set[str]
    target: str | None
    side: str
    opens: frozenset[str] = frozenset()
    closes: frozenset[str] | str = frozenset()
    natural: str = "acknowledged"
    begun: str = ""
    custody: tuple[str, ...] = ()
    second: bool = False
    kind: str = "adult"


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
    "put_conditions": Row(
        {"acknowledged", "clarifying"}, "conditions_put", "receiver", kinds("conditions"), kinds("decide")
    ),
    "agree_conditions": Row(
        {"conditions_put"}, "accepted", "sender", kinds("travel_plan"), kinds("conditions"), "conditions_put"
    ),
    "refuse_conditions": Row(
        {"conditions_put"}, "acknowledged", "sender", kinds("decide"), kinds("conditions"), "conditions_put"
    ),
    "decline": Row(UNDECIDED, "declined", "receiver", closes=ALL),
    "propose_forward": Row(UNDECIDED, None, "receiver", kinds("forward")),
    "agree_forward": Row(UNDECIDED, "forwarded", "sender", closes=ALL, begun="propose_forward"),
    "refuse_forward": Row(UNDECIDED, None, "sender", closes=kinds("forward"), begun="propose_forward"),
    "withdraw": Row(BEFORE_DEPARTURE | {"held"}, "withdrawn", "sender", closes=ALL, natural="accepted"),
    "revoke": Row({"accepted", "held"}, "acknowledged", "receiver", kinds("decide"), kinds("travel_plan"), "accepted"),
    "hold": Row(BEFORE_DEPARTURE, "held", "sender", natural="accepted"),
    "resume": Row({"held"}, BACK, "sender", natural="accepted", begun="hold"),
    "plan_travel": Row({"accepted"}, None, "sender", kinds("travel_plan"), kinds("travel_plan"), "accepted"),
    "depart": Row({"accepted"}, "departed", "sender", kinds("confirm_arrival"), kinds("travel_plan"), "accepted"),
    "turn_back": Row(
        ON_THE_WAY, "accepted", "sender", kinds("travel_plan"), kinds("confirm_arrival"), natural="departed"
    ),
    "receive": Row(
        {"accepted", "departed", "held", "whereabouts_unknown"}, "received", "receiver", kinds("feedback"), ALL, "departed", custody=("NE",)
    ),
    "accept_and_receive": Row(
        UNDECIDED | {"conditions_put"}, "received", "receiver", kinds("feedback"), ALL, custody=("NE",)
    ),
    "report_not_arrived": Row(
        {"departed"}, "whereabouts_unknown", "either", kinds("search"), kinds("confirm_arrival"), "departed"
    ),
    "end_search": Row(
        {"whereabouts_unknown"}, "failed", "sender", closes=ALL, natural="whereabouts_unknown", second=True
    ),
    "report_presence": Row(OPEN, None, "system"),
    "divert": Row(OPEN, "diverted", "sender", closes=ALL, natural="departed"),
    "stop": Row(BEFORE_DEPARTURE | {"held"}, "held", "either", kinds("confirm_stop")),
    "confirm_stop": Row({"held"}, "stopped", "sender", closes=ALL, begun="stop"),
    "continue": Row({"held"}, BACK, "sender", closes=kinds("confirm_stop"), begun="stop"),
    "object": Row(ON_THE_WAY, None, "either", natural="departed"),
    "disengage": Row(ON_THE_WAY, "stopped", "sender", closes=ALL, natural="departed", begun="object"),
    "death": Row(OPEN, "ended", "either", closes=ALL, natural="departed", second=True),
    "give_feedback": Row({"received"}, "completed", "receiver", closes=ALL, natural="received"),
    "ask_correction": Row({"received"}, None, "receiver", kinds("correction"), natural="received"),
    "agree_correction": Row(
        {"received"}, "departed", "sender", kinds("confirm_arrival"), ALL, "received", "ask_correction", ("NG",)
    ),
    "refuse_correction": Row(
        {"received"}, None, "sender", closes=kinds("correction"), natural="received", begun="ask_correction"
    ),
    "receive_outside": Row(
        {"accepted", "departed", "held", "whereabouts_unknown"}, "received_outside", "sender",
        kinds("follow_up_30", "follow_up_90"), ALL, "departed", kind="outside",
    ),
    "follow_up": Row(
        {"received_outside"}, None, "sender", closes=kinds("follow_up_30"), natural="received_outside", kind="outside"
    ),
    "supplement": Row(OPEN | {"received", "completed"}, None, "sender", natural="departed"),
    "child_answer": Row(BEFORE_DEPARTURE | {"held"}, None, "child", kind="child"),
    "override": Row({"draft"}, None, "sender", natural="draft", second=True, kind="danger"),
    "waive": Row({"held"}, None, "either", closes=kinds("decide"), begun="stop"),
    "write_message": Row(TALKING, None, "either"),
    "record_call": Row(TALKING | {"received_outside"}, None, "either"),
    "drop_proposal": Row(OPEN | {"draft"}, None, "either", natural="departed", begun="death"),
}  # fmt: skip
BY_THE_SYSTEM = {"report_presence"}
NAMES = sorted(set(ROWS) - BY_THE_SYSTEM)


def facts_of(scene: Scene, name: str, handover: Handover | None = None) -> dict[str, Any]:
    """What somebody fills in for this row."""

    def owed() -> Deadline | None:
        return Deadline.objects.filter(handover=handover, kind="decide", state="open").first() if handover else None

    def proposed() -> Any:
        return handover.proposals.filter(state="open").first() if handover else None

    forms: dict[str, Callable[[], dict[str, Any]]] = {
        "ask": lambda: {"question": "Which languages?"},
        "answer": lambda: {"answer": "Hausa.", "compartment": "D2"},
        "holding_reply": lambda: {"reply_by_at": scene.moment().at + timedelta(hours=6)},
        "accept": lambda: accept_facts(scene),
        "put_conditions": lambda: accept_facts(scene, conditions=["escort"], conditions_text="By day."),
        "agree_conditions": lambda: {"person_agrees": True},
        "decline": lambda: {"decline_reason": "no_capacity"},
        "propose_forward": lambda: {"forward_country": "IT", "forward_reason": "A sister lives there."},
        "withdraw": lambda: {"withdraw_reason": "risk"},
        "revoke": lambda: {"revoke_reason": "capacity"},
        "hold": lambda: {"hold_reason": "practical"},
        "plan_travel": lambda: depart_facts(scene),
        "depart": lambda: depart_facts(scene),
        "turn_back": lambda: {"safe_here": "yes"},
        "receive": lambda: receive_facts(scene, arrived_at=scene.moment().at),
        "accept_and_receive": lambda: receive_facts(scene, arrived_at=scene.moment().at),
        "end_search": lambda: {"search_end": "lost", "reason": "Three attempts."},
        "divert": lambda: {"diverted_country": "IT"},
        "death": lambda: {"reason": "Told by the hospital."},
        "give_feedback": lambda: {"feedback": "She is well."},
        "ask_correction": lambda: {"correction_reason": "Somebody else came."},
        "receive_outside": lambda: {
            "arrived_at": scene.moment().at,
            "received_by": "Officer on duty",
            "arrived_safely": "yes",
        },
        "follow_up": lambda: {"phrase": "person_well", "spoke_with": "Her sister"},
        "supplement": lambda: {"compartments_more": ["D3"]},
        "child_answer": lambda: {"child_answer": "yes"},
        "override": lambda: {"gate": "6", "reason": "No answer, and she is followed."},
        "waive": lambda: {"deadline": getattr(owed(), "pk", 0), "reason": "We wait with you."},
        "write_message": lambda: {"phrase": "working"},
        "record_call": lambda: {"phrase": "no_answer", "spoke_with": "Nobody"},
        "drop_proposal": lambda: {"proposal": getattr(proposed(), "pk", 0)},
    }
    return forms[name]() if name in forms else {}


WHO = {"sender": "NG", "receiver": "NE", "either": "NE", "child": "NE-child"}


def who(name: str) -> str:
    """Whoever does this row in these tests."""
    return "NG" if name in ("drop_proposal", "waive") else WHO[ROWS[name].side]


@remembered
def brought_to(state: str, *, kind: str = "adult", **case_facts: Any) -> tuple[Scene, Handover]:
    """A handover from Nigeria to Niger (of an outside one to Ghana) that came to this state through the services."""
    scene = two_countries()
    case = open_child(scene, **case_facts) if kind == "child" else open_case(scene, **case_facts)
    if kind == "danger":
        Case.objects.filter(pk=case.pk).update(immediate_danger=True)
    handover = ready_draft(scene, case, receiver="GH" if kind == "outside" else "NE")
    return scene, bring(scene, handover, state)


STRAIGHT = {
    "clarifying": "acknowledged", "held": "acknowledged", "conditions_put": "acknowledged",
    "whereabouts_unknown": "departed", "received_outside": "departed",
}  # fmt: skip
LAST = {
    "clarifying": ("NE", Action.ASK), "held": ("NG", Action.STOP), "conditions_put": ("NE", Action.PUT_CONDITIONS),
    "whereabouts_unknown": ("NG", Action.REPORT_NOT_ARRIVED), "received_outside": ("NG", Action.RECEIVE_OUTSIDE),
}  # fmt: skip


@remembered
def bring(scene: Scene, handover: Handover, state: str) -> Handover:
    """A ready draft on its way to this state."""
    straight = STRAIGHT.get(state, state)
    if straight != "draft":
        if handover.outside:
            advance_outside(scene, handover, straight)
        elif handover.case.person.age_low < 18 and straight not in ("offered", "acknowledged"):
            advance(scene, handover, "acknowledged")
            say_yes(scene, handover)
            advance(scene, handover, straight)
        else:
            advance(scene, handover, straight)
    if state in LAST:
        scene.after(hours=30 if state == "whereabouts_unknown" else 1)
        actor, action = LAST[state]
        scene.do(actor, handover, action, facts_of(scene, action.value))
    scene.after(hours=1)
    handover.refresh_from_db()
    assert handover.state == state
    return handover


def advance_outside(scene: Scene, handover: Handover, to: str) -> None:
    """The straight path to a country without a seat: the sender writes down its answers."""
    from tests.scenes import heard

    path: tuple[tuple[str, Action, dict[str, Any]], ...] = (
        ("offered", Action.OFFER, {}),
        ("acknowledged", Action.ACKNOWLEDGE, heard(scene)),
        ("accepted", Action.ACCEPT, accept_facts(scene) | heard(scene)),
        ("departed", Action.DEPART, depart_facts(scene)),
    )
    for state, action, facts in path:
        scene.do("NG", handover, action, facts)
        if state == to:
            break
    handover.refresh_from_db()


def say_yes(scene: Scene, handover: Handover) -> None:
    """Child protection of both countries says yes."""
    for name in ("NG-child", "NE-child"):
        scene.do(name, handover, Action.CHILD_ANSWER, {"child_answer": "yes"})
    handover.refresh_from_db()


@remembered
def prepared(name: str) -> tuple[Scene, Handover]:
    """A handover where this row begins: in its natural state, with what it answers standing on it."""
    row = ROWS[name]
    scene, handover = brought_to(row.natural, kind=row.kind)
    if name == "report_not_arrived":
        scene.after(hours=30)
    if name == "supplement":
        Case.objects.filter(pk=handover.case_id).update(exploitation="Known since today")
    if row.begun:
        scene.do(
            who(row.begun) if row.begun != "death" else "NG", handover, Action(row.begun), facts_of(scene, row.begun)
        )
        handover.refresh_from_db()
    return scene, handover


def done(scene: Scene, handover: Handover, name: str, **more: Any) -> Any:
    """The row as it is done; where two people are needed, both."""
    actor, facts = who(name), facts_of(scene, name, handover)
    outcome = scene.do(actor, handover, Action(name), facts, **more)
    if ROWS[name].second:
        outcome = scene.do(f"{actor}-deputy", handover, Action(name), {})
    handover.refresh_from_db()
    return outcome


@contextmanager
def really_received(scene: Scene, handover: Handover, state: str) -> Iterator[None]:
    """Received or completed through the services, forgotten afterwards: a receipt cannot be written by hand alone.

    With an objection, or after the feedback there would be nothing more to say.
    """
    with transaction.atomic():
        Handover.objects.filter(pk=handover.pk).update(state="departed")
        scene.do("NE", handover, Action.RECEIVE, facts_of(scene, "receive") | {"person_content": "no"})
        if state == "completed":
            scene.do("NE", handover, Action.GIVE_FEEDBACK, facts_of(scene, "give_feedback"))
        handover.refresh_from_db()
        yield
        transaction.set_rollback(True)


@contextmanager
def as_if_in(handover: Handover, state: str, **marks: Any) -> Iterator[None]:
    """The handover in a state written by hand, forgotten afterwards."""
    with transaction.atomic():
        held = {"held_from": "acknowledged" if state == "held" else ""}
        received = handover.received_at or LATER if state in ("received", "completed") else None
        Handover.objects.filter(pk=handover.pk).update(**{"state": state, "received_at": received} | held | marks)
        yield
        transaction.set_rollback(True)


def open_kinds(handover: Handover) -> set[str]:
    """Kinds of what is owed on this handover now."""
    return set(Deadline.objects.filter(handover=handover, state=DeadlineState.OPEN).values_list("kind", flat=True))


def chain(case: Case) -> list[tuple[int, str]]:
    """Who has answered for the person, by country."""
    return [
        (link.seq, link.institution.country_id)
        for link in Custody.objects.filter(case=case).select_related("institution").order_by("seq")
    ]
