"""Notes beside the rows of the design's table: conditions, other countries, holds, turning back, what is late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from referral.enums import FORBIDDEN_CONDITIONS, Action, Condition, HoldReason
from referral.errors import (
    BothSides,
    CannotWaiveOwn,
    ConditionForbidden,
    ConfirmInPrivate,
    DateForOwnNational,
    NothingProposed,
    NotInThisState,
    NotYetLate,
    NotYourHold,
    PersonWaits,
    RecipientBlocked,
)
from referral.models import (
    BlockedRecipient,
    Deadline,
    Handover,
    Notice,
    Whereabouts,
)
from referral.services import lifecycle
from referral.services.command import begin
from tests.referral.handover_table import (
    BEFORE_DEPARTURE,
    OPEN,
    as_if_in,
    brought_to,
    facts_of,
    open_kinds,
    prepared,
)
from tests.scenes import (
    accept_facts,
    depart_facts,
    receive_facts,
)

pytestmark = pytest.mark.django_db


def state_of(handover: Handover) -> str:
    handover.refresh_from_db()
    return handover.state


def test_accept_with_conditions_agreed_by_the_person_or_refused():
    scene, handover = brought_to("acknowledged")
    decide = Deadline.objects.get(handover=handover, kind="decide")
    for forbidden in FORBIDDEN_CONDITIONS:
        facts = accept_facts(scene, conditions=["escort", forbidden.value])
        with pytest.raises(ConditionForbidden):
            scene.do("NE", handover, Action.PUT_CONDITIONS, facts)
    assert {c.value for c in FORBIDDEN_CONDITIONS} == {"testimony", "test", "waiver", "payment"}
    for allowed in set(Condition) - FORBIDDEN_CONDITIONS:
        with transaction.atomic():
            scene.do("NE", handover, Action.PUT_CONDITIONS, accept_facts(scene, conditions=[allowed.value]))
            transaction.set_rollback(True)
    scene.do("NE", handover, Action.PUT_CONDITIONS, facts_of(scene, "put_conditions"))
    decide.refresh_from_db()
    assert (state_of(handover), decide.state) == ("conditions_put", "met")
    assert Deadline.objects.get(handover=handover, kind="conditions").owes == scene.institutions["NG"]

    scene.do("NG", handover, Action.REFUSE_CONDITIONS)
    assert (state_of(handover), handover.conditions, handover.conditions_text) == ("acknowledged", [], "")
    assert open_kinds(handover) == {"decide"}
    scene.do("NE", handover, Action.PUT_CONDITIONS, facts_of(scene, "put_conditions"))
    scene.do("NG", handover, Action.AGREE_CONDITIONS, {"person_agrees": True})
    assert (state_of(handover), handover.conditions) == ("accepted", ["escort"])
    assert handover.decided_at == scene.moment().at
    assert handover.reception_from_at is not None


def test_propose_forward_then_agree_makes_a_draft_that_asks_for_a_permission_of_its_own():
    scene, handover = prepared("agree_forward")
    scene.do("NG", handover, Action.AGREE_FORWARD)
    assert state_of(handover) == "forwarded"
    draft = Handover.objects.get(forwarded_from=handover)
    assert (draft.state, draft.receiver, draft.case, draft.sender) == (
        "draft", scene.institutions["IT"], handover.case, scene.institutions["NG"],
    )  # fmt: skip
    assert open_kinds(draft) == {"stale_draft"}
    assert (draft.preview_seen_at, draft.capacity_confirmed_by, draft.offered_at) == (None, "", None)
    assert not Notice.objects.filter(handover=draft).exists()


def test_propose_forward_to_a_blocked_country_is_refused_at_agree_and_not_before():
    """The refusal at the proposal would tell the receiver what the person asked to keep secret."""
    scene, handover = brought_to("offered")
    BlockedRecipient.objects.create(person=handover.case.person, country_id="IT", reason="A relative works there")
    for own in ("NG", "NE"):
        with pytest.raises(BothSides):
            scene.do("NE", handover, Action.PROPOSE_FORWARD, {"forward_country": own, "forward_reason": "x"})
    scene.do("NE", handover, Action.PROPOSE_FORWARD, facts_of(scene, "propose_forward"))
    with pytest.raises(RecipientBlocked):
        scene.do("NG", handover, Action.AGREE_FORWARD)
    with pytest.raises(RecipientBlocked):
        scene.do("NG", handover, Action.DIVERT, {"diverted_country": "IT"})
    scene.do("NG", handover, Action.REFUSE_FORWARD)
    assert (state_of(handover), handover.forward_country, handover.forward_reason) == ("offered", None, "")
    assert not Handover.objects.filter(forwarded_from=handover).exists()
    scene.do("NE", handover, Action.PROPOSE_FORWARD, {"forward_country": "GH", "forward_reason": "Language"})
    scene.do("NG", handover, Action.AGREE_FORWARD)
    outside = Handover.objects.get(forwarded_from=handover)
    assert (outside.outside, outside.receiver, outside.receiver_country_id) == (True, None, "GH")


def test_decline_may_move_the_date_of_an_own_national_who_chose_to_return_and_not_refuse():
    scene, handover = brought_to("acknowledged", citizenships=["NE"])
    facts = facts_of(scene, "decline")
    Handover.objects.filter(pk=handover.pk).update(purpose="return_chosen")
    with pytest.raises(DateForOwnNational):
        scene.do("NE", handover, Action.DECLINE, facts)
    later = scene.moment().at + timedelta(days=9)
    scene.do("NE", handover, Action.DECLINE, facts | {"not_before_at": later})
    assert (state_of(handover), handover.not_before_at) == ("declined", later)


def test_revoke_from_accepted_from_held_and_when_the_country_cannot_receive_at_all():
    scene, handover = brought_to("accepted")
    with transaction.atomic():
        scene.do("NE", handover, Action.REVOKE, {"revoke_reason": "border", "cannot_receive": True})
        assert (state_of(handover), handover.decline_reason) == ("declined", "legal_obstacle")
        assert handover.closed_at == scene.moment().at
        assert open_kinds(handover) == set()
        transaction.set_rollback(True)
    scene.do("NG", handover, Action.HOLD, {"hold_reason": "practical"})
    handover.refresh_from_db()
    scene.do("NE", handover, Action.REVOKE, {"revoke_reason": "capacity"})
    assert (state_of(handover), handover.held_from, handover.hold_reason) == ("held", "acknowledged", "practical")
    assert (handover.place_confirmed, handover.reception_contact, handover.decided_at) == (False, "", None)
    plan = Deadline.objects.get(handover=handover, kind="travel_plan")
    assert plan.state == "cancelled", "nobody has sent a travel plan, so it is not met"
    with pytest.raises(NothingProposed):
        scene.do("NE", handover, Action.REVOKE, {"revoke_reason": "capacity"})
    scene.do("NG", handover, Action.RESUME)
    assert (state_of(handover), handover.hold_reason, open_kinds(handover)) == ("acknowledged", "", {"decide"})


def test_revoke_is_refused_once_the_person_has_departed_and_for_a_hold_before_acceptance():
    scene, handover = brought_to("departed")
    with pytest.raises(NotInThisState):
        scene.do("NE", handover, Action.REVOKE, {"revoke_reason": "border"})
    with as_if_in(handover, "held", held_from="acknowledged"), pytest.raises(NothingProposed):
        scene.do("NE", handover, Action.REVOKE, {"revoke_reason": "border"})


def test_hold_and_resume_by_the_sender_and_what_only_the_person_ends():
    scene, handover = brought_to("accepted")
    for reason in ("person", "unconfirmed"):
        with pytest.raises(ConfirmInPrivate):
            scene.do("NG", handover, Action.HOLD, {"hold_reason": reason})
    with pytest.raises(NotYourHold):
        scene.do("NG", handover, Action.HOLD, {"hold_reason": "child_objects"})
    before = open_kinds(handover)
    scene.do("NG", handover, Action.HOLD, {"hold_reason": "risk"})
    assert (state_of(handover), handover.held_from, open_kinds(handover)) == ("held", "accepted", before)
    with pytest.raises(NotInThisState):
        scene.do("NG", handover, Action.DEPART, depart_facts(scene))
    for action in (Action.CONTINUE, Action.CONFIRM_STOP):
        with pytest.raises(NothingProposed):
            scene.do("NG", handover, action)
    scene.do("NG", handover, Action.STOP)
    assert (state_of(handover), handover.held_from, handover.hold_reason) == ("held", "accepted", "person")
    assert open_kinds(handover) == before | {"confirm_stop"}
    with pytest.raises(NothingProposed):
        scene.do("NG", handover, Action.RESUME)
    with pytest.raises(NothingProposed):
        scene.do("NE", handover, Action.STOP)
    scene.do("NG", handover, Action.CONTINUE)
    assert (state_of(handover), handover.hold_reason, open_kinds(handover)) == ("accepted", "", before)


def test_hold_by_the_system_from_every_state_before_departure_and_never_after():
    scene, handover = brought_to("acknowledged")
    for state in sorted(OPEN):
        with as_if_in(handover, state, hold_reason="practical" if state == "held" else ""), scene.clock():
            work = begin(scene.actor("NG"), handover.case_id)
            event = lifecycle.hold_by_system(work, HoldReason.MISSING)
            assert (event is not None) == (state in BEFORE_DEPARTURE), state
            assert state_of(handover) == ("held" if state in BEFORE_DEPARTURE else state)
        with as_if_in(handover, state, hold_reason="practical" if state == "held" else ""), scene.clock():
            work = begin(scene.actor("NG"), handover.case_id)
            lifecycle.hold_by_system(work, HoldReason.UNCONFIRMED)
            asked = state in BEFORE_DEPARTURE | {"held"}
            assert ("confirm_stop" in open_kinds(handover)) == asked, "also what waits already is asked in private"
            assert (state_of(handover) == "held" and handover.hold_reason == "unconfirmed") == asked


def test_waive_by_the_other_side_with_a_reason_and_never_the_talk_with_the_person():
    scene, handover = prepared("waive")
    owed = Deadline.objects.get(handover=handover, kind="decide", state="open")
    with pytest.raises(CannotWaiveOwn):
        scene.do("NE", handover, Action.WAIVE, {"deadline": owed.pk, "reason": "We are late."})
    talk = Deadline.objects.get(handover=handover, kind="confirm_stop", state="open")
    for side in ("NE", "NG"):
        with pytest.raises(PersonWaits):
            scene.do(side, handover, Action.WAIVE, {"deadline": talk.pk, "reason": "Later."})
    with pytest.raises(NothingProposed):
        scene.do("NG", handover, Action.WAIVE, {"deadline": 1_000_000, "reason": "Which?"})
    scene.do("NG", handover, Action.WAIVE, {"deadline": owed.pk, "reason": "We wait with you."})
    owed.refresh_from_db()
    assert (owed.state, owed.reason, owed.closed_at) == ("waived", "We wait with you.", scene.moment().at)
    assert not owed.reminders.filter(state="pending").exists()


def test_turn_back_from_both_states_and_with_an_objection_to_a_hold():
    scene, handover = brought_to("departed")
    for objecting in (False, True):
        for state in ("departed", "whereabouts_unknown"):
            with as_if_in(handover, state, objected=objecting):
                scene.do("NG", handover, Action.TURN_BACK, {"safe_here": "no"})
                assert state_of(handover) == ("held" if objecting else "accepted")
                assert (handover.objected, handover.departed_at, handover.expected_at) == (False, None, None)
                assert (handover.hold_reason, handover.held_from) == (("person", "accepted") if objecting else ("", ""))
                assert open_kinds(handover) == {"travel_plan"} | ({"confirm_stop"} if objecting else set())
                plan = Deadline.objects.get(handover=handover, kind="travel_plan", state="open")
                assert plan.due_at > scene.moment().at, "nobody is late for a plan that was not yet asked for"
                assert Whereabouts.objects.filter(case=handover.case).latest("pk").kind == "no_safe_place"
                assert Deadline.objects.get(handover=handover, kind="confirm_arrival").state == "cancelled"
    scene.do("NG", handover, Action.TURN_BACK, {"safe_here": "yes"})
    scene.do("NG", handover, Action.DEPART, depart_facts(scene))
    assert state_of(handover) == "departed"
    assert handover.departed_at == scene.moment().at


def test_accept_and_receive_from_every_state_before_acceptance():
    scene, handover = brought_to("clarifying")
    facts = receive_facts(scene, arrived_at=handover.offered_at - timedelta(days=2))
    scene.do("NE", handover, Action.ACCEPT_AND_RECEIVE, facts)
    assert (state_of(handover), handover.decided_at, handover.received_at) == (
        "received", scene.moment().at, scene.moment().at,
    )  # fmt: skip
    assert Deadline.objects.get(handover=handover, kind="answer").state == "cancelled"
    assert Deadline.objects.get(handover=handover, kind="decide").state == "met"
    assert handover.seals.count() == 1


@pytest.mark.parametrize(("child", "risk", "hours"), [(False, "medium", 6), (True, "medium", 2), (False, "high", 2)])
def test_report_not_arrived_waits_for_its_hours_after_the_expected_arrival(child: bool, risk: str, hours: int):
    scene, handover = brought_to("departed", kind="child" if child else "adult")
    if risk == "high":
        handover.case.risks.create(
            level="high", assessed_at=scene.moment().at, valid_until_at=scene.moment().at + timedelta(days=7),
            institution=scene.institutions["NG"], receiving_country_id="NE", measures="Escort.",
        )  # fmt: skip
    due = handover.expected_at + timedelta(hours=hours)
    scene.wall += (due - timedelta(minutes=1) - scene.moment().at) / 60
    for side in ("NG", "NE"):
        with pytest.raises(NotYetLate):
            scene.do(side, handover, Action.REPORT_NOT_ARRIVED)
    scene.after(minutes=1)
    scene.do("NE", handover, Action.REPORT_NOT_ARRIVED)
    assert state_of(handover) == "whereabouts_unknown"
    assert handover.alert == ("urgent" if child or risk == "high" else "quiet")
    assert handover.missing_since_at == scene.moment().at
    assert Whereabouts.objects.filter(case=handover.case).latest("pk").kind == "missing"
    assert Deadline.objects.get(handover=handover, kind="confirm_arrival").state == "cancelled"
    search = Deadline.objects.get(handover=handover, kind="search", state="open")
    assert search.owes == scene.institutions["NG"]
    assert search.due_at - search.opened_at == timedelta(hours=2 if child else 24)
