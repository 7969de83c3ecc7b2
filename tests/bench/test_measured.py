"""Every measurement runs to its table, with few requests: what it serves and what it asks must not drift apart."""

from __future__ import annotations

import pytest

from bench import pages, scale
from bench.serving import LOOPBACK

pytestmark = pytest.mark.long

ASKED = ("bare view", "sign-in", "inbox", "person page", "list with search", "intake", "offer", "accept", "receive")
READ = ("inbox", "person page", "list", "search", "search for one")


def test_the_pages_beside_the_bare_view(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(pages, "CONCURRENCY", (1,))
    for name in ("READS_PER_ROUND", "WRITES_PER_ROUND", "WARM"):
        monkeypatch.setattr(pages, name, {1: 1})
    pages.measure(LOOPBACK, rounds=1)
    said = capsys.readouterr().out
    assert [name for name in ASKED if f"\n| {name} |" not in said] == []


def test_the_pages_with_and_without_the_second_wall(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scale, "WARM", 1)
    monkeypatch.setattr(scale, "STRETCH", 1)
    scale.measure_wall(LOOPBACK, cases=100, rounds=1, seed=1)
    said = capsys.readouterr().out
    assert [name for name in READ if f"\n| {name} |" not in said] == []
