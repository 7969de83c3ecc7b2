"""Two who act at one instant: exactly one wins, both are told the truth, and the record stays whole.

Each race has a control: the same race with its guard switched off must go wrong, or the test would show nothing.
`RACE_ROUNDS` sets how often each race is run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import QuerySet

from common import prepared
from common.clock import moved_wall
from common.errors import Refusal
from referral.enums import OPEN_STATES, Action, ReminderState
from referral.models import Case, CaseEvent, Custody, Handover, Notice, Packet, Registry, Reminder
from referral.selectors.invariants import findings
from referral.services import handover_rules, intake, lifecycle, reminders
from referral.services.moment import moment_of
from tests.fixtures.needs import exploring
from tests.scenes import ADULT, Scene, accept_facts, advance, open_case, ready_draft, receive_facts, two_countries

pytestmark = [pytest.mark.race, pytest.mark.long, pytest.mark.django_db(transaction=True)]

ROUNDS = int(os.environ.get("RACE_ROUNDS") or (8 if exploring() else 2))
MANY = 16

Work = Callable[[], Any]


def take_locks_away(patch: pytest.MonkeyPatch) -> None:
    """No query asks for a row lock; also none that was composed before."""
    patch.setattr(QuerySet, "select_for_update", lambda self, **_: self.all())
    patch.setattr(prepared, "_known", {})


def at_once(scene: Scene, works: Sequence[Work]) -> list[Any]:
    """All works begun together, each in a thread with a connection of its own; what each returned or raised."""
    begin = Barrier(len(works))

    def one(work: Work) -> Any:
        try:
            with moved_wall(scene.wall):
                begin.wait(20)
                return work()
        except (Refusal, DatabaseError) as said_no:
            return said_no
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(60) for future in [pool.submit(one, work) for work in works]]


def act(scene: Scene, who: str, handover: Handover, action: Action, facts: Any = None, *, key: Any = None) -> Work:
    """An act on the handover, from a form that was made from its version as it is now."""
    actor, version = scene.actor(who), handover.version
    given = {"submission": key or uuid4(), "version": None if key else version}
    return lambda: lifecycle.apply(actor, handover.pk, action, facts, **given)


def one_wins(results: Sequence[Any]) -> bool:
    """One was done, all others were refused in words, and nothing is broken."""
    done = [r for r in results if not isinstance(r, Exception)]
    refused = [r for r in results if isinstance(r, Refusal)]
    return len(done) == 1 and len(refused) == len(results) - 1 and not list(findings())


def reached(scene: Scene, state: str, case: Case | None = None) -> Handover:
    return advance(scene, ready_draft(scene, case or open_case(scene)), state)


@contextmanager
def no_locks(monkeypatch: pytest.MonkeyPatch, together: int = 2) -> Iterator[None]:
    """Row locks do nothing, and everybody has checked before anybody writes."""
    checked = Barrier(together)
    real = lifecycle._perform

    def perform(*given: Any) -> Any:
        try:
            checked.wait(10)
        except BrokenBarrierError:
            pytest.fail("somebody was kept out although the lock was off")
        return real(*given)

    with monkeypatch.context() as patch:
        take_locks_away(patch)
        patch.setattr(lifecycle, "_perform", perform)
        yield


@pytest.fixture
def scene() -> Scene:
    return two_countries()


RACES: dict[str, tuple[str, Callable[[Scene, Handover], list[Work]], set[str]]] = {
    "accept against withdraw": (
        "acknowledged",
        lambda scene, handover: [
            act(scene, "NE", handover, Action.ACCEPT, accept_facts(scene)),
            act(scene, "NG", handover, Action.WITHDRAW, {"withdraw_reason": "risk"}),
        ],
        {"accepted", "withdrawn"},
    ),
    "receive against withdraw": (
        "accepted",
        lambda scene, handover: [
            act(scene, "NE", handover, Action.RECEIVE, receive_facts(scene)),
            act(scene, "NG", handover, Action.WITHDRAW, {"withdraw_reason": "risk"}),
        ],
        {"received", "withdrawn"},
    ),
    "acknowledge twice": (
        "offered",
        lambda scene, handover: [
            act(scene, "NE", handover, Action.ACKNOWLEDGE),
            act(scene, "NE-deputy", handover, Action.ACKNOWLEDGE),
        ],
        {"acknowledged"},
    ),
    "accept against decline": (
        "acknowledged",
        lambda scene, handover: [
            act(scene, "NE", handover, Action.ACCEPT, accept_facts(scene)),
            act(scene, "NE-deputy", handover, Action.DECLINE, {"decline_reason": "no_capacity"}),
        ],
        {"accepted", "declined"},
    ),
}


@pytest.mark.parametrize("race", RACES)
def test_exactly_one_of_two_wins(scene: Scene, race: str) -> None:
    state, works, ends = RACES[race]
    for _ in range(ROUNDS):
        handover = reached(scene, state)
        scene.after(hours=2)
        results = at_once(scene, works(scene, handover))
        assert one_wins(results), results
        handover.refresh_from_db()
        (won,) = [r for r in results if not isinstance(r, Exception)]
        assert handover.state == won.event.to_state
        assert handover.state in ends
        holder = "NE" if handover.state == "received" else "NG"
        assert Case.objects.get(pk=handover.case_id).holder == scene.institutions[holder]
        assert Custody.objects.filter(case=handover.case).count() == (2 if holder == "NE" else 1)
        assert handover.events.filter(from_state=state).count() == 1


@pytest.mark.parametrize("race", RACES)
def test_control_without_locks_not_exactly_one_wins(scene: Scene, race: str, monkeypatch: pytest.MonkeyPatch) -> None:
    state, works, _ends = RACES[race]
    handover = reached(scene, state)
    scene.after(hours=2)
    with no_locks(monkeypatch):
        results = at_once(scene, works(scene, handover))
    assert not one_wins(results), results


def test_without_a_version_both_orders_are_legal_and_leave_a_whole_record(scene: Scene) -> None:
    """A withdrawal after the acceptance is a withdrawal; an acceptance after the withdrawal is refused."""
    for _ in range(ROUNDS):
        handover = reached(scene, "acknowledged")
        results = at_once(
            scene,
            [
                act(scene, "NE", handover, Action.ACCEPT, accept_facts(scene), key=uuid4()),
                act(scene, "NG", handover, Action.WITHDRAW, {"withdraw_reason": "risk"}, key=uuid4()),
            ],
        )
        handover.refresh_from_db()
        assert handover.state == "withdrawn"
        assert not isinstance(results[1], Exception)
        path = list(
            handover.events.filter(kind__in=["accept", "withdraw"])
            .order_by("seq")
            .values_list("from_state", "to_state")
        )
        accepted_first = not isinstance(results[0], Exception)
        assert path == (
            [("acknowledged", "accepted"), ("accepted", "withdrawn")]
            if accepted_first
            else [("acknowledged", "withdrawn")]
        )
        assert list(findings()) == []


def sixteen_drafts(scene: Scene) -> list[Handover]:
    """One case, sixteen drafts ready to be sent."""
    first = ready_draft(scene, open_case(scene))
    found = [first]
    for number in range(MANY - 1):
        copy = Handover.objects.get(pk=first.pk)
        copy.pk, copy.reference = None, f"H-{first.pk}-{number}"
        copy._state.adding = True
        copy.save()
        found.append(copy)
    return found


def offers(scene: Scene, drafts: list[Handover]) -> list[Work]:
    actors = [scene.actor(("NG", "NG-deputy")[n % 2]) for n in range(len(drafts))]

    def offer(actor: Any, draft: Handover) -> Work:
        return lambda: lifecycle.apply(actor, draft.pk, Action.OFFER, submission=uuid4())

    return [offer(actor, draft) for actor, draft in zip(actors, drafts, strict=True)]


def open_ones(drafts: list[Handover]) -> int:
    return Handover.objects.filter(pk__in=[d.pk for d in drafts], state__in=OPEN_STATES).count()


def test_of_sixteen_offers_exactly_one_is_open(scene: Scene) -> None:
    for _ in range(max(1, ROUNDS // 3)):
        drafts = sixteen_drafts(scene)
        assert one_wins(at_once(scene, offers(scene, drafts)))
        assert open_ones(drafts) == 1
        assert Packet.objects.filter(handover__in=drafts).count() == 1


def test_without_locks_the_database_alone_still_keeps_one_open(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts = sixteen_drafts(scene)[:4]
    with no_locks(monkeypatch, 4):
        results = at_once(scene, offers(scene, drafts))
    assert open_ones(drafts) == 1
    assert sum(isinstance(r, DatabaseError) for r in results) == 3


@contextmanager
def without_the_index(name: str) -> Iterator[None]:
    """A unique index dropped by the owner and put back, with what it would have refused taken away first."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        (definition,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {name}")
    try:
        yield
    finally:
        Handover.objects.filter(state__in=OPEN_STATES).update(state="withdrawn")
        with connections["owner"].cursor() as cursor:
            cursor.execute(definition)


def test_control_without_the_rule_the_index_refuses_the_second(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts = sixteen_drafts(scene)[:4]
    monkeypatch.setitem(handover_rules.RULES, Action.OFFER, handover_rules.no_rule)  # type: ignore[arg-type]
    results = at_once(scene, offers(scene, drafts))
    assert not one_wins(results), "the refusal is the database's, not a sentence"
    assert open_ones(drafts) == 1


def test_control_without_rule_and_index_all_offers_are_open(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts = sixteen_drafts(scene)[:4]
    monkeypatch.setitem(handover_rules.RULES, Action.OFFER, handover_rules.no_rule)  # type: ignore[arg-type]
    with without_the_index("one_open_handover"):
        at_once(scene, offers(scene, drafts))
        assert open_ones(drafts) > 1
        assert {finding.invariant for finding in findings()} == {"I2"}


def test_one_form_posted_sixteen_times_is_one_act(scene: Scene) -> None:
    for _ in range(max(1, ROUNDS // 3)):
        handover = reached(scene, "offered")
        told = Notice.objects.count()
        results = at_once(scene, [act(scene, "NE", handover, Action.ACKNOWLEDGE, key=key) for key in [uuid4()] * MANY])
        assert not [r for r in results if isinstance(r, Exception)]
        assert sorted(r.repeated for r in results) == [False] + [True] * (MANY - 1)
        assert len({r.event.pk for r in results}) == 1
        assert CaseEvent.objects.filter(handover=handover, kind="acknowledge").count() == 1
        assert Notice.objects.count() - told == 3, "the other three officers, each once"
        assert list(findings()) == []


def test_control_without_the_key_a_form_posted_again_is_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    handover = reached(scene, "offered")
    monkeypatch.setattr(lifecycle, "recorded", lambda *_: None)
    results = at_once(scene, [act(scene, "NE", handover, Action.ACKNOWLEDGE, key=key) for key in [uuid4()] * 4])
    assert sum(isinstance(r, Exception) for r in results) == 3


def intakes(scene: Scene, times: int) -> list[Work]:
    actor, key = scene.actor("NG"), uuid4()
    return [lambda: intake.open_case(actor, ADULT, submission=key)] * times


def test_one_intake_posted_twice_opens_one_case(scene: Scene) -> None:
    for number in range(ROUNDS):
        results = at_once(scene, intakes(scene, 2))
        assert sorted(r.repeated for r in results) == [False, True]
        assert Case.objects.count() == number + 1
    assert list(findings()) == []


def test_control_without_turns_the_second_intake_fails(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = Barrier(2)
    real = intake.recorded

    def recorded(*given: Any) -> Any:
        found = real(*given)
        looked.wait(10)
        return found

    monkeypatch.setattr(intake, "recorded", recorded)
    monkeypatch.setattr(intake, "one_at_a_time", lambda _key: None)
    results = at_once(scene, intakes(scene, 2))
    assert sum(isinstance(r, DatabaseError) for r in results) == 1
    assert Case.objects.count() == 1, "the database still refuses the second"


def overdue_question(scene: Scene) -> tuple[Handover, int]:
    """A question long unanswered, its reminders not yet sent; and how many rungs are due."""
    handover = reached(scene, "acknowledged")
    scene.do("NE", handover, Action.ASK, {"question": "Which languages?"})
    handover.refresh_from_db()
    scene.after(days=20)
    moment = scene.moment()
    return handover, len(reminders.due_rungs(scene.registry, moment, case_id=handover.case_id))


def sweeping(scene: Scene) -> Work:
    def work() -> int:
        with transaction.atomic():
            registry = Registry.objects.get(pk=scene.registry.pk)
            return reminders.settle(registry, moment_of(registry))

    return work


def answering(scene: Scene, handover: Handover) -> Work:
    return act(scene, "NG", handover, Action.ANSWER, {"answer": "Hausa.", "compartment": "D2"})


def fired(scene: Scene) -> int:
    return Reminder.objects.filter(registry=scene.registry, state=ReminderState.FIRED).count()


def test_a_sweep_and_an_answer_meet_without_deadlock_or_stale_reminder(scene: Scene) -> None:
    for _ in range(ROUNDS):
        before = fired(scene)
        handover, due = overdue_question(scene)
        before = max(before, fired(scene))
        assert due > 0
        results = at_once(scene, [sweeping(scene), answering(scene, handover), sweeping(scene)])
        assert not [r for r in results if isinstance(r, Exception)], results
        assert fired(scene) - before >= due
        assert len(set(Notice.objects.values_list("user", "cause"))) == Notice.objects.count()
        asked = Reminder.objects.filter(deadline__question__handover=handover)
        assert not asked.filter(state=ReminderState.PENDING).exists(), "nobody is chased for what was answered"
        assert list(findings()) == []


def test_control_without_the_condition_on_the_row_a_rung_fires_twice(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    handover, due = overdue_question(scene)
    looked, real, claims = Barrier(2), reminders.due_rungs, []

    def due_rungs(*given: Any, **more: Any) -> Any:
        found = real(*given, **more)
        looked.wait(10)
        return found

    def claim(rungs: Any, moment: Any) -> Any:
        found = real_claim(rungs, moment)
        claims.extend(rung for _, rung in found)
        return found

    real_claim = reminders.claim
    monkeypatch.setattr(reminders, "due_rungs", due_rungs)
    monkeypatch.setattr(reminders, "claim", claim)
    monkeypatch.setattr(reminders, "CLAIM", reminders.CLAIM.replace("AND reminder.state = 'pending'", ""))
    at_once(scene, [sweeping(scene), answering(scene, handover)])
    assert len(claims) > due
