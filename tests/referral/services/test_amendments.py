"""A wrong entry is put right beside it, never overwritten."""

from __future__ import annotations

from uuid import uuid4

import pytest

from referral.enums import Action, Compartment
from referral.errors import AlreadyAmended, NotAllowed
from referral.models import Amendment, CaseEvent
from referral.selectors.invariants import findings
from referral.services import amendments, care
from tests.scenes import open_case, two_countries

pytestmark = pytest.mark.django_db

RIGHT = {"text": "The bed is until Friday.", "reason": "Typed the wrong day.", "language": "en"}


def test_an_entry_is_corrected_once_and_stays_readable():
    scene = two_countries()
    case = open_case(scene)
    with scene.clock():
        wrong = care.record_tonight(scene.actor("NG"), case.pk, {"safe_tonight": "no"}, submission=uuid4()).event
        before = (wrong.hash, wrong.code)
        key = uuid4()
        first = amendments.amend(scene.actor("NG"), case.pk, wrong.pk, RIGHT, submission=key)
        again = amendments.amend(scene.actor("NG"), case.pk, wrong.pk, RIGHT, submission=key)
        assert (first.repeated, again.repeated) == (False, True)
        with pytest.raises(AlreadyAmended):
            amendments.amend(scene.actor("NG-deputy"), case.pk, wrong.pk, RIGHT, submission=uuid4())
        with pytest.raises(NotAllowed):
            amendments.amend(scene.actor("NE"), case.pk, wrong.pk, RIGHT, submission=uuid4())
    wrong.refresh_from_db()
    assert (wrong.hash, wrong.code) == before
    kept = Amendment.objects.get()
    assert (kept.event.kind, kept.event.amends, kept.text) == (Action.AMEND, wrong, RIGHT["text"])
    assert kept.compartment == kept.event.compartment == wrong.compartment == Compartment.D2
    assert list(findings()) == []


def test_an_entry_of_another_case_is_not_found():
    scene = two_countries()
    case, other = open_case(scene), open_case(scene)
    entry = CaseEvent.objects.filter(case=other).earliest("seq")
    with scene.clock(), pytest.raises(CaseEvent.DoesNotExist):
        amendments.amend(scene.actor("NG"), case.pk, entry.pk, RIGHT, submission=uuid4())
