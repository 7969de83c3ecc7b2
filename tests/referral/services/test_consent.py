"""What the person decided is written once and never changed."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from referral.enums import ConsentKind
from referral.errors import NotAllowed
from referral.models import Consent
from referral.models.ledger import LedgerIsAppendOnly
from referral.services import consent
from tests.scenes import Scene, open_case, two_countries

pytestmark = pytest.mark.django_db

DECISION: dict[str, Any] = {
    "kind": "share", "decision": "given", "purpose": "safety", "recipient_country": "NE", "given_by": "person", "language": "en",
    "categories": ["D3", "D2"], "options": ["stay", "move"],
}  # fmt: skip


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def record(scene: Scene, case: Any, who: str = "NG", **facts: Any) -> Any:
    with scene.clock():
        return consent.record(scene.actor(who), case.pk, DECISION | facts, submission=uuid4())


def test_a_decision_keeps_what_was_read_out(scene: Scene) -> None:
    case = open_case(scene)
    with translation.override("fr"):
        outcome = record(scene, case, interpreter=True)
    row = Consent.objects.get(case=case)
    assert (row.categories, row.options, row.interpreter, row.institution) == (
        ["D2", "D3"],
        ["move", "stay"],
        True,
        scene.institutions["NG"],
    )
    assert (row.text_version, row.text_hash) == (consent.TEXT_VERSION, consent.text_hash(ConsentKind.SHARE))
    assert row.given_at == scene.moment().at
    assert outcome.event.code == "share:given"
    assert outcome.event.compartment == "D2"


def test_the_hash_is_of_the_source_text_whatever_the_readers_language() -> None:
    for kind in ConsentKind:
        hashes = set()
        for language in ("en", "fr"):
            with translation.override(language):
                hashes.add(consent.text_hash(kind))
        assert len(hashes) == 1
    assert len({consent.text_hash(kind) for kind in ConsentKind}) == 3
    assert consent.text_hash(ConsentKind.MOVE) != hashlib.sha256(b"").hexdigest()


def test_taking_it_back_is_a_row_of_its_own(scene: Scene) -> None:
    case = open_case(scene)
    record(scene, case)
    scene.after(hours=1)
    record(scene, case, decision="withdrawn")
    assert list(Consent.objects.filter(case=case).values_list("decision", flat=True)) == ["given", "withdrawn"]
    with pytest.raises(LedgerIsAppendOnly):
        Consent.objects.filter(case=case).update(decision="given")


def test_nobody_else_records_what_the_person_decided(scene: Scene) -> None:
    case = open_case(scene)
    for who in ("NE", "NG-child"):
        with pytest.raises(NotAllowed):
            record(scene, case, who)
    assert not Consent.objects.filter(case=case).exists()


def test_every_kind_has_a_text_that_says_one_can_say_no() -> None:
    assert set(consent.TEXTS) == set(ConsentKind)
    assert "You can stay" in str(consent.TEXTS[ConsentKind.MOVE])
    assert "take your permission back" in str(consent.TEXTS[ConsentKind.SHARE])
