"""The services that other tests lean on really are real."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.mail import send_mail
from django.db import connection, transaction
from django.urls import reverse

from common import prepared
from tests.fixtures.remembered import HERE, NOTHING, remembered
from tests.fixtures.services import ProductProcesses, SmtpServer

COMPOSED_BY_EVERY_TEST = prepared._known


def test_chromium_reads_a_page_of_the_live_server(page: Any) -> None:
    answer = page.goto(reverse("healthz"))
    assert answer.status == 200
    assert '"status": "ok"' in page.content()


def test_axe_finds_what_is_wrong(page: Any, axe: Callable[[Any], None]) -> None:
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><img src='data:,'></main></html>")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_mail_arrives_by_a_real_conversation(smtp_server: SmtpServer) -> None:
    send_mail("A subject", "A body", None, ["focal.ng@example.org"])
    assert [message["Subject"] for message in smtp_server.messages] == ["A subject"]


def test_the_mail_server_can_refuse_and_drop(smtp_server: SmtpServer) -> None:
    smtp_server.manner = "refuse"
    with pytest.raises(smtplib.SMTPDataError):
        send_mail("A subject", "A body", None, ["focal.ng@example.org"])
    assert smtp_server.messages == []
    smtp_server.manner = "drop_after_accept"
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send_mail("A subject", "A body", None, ["focal.ng@example.org"])
    assert len(smtp_server.messages) == 1


def test_redis_answers(redis_url: str) -> None:
    import redis

    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


@pytest.mark.parametrize("broker", ["files", pytest.param("redis", marks=pytest.mark.long)])
def test_a_real_worker_starts_on_each_broker_as_the_worker_role(
    broker: str, worker_processes: ProductProcesses, request: pytest.FixtureRequest
) -> None:
    if broker == "redis":
        worker_processes.extra["CELERY_BROKER_URL"] = request.getfixturevalue("redis_url")
    worker = worker_processes.worker()
    give_up = time.monotonic() + 30
    while "ready." not in worker_processes.output():
        if worker.poll() is not None or time.monotonic() > give_up:
            pytest.fail(worker_processes.output())
        time.sleep(0.1)
    worker_processes.kill(worker)
    assert worker.returncode == -9


def test_a_command_of_a_child_process_sees_the_test_database(worker_processes: ProductProcesses) -> None:
    command = worker_processes.command(
        "shell", "-c", "from django.db import connection as c; c.cursor(); print('in', c.settings_dict['NAME'])"
    )
    assert command.wait(60) == 0, worker_processes.output()
    assert f"in {connection.settings_dict['NAME']}" in worker_processes.output()


def test_a_scene_is_put_back_with_its_rows_and_played_again_after_any_write(db: None) -> None:
    """`@remembered` would put rows on top of others if one write went by unseen."""
    played: list[int] = []

    @remembered
    def group(name: str) -> str:
        played.append(1)
        return Group.objects.create(name=name).name

    def times_played() -> int:
        with transaction.atomic():
            group("one")
            assert Group.objects.filter(name="one").exists()
            transaction.set_rollback(True)
        return len(played)

    HERE.is_known()
    HERE.steps = NOTHING
    assert [times_played(), times_played()] == [1, 1]
    Group.objects.create(name="another")
    assert [times_played(), times_played()] == [2, 3]


def test_a_connection_that_was_not_watched_makes_every_scene_be_played(db: None) -> None:
    HERE.is_known()
    HERE.steps = NOTHING
    assert HERE.is_known()
    connection.execute_wrappers.clear()
    HERE.steps = NOTHING
    assert not HERE.is_known()
    HERE.steps = NOTHING
    assert HERE.is_known(), "watched from then on"


def test_a_test_that_patches_nothing_asks_what_others_composed() -> None:
    assert prepared._known is COMPOSED_BY_EVERY_TEST


def test_a_test_that_patches_composes_its_queries_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert prepared._known == {}


def test_what_is_planned_outlives_a_rollback_and_not_a_dropped_table(db: None) -> None:
    def planned() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM pg_prepared_statements")
            return {name for (name,) in cursor.fetchall()}

    with transaction.atomic():
        prepared.rows(lambda name: Group.objects.filter(name=name), "nobody")
        before = planned()
        transaction.set_rollback(True)
    assert before
    assert planned() == before
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS of_nobody")
    assert planned() == set()
