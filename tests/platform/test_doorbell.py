"""Ringing for the worker: after commit, by name, and never at the cost of the request."""

from __future__ import annotations

from typing import Any

import pytest
from celery import current_app
from django.db import transaction

from common.db import enqueue

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        type(current_app._get_current_object()), "send_task", lambda _app, name, **how: found.append((name, how))
    )
    return found


def test_it_rings_after_the_commit_and_expires(rung: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        enqueue("referral.sweep", registry=7)
        assert rung == []
    assert [(name, how["kwargs"]) for name, how in rung] == [("referral.sweep", {"registry": 7})]
    assert rung[0][1]["expires"] <= 60


def test_it_does_not_ring_for_what_was_rolled_back(rung: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        enqueue("referral.sweep")
        transaction.set_rollback(True)
    assert rung == []


def test_an_absent_broker_never_fails_the_request(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_words: Any, **_how: Any) -> None:
        raise ConnectionRefusedError("no broker")

    monkeypatch.setattr(type(current_app._get_current_object()), "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("referral.sweep")
    assert "did not ring for referral.sweep" in caplog.text


def test_every_thread_knows_the_products_own_application() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: current_app.main).result() == "alongside"
