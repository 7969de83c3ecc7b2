"""The doorbell rings after the commit, once, and a broker that is away costs nothing."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import redis
from celery import Celery
from django.db import transaction

from common import doorbell


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rings, which reach no broker."""
    found: list[str] = []
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)
    monkeypatch.setattr(doorbell.current_app, "send_task", lambda name, **_: found.append(name))
    return found


@pytest.mark.django_db
def test_it_rings_once_after_the_commit(rung: list[str], django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for name in ("a", "b", "a"):
            doorbell.ring(name)
        assert rung == []
    assert rung == ["a", "b"]


@pytest.mark.django_db(transaction=True)
def test_it_does_not_ring_for_what_was_rolled_back(rung: list[str]) -> None:
    with transaction.atomic():
        doorbell.ring("a")
        transaction.set_rollback(True)
    doorbell.ring("b")
    assert rung == ["b"]


def test_a_broker_that_is_away_is_given_up_at_once_and_left_alone_for_a_while(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(doorbell, "current_app", Celery(broker="redis://127.0.0.1:1/0", set_as_current=False))
    tries: list[object] = []

    def refused(link: object) -> None:
        tries.append(link)
        raise ConnectionRefusedError

    monkeypatch.setattr(redis.Connection, "_connect", refused)
    with caplog.at_level(logging.WARNING, "common.doorbell"):
        for _ in range(5):
            doorbell._ring("a")
    assert len(tries) <= 2
    assert [record.getMessage() for record in caplog.records] == ["the doorbell did not ring for a: OperationalError"]
