"""What the person decided is written once and never changed."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from referral.enums import ConsentKind
from referral.errors import AdultDecides, GuardianDecides, NotAllowed
from referral.models import Consent, Person
from referral.models.ledger import LedgerIsAppendOnly
from referral.selectors.facts import gate_view
from referral.services import care, consent
from tests.factories import make_handover
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


def test_whether_it_was_understood_is_frozen_when_it_is_recorded(scene: Scene) -> None:
    case = open_case(scene)
    record(scene, case, language="fr")
    record(scene, case, language="fr", interpreter=True)
    record(scene, case, language="ha")
    with scene.clock():
        care.record_person(scene.actor("NG"), case.pk, {"languages": ["fr"]}, submission=uuid4())
    assert list(Consent.objects.filter(case=case).values_list("understood", flat=True)) == [False, True, True]
    read = gate_view(make_handover(case, scene.institutions["NE"]), scene.moment().at).consents
    assert [one.understood for one in read] == [False, True, True]


def test_the_guardian_says_yes_for_a_child_and_nobody_for_an_adult(scene: Scene) -> None:
    child, adult = open_case(scene, age_low=15, age_high=16), open_case(scene)
    for kind in ("move", "share"):
        with pytest.raises(GuardianDecides):
            record(scene, child, kind=kind)
        with pytest.raises(AdultDecides):
            record(scene, adult, kind=kind, given_by="guardian")
        record(scene, child, kind=kind, given_by="guardian", child_view="Wants to go.")
    record(scene, child, kind="move", decision="refused")
    assert Consent.objects.filter(case=child, decision="refused").exists(), "a child's own no always stands"
    assert not Consent.objects.filter(case=adult).exists()


def test_from_majority_on_the_person_decides_alone(scene: Scene) -> None:
    case = open_case(scene, age_low=17, age_high=17)
    Person.objects.filter(pk=case.person_id).update(of_age_at=scene.moment().at)
    with pytest.raises(AdultDecides):
        record(scene, case, given_by="guardian")
    record(scene, case)
