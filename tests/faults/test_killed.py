"""`kill -9` at every point of a pass, with real processes: nothing is lost, nothing is doubled in the app."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.db import transaction

from common import clock
from common.working_time import Limit
from config.broker import celery_settings
from config.env import read
from referral.enums import DeadlineKind, MailState, ReminderState, Role
from referral.models import CaseEvent, Mail, Notice, Registry, Reminder
from referral.services import sweep
from referral.services.deadlines import open_deadline
from referral.services.moment import moment_of
from tests.factories import make_case, make_institution, make_member, make_registry

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def overdue(cases: int) -> Registry:
    """A registry that is swept right now, with so many cases whose whole ladder has been due for a while."""
    now = clock.wall_now()
    began = now - timedelta(hours=cases + 2)
    registry = make_registry(anchor_wall=began, heartbeat_wall=now, last_seen_wall=now)
    focal = make_institution(registry)
    make_member(focal)
    make_member(focal, Role.DEPUTY)
    with transaction.atomic():
        for _ in range(cases):
            open_deadline(
                case=make_case(focal),
                kind=DeadlineKind.SCREEN,
                owes=focal,
                moment=moment_of(registry, began),
                limit=Limit(hours=4),
            )
    return registry


def deaths(worker_processes: Any, work: str) -> list[dict[str, Any]]:
    """What was left after each death of one pass, and at last after a pass that survived."""
    process = worker_processes.start("-m", "tests.faults.dying", work)
    assert process.wait(60) == 0, worker_processes.output()
    lines = [line for line in worker_processes.output().splitlines() if line.startswith("{")]
    return [json.loads(line) for line in lines]


def until(true: Callable[[], bool], processes: Any, ticks: Celery | None = None) -> None:
    """Wait until it is true; with `ticks`, ring for both passes all the while, as beat does every five seconds."""
    give_up = time.monotonic() + 60
    while not true():
        if time.monotonic() > give_up:
            pytest.fail(f"it did not happen in time; the processes said:\n{processes.output()}")
        if ticks is not None:
            for name in ("referral.sweep", "referral.deliver"):
                ticks.send_task(name, ignore_result=True, expires=5)
        time.sleep(0.1 if ticks is None else 0.5)


def ticks_for(worker_processes: Any) -> Celery:
    """What rings at the broker of those processes."""
    app = Celery("ticks", set_as_current=False)
    app.config_from_object(celery_settings(read(worker_processes.environment())), namespace="CELERY")
    return app


@pytest.mark.long
def test_a_sweep_killed_before_any_statement_has_done_all_or_nothing(worker_processes: Any) -> None:
    overdue(3)
    left = deaths(worker_processes, "sweep")
    assert len(left) > 15
    assert [row["killed"] for row in left] == [True] * (len(left) - 1) + [False]
    amounts = {(row["fired"], row["lapsed"], row["notices"], row["mails"]) for row in left}
    assert amounts == {(0, 0, 0, 0), (15, 3, 2, 2)}
    events = CaseEvent.objects.filter(kind="lapse").order_by("at", "pk").values_list("at", "case__deadlines__opened_at")
    assert [at - opened for at, opened in events] == [timedelta(hours=8), timedelta(hours=9), timedelta(hours=12)]


@pytest.mark.long
@pytest.mark.smtp
def test_a_delivery_killed_before_any_statement_sends_at_most_one_more(worker_processes: Any, smtp_server: Any) -> None:
    """Sends of one Message-ID are at most 1 + the deaths between sending and marking (invariant I7)."""
    overdue(1)
    sweep.sweep()
    Mail.objects.exclude(pk=Mail.objects.earliest("pk").pk).update(state=MailState.CANCELLED)
    worker_processes.extra["EMAIL_URL"] = smtp_server.url
    left = deaths(worker_processes, "deliver")
    mail = Mail.objects.get(state=MailState.SENT)
    assert len(left) > 8
    assert left[-1] == {"killed": False, "fired": 5, "lapsed": 1, "notices": 2, "mails": 2, "sent": 1}
    sends = [message["Message-ID"] for message in smtp_server.messages]
    assert set(sends) == {mail.message_id}
    between_send_and_mark = 2  # before the statement that marks, and before its commit
    assert len(sends) == 1 + between_send_and_mark


@pytest.mark.long
@pytest.mark.smtp
def test_a_worker_killed_in_the_middle_is_replaced_and_nothing_is_missing(
    worker_processes: Any, smtp_server: Any
) -> None:
    """Celery on files: the worker is killed while it sends, the queue is wiped, another worker finds the rest in the rows."""
    overdue(60)
    worker_processes.extra["EMAIL_URL"] = smtp_server.url
    first = worker_processes.worker()
    ticks = ticks_for(worker_processes)
    smtp_server.manner = "hang"
    queue = worker_processes.data / "broker" / "queue"
    until(lambda: queue.exists(), worker_processes)
    until(lambda: smtp_server.attempts > 0, worker_processes, ticks)
    worker_processes.kill(first)
    for message in queue.iterdir():
        message.unlink(missing_ok=True)
    smtp_server.manner = "accept"
    Mail.objects.filter(state=MailState.PENDING).update(next_try_wall=clock.wall_now())
    worker_processes.worker()
    until(lambda: not Mail.objects.filter(state=MailState.PENDING).exists(), worker_processes, ticks)
    assert Reminder.objects.filter(state=ReminderState.FIRED).count() == 300
    assert CaseEvent.objects.filter(kind="lapse").count() == 60
    assert len(set(Notice.objects.values_list("user", "cause"))) == Notice.objects.count() == Mail.objects.count()
    arrived = Counter(message["Message-ID"] for message in smtp_server.messages)
    assert set(arrived) == set(Mail.objects.values_list("message_id", flat=True))
    assert max(arrived.values()) == 1


@pytest.mark.long
@pytest.mark.redis
@pytest.mark.smtp
def test_a_redis_that_is_wiped_again_and_again_loses_nothing(
    worker_processes: Any, smtp_server: Any, redis_url: str
) -> None:
    import redis

    worker_processes.extra.update(CELERY_BROKER_URL=redis_url, EMAIL_URL=smtp_server.url)
    worker_processes.worker()
    ticks = ticks_for(worker_processes)
    with redis.Redis.from_url(redis_url) as broker:
        for sent in (2, 4):  # again when worker and beat have long known their queues
            overdue(5)
            until(
                lambda sent=sent: broker.flushall() and Mail.objects.filter(state=MailState.SENT).count() == sent,
                worker_processes,
                ticks,
            )
    assert Reminder.objects.filter(state=ReminderState.FIRED).count() == 50
    assert len(smtp_server.messages) == 4


@pytest.mark.long
@pytest.mark.smtp
def test_without_any_broker_the_two_commands_do_the_same_work(worker_processes: Any, smtp_server: Any) -> None:
    worker_processes.extra.update(CELERY_BROKER_URL="redis://127.0.0.1:1/0", EMAIL_URL=smtp_server.url)
    overdue(5)
    loops = [worker_processes.command(name, "--every", "0.2") for name in ("sweep", "deliver")]
    until(lambda: Mail.objects.filter(state=MailState.SENT).count() == 2, worker_processes)
    for loop in loops:
        loop.terminate()
    assert [loop.wait(10) for loop in loops] == [0, 0]
    assert Reminder.objects.filter(state=ReminderState.FIRED).count() == 25
    assert len(smtp_server.messages) == Notice.objects.count() == 2
