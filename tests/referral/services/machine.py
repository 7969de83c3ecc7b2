"""The random machine: what may happen next, and what is compared with the plain model after every step."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.db.models import F
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from common.errors import Refusal
from common.ladder import Rung
from referral.enums import OPEN_STATES, Action, HoldReason
from referral.errors import NotOfAge, RegistryEnded
from referral.models import Case, CaseEvent, Custody, Deadline, Handover, Proposal, Reminder
from referral.selectors.facts import is_child
from referral.selectors.invariants import findings
from referral.services import care, ending, lifecycle, majority, merge, reminders
from referral.services import clock as clock_service
from referral.services.command import begin
from tests.referral.services.machine_model import ASKED, OPEN, SEATS, TABLE, WAY, File
from tests.referral.services.machine_world import COUNTRIES, DONE, OUTSIDE, STEPS, World

STRAIGHT = {
    "offer", "acknowledge", "accept", "child_answer", "plan_travel", "depart", "receive", "receive_outside", "give_feedback",
}  # fmt: skip
QUESTIONS = {"ask", "answer", "holding_reply"}
CONDITIONS = {"put_conditions", "agree_conditions", "refuse_conditions"}
FORWARD = {"propose_forward", "agree_forward", "refuse_forward"}
WAITING = {"hold", "resume", "stop", "confirm_stop", "continue", "waive", "revoke"}
LATE = {"report_not_arrived", "end_search", "turn_back"}
OBJECTING = {"object", "disengage"}
AFTERWARDS = {"ask_correction", "agree_correction", "refuse_correction"}
SAYING = {"write_message", "record_call", "override", "drop_proposal", "supplement", "follow_up"}
LEAVING = {"discard", "decline", "withdraw", "divert", "death", "accept_and_receive"}
OFTEN = {
    "offer": 3, "acknowledge": 3, "accept": 5, "depart": 6, "ask": 3, "answer": 6, "report_not_arrived": 3, "end_search": 4,
    "agree_correction": 4, "accept_and_receive": 3, "death": 4, "override": 3, "drop_proposal": 3, "refuse_forward": 2,
}  # fmt: skip
"""Rows that are chosen more often than the others of their kind: the way to the rare ones leads over them."""
OF_THE_SYSTEM = {"lapse", "majority", "end of the registry"}
EVERY_ROW = set(TABLE) | OF_THE_SYSTEM | {"report_presence", "family", "leave the family", "merge", "review_majority"}
PICK = st.integers(0, 119)
HOURS = st.sampled_from([0.5, 1, 2])


OFTEN_AS: tuple[tuple[set[str], int], ...] = (
    (STRAIGHT, 6), (QUESTIONS, 4), (CONDITIONS, 4), (FORWARD, 2), (WAITING, 4), (OBJECTING, 3), (AFTERWARDS, 2), (SAYING, 3),
    (LEAVING, 2),
)  # fmt: skip
"""How often something of each kind happens where the model allows it. Left to themselves, random rules hardly ever get far."""


class Registry(RuleBasedStateMachine):
    """Three people who belong together, between three countries with a seat and one without."""

    worlds: tuple[World, ...] = ()
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.known: list[tuple[str, int, str]] | None = None
        self.steps = 0

    def teardown(self) -> None:
        """Each example is a transaction of its own that is rolled back."""
        broken = list(findings()) if hasattr(self, "world") else []
        if hasattr(self, "world") and not broken:
            self.the_registry_ends()
            broken = list(findings())
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
        STEPS["examples"] += 1
        if not connection.in_atomic_block and STEPS["examples"] % 20 == 0:
            with connections["owner"].cursor() as cursor:
                cursor.execute("VACUUM")  # what was rolled back lies about, and whole tables are read
        assert not broken, broken

    @initialize(pick=PICK)
    def begin(self, pick: int) -> None:
        self.known = None
        self.world = self.worlds[pick % len(self.worlds)].copy()
        self.model, self.scene = self.world.model, self.world.scene

    def legal(self) -> list[tuple[str, int, str]]:
        """What the model allows now; asked by every rule's condition, so it is worked out once for each step."""
        if self.known is None:
            self.known = self.model.legal(self.world.now()) if hasattr(self, "world") else []
        return self.known

    def step(self, name: str, hours: float = 0) -> None:
        STEPS[name] += 1
        self.steps += 1
        self.scene.after(hours=hours)
        self.known = None

    def one_of(self, rows: set[str], pick: int, which: int, hours: float) -> None:
        """Some row of these that the model allows, by somebody who may."""
        self.step("act", hours)
        found = [row for row in self.legal() if row[0] in rows]
        actions = sorted(action for action in {row[0] for row in found} for _ in range(OFTEN.get(action, 1)))
        if actions:
            chosen = [row for row in found if row[0] == actions[pick % len(actions)]]
            action, key, who = chosen[which % len(chosen)]
            self.world.act(key, action, who, pick + which)
        self.known = None

    @precondition(lambda self: hasattr(self, "world"))
    @rule(dice=PICK, pick=PICK, which=PICK, hours=HOURS)
    def something_happens(self, dice: int, pick: int, which: int, hours: float) -> None:
        """One of everything that is possible now, each as often as its weight says."""
        found: list[Callable[[], None]] = []
        rows = {action for action, _key, _who in self.legal()}
        for kind, often in OFTEN_AS:
            if kind & rows:
                found += [partial(self.one_of, kind, pick, which, hours)] * often
        sent, idle = self.model.sent.values(), self.idle()
        proposed = {(key, action) for key, one in self.model.sent.items() for action, _country in one.proposals}
        found += [partial(self.is_decided_by_a_second_person, proposed, which)] * (4 * bool(proposed))
        found += [partial(self.does_not_arrive, pick, which)] * (3 * any(one.state in WAY for one in sent))
        found += [partial(self.is_prepared, idle, pick, which)] * (3 * bool(idle))
        found += [self.travel_together] * (6 * bool(self.world.pairs()))
        found += [partial(self.part, pick)] * bool(self.parting())
        alive = [case for case, file in sorted(self.model.files.items()) if file.holder is not None]
        # Late, because less happens to one file than to two.
        found += [partial(self.files_are_joined, alive, pick, which)] * (self.steps > 25 and len(alive) > 1)
        found += [partial(self.time_passes, pick, which), partial(self.something_else_happens, pick, which)]
        found += [partial(self.is_tried_by_anybody, f"{dice} {pick} {which}")] * 3
        found[dice % len(found)]()
        self.known = None

    def is_decided_by_a_second_person(self, proposed: set[tuple[int, str]], which: int) -> None:
        self.step("act", 1)
        found = [row for row in self.legal() if (row[1], row[0]) in proposed]
        if found:
            action, key, who = found[which % len(found)]
            self.world.act(key, action, who, which)

    def is_tried_by_anybody(self, seed: str) -> None:
        """Anything by anybody: most of it is refused, each with the sentence that the model expects, and nothing moves."""
        dice = random.Random(seed)
        for _ in range(6):
            self.step("tried")
            key, action, who = dice.choice(sorted(self.model.sent)), dice.choice(sorted(TABLE)), dice.choice(SEATS)
            STEPS["refused"] += self.world.act(key, action, who, dice.randrange(120)) is not None
            self.states_and_marks_are_the_models()

    def idle(self) -> list[int]:
        """Files of somebody for whom nothing is prepared and nothing open."""
        busy = {one.case for one in self.model.sent.values() if one.state in OPEN | {"draft"}}
        return [case for case, file in sorted(self.model.files.items()) if file.holder and case not in busy]

    def is_prepared(self, idle: list[int], pick: int, which: int) -> None:
        """For a country of choice; every second time as the last one was, so that there are pairs who travel together."""
        self.step("prepare")
        there = [one.receiver for one in self.model.sent.values() if one.state == "draft"]
        places = there if there and which % 2 else [*COUNTRIES, OUTSIDE]
        self.world.prepare(idle[pick % len(idle)], places[which % len(places)])

    def travel_together(self) -> None:
        self.step("family")
        self.world.link_a_family()

    def part(self, pick: int) -> None:
        self.step("part")
        found = [key for key, one in sorted(self.model.sent.items()) if one in self.parting()]
        self.world.part(found[pick % len(found)])

    def parting(self) -> list[Any]:
        """Who travels with somebody and has not left yet, where the file is still with the sender."""
        files, sent = self.model.files, self.model.sent.values()
        return [one for one in sent if one.family and one.state in OPEN - WAY | {"draft"}
                and files[one.case].holder == one.sender]  # fmt: skip

    def does_not_arrive(self, pick: int, which: int) -> None:
        """Long enough that it may be said, and searched for."""
        self.one_of(LATE, pick, which, 20)

    def time_passes(self, pick: int, which: int) -> None:
        """By itself, by a jump of the clock, or until it is swept."""
        hours = (5, 30)[pick % 2]
        self.step("clock", hours)
        with self.scene.clock():
            if which % 3 == 0:
                clock_service.jump(self.scene.registry.pk, timedelta(hours=hours), user=None, reason="test")
                self.scene.registry.refresh_from_db()
            if which % 3 == 1:
                reminders.settle(self.scene.registry, self.scene.moment())

    def something_else_happens(self, pick: int, which: int) -> None:
        """Nobody's row of the table: the system holds, a third country reports, somebody goes missing or is found."""
        self.step("happens", 1)
        what = ("agreement", "unconfirmed", "presence", "whereabouts", "review")[which % 5]
        case, file = sorted(self.model.files.items())[pick % len(self.model.files)]
        if what == "whereabouts":
            self.goes_missing_or_is_found(case, file)
            return
        if what == "review":
            self.is_looked_at_again()
            return
        with self.scene.clock(), transaction.atomic():
            work = begin(self.scene.actor(file.holder or "NG"), case)
            if what == "presence":
                told = lifecycle.presence_reported(work)
                assert (told is not None) == (self.model.open_one(case) is not None)
                DONE["report_presence"] += told is not None
            else:
                held = lifecycle.hold_by_system(work, HoldReason(what))
                assert (held is not None) == self.model.held_by_the_system(case, what)
                DONE[f"held by the system: {what}"] += held is not None

    def goes_missing_or_is_found(self, case: int, file: File) -> None:
        if file.holder is None:
            return
        with self.scene.clock():
            found = {"kind": "safe_place" if file.missing else "missing"}
            care.record_whereabouts(self.scene.actor(file.holder), case, found, submission=uuid4())
        file.missing = not file.missing
        if file.missing:
            DONE["held by the system: missing"] += self.model.held_by_the_system(case, "missing")

    def is_looked_at_again(self) -> None:
        """Child protection asks whether a child has become an adult: before the birthday it may not, after it may."""
        for case, file in sorted(self.model.files.items()):
            if file.majority is None or file.holder not in file.care or not file.child:
                continue
            may = self.model.reviewable(case, self.world.now())
            with suppress(NotOfAge), self.scene.clock():
                care.review_majority(self.scene.actor(f"{file.holder}-child"), case, submission=uuid4())
            file.child = is_child(Case.objects.select_related("person").get(pk=case))
            assert file.child != may
            DONE["review_majority"] += may

    def files_are_joined(self, alive: list[int], pick: int, which: int) -> None:
        """Two files turn out to be one person's."""
        self.step("merge", 1)
        ending, into = alive[pick % len(alive)], alive[(pick + 1 + which % (len(alive) - 1)) % len(alive)]
        gone, stays = self.model.files[ending], self.model.files[into]
        possible_now = all(self.model.joinable(case, self.world.now()) for case in (ending, into))
        code = Case.objects.get(pk=into).person.public_code
        with suppress(Refusal), self.scene.clock(), transaction.atomic():
            merge.ask(self.scene.actor(gone.holder), ending, into_code=code, reason="One person", submission=uuid4())
            if gone.holder != stays.holder:
                asked = Proposal.objects.get(case=ending, action=Action.MERGE, state="open")
                merge.answer(self.scene.actor(stays.holder), asked.pk, yes=True, submission=uuid4())
        joined = Case.objects.get(pk=ending).merged_into_id == into
        assert joined == possible_now
        if joined:
            DONE["merge"] += 1
            self.model.join(ending, into)

    def the_registry_ends(self) -> None:
        """What the clock brought is settled, then nothing more happens: every act is refused, states and custody stay."""
        at = self.scene.moment()
        with self.scene.clock(), transaction.atomic():
            majority.settle(self.scene.registry, at)
            ending.end(self.scene.registry.pk)
        DONE["end of the registry"] += 1
        owed = Deadline.objects.filter(case__in=self.model.files)
        assert not owed.filter(state="open").exists()
        assert not Reminder.objects.filter(deadline__in=owed, state="pending").exists()
        dice = random.Random(self.steps)
        for key in sorted(self.model.sent):
            who, action = dice.choice(SEATS), dice.choice(sorted(TABLE))
            with self.scene.clock(), pytest.raises(RegistryEnded), transaction.atomic():
                self.scene.do(who, Handover(pk=key), Action(action), self.world.facts(key, action, who, self.steps))
        self.exactly_one_institution_answers_for_an_open_case()
        self.states_and_marks_are_the_models()
        self.what_the_system_did_by_itself(at.at)

    def what_the_system_did_by_itself(self, at: datetime) -> None:
        """Whoever came of age while the file was open is known to have; what passed its last rung is marked and no more."""
        for case, file in self.model.files.items():
            came = Case.objects.get(pk=case).person.of_age_at is not None
            if file.holder is not None or came:
                assert came == (file.majority is not None and at >= file.majority), case
            DONE["majority"] += came
        lapsed = CaseEvent.objects.filter(case__in=self.model.files, kind="lapse")
        assert not lapsed.exclude(from_state=F("to_state")).exists()
        last = Reminder.objects.filter(deadline__handover__in=self.model.sent, rung=Rung.COORDINATOR, state="fired")
        assert lapsed.filter(handover__isnull=False).count() == last.count()
        marked = set(
            Handover.objects.filter(pk__in=self.model.sent, escalated_at__isnull=False).values_list("pk", flat=True)
        )
        open_then = lapsed.filter(handover__isnull=False, from_state__in=OPEN_STATES)
        assert marked == set(open_then.values_list("handover", flat=True))
        DONE["lapse"] += len(marked)

    @invariant()
    def exactly_one_institution_answers_for_an_open_case(self) -> None:
        if not hasattr(self, "world"):
            return
        links = Custody.objects.filter(case__in=self.model.files).order_by("case", "seq")
        found: dict[int, list[str | None]] = {case: [] for case in self.model.files}
        for case, country in links.values_list("case", "institution__country"):
            found[case].append(country)
        assert found == {case: file.answering for case, file in self.model.files.items()}
        rows = Case.objects.filter(pk__in=self.model.files).values_list("pk", "holder__country", "stage")
        assert {pk: (holder, stage == "missing") for pk, holder, stage in rows} == {
            case: (file.holder, file.missing and file.holder is not None) for case, file in self.model.files.items()
        }

    @invariant()
    def states_and_marks_are_the_models(self) -> None:
        if not hasattr(self, "world"):
            return
        rows = list(Handover.objects.filter(case__in=self.model.files))
        found = {
            row.pk: (
                row.state, row.held_from, row.hold_reason if row.state == "held" else "", row.objected, row.child,
                row.forward_country_id is not None and row.state in OPEN, row.correction_asked_at is not None,
                frozenset(row.child_protection_yes),
            )
            for row in rows
        }  # fmt: skip
        assert found == {
            key: (
                one.state, one.came_from, one.hold, one.objected, one.child, one.forward and one.state in OPEN,
                one.asked_at is not None, frozenset(one.yes),
            )
            for key, one in self.model.sent.items()
        }  # fmt: skip
        families = {key: one.family for key, one in self.model.sent.items()}
        real = {row.pk: row.family_group for row in rows}
        pairs = [(a, b) for a in real for b in real if a < b]
        assert all((real[a] == real[b] != None) == (families[a] == families[b] != "") for a, b in pairs)  # noqa: E711
        for case in self.model.files:
            assert sum(row.case_id == case and row.state in OPEN_STATES for row in rows) <= 1

    @invariant()
    def who_waits_for_a_second_person_is_the_models(self) -> None:
        if hasattr(self, "world"):
            rows = Proposal.objects.filter(handover__in=self.model.sent, state="open")
            found = set(rows.values_list("handover", "action", "institution__country", "proposed_by"))
            assert found == {
                (key, action, country, self.scene.users[whose].pk)
                for key, one in self.model.sent.items()
                for (action, country), whose in one.proposals.items()
            }

    @invariant()
    def whoever_decides_after_the_private_talk_owes_it(self) -> None:
        if not hasattr(self, "world"):
            return
        owed = Deadline.objects.filter(handover__in=self.model.sent, kind="confirm_stop", state="open")
        assert set(owed.values_list("handover", "owes")) == {
            (key, self.scene.institutions[self.model.asks_in_private(one)].pk)
            for key, one in self.model.sent.items()
            if one.state == "held" and one.hold in ASKED
        }

    @invariant()
    def what_is_over_leaves_nothing_due(self) -> None:
        if not hasattr(self, "world") or self.steps % 5:
            return
        waiting = OPEN | {"draft", "received", "received_outside"}
        over = [key for key, one in self.model.sent.items() if one.state not in waiting]
        owed = Deadline.objects.filter(handover__in=over).exclude(kind__in=("feedback", "objection"))
        assert not owed.filter(state="open").exists()
        assert not Reminder.objects.filter(deadline__in=owed, state="pending").exists()

    @invariant()
    def nothing_is_broken(self) -> None:
        """The invariants of the registry, over whole tables: now and then and at the end; what breaks one stays broken."""
        if hasattr(self, "world") and self.steps % 25 == 0:
            found = list(findings())
            assert not found, found
