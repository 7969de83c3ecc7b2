"""What one act leaves behind besides the state: notices, events, deadlines, the person's row."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from common.errors import Refusal
from referral.actor import Actor
from referral.enums import Action
from referral.errors import NotAllowed
from referral.models import (
    Assignment,
    Case,
    CaseEvent,
    Custody,
    Deadline,
    EventPayload,
    Handover,
    Mail,
    Notice,
    Service,
    Whereabouts,
)
from referral.services import care, handover_locks, lifecycle
from tests.factories import make_institution
from tests.scenes import Scene, accept_facts, advance, open_case, ready_draft, receive_facts, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries()


def counts() -> tuple[int, ...]:
    return tuple(
        model._default_manager.count() for model in (CaseEvent, Notice, Mail, Deadline, Custody, Handover, Whereabouts)
    )


def test_both_sides_are_told_of_a_change_and_whoever_did_it_is_not(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    outcome = scene.do("NE", handover, Action.ACKNOWLEDGE)
    told = Notice.objects.filter(event=outcome.event)
    assert {notice.user for notice in told} == {scene.users[name] for name in ("NG", "NG-deputy", "NE-deputy")}
    assert Mail.objects.filter(notice__in=told).count() == 3


def test_a_draft_tells_nobody(scene: Scene) -> None:
    draft = ready_draft(scene, open_case(scene))
    scene.do("NG", draft, Action.DISCARD)
    assert not Notice.objects.filter(handover=draft).exists()


def test_a_refusal_leaves_nothing_behind(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    before = counts()
    for who, action, facts in (
        ("NG", Action.ACCEPT, accept_facts(scene)),
        ("NE", Action.ACCEPT, {}),
        ("NE", Action.RECEIVE, receive_facts(scene)),
        ("NG", Action.OFFER, {}),
        ("IT", Action.DECLINE, {"decline_reason": "no_capacity"}),
    ):
        with pytest.raises(Refusal):
            scene.do(who, handover, action, facts)
    assert counts() == before


def test_the_event_has_actor_both_times_and_field_names_but_no_values(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    moment = scene.moment()
    event = scene.do("NE-deputy", handover, Action.ACCEPT, accept_facts(scene)).event
    assert (event.user, event.institution, event.role) == (scene.users["NE-deputy"], scene.institutions["NE"], "deputy")
    assert (event.at, event.wall) == (moment.at, moment.wall)
    payload = EventPayload.objects.get(event=event)
    assert payload.content["content"] == {"facts": ["place_confirmed", "reception_contact", "reception_from_at"]}
    assert "Duty officer" not in str(payload.content)


def test_an_arrival_is_recorded_with_the_time_of_the_fact_and_custody_with_that_of_the_record(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "departed")
    scene.after(hours=5)
    arrived = scene.moment().at - timedelta(hours=3)
    event = scene.do("NE", handover, Action.RECEIVE, receive_facts(scene, arrived_at=arrived)).event
    assert (event.happened_at, event.at) == (arrived, scene.moment().at)
    assert Custody.objects.get(handover=handover).since_at == scene.moment().at
    places = list(
        Whereabouts.objects.filter(case=handover.case).order_by("pk").values_list("kind", "happened_at", "country")
    )
    assert places[-2:] == [("arrived", arrived, "NE"), ("safe_place", scene.moment().at, "NE")]


def test_a_receipt_ends_the_work_at_home_and_what_was_due_there(scene: Scene) -> None:
    shelter = make_institution(scene.registry, "NG", kind="shelter")
    handover = advance(scene, ready_draft(scene, open_case(scene)), "departed")
    case = handover.case
    actor = scene.actor("NG")
    with scene.clock():
        care.assign(actor, case.pk, {"kind": "shelter", "institution": shelter}, submission=uuid4())
        care.add_service(actor, case.pk, {"kind": "medical", "provider": shelter}, submission=uuid4())
    advance(scene, handover, "received")
    assert not Assignment.objects.filter(case=case, until_at__isnull=True).exists()
    assert set(Service.objects.filter(case=case).values_list("state", flat=True)) == {"ended"}
    assert set(Deadline.objects.filter(case=case, state="open").values_list("kind", "owes__country")) == {
        ("feedback", "NE")
    }
    assert Case.objects.get(pk=case.pk).taken_at == scene.moment().at


def test_whoever_arrives_unsafe_has_to_be_made_safe_by_the_new_holder(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene), urgency="urgent"), "departed")
    scene.after(hours=2)
    scene.do("NE", handover, Action.RECEIVE, receive_facts(scene, arrived_safely="no"))
    owed = Deadline.objects.get(case=handover.case, kind="tonight", state="open")
    assert owed.owes == scene.institutions["NE"]
    assert owed.due_at - owed.opened_at == timedelta(hours=2)
    assert handover.case.whereabouts.latest("pk").kind == "no_safe_place"


def test_the_senders_lateness_is_added_to_the_receivers_time(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    due = Deadline.objects.get(handover=handover, kind="decide", state="open").due_at
    scene.do("NE", handover, Action.ASK, {"question": "Which languages?"})
    owed = Deadline.objects.get(handover=handover, kind="answer", state="open")
    scene.wall += (owed.due_at + timedelta(hours=5) - scene.moment().at) / 60
    scene.do("NG", handover, Action.ANSWER, {"answer": "Hausa.", "compartment": "D2"})
    assert Deadline.objects.get(handover=handover, kind="decide", state="open").due_at == due + timedelta(hours=5)
    assert Deadline.objects.filter(handover=handover, kind="decide").count() == 2, "a due time is never rewritten"


def test_an_answer_in_time_changes_no_deadline_of_the_receiver(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    scene.do("NE", handover, Action.ASK, {"question": "Which languages?"})
    scene.after(hours=3)
    scene.do("NG", handover, Action.ANSWER, {"answer": "Hausa.", "compartment": "D2"})
    assert Deadline.objects.filter(handover=handover, kind="decide").count() == 1


def test_the_arrival_is_awaited_from_the_expected_one_on(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "departed")
    owed = Deadline.objects.get(handover=handover, kind="confirm_arrival")
    assert (owed.owes, owed.other_side) == (scene.institutions["NE"], scene.institutions["NG"])
    assert owed.opened_at == handover.expected_at
    assert owed.due_at == handover.expected_at + timedelta(hours=24)


def test_an_unescorted_journey_is_recorded_as_what_it_is(scene: Scene) -> None:
    for escort, kind in (("Case manager", "escorted"), ("", "alone")):
        handover = advance(scene, ready_draft(scene, open_case(scene)), "accepted")
        facts = {
            "travel_means": "By bus",
            "travel_documents": "None",
            "expected_at": scene.moment().at + timedelta(hours=9),
            "escort": escort,
        }
        scene.do("NG", handover, Action.DEPART, facts)
        assert handover.case.whereabouts.latest("pk").kind == kind


def test_feedback_is_given_even_when_custody_has_moved_on(scene: Scene) -> None:
    case = open_case(scene)
    first = advance(scene, ready_draft(scene, case), "received")
    scene.after(days=1)
    advance(scene, ready_draft(scene, case, "NE", "IT"), "received", "NE", "IT")
    assert Case.objects.get(pk=case.pk).holder == scene.institutions["IT"]
    scene.do("NE", first, Action.GIVE_FEEDBACK, {"feedback": "She went on to Italy, well."})
    first.refresh_from_db()
    assert first.state == "completed"


def test_the_buttons_offered_are_those_that_the_server_takes(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    either = {"stop", "death", "write_message", "record_call", "drop_proposal"}
    assert set(lifecycle.next_actions(scene.actor("NE"), handover)) == either | {
        "ask", "holding_reply", "accept", "decline", "put_conditions", "propose_forward", "accept_and_receive",
    }  # fmt: skip
    assert set(lifecycle.next_actions(scene.actor("NG"), handover)) == either | {
        "withdraw", "hold", "divert", "supplement",
    }  # fmt: skip
    assert lifecycle.next_actions(scene.actor("IT"), handover) == ()
    with pytest.raises(NotAllowed):
        scene.do("IT", handover, Action.STOP)


def test_a_handover_of_another_registry_does_not_exist(scene: Scene) -> None:
    other = two_countries()
    handover = advance(other, ready_draft(other, open_case(other)), "offered")
    with pytest.raises(Handover.DoesNotExist):
        scene.do("NE", handover, Action.ACKNOWLEDGE)


def test_a_handover_whose_file_is_out_of_reach_is_there_and_not_allowed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_reach(_actor: Actor, _handover: int) -> None:
        raise NotAllowed

    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    monkeypatch.setattr(handover_locks, "begin_with", out_of_reach)
    with pytest.raises(NotAllowed):
        scene.do("NE", handover, Action.ACKNOWLEDGE)


def test_a_handover_that_is_gone_under_the_lock_does_not_exist(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    monkeypatch.setattr(handover_locks, "_one", lambda key: Handover.objects.filter(pk=key, state="gone"))
    with pytest.raises(Handover.DoesNotExist):
        scene.do("NE", handover, Action.ACKNOWLEDGE)
