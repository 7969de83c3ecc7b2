"""The health address."""

from __future__ import annotations

import pytest
from django.test import Client

from config import health

pytestmark = pytest.mark.django_db


def test_a_well_installation_answers_200_and_says_why(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "ok"
    assert {"database", "migrations", "sweep", "outbox"} <= set(body["checks"])
    assert all(check["ok"] for check in body["checks"].values())


def test_details_are_for_this_machine_only(client: Client) -> None:
    assert client.get("/healthz", REMOTE_ADDR="192.0.2.9").json() == {
        "status": "ok",
        "checks": dict.fromkeys(client.get("/healthz").json()["checks"], True),
    }


def test_a_visitor_behind_a_proxy_on_this_machine_gets_no_details(client: Client) -> None:
    body = client.get("/healthz", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="127.0.0.1").json()
    assert set(body["checks"].values()) == {True}


def test_a_missing_migration_is_503_and_is_named_to_this_machine(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "migrations", lambda: health.Check(False, ["referral.0009_later"]))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failing"
    assert answer.json()["checks"]["migrations"] == {"ok": False, "detail": ["referral.0009_later"]}


def test_a_check_that_breaks_is_503_and_the_others_still_run(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> health.Check:
        raise RuntimeError("secret details")

    monkeypatch.setattr(health, "database", broken)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert b"secret details" not in answer.content
    assert answer.json()["checks"]["migrations"]["ok"]


def test_nobody_stores_the_answer_and_only_reading_is_allowed(client: Client) -> None:
    assert "no-store" in client.get("/healthz")["Cache-Control"]
    assert client.post("/healthz").status_code == 405
