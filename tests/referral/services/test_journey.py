"""The straight path: Nigeria to Niger and on to Italy, and who answers at each moment."""

from __future__ import annotations

from itertools import pairwise

import pytest

from referral.models import Custody, Seal
from referral.selectors.identity import sealed_in
from tests.scenes import advance, open_case, ready_draft, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def holders(case) -> list[str]:
    return [link.institution.country_id for link in Custody.objects.filter(case=case).select_related("institution")]


def test_a_person_is_handed_over_twice_and_somebody_answers_at_every_moment():
    scene = two_countries()
    case = open_case(scene)
    first = advance(scene, ready_draft(scene, case), "departed")
    case.refresh_from_db()
    assert case.holder == scene.institutions["NG"]
    advance(scene, first, "completed")
    case.refresh_from_db()
    assert case.holder == scene.institutions["NE"]
    scene.after(days=3)
    second = ready_draft(scene, case, "NE", "IT")
    advance(scene, second, "completed", "NE", "IT")
    assert holders(case) == ["NG", "NE", "IT"]
    links = list(Custody.objects.filter(case=case))
    assert all(link.previous_since_at == before.since_at for before, link in pairwise(links))


def test_what_was_not_disclosed_is_sealed_to_the_new_holder():
    scene = two_countries()
    case = open_case(scene)
    handover = advance(scene, ready_draft(scene, case), "received")
    case.person.refresh_from_db()
    case.person.identity.refresh_from_db()
    assert case.person.languages == ["en", "ha"]
    assert case.person.citizenships == []
    assert case.person.identity.name == ""
    seal = Seal.objects.get(handover=handover)
    sealed = seal.contents
    assert sealed["person"]["citizenships"] == ["NG"]
    assert sealed_in(seal) == {"name": "Invented Name"}
    assert "Invented Name" not in str(sealed)
