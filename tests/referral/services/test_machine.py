"""Random commands and clock moves against a plain Python model written from the table of the design, not from our code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from common.errors import Refusal
from referral.enums import OPEN_STATES, Action
from referral.errors import GatesClosed, NotAllowed, NotInThisState
from referral.models import CaseEvent, Custody, Deadline, Handover, Reminder
from referral.selectors.invariants import findings
from referral.services import clock as clock_service
from referral.services import lifecycle, reminders
from tests.scenes import accept_facts, depart_facts, open_case, ready_draft, receive_facts, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]

UNDECIDED = {"offered", "acknowledged", "clarifying"}
MODEL: dict[str, tuple[set[str], str | None, str]] = {
    "offer": ({"draft"}, "offered", "sender"),
    "discard": ({"draft"}, "discarded", "sender"),
    "acknowledge": ({"offered"}, "acknowledged", "receiver"),
    "ask": ({"acknowledged", "clarifying"}, "clarifying", "receiver"),
    "answer": ({"clarifying"}, "acknowledged", "sender"),
    "holding_reply": (UNDECIDED, None, "receiver"),
    "accept": ({"acknowledged", "clarifying"}, "accepted", "receiver"),
    "decline": (UNDECIDED, "declined", "receiver"),
    "withdraw": (UNDECIDED | {"accepted", "held"}, "withdrawn", "sender"),
    "depart": ({"accepted"}, "departed", "sender"),
    "receive": ({"accepted", "departed", "held"}, "received", "receiver"),
    "give_feedback": ({"received"}, "completed", "receiver"),
    "stop": (UNDECIDED | {"accepted"}, "held", "either"),
    "confirm_stop": ({"held"}, "stopped", "sender"),
    "continue": ({"held"}, "back", "sender"),
}
OPEN = UNDECIDED | {"accepted", "departed", "held"}


FORWARD = (
    *("offer", "acknowledge", "accept", "depart", "receive", "give_feedback") * 3,
    *("ask", "answer", "stop", "continue"),
)
REACHED: set[str] = set()
"""States that any handover passed through, so that a run which got nowhere fails."""


class Registry(RuleBasedStateMachine):
    """One case between three countries."""

    @initialize()
    def begin(self) -> None:
        self.scene = two_countries()
        self.case = open_case(self.scene)
        self.holder = "NG"
        self.answering = ["NG"]
        self.handovers: dict[int, dict[str, Any]] = {}

    def facts(self, action: str) -> dict[str, Any]:
        at = self.scene.moment().at
        return {
            "ask": {"question": "Which languages?"},
            "answer": {"answer": "Hausa.", "compartment": "D2"},
            "holding_reply": {"reply_by_at": at + timedelta(hours=6)},
            "accept": accept_facts(self.scene),
            "decline": {"decline_reason": "no_capacity"},
            "withdraw": {"withdraw_reason": "risk"},
            "depart": depart_facts(self.scene),
            "receive": receive_facts(self.scene, arrived_at=at),
            "give_feedback": {"feedback": "She is well."},
        }.get(action, {})

    def open_ones(self) -> list[int]:
        return [key for key, row in self.handovers.items() if row["state"] in OPEN]

    @precondition(lambda self: len([h for h in self.handovers.values() if h["state"] == "draft"]) < 2)
    @rule(to=st.sampled_from(["NG", "NE", "IT"]))
    def prepare(self, to: str) -> None:
        if to == self.holder:
            return
        draft = ready_draft(self.scene, self.case, self.holder, to)
        self.handovers[draft.pk] = {"state": "draft", "sender": self.holder, "receiver": to, "questions": 0, "from": ""}

    @precondition(lambda self: self.handovers)
    @rule(
        pick=st.integers(0, 10),
        action=st.sampled_from(sorted(MODEL)),
        who=st.sampled_from(["NG", "NE", "IT", "NG-deputy"]),
    )
    def act(self, pick: int, action: str, who: str) -> None:
        key = sorted(self.handovers)[pick % len(self.handovers)]
        row = self.handovers[key]
        handover = Handover.objects.get(pk=key)
        sources, target, side = MODEL[action]
        country = who[:2]
        sides = {
            "sender": country == row["sender"],
            "receiver": country == row["receiver"] and row["state"] not in ("draft", "discarded"),
        }
        party = any(sides.values()) if side == "either" else sides[side]
        legal = party and row["state"] in sources
        if action == "offer" and legal:
            legal = not self.open_ones() and row["sender"] == self.holder
        refusal = self.attempt(handover, action, who)
        if refusal is None:
            assert legal, (action, who, row)
            self.follow(key, row, action, target)
        elif not party:
            assert refusal is NotAllowed
        elif row["state"] not in sources:
            assert refusal is NotInThisState
        else:
            assert not legal or refusal is GatesClosed, (action, row, refusal)

    def attempt(self, handover: Handover, action: str, who: str) -> type[Refusal] | None:
        try:
            with transaction.atomic():
                self.scene.do(who, handover, Action(action), self.facts(action))
        except Refusal as refused:
            return type(refused)
        return None

    @precondition(lambda self: self.likely())
    @rule(picks=st.lists(st.integers(0, 100), min_size=2, max_size=6))
    def walk(self, picks: list[int]) -> None:
        """Random picks alone rarely get far: a few steps in a row that the model allows."""
        for pick in picks:
            likely = self.likely()
            if likely:
                key, action, who = likely[pick % len(likely)]
                self.act(pick=sorted(self.handovers).index(key), action=action, who=who)
                self.scene.after(hours=1)

    def likely(self) -> list[tuple[int, str, str]]:
        return [
            (key, action, row["receiver"] if side == "receiver" else row["sender"])
            for key, row in sorted(getattr(self, "handovers", {}).items())
            for action in FORWARD
            for sources, _target, side in [MODEL[action]]
            if row["state"] in sources
        ]

    def follow(self, key: int, row: dict[str, Any], action: str, target: str | None) -> None:
        if action == "ask":
            row["questions"] += 1
        if action == "answer":
            row["questions"] -= 1
            target = "clarifying" if row["questions"] else "acknowledged"
        if action == "stop":
            row["from"] = row["state"]
        if target == "back":
            target = row["from"]
        row["state"] = target or row["state"]
        REACHED.add(row["state"])
        if action == "receive":
            self.holder = row["receiver"]
            self.answering.append(self.holder)
            for other in self.handovers.values():
                if other["state"] == "draft":
                    other["state"] = "discarded"

    @rule(hours=st.sampled_from([0.5, 3, 30]))
    def time_passes(self, hours: float) -> None:
        self.scene.after(hours=hours)

    @rule()
    def clock_jumps(self) -> None:
        with self.scene.clock():
            clock_service.jump(self.scene.registry.pk, timedelta(hours=24), user=None, reason="test")
        self.scene.registry.refresh_from_db()

    @rule()
    def sweep(self) -> None:
        moment = self.scene.moment()
        reminders.settle(self.scene.registry, moment)

    @invariant()
    def exactly_one_institution_answers(self) -> None:
        if not hasattr(self, "case"):
            return
        chain = list(Custody.objects.filter(case=self.case).select_related("institution"))
        assert [link.institution.country_id for link in chain] == self.answering
        self.case.refresh_from_db()
        assert self.case.holder.country_id == self.holder

    @invariant()
    def states_are_the_models(self) -> None:
        if not hasattr(self, "case"):
            return
        states = dict(Handover.objects.filter(case=self.case).values_list("pk", "state"))
        assert states == {key: row["state"] for key, row in self.handovers.items()}
        assert sum(state in OPEN_STATES for state in states.values()) <= 1

    @invariant()
    def nothing_is_broken(self) -> None:
        if not hasattr(self, "case"):
            return
        assert list(findings()) == []

    @invariant()
    def closed_handovers_leave_nothing_due(self) -> None:
        if not hasattr(self, "case"):
            return
        done = [key for key, row in self.handovers.items() if row["state"] not in OPEN | {"draft", "received"}]
        assert not Deadline.objects.filter(handover__in=done, state="open").exists()
        assert not Reminder.objects.filter(deadline__handover__in=done, state="pending").exists()


class IsolatedRegistry(Registry):
    """Each example in a transaction of its own that is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()

    def teardown(self) -> None:
        super().teardown()
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)


def explore(*, examples: int, steps: int, same_every_time: bool) -> None:
    """Run the machine. A run that is the same every time cannot fail by chance; the long one looks elsewhere each time."""
    run_state_machine_as_test(
        IsolatedRegistry,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=same_every_time,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_commands_follow_the_plain_model():
    REACHED.clear()
    explore(examples=8, steps=20, same_every_time=True)
    assert {"received", "departed"} <= REACHED, "the run never got far enough to show anything"


@pytest.mark.long
def test_random_commands_follow_the_plain_model():
    explore(examples=60, steps=60, same_every_time=False)


def test_the_same_form_posted_twice_is_done_once():
    scene = two_countries()
    draft = ready_draft(scene, open_case(scene))
    key = uuid4()
    first = scene.do("NG", draft, Action.OFFER, submission=key)
    again = scene.do("NG", draft, Action.OFFER, submission=key)
    assert (first.repeated, again.repeated) == (False, True)
    assert first.event.pk == again.event.pk
    assert CaseEvent.objects.filter(handover=draft, kind="offer").count() == 1


def test_nobody_acts_for_both_sides():
    from referral.errors import BothSides
    from tests.factories import make_member

    scene = two_countries()
    draft = ready_draft(scene, open_case(scene))
    scene.do("NG", draft, Action.OFFER)
    make_member(scene.institutions["NG"], user=scene.users["NE"])
    actor = scene.actor("NE")
    from referral.actor import actor_of

    membership = scene.users["NE"].memberships.get(institution=scene.institutions["NE"])
    actor = actor_of(scene.users["NE"], wall=scene.wall, membership_id=membership.pk)
    with scene.clock(), pytest.raises(BothSides):
        lifecycle.apply(actor, draft.pk, Action.ACKNOWLEDGE, submission=uuid4())
