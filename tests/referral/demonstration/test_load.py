"""The demonstration stands where its stories say, and everything that must hold holds in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock
from referral.demonstration import script
from referral.demonstration.load import keep_password
from referral.demonstration.stage import NOW, wall_of
from referral.enums import DeadlineKind
from referral.models import Case, CaseEvent, Deadline, Handover, Mail
from referral.selectors.invariants import findings
from referral.services import clock as clock_service
from referral.services.moment import moment_of
from tests.referral.demonstration.opened import PASSWORD, demonstration

pytestmark = [pytest.mark.long, pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]


@pytest.fixture
def registry():
    registry = demonstration()
    registry.refresh_from_db()
    return registry


def state(code_word: str) -> str:
    return Handover.objects.filter(case__person__code_word=code_word).latest("pk").state


def test_alize_stops_eight_hours_after_the_opening(registry):
    clock_service.resume(registry.pk, user=None, reason="test")
    registry.refresh_from_db()
    opened = wall_of(registry, NOW)
    for hours, state_then in ((7, "accepted"), (9, "held"), (10, "held")):
        with clock.moved_wall(opened + timedelta(hours=hours) / 60):
            script.play_due(registry)
        assert state("ALIZE") == state_then
    assert CaseEvent.objects.filter(case__person__code_word="ALIZE", kind="stop").count() == 1


def test_the_demonstration_stands_where_its_stories_say(registry):
    assert moment_of(registry).at == NOW
    assert registry.mode == "stopped"
    assert Case.objects.filter(registry=registry).count() == 21
    expected = {
        "MORINGA": "offered", "TAMARIN": "draft", "MIMOSA": "clarifying", "ALIZE": "accepted", "PAPAYE": "declined",
        "KARITE": "draft", "CORAL": "completed", "SESAME": "departed", "NEEM": "clarifying",
    }  # fmt: skip
    assert {word: state(word) for word in expected} == expected
    assert list(findings()) == []

    owed = Deadline.objects.filter(owes__country="NG", state="open")
    kinds = {(d.kind, d.due_at <= NOW) for d in owed}
    assert (DeadlineKind.ACKNOWLEDGE, True) in kinds
    assert (DeadlineKind.ANSWER, False) in kinds
    assert (DeadlineKind.CONFIRM_ARRIVAL, False) in kinds
    assert (DeadlineKind.SCREEN, False) in {
        (d.kind, d.due_at <= NOW) for d in Deadline.objects.filter(case__holder__country="NG", state="open")
    }
    assert not Mail.objects.filter(registry=registry, state="pending", notice__at__lt=NOW.replace(day=17)).exists()

    assert keep_password(PASSWORD) is False
    assert keep_password("another password") is True
