"""The end of a registry, and a suspended agreement."""

from __future__ import annotations

from uuid import uuid4

import pytest

from referral.enums import Action, DeadlineState, HandoverState, HoldReason, RegistryState, ReminderState
from referral.errors import RegistryEnded
from referral.models import Agreement, Custody, Deadline, Handover, Reminder
from referral.services import care, ending
from referral.transitions import TRANSITIONS
from tests.scenes import advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


def test_when_a_registry_ends_every_act_is_refused_and_states_and_custody_stay():
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    chain = list(Custody.objects.filter(case=handover.case).values_list("pk", flat=True))
    with scene.clock():
        censored = ending.end(scene.registry.pk)
        assert ending.end(scene.registry.pk) == 0
    assert censored > 0
    scene.registry.refresh_from_db()
    assert scene.registry.state == RegistryState.ENDED
    assert not Deadline.objects.filter(registry=scene.registry, state=DeadlineState.OPEN).exists()
    assert Deadline.objects.filter(registry=scene.registry, state=DeadlineState.CENSORED).count() == censored
    assert not Reminder.objects.filter(registry=scene.registry, state=ReminderState.PENDING).exists()
    for action in TRANSITIONS:
        with pytest.raises(RegistryEnded):
            scene.do("NE", handover, action)
    with scene.clock(), pytest.raises(RegistryEnded):
        care.add_need(scene.actor("NG"), handover.case_id, {"kind": "legal", "urgency": "standard"}, submission=uuid4())
    handover.refresh_from_db()
    assert handover.state == HandoverState.ACKNOWLEDGED
    assert list(Custody.objects.filter(case=handover.case).values_list("pk", flat=True)) == chain


def test_a_suspended_agreement_holds_what_rests_on_it_alone():
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "accepted")
    other = Agreement.objects.create(registry=scene.registry, name="Second", kind="ad_hoc")
    other.parties.set(["NG", "NE"])
    first = Agreement.objects.get(name="Memorandum of the exercise", registry=scene.registry)
    with scene.clock():
        assert ending.suspend(scene.actor("IT"), first.pk) == 0, "another agreement is still in force"
        assert ending.suspend(scene.actor("IT"), other.pk) == 1
        assert ending.suspend(scene.actor("IT"), other.pk) == 0
    handover.refresh_from_db()
    assert (handover.state, handover.hold_reason) == (HandoverState.HELD, HoldReason.AGREEMENT)
    with scene.clock():
        ending.restore(scene.actor("IT"), other.pk)
    scene.do("NG", handover, Action.RESUME)
    handover.refresh_from_db()
    assert handover.state == HandoverState.ACCEPTED
    assert Handover.objects.get(pk=handover.pk).hold_reason == ""
