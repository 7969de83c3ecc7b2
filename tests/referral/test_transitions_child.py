"""Rows of the handover machine that differ for a child."""

from __future__ import annotations

from typing import Any

import pytest

from referral.enums import Action
from referral.errors import ChildNeedsBothYes, IdentityNoReasonForChild, StopStaysForChild
from referral.models import Handover
from tests.referral.test_transitions import brought_to
from tests.scenes import Scene, accept_facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def acknowledged() -> tuple[Scene, Handover]:
    scene, handover = brought_to("acknowledged")
    Handover.objects.filter(pk=handover.pk).update(child=True)
    return scene, handover


@pytest.mark.parametrize("given", [None, [], ["sender"], ["receiver"], ["receiver", "receiver"]])
def test_both_child_protections_must_have_said_yes(acknowledged: Any, given: Any):
    scene, handover = acknowledged
    with pytest.raises(ChildNeedsBothYes):
        scene.do("NE", handover, Action.ACCEPT, accept_facts(scene, child_protection_yes=given))


def test_identity_alone_is_no_reason_against_a_child(acknowledged: Any):
    scene, handover = acknowledged
    with pytest.raises(IdentityNoReasonForChild):
        scene.do("NE", handover, Action.DECLINE, {"decline_reason": "identity"})
    scene.do("NE", handover, Action.DECLINE, {"decline_reason": "no_capacity"})


def test_a_stop_stays_until_child_protection_decides(acknowledged: Any):
    scene, handover = acknowledged
    scene.do("NG", handover, Action.STOP)
    with pytest.raises(StopStaysForChild):
        scene.do("NG", handover, Action.CONFIRM_STOP)
    scene.do("NG", handover, Action.CONTINUE)
