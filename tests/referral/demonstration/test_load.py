"""The demonstration stands where its stories say, and everything that must hold holds in it."""

from __future__ import annotations

import pytest

from referral.demonstration.load import keep_password, load
from referral.demonstration.stage import NOW
from referral.enums import DeadlineKind
from referral.models import Case, Deadline, Handover, Mail
from referral.selectors.invariants import findings
from referral.services.moment import moment_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry():
    registry = load("a password for tests")
    registry.refresh_from_db()
    return registry


def state(code_word: str) -> str:
    return Handover.objects.filter(case__person__code_word=code_word).latest("pk").state


def test_the_demonstration_stands_where_its_stories_say(registry):
    assert moment_of(registry).at == NOW
    assert registry.mode == "stopped"
    assert Case.objects.filter(registry=registry).count() == 18
    expected = {
        "MORINGA": "offered", "TAMARIN": "draft", "MIMOSA": "clarifying", "ALIZE": "accepted", "PAPAYE": "declined",
        "CORAL": "completed", "SESAME": "departed", "NEEM": "clarifying",
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

    assert keep_password("a password for tests") is False
    assert keep_password("another password") is True
