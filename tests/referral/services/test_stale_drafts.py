"""A draft that nobody sent for ten working days is discarded by the system."""

from __future__ import annotations

import pytest

from referral.models import CaseEvent
from referral.services import sweep
from tests.scenes import open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


def test_the_sweep_discards_a_stale_draft_once_people_were_told() -> None:
    scene = two_countries()
    draft = ready_draft(scene, open_case(scene))
    for days, state in ((12, "draft"), (4, "discarded"), (1, "discarded")):
        scene.after(days=days)
        with scene.clock():
            sweep.sweep_registry(scene.registry.pk)
        draft.refresh_from_db()
        assert draft.state == state
    event = CaseEvent.objects.get(handover=draft, kind="discard")
    assert event.user is None
