"""What the sweep costs follows what is due, not what is open."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from common.clock import moved_wall
from common.ladder import LADDER
from referral.enums import DeadlineKind, ReminderState, Role
from referral.models import Case, CaseEvent, Deadline, Institution, Registry, Reminder
from referral.services import reminders, sweep
from referral.services.deadlines import rungs_of
from referral.services.moment import moment_of
from tests.factories import (
    EXERCISE,
    make_case,
    make_handover,
    make_institution,
    make_member,
    make_registry,
    wall_after,
)

pytestmark = pytest.mark.django_db

LATE = 36_000
HOUR = timedelta(hours=1)
FAR = timedelta(days=4_000)


@pytest.fixture
def focal() -> Institution:
    """The focal point of Nigeria with a deputy, Niger's, and a regional coordinator."""
    registry = make_registry(last_seen_wall=wall_after(LATE))
    found = make_institution(registry)
    make_member(found)
    make_member(found, Role.DEPUTY)
    make_member(make_institution(registry, "NE"))
    make_member(make_institution(registry, None, kind="international"), Role.COORDINATOR)
    return found


def owe(focal: Institution, cases: int, kinds: int = 1, *, limit: timedelta = HOUR, sent: bool = False) -> None:
    """So many deadlines of so many kinds with their whole ladders, written as the bulk loader writes them."""
    niger = Institution.objects.get(registry=focal.registry, country="NE") if sent else None
    rows = []
    for case in [make_case(focal) for _number in range(cases)]:
        handover = make_handover(case, niger) if niger else None
        rows += [
            Deadline(
                registry=focal.registry, case=case, handover=handover, kind=kind, owes=focal, other_side=niger,
                opened_at=EXERCISE, due_at=EXERCISE + limit, opened_ran=timedelta(0), floor=timedelta(0), basis="default",
            )
            for kind in list(DeadlineKind)[:kinds]
        ]  # fmt: skip
    Deadline.objects.bulk_create(rows)
    Reminder.objects.bulk_create([rung for row in rows for rung in rungs_of(row, EXERCISE)])


def statements_of_a_batch(registry: Registry) -> tuple[int, int]:
    """How many rungs a batch fired, and with how many statements."""
    with (
        moved_wall(wall_after(LATE)),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        fired = sweep._batch(registry.pk)
    return fired, len(asked)


@pytest.mark.wide
def test_a_batch_asks_the_same_number_of_statements_for_2_20_and_200_late_handovers(focal: Institution) -> None:
    found = []
    for cases in (2, 20, 200):
        owe(focal, cases, sent=True)
        fired, statements = statements_of_a_batch(focal.registry)
        assert fired == cases * len(LADDER)
        found.append(statements)
    assert len(set(found)) == 1
    assert found[0] <= 20
    assert CaseEvent.objects.filter(kind="lapse").count() == 222


def test_a_batch_asks_the_same_number_of_statements_however_many_reminders_wait(focal: Institution) -> None:
    owe(focal, 2)
    _fired, alone = statements_of_a_batch(focal.registry)
    owe(focal, 2)
    owe(focal, 40, kinds=5, limit=FAR)
    assert statements_of_a_batch(focal.registry) == (2 * len(LADDER), alone)


def test_the_sweep_finds_what_is_due_by_its_index(focal: Institution) -> None:
    owe(focal, 3)
    owe(focal, 100, kinds=14, limit=FAR)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE referral_reminder, referral_deadline")
    moment = moment_of(focal.registry, wall_after(LATE))
    asked = reminders._pending(focal.registry_id, moment.at, moment.ran)[: sweep.BATCH]
    assert "reminders_for_the_sweep" in asked.explain()


def test_a_budget_gives_the_first_rungs_in_logical_order_whatever_the_human_floor_holds_back(
    focal: Institution,
) -> None:
    owe(focal, 12, kinds=2)
    random = Random(7)
    rows = list(Reminder.objects.all())
    for row in rows:
        row.due_at = EXERCISE + timedelta(minutes=random.randrange(300))
        row.floor_ran = timedelta(minutes=random.choice((0, 0, 0, 1, 60, 500)))
    Reminder.objects.bulk_update(rows, ["due_at", "floor_ran"])
    moment = moment_of(focal.registry, wall_after(LATE))
    everything = reminders.due_rungs(focal.registry, moment)
    assert len(everything) > 50
    for budget in (1, 2, 7, 50, len(everything), 1_000):
        first = reminders.due_rungs(focal.registry, moment, budget=budget)
        assert first
        assert first == everything[: len(first)]
        assert len(first) <= budget


def test_a_pass_ends_with_its_budget_and_the_next_one_goes_on(
    focal: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(focal, 8)
    monkeypatch.setattr(sweep, "BATCH", 5)
    monkeypatch.setattr(sweep, "BUDGET", 3)
    with moved_wall(wall_after(LATE)):
        assert sweep.sweep_registry(focal.registry_id) == 15
        assert Reminder.objects.filter(state=ReminderState.PENDING).count() == 25
        assert Registry.objects.get(pk=focal.registry_id).heartbeat_wall == wall_after(LATE)
        assert sweep.sweep_registry(focal.registry_id) == 15
        assert sweep.sweep_registry(focal.registry_id) == 10
    assert not Reminder.objects.filter(state=ReminderState.PENDING).exists()


def test_several_late_steps_of_one_person_are_recorded_one_after_the_other(focal: Institution) -> None:
    owe(focal, 1, kinds=3)
    with moved_wall(wall_after(LATE)), transaction.atomic():
        reminders.settle(focal.registry, moment_of(focal.registry))
    case = Case.objects.get()
    chain = list(CaseEvent.objects.filter(case=case).order_by("seq"))
    assert [event.seq for event in chain] == [1, 2, 3]
    assert [bytes(after.previous_hash) for after in chain[1:]] == [bytes(before.hash) for before in chain[:-1]]
