"""Several sweeps at once fire each rung once; without the guards they would not."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from common.clock import moved_wall
from common.working_time import Limit
from referral.enums import DeadlineKind, ReminderState, Role
from referral.models import Case, CaseEvent, Mail, Notice, Registry, Reminder
from referral.services import clock as clocks
from referral.services import command, outbox, reminders, sweep
from referral.services.deadlines import open_deadline
from referral.services.moment import moment_of
from tests.factories import make_case, make_institution, make_member, make_registry, wall_after

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

SWEEPERS = 4
CASES = 40
LATE = 36_000


@pytest.fixture
def registry() -> Registry:
    """Forty cases, each with one deadline whose whole ladder is due."""
    found = make_registry()
    focal = make_institution(found)
    make_member(focal)
    make_member(focal, Role.DEPUTY)
    with transaction.atomic():
        for _ in range(CASES):
            open_deadline(
                case=make_case(focal),
                kind=DeadlineKind.SCREEN,
                owes=focal,
                moment=moment_of(found, wall_after(0)),
                limit=Limit(hours=4),
            )
    Registry.objects.update(last_seen_wall=wall_after(LATE))
    return found


def at_once(work: Callable[[], int], times: int = SWEEPERS) -> list[int]:
    """The same work in that many threads, each with a connection of its own, begun together."""
    begin = Barrier(times)

    def one() -> int:
        try:
            with moved_wall(wall_after(LATE)):
                begin.wait(10)
                return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [future.result(60) for future in [pool.submit(one) for _ in range(times)]]


def test_four_sweepers_at_once_fire_each_rung_once(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "BATCH", 7)
    fired = at_once(lambda: sweep.sweep_registry(registry.pk))
    fired.append(at_once(lambda: sweep.sweep_registry(registry.pk), 1)[0])  # what was skipped because it was held
    assert sum(fired) == CASES * 5
    assert not Reminder.objects.filter(state=ReminderState.PENDING).exists()
    assert CaseEvent.objects.filter(kind="lapse").count() == CASES
    assert Notice.objects.count() == Mail.objects.count()
    assert len(set(Notice.objects.values_list("user", "cause"))) == Notice.objects.count()


def test_control_without_the_guards_four_sweepers_fire_rungs_again(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same test with the case lock and the condition on the row switched off must fail."""
    looked = Barrier(SWEEPERS)

    def without_lock(case_ids: Any, *, wait: bool) -> set[int]:
        looked.wait(10)  # all four have seen the same pending rows
        return set(case_ids)

    monkeypatch.setattr(reminders, "lock_cases", without_lock)
    monkeypatch.setattr(reminders, "CLAIM", reminders.CLAIM.replace("AND reminder.state = 'pending'", ""))
    monkeypatch.setattr(reminders, "_lapse", lambda *_: None)

    def once() -> int:
        with transaction.atomic():
            found = Registry.objects.get(pk=registry.pk)
            return reminders.settle(found, moment_of(found), wait=False)

    assert sum(at_once(once)) == SWEEPERS * CASES * 5


def test_the_condition_on_the_row_alone_already_keeps_sweepers_apart(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = Barrier(SWEEPERS)

    def without_lock(case_ids: Any, *, wait: bool) -> set[int]:
        looked.wait(10)
        return set(case_ids)

    monkeypatch.setattr(reminders, "lock_cases", without_lock)
    monkeypatch.setattr(reminders, "_lapse", lambda *_: None)

    def once() -> int:
        with transaction.atomic():
            found = Registry.objects.get(pk=registry.pk)
            return reminders.settle(found, moment_of(found), wait=False)

    assert sum(at_once(once)) == CASES * 5


def test_a_case_that_somebody_works_on_is_left_to_the_next_pass(registry: Registry) -> None:
    busy = Case.objects.earliest("pk")
    with transaction.atomic():
        command.share(registry.pk)
        Case.objects.select_for_update().get(pk=busy.pk)
        assert at_once(lambda: sweep.sweep_registry(registry.pk), 1) == [(CASES - 1) * 5]
    assert at_once(lambda: sweep.sweep_registry(registry.pk), 1) == [5]


def test_a_command_and_four_sweepers_never_wait_for_each_other_in_a_circle(registry: Registry) -> None:
    """Commands settle the same cases that the sweepers are at."""
    cases = list(Case.objects.values_list("pk", flat=True))

    def commands() -> int:
        done = 0
        for case_id in cases:
            with transaction.atomic():
                shared = command.share(registry.pk)
                Case.objects.select_for_update().get(pk=case_id)
                done += reminders.settle(shared, moment_of(shared), case_id=case_id)
        return done

    turns = iter([commands, commands, *[lambda: sweep.sweep_registry(registry.pk)] * SWEEPERS])
    fired = sum(at_once(lambda: next(turns)(), 2 + SWEEPERS))
    assert fired == CASES * 5


def test_clock_changes_and_sweeps_follow_each_other(registry: Registry) -> None:
    turns = iter([
        lambda: sweep.sweep_registry(registry.pk),
        lambda: clocks.pause(registry.pk, user=None).clock_version,
        lambda: sweep.sweep_registry(registry.pk),
        lambda: clocks.pause(registry.pk, user=None).clock_version,
    ])  # fmt: skip
    at_once(lambda: next(turns)(), 4)
    assert Reminder.objects.filter(state=ReminderState.FIRED).count() == CASES * 5
    assert Registry.objects.get(pk=registry.pk).clock_version == 2


def test_four_deliveries_at_once_send_each_mail_once(registry: Registry, mailoutbox: list[Any]) -> None:
    at_once(lambda: sweep.sweep_registry(registry.pk), 1)
    waiting = set(Mail.objects.values_list("message_id", flat=True))
    with transaction.atomic():  # many more mails than readers
        for notice in Notice.objects.all():
            for number in range(20):
                Notice.objects.create(
                    registry=registry, user=notice.user, institution=notice.institution, kind="test", cause=f"test:{notice.pk}:{number}",
                    at=notice.at, wall=notice.wall,
                )  # fmt: skip
        for notice in Notice.objects.filter(mail__isnull=True):
            message_id = f"<{notice.pk}@test>"
            waiting.add(message_id)
            Mail.objects.create(
                registry=registry, notice=notice, user=notice.user, template="news", link="/", message_id=message_id,
                next_try_wall=notice.wall,
            )  # fmt: skip
    assert sum(at_once(outbox.deliver)) == len(waiting) > 40
    sent = [message.message()["Message-ID"] for message in mailoutbox]
    assert sorted(sent) == sorted(waiting)
