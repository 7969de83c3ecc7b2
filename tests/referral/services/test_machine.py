"""Random commands and clock moves against a plain Python model written from the table of the design, not from our code."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
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
from referral.enums import OPEN_STATES, Action, HoldReason
from referral.models import Case, CaseEvent, Custody, Deadline, Handover, Proposal, Reminder
from referral.selectors.invariants import findings
from referral.services import care, lifecycle, merge, reminders
from referral.services import clock as clock_service
from referral.services.command import begin
from tests.referral.services.machine_model import GATED, OPEN, TABLE, TOGETHER, File, Model, Sent
from tests.scenes import (
    CHILD_FILE,
    accept_facts,
    depart_facts,
    heard,
    open_case,
    ready_draft,
    receive_facts,
    two_countries,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

COUNTRIES = ("NG", "NE", "IT")
SEATS = tuple(f"{code}{kind}" for code in COUNTRIES for kind in ("", "-deputy", "-child"))
ONWARD = ("offer", "acknowledge", "child_answer", "accept", "depart", "receive", "receive_outside")
"""Random picks alone rarely get far: these are picked more often."""
ENDS = ("withdraw", "decline", "discard", "divert", "death", "agree_forward", "confirm_stop")
"""And these more rarely, or nothing lives long."""
PICKS = st.lists(st.integers(0, 1000), min_size=2, max_size=8)
DONE: Counter[str] = Counter()
"""Rows that were really done, so that a run which got nowhere fails."""
STEPS: Counter[str] = Counter()


class Registry(RuleBasedStateMachine):
    """An adult and a child of one family between three countries with a seat and one without."""

    @initialize()
    def begin(self) -> None:
        self.scene = two_countries(*COUNTRIES)
        self.model = Model()
        for age in (24, 15):
            case = open_case(self.scene, age_low=age, age_high=age + 2)
            self.model.files[case.pk] = File("NG", age < 18, ["NG"])
        Case.objects.filter(pk__in=self.model.files).update(immediate_danger=True)
        self.prepare(to="NE", pick=0)

    def now(self) -> Any:
        return self.scene.moment().at

    def facts(self, key: int, action: str, who: str, pick: int) -> dict[str, Any]:
        one, at = self.model.sent[key], self.now()
        elsewhere = [code for code in (*COUNTRIES, "GH") if code not in (one.sender, one.receiver)]
        owed = Deadline.objects.filter(handover=key, state="open").order_by("kind", "pk")
        proposals = Proposal.objects.filter(handover=key, state="open").order_by("pk")
        given: dict[str, Any] = {
            "ask": {"question": "Which languages?"},
            "answer": {"answer": "Hausa.", "compartment": "D2"},
            "holding_reply": {"reply_by_at": at + timedelta(hours=6)},
            "accept": accept_facts(self.scene),
            "put_conditions": accept_facts(self.scene, conditions=["escort"]),
            "agree_conditions": {"person_agrees": True},
            "decline": {"decline_reason": "no_capacity"},
            "propose_forward": {"forward_country": elsewhere[pick % len(elsewhere)], "forward_reason": "A sister."},
            "withdraw": {"withdraw_reason": "risk"},
            "revoke": {"revoke_reason": "border", "cannot_receive": pick % 4 == 0},
            "hold": {"hold_reason": "child_objects" if who.endswith("-child") else "practical"},
            "depart": depart_facts(self.scene),
            "turn_back": {"safe_here": "yes"},
            "receive": receive_facts(self.scene, arrived_at=at),
            "accept_and_receive": receive_facts(self.scene, arrived_at=at),
            "receive_outside": {"arrived_at": at, "received_by": "Officer"},
            "follow_up": {"phrase": "person_well", "spoke_with": "Officer"},
            "end_search": {"search_end": "elsewhere", "reason": "Three attempts."},
            "divert": {"diverted_country": elsewhere[pick % len(elsewhere)]},
            "death": {"reason": "Told by the hospital."},
            "give_feedback": {"feedback": "She is well."},
            "ask_correction": {"correction_reason": "Somebody else came."},
            "supplement": {"compartments_more": ["D3"]},
            "child_answer": {"child_answer": "no" if pick % 5 == 0 else "yes"},
            "override": {"gate": "6", "reason": "No answer."},
            "waive": {"deadline": owed[pick % len(owed)].pk if owed else None, "reason": "We wait."},
            "write_message": {"phrase": "working"},
            "record_call": {"phrase": "no_answer", "spoke_with": "Nobody"},
            "drop_proposal": {"proposal": proposals[pick % len(proposals)].pk if proposals else None},
        }.get(action, {})
        said = one.outside and (TABLE[action][2] == "receiver+" or action == "child_answer")
        return given | (heard(self.scene) if said else {})

    @rule(to=st.sampled_from([*COUNTRIES, "GH"]), pick=st.integers(0, 1))
    def prepare(self, to: str, pick: int) -> None:
        case, file = sorted(self.model.files.items())[pick]
        drafts = [one for one in self.model.sent.values() if one.case == case and one.state == "draft"]
        if file.holder in (None, to) or len(drafts) > 1:
            return
        assert file.holder is not None
        STEPS["prepare"] += 1
        if file.child:
            self.child_protection(case, file)
        draft = ready_draft(self.scene, Case.objects.get(pk=case), file.holder, to)
        self.model.sent[draft.pk] = Sent(case, file.holder, to, to == "GH")

    def child_protection(self, case: int, file: File) -> None:
        assert file.holder is not None
        with self.scene.clock():
            if file.holder not in file.care:
                guard = self.scene.institutions[f"{file.holder}-child"]
                care.tell_child_protection(self.scene.actor(file.holder), case, guard, submission=uuid4())
                file.care.add(file.holder)
            care.record_child(self.scene.actor(f"{file.holder}-child"), case, CHILD_FILE, submission=uuid4())

    @rule()
    def link_a_family(self) -> None:
        """Two drafts of different people to one country become one journey."""
        drafts = (
            sorted((k, o) for k, o in self.model.sent.items() if o.state == "draft" and not o.family)
            if getattr(self, "model", None)
            else []
        )
        for k, one in drafts:
            for other, two in drafts:
                if one.case < two.case and (one.sender, one.receiver) == (two.sender, two.receiver):
                    group = uuid4()
                    Handover.objects.filter(pk__in=(k, other)).update(family_group=group)
                    one.family = two.family = str(group)
                    DONE["family"] += 1
                    return

    @precondition(lambda self: self.model.sent)
    @rule(pick=st.integers(0, 100), action=st.sampled_from(sorted(TABLE)), who=st.sampled_from(SEATS))
    def act(self, pick: int, action: str, who: str) -> None:
        key = sorted(self.model.sent)[pick % len(self.model.sent)]
        STEPS["act"] += 1
        expected = self.model.refusal(key, action, who, self.now())
        given = self.facts(key, action, who, pick)
        expected = expected or self.about_rows(key, action, who, given)
        done_together = len(self.model.family(key, action)) > 1 if action in TOGETHER else False
        refused = self.attempt(key, action, who, given)
        place = (action, who, self.model.sent[key], refused)
        if refused is None:
            assert expected is None, (expected, place)
            if self.model.follow(key, action, who, self.now(), given):
                DONE[action] += 1
                self.new_drafts(key)
        elif expected is None:
            assert refused == "GatesClosed", place
            assert action in GATED, place
        else:
            assert refused == expected or done_together, (expected, place)

    def about_rows(self, key: int, action: str, who: str, given: dict[str, Any]) -> str | None:
        """What depends on rows that the model does not keep: a deadline to waive, a proposal to drop."""
        if action in ("waive", "drop_proposal"):
            row_pk = given["deadline" if action == "waive" else "proposal"]
            if row_pk is None:
                return "FactMissing"
            mine = self.scene.institutions[who[:2]]
            if action == "waive":
                owed = Deadline.objects.get(pk=row_pk)
                if owed.kind == "confirm_stop":
                    return "PersonWaits"
                return None if owed.other_side == mine else "CannotWaiveOwn"
            found = Proposal.objects.get(pk=row_pk)
            given["what"] = found.action
            return None if found.institution == mine else "NotAllowed"
        return None

    def attempt(self, key: int, action: str, who: str, given: dict[str, Any]) -> str | None:
        try:
            with transaction.atomic():
                self.scene.do(who, Handover.objects.get(pk=key), Action(action), given)
        except Refusal as refused:
            return type(refused).__name__
        return None

    def new_drafts(self, key: int) -> None:
        for draft in Handover.objects.filter(forwarded_from=key).exclude(pk__in=self.model.sent):
            one = self.model.sent[key]
            self.model.sent[draft.pk] = Sent(one.case, one.sender, draft.receiver_country_id, draft.outside)

    @rule(picks=PICKS)
    def walk(self, picks: list[int]) -> None:
        """A few steps in a row that the model allows."""
        for pick in picks:
            likely = self.likely()
            if likely:
                key, action, who = likely[pick % len(likely)]
                keys = sorted(self.model.sent)
                self.act(pick=keys.index(key) + len(keys) * (pick % 20), action=action, who=who)
                self.scene.after(hours=1 + pick % 5)
            else:
                self.prepare(to=COUNTRIES[pick % 3], pick=pick % 2)

    def likely(self) -> list[tuple[int, str, str]]:
        found, now = [], self.now()
        alive = [(key, one) for key, one in sorted(self.model.sent.items()) if one.state != "completed"]
        for key, one in alive:
            for action in TABLE:
                for who in SEATS:
                    if one.state in TABLE[action][0] and self.model.refusal(key, action, who, now) is None:
                        found += [(key, action, who)] * (20 if action in ONWARD else 1 if action in ENDS else 2)
        return found

    @rule(hours=st.sampled_from([0.5, 3, 30]), jump=st.booleans(), picks=PICKS)
    def time_passes(self, hours: float, jump: bool, picks: list[int]) -> None:
        """By itself or by a jump of the clock; and life goes on."""
        STEPS["clock"] += 1
        self.scene.after(hours=hours)
        if jump:
            with self.scene.clock():
                clock_service.jump(self.scene.registry.pk, timedelta(hours=24), user=None, reason="test")
            self.scene.registry.refresh_from_db()
        self.walk(picks)

    @rule(picks=PICKS)
    def sweep(self, picks: list[int]) -> None:
        STEPS["sweep"] += 1
        with self.scene.clock():
            reminders.settle(self.scene.registry, self.scene.moment())
        self.walk(picks)

    @rule(pick=st.integers(0, 1), what=st.sampled_from(["missing", "presence"]), picks=PICKS)
    def the_system_acts(self, pick: int, what: str, picks: list[int]) -> None:
        STEPS["system"] += 1
        case, file = sorted(self.model.files.items())[pick]
        with self.scene.clock(), transaction.atomic():
            work = begin(self.scene.actor(file.holder or "NG"), case)
            if what == "missing":
                held = lifecycle.hold_by_system(work, HoldReason.MISSING)
                assert (held is not None) == self.model.held_by_the_system(case, "missing")
            else:
                told = lifecycle.presence_reported(work)
                there = any(one.case == case and one.state in OPEN for one in self.model.sent.values())
                assert (told is not None) == there
                DONE["report_presence"] += told is not None
        self.walk(picks)

    @rule(pick=st.integers(0, 1), often=st.integers(0, 9))
    def join_the_files(self, pick: int, often: int) -> None:
        """Rarely: the files turn out to be one person's."""
        ending, into = sorted(self.model.files)[pick], sorted(self.model.files)[1 - pick]
        gone, stays = self.model.files[ending], self.model.files[into]
        if often < 9 or gone.holder is None or stays.holder is None:
            return
        STEPS["merge"] += 1
        code = Case.objects.get(pk=into).person.public_code
        possible = self.model.joinable(ending) and self.model.joinable(into)
        with suppress(Refusal), self.scene.clock(), transaction.atomic():
            actor = self.scene.actor(gone.holder)
            merge.ask(actor, ending, into_code=code, reason="One person", submission=uuid4())
            if gone.holder != stays.holder:
                asked = Proposal.objects.get(case=ending, action=Action.MERGE, state="open")
                merge.answer(self.scene.actor(stays.holder), asked.pk, yes=True, submission=uuid4())
        joined = Case.objects.get(pk=ending).merged_into_id == into
        assert joined == possible
        if not joined:
            return
        DONE["merge"] += 1
        self.model.join(ending, into)

    @invariant()
    def exactly_one_institution_answers_for_an_open_case(self) -> None:
        for case, file in getattr(self, "model", Model()).files.items():
            links = Custody.objects.filter(case=case).order_by("seq").select_related("institution")
            found = [link.institution.country_id if link.institution else None for link in links]
            assert found == file.answering
            holder = Case.objects.select_related("holder").get(pk=case).holder
            assert (holder.country_id if holder else None) == file.holder

    @invariant()
    def states_are_the_models(self) -> None:
        model = getattr(self, "model", Model())
        rows = Handover.objects.filter(case__in=model.files)
        found = {row.pk: (row.state, row.held_from, row.objected, row.child) for row in rows}
        assert found == {key: (one.state, one.came_from, one.objected, one.child) for key, one in model.sent.items()}
        assert {row.pk: set(row.child_protection_yes) for row in rows} == {k: one.yes for k, one in model.sent.items()}
        for case in model.files:
            assert sum(row.case_id == case and row.state in OPEN_STATES for row in rows) <= 1

    @invariant()
    def nothing_is_broken(self) -> None:
        if hasattr(self, "model"):
            assert list(findings()) == []

    @invariant()
    def what_is_over_leaves_nothing_due_and_nothing_proposed(self) -> None:
        waiting = OPEN | {"draft", "received", "received_outside"}
        done = [key for key, one in getattr(self, "model", Model()).sent.items() if one.state not in waiting]
        assert not Deadline.objects.filter(handover__in=done, state="open").exists()
        assert not Reminder.objects.filter(deadline__handover__in=done, state="pending").exists()
        assert not Proposal.objects.filter(handover__in=done, state="open").exists()


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
    DONE.clear()
    STEPS.clear()
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
    explore(examples=4, steps=8, same_every_time=True)
    assert {"receive", "accept_and_receive"} & set(DONE), "the run never got far enough to show anything"
    assert len(DONE) >= 10


@pytest.mark.long
def test_random_commands_follow_the_plain_model():
    explore(examples=10, steps=40, same_every_time=False)
    assert len(DONE) >= 10


@pytest.mark.marathon
def test_ten_thousand_random_steps_reach_every_row(capsys: pytest.CaptureFixture[str]):
    explore(examples=300, steps=50, same_every_time=False)
    total = sum(STEPS.values())
    with capsys.disabled():
        print(f"\n{total} steps: {dict(STEPS)}\nrows done: {dict(sorted(DONE.items()))}")
    assert total >= 10_000
    assert set(TABLE) | {"report_presence", "family", "merge"} <= set(DONE), "a row of the table was never reached"


def test_the_same_form_posted_twice_is_done_once():
    scene = two_countries()
    draft = ready_draft(scene, open_case(scene))
    key = uuid4()
    first = scene.do("NG", draft, Action.OFFER, submission=key)
    again = scene.do("NG", draft, Action.OFFER, submission=key)
    assert (first.repeated, again.repeated) == (False, True)
    assert first.event.pk == again.event.pk
    assert CaseEvent.objects.filter(handover=draft, kind="offer").count() == 1
