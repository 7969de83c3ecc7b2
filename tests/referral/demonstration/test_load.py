"""The demonstration stands where its stories say, and everything that must hold holds in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock
from referral import gates
from referral.demonstration import script
from referral.demonstration.load import keep_password, load
from referral.demonstration.stage import NOW, wall_of
from referral.enums import DeadlineKind, Gate
from referral.models import Case, CaseEvent, Deadline, Enquiry, Handover, Mail, Proposal, PullRequest, Registry
from referral.selectors.facts import gate_view
from referral.selectors.invariants import findings
from referral.services import clock as clock_service
from referral.services.moment import moment_of
from tests.fixtures.remembered import remembered

pytestmark = [pytest.mark.long, pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]


@remembered
def demonstration() -> Registry:
    return load("a password for tests")


@pytest.fixture
def registry():
    registry = demonstration()
    registry.refresh_from_db()
    return registry


def state(code_word: str) -> str:
    return Handover.objects.filter(case__person__code_word=code_word).latest("pk").state


def _stand_where_the_design_says(registry) -> None:
    """Section 9 of the design, case by case, beyond the state of the handover."""
    home_study = Enquiry.objects.get(case__person__code_word="TAMARIN")
    owed = Deadline.objects.get(enquiry=home_study)
    assert (owed.owes.country_id, owed.due_at - NOW, owed.state) == ("GM", timedelta(days=2), "open")

    karite = Handover.objects.get(case__person__code_word="KARITE")
    by_phone = Enquiry.objects.get(case=karite.case)
    assert (by_phone.outside, by_phone.state) == (True, "yes")
    assert karite.outside
    failing = {row.gate for row in gates.check(gate_view(karite, NOW), tuple(Gate)) if not row.passed}
    assert Gate.LEGAL_BASIS in failing
    assert not failing & {Gate.RISK, Gate.CAPACITY}

    asked = PullRequest.objects.get(case__person__code_word="JASMIN")
    assert (asked.kind, asked.asker.country_id, asked.holder.country_id) == ("pull", "CI", "IT")
    assert NOW - asked.asked_at == timedelta(hours=5)
    assert Proposal.objects.get(case__person__code_word="MANGUE").facts["decision"] == "negative"
    review = Deadline.objects.get(case__person__code_word="CORAL", kind=DeadlineKind.REVIEW_RISK, state="open")
    assert review.due_at - NOW == timedelta(hours=2)
    moringa = Handover.objects.get(case__person__code_word="MORINGA")
    assert moringa.child_protection_yes == ["sender"]
    assert Deadline.objects.filter(handover=moringa, kind="child_answer", owes__country="NG", state="open").exists()


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
    assert Case.objects.filter(registry=registry).count() == 18
    expected = {
        "MORINGA": "offered", "TAMARIN": "draft", "MIMOSA": "clarifying", "ALIZE": "accepted", "PAPAYE": "declined",
        "KARITE": "draft", "CORAL": "completed", "SESAME": "departed", "NEEM": "clarifying",
    }  # fmt: skip
    assert {word: state(word) for word in expected} == expected
    assert list(findings()) == []
    _stand_where_the_design_says(registry)

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
