"""Rows of the handover machine that differ for a child."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from referral.actor import actor_of
from referral.enums import Action, HoldReason, Role
from referral.errors import (
    ChildNeedsBothYes,
    ChildTravelsAlone,
    IdentityNoReasonForChild,
    NotAllowed,
    NothingProposed,
    OfficerMissing,
    StopStaysForChild,
)
from referral.models import Deadline, Handover
from referral.services import care, lifecycle
from referral.services.command import begin
from tests.factories import make_institution, make_member
from tests.referral.handover_table import brought_to, facts_of, say_yes
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, accept_facts, depart_facts, heard

pytestmark = pytest.mark.django_db

ANSWERS = {"yes": {"child_answer": "yes"}, "no": {"child_answer": "no"}}


@pytest.fixture
def acknowledged() -> tuple[Scene, Handover]:
    return brought_to("acknowledged", kind="child")


def owed(handover: Handover) -> set[str]:
    """Countries whose child protection still owes its answer."""
    return set(
        Deadline.objects.filter(handover=handover, kind="child_answer", state="open").values_list(
            "owes__country_id", flat=True
        )
    )


def test_both_child_protections_are_asked_at_the_offer_and_owe_their_own_answer(acknowledged: Any):
    scene, handover = acknowledged
    asked = Deadline.objects.filter(handover=handover, kind="child_answer", state="open")
    assert {d.owes for d in asked} == {scene.institutions["NG-child"], scene.institutions["NE-child"]}
    assert {d.due_at - d.opened_at for d in asked} == {timedelta(hours=48)}
    assert handover.child_protection_yes == []


def test_a_childs_accept_is_binding_only_with_both_yeses_and_silence_is_no(acknowledged: Any):
    scene, handover = acknowledged
    ticks = accept_facts(scene, child_protection_yes=["sender", "receiver"])
    with pytest.raises(ChildNeedsBothYes):
        scene.do("NE", handover, Action.ACCEPT, ticks)
    for focal in ("NG", "NE", "NG-deputy"):
        with pytest.raises(NotAllowed):
            scene.do(focal, handover, Action.CHILD_ANSWER, ANSWERS["yes"])
    scene.do("NG-child", handover, Action.CHILD_ANSWER, ANSWERS["yes"])
    assert owed(handover) == {"NE"}
    with pytest.raises(ChildNeedsBothYes):
        scene.do("NE", handover, Action.ACCEPT, ticks)
    scene.do("NE-child", handover, Action.CHILD_ANSWER, ANSWERS["no"])
    assert owed(handover) == set(), "no is an answer"
    with pytest.raises(ChildNeedsBothYes):
        scene.do("NE", handover, Action.ACCEPT, ticks)
    scene.do("NE-child", handover, Action.CHILD_ANSWER, ANSWERS["yes"])
    handover.refresh_from_db()
    assert handover.child_protection_yes == ["receiver", "sender"]
    scene.do("NG-child", handover, Action.CHILD_ANSWER, ANSWERS["no"])
    with pytest.raises(ChildNeedsBothYes):
        scene.do("NE", handover, Action.ACCEPT, ticks)
    scene.do("NG-child", handover, Action.CHILD_ANSWER, ANSWERS["yes"])
    scene.do("NE", handover, Action.ACCEPT, ticks)


def test_conditions_about_a_child_are_agreed_only_with_both_yeses(acknowledged: Any):
    scene, handover = acknowledged
    scene.do("NE", handover, Action.PUT_CONDITIONS, facts_of(scene, "put_conditions"))
    with pytest.raises(ChildNeedsBothYes):
        scene.do("NG", handover, Action.AGREE_CONDITIONS, {"person_agrees": True})
    say_yes(scene, handover)
    scene.do("NG", handover, Action.AGREE_CONDITIONS, {"person_agrees": True})


def test_a_yes_taken_back_after_the_acceptance_keeps_the_child_here():
    scene, handover = brought_to("accepted", kind="child")
    scene.do("NE-child", handover, Action.CHILD_ANSWER, ANSWERS["no"])
    with pytest.raises(ChildNeedsBothYes):
        scene.do("NG", handover, Action.DEPART, depart_facts(scene))
    scene.do("NE-child", handover, Action.CHILD_ANSWER, ANSWERS["yes"])
    scene.do("NG", handover, Action.DEPART, depart_facts(scene))


@pytest.mark.parametrize("escort", ["", "  ", None])
def test_a_child_does_not_depart_without_somebody_who_travels_along(escort: str | None):
    scene, handover = brought_to("accepted", kind="child")
    facts = {name: value for name, value in depart_facts(scene).items() if name != "escort"}
    with pytest.raises(ChildTravelsAlone):
        scene.do("NG", handover, Action.DEPART, facts if escort is None else facts | {"escort": escort})
    page = Seat(scene, "NG")
    typed = {name: facts[name] for name in ("travel_means", "travel_documents")}
    at = f"/handovers/{handover.reference}/travel/"
    answer = page.post(at, **typed, **moment("expected_at", facts["expected_at"]), version=str(handover.version))
    assert answer.context["form"].errors == {"escort": [str(ChildTravelsAlone.sentence)]}
    handover.refresh_from_db()
    assert handover.state == "accepted"
    scene.do("NG", handover, Action.DEPART, facts | {"escort": "Officer of child protection"})
    handover.refresh_from_db()
    assert (handover.state, handover.case.whereabouts.latest("pk").kind) == ("departed", "escorted")


def test_identity_alone_is_no_reason_against_a_child(acknowledged: Any):
    scene, handover = acknowledged
    with pytest.raises(IdentityNoReasonForChild):
        scene.do("NE", handover, Action.DECLINE, {"decline_reason": "identity"})
    scene.do("NE", handover, Action.DECLINE, {"decline_reason": "no_capacity"})


def test_a_stop_or_an_objection_stays_until_child_protection_decides(acknowledged: Any):
    scene, handover = acknowledged
    with scene.clock(), transaction.atomic():
        lifecycle.hold_by_system(begin(scene.actor("NG"), handover.case_id), HoldReason.UNCONFIRMED)
        transaction.set_rollback(True)
    for start, facts in ((Action.STOP, {}), (Action.HOLD, {"hold_reason": "child_objects"})):
        with transaction.atomic():
            scene.do("NG-child", handover, start, facts)
            handover.refresh_from_db()
            assert handover.state == "held"
            talk = Deadline.objects.get(handover=handover, kind="confirm_stop", state="open")
            assert talk.owes == scene.institutions["NG-child"], "nobody owes what it may not give"
            for focal in ("NG", "NG-deputy"):
                for action in (Action.CONFIRM_STOP, Action.CONTINUE):
                    with pytest.raises(StopStaysForChild):
                        scene.do(focal, handover, action)
                with pytest.raises(NothingProposed):
                    scene.do(focal, handover, Action.RESUME)
            with transaction.atomic():
                scene.do("NG-child", handover, Action.CONFIRM_STOP)
                handover.refresh_from_db()
                assert handover.state == "stopped"
                transaction.set_rollback(True)
            scene.do("NG-child", handover, Action.CONTINUE)
            handover.refresh_from_db()
            assert (handover.state, handover.hold_reason) == ("acknowledged", "")
            transaction.set_rollback(True)


def test_a_child_on_the_way_does_not_disengage():
    scene, handover = brought_to("departed", kind="child")
    scene.do("NG-child", handover, Action.OBJECT)
    with pytest.raises(NothingProposed):
        scene.do("NG", handover, Action.DISENGAGE)
    scene.do("NG", handover, Action.TURN_BACK, {"safe_here": "yes"})
    handover.refresh_from_db()
    assert (handover.state, handover.hold_reason) == ("held", "person")
    with pytest.raises(StopStaysForChild):
        scene.do("NG", handover, Action.CONFIRM_STOP)
    scene.do("NG-child", handover, Action.CONFIRM_STOP)


def test_whoever_works_for_the_child_now_answers_also_for_those_who_were_asked_before():
    scene, handover = brought_to("offered", kind="child")
    other = make_institution(scene.registry, "NG", kind="child_protection")
    make_member(other, Role.CHILD_PROTECTION, user=scene.users["IT-child"])
    with scene.clock():
        for assignment in handover.case.assignments.filter(until_at__isnull=True, kind="child_protection"):
            care.unassign(scene.actor("NG"), handover.case_id, assignment.pk, submission=None)
        care.tell_child_protection(scene.actor("NG"), handover.case_id, other, submission=None)
        seat = scene.users["IT-child"].memberships.get(institution=other)
        actor = actor_of(scene.users["IT-child"], wall=scene.wall, membership_id=seat.pk)
        assert actor is not None
        lifecycle.apply(actor, handover.pk, Action.CHILD_ANSWER, ANSWERS["yes"])
    assert owed(handover) == {"NE"}


def test_who_turns_out_to_be_a_child_needs_both_yeses_from_then_on():
    scene, handover = brought_to("acknowledged")
    with scene.clock():
        care.record_person(scene.actor("NG"), handover.case_id, {"age_low": 15, "age_high": 17}, submission=None)
    assert owed(handover) == {"NG", "NE"}
    with pytest.raises(ChildNeedsBothYes):
        scene.do("NE", handover, Action.ACCEPT, accept_facts(scene))


def test_a_country_without_a_seat_answers_through_the_sender_who_never_answers_for_its_own_child_protection():
    scene, handover = brought_to("acknowledged", kind="outside")
    Handover.objects.filter(pk=handover.pk).update(child=True)
    with pytest.raises(OfficerMissing):
        scene.do("NG", handover, Action.CHILD_ANSWER, ANSWERS["yes"])
    scene.do("NG", handover, Action.CHILD_ANSWER, ANSWERS["yes"] | heard(scene))
    handover.refresh_from_db()
    assert handover.child_protection_yes == ["receiver"]
    with pytest.raises(ChildNeedsBothYes):
        scene.do("NG", handover, Action.ACCEPT, accept_facts(scene) | heard(scene))
    with scene.clock():
        guard = scene.institutions["NG-child"]
        care.tell_child_protection(scene.actor("NG"), handover.case_id, guard, submission=None)
    scene.do("NG-child", handover, Action.CHILD_ANSWER, ANSWERS["yes"] | heard(scene))
    handover.refresh_from_db()
    assert handover.child_protection_yes == ["receiver", "sender"]
