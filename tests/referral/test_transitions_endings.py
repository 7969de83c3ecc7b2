"""Notes beside the rows of the design's table: searches, objections, two people, families, lapse, and no seat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from referral.enums import Action, Phrase
from referral.errors import (
    BothSides,
    FactMissing,
    FamilyTogether,
    NotAllowed,
    NothingProposed,
    NotInThisState,
    NotOverridable,
    OfficerMissing,
    SearchNeedsDecision,
    SecondPersonNeeded,
)
from referral.models import (
    Case,
    CaseEvent,
    Deadline,
    Handover,
    Notice,
    OutsideAnswer,
    Proposal,
    Whereabouts,
)
from referral.services import lifecycle, reminders
from referral.services.command import begin
from tests.referral.handover_table import (
    OPEN,
    as_if_in,
    bring,
    brought_to,
    done,
    facts_of,
    open_kinds,
)
from tests.scenes import (
    accept_facts,
    advance,
    depart_facts,
    heard,
    open_case,
    ready_draft,
    receive_facts,
    two_countries,
)

pytestmark = pytest.mark.django_db


def state_of(handover: Handover) -> str:
    handover.refresh_from_db()
    return handover.state


def test_end_search_needs_a_second_person_and_a_proposal_ends_with_its_search():
    scene, handover = brought_to("whereabouts_unknown")
    facts = facts_of(scene, "end_search")
    first = scene.do("NG", handover, Action.END_SEARCH, facts)
    assert (first.event.kind, first.event.code, state_of(handover)) == ("propose", "end_search", "whereabouts_unknown")
    with pytest.raises(SecondPersonNeeded):
        scene.do("NG", handover, Action.END_SEARCH, facts)
    with transaction.atomic():
        scene.do("NG-deputy", handover, Action.END_SEARCH)
        assert (state_of(handover), handover.search_end, handover.closed_at) == ("failed", "lost", scene.moment().at)
        assert handover.case.holder == scene.institutions["NG"]
        transaction.set_rollback(True)
    with transaction.atomic():
        scene.do("NG-deputy", handover, Action.DROP_PROPOSAL, {"proposal": Proposal.objects.get().pk})
        assert Proposal.objects.get().state == "dropped"
        with pytest.raises(NothingProposed):
            scene.do("NG", handover, Action.DROP_PROPOSAL, {"proposal": Proposal.objects.get().pk})
        transaction.set_rollback(True)
    with pytest.raises(NotAllowed):
        scene.do("NE", handover, Action.DROP_PROPOSAL, {"proposal": Proposal.objects.get().pk})
    scene.do("NG", handover, Action.TURN_BACK, {"safe_here": "yes"})
    assert Proposal.objects.get().state == "dropped", "the person was found: what was proposed is void"
    bring_back = scene.do("NG", handover, Action.DEPART, depart_facts(scene))
    scene.after(days=2)
    scene.do("NG", handover, Action.REPORT_NOT_ARRIVED)
    again = scene.do("NG-deputy", handover, Action.END_SEARCH, facts | {"search_end": "own_choice"})
    assert (bring_back.event.kind, again.event.kind) == ("depart", "propose"), (
        "an older proposal is not confirmed unseen"
    )
    scene.do("NG", handover, Action.END_SEARCH)
    assert (state_of(handover), handover.search_end) == ("failed", "own_choice")
    assert Whereabouts.objects.filter(case=handover.case).latest("pk").kind == "left_by_choice"


def test_report_presence_is_an_event_told_to_the_sender_alone_and_divert_makes_a_draft():
    scene, handover = brought_to("departed")
    for state in sorted(OPEN):
        with as_if_in(handover, state), scene.clock():
            event = lifecycle.presence_reported(begin(scene.actor("IT"), handover.case_id))
            assert event is not None
            assert state_of(handover) == state
            told = Notice.objects.filter(event=event)
            assert {notice.user for notice in told} == {scene.users["NG"], scene.users["NG-deputy"]}
    for own in ("NG", "NE"):
        with pytest.raises(BothSides):
            scene.do("NG", handover, Action.DIVERT, {"diverted_country": own})
    scene.do("NG", handover, Action.DIVERT, {"diverted_country": "IT"})
    draft = Handover.objects.get(forwarded_from=handover)
    assert (state_of(handover), draft.state, draft.receiver) == ("diverted", "draft", scene.institutions["IT"])
    assert handover.case.holder == scene.institutions["NG"]
    ended = handover.case
    Handover.objects.filter(pk=draft.pk).update(state="discarded")
    with scene.clock():
        assert lifecycle.presence_reported(begin(scene.actor("IT"), ended.pk)) is None


def test_stop_by_the_person_after_departure_is_a_mark_and_then_the_person_receives_turns_back_or_disengages():
    scene, handover = brought_to("departed")
    with pytest.raises(NotInThisState):
        scene.do("NG", handover, Action.STOP)
    with pytest.raises(NothingProposed):
        scene.do("NG", handover, Action.DISENGAGE)
    scene.do("NE", handover, Action.OBJECT)
    assert (state_of(handover), handover.objected) == ("departed", True)
    with pytest.raises(SearchNeedsDecision):
        scene.do("NG", handover, Action.SUPPLEMENT, {"compartments_more": ["D3"]})
    with transaction.atomic():
        scene.do("NG", handover, Action.DISENGAGE)
        assert state_of(handover) == "stopped"
        assert Whereabouts.objects.filter(case=handover.case).latest("pk").kind == "left_by_choice"
        transaction.set_rollback(True)
    for content, objected, kinds in (
        ("yes", False, {"feedback"}),
        ("unknown", True, {"feedback", "objection"}),
        ("no", True, {"feedback", "objection"}),
    ):
        with transaction.atomic():
            facts = receive_facts(scene, person_content=content, arrived_at=scene.moment().at)
            scene.do("NE", handover, Action.RECEIVE, facts)
            assert (state_of(handover), handover.objected, open_kinds(handover)) == ("received", objected, kinds)
            transaction.set_rollback(True)


def test_receive_with_objection_gives_both_sides_a_day():
    scene, handover = brought_to("departed")
    scene.do("NE", handover, Action.RECEIVE, receive_facts(scene, person_content="no", arrived_at=scene.moment().at))
    handover.refresh_from_db()
    assert (handover.state, handover.objected) == ("received", True)
    tasks = Deadline.objects.filter(handover=handover, kind="objection", state="open")
    assert {task.owes for task in tasks} == {scene.institutions["NG"], scene.institutions["NE"]}
    assert {task.due_at - task.opened_at for task in tasks} == {timedelta(hours=24)}
    assert Case.objects.get(pk=handover.case_id).holder == scene.institutions["NE"]
    for side in ("NE", "NG"):
        scene.do(side, handover, Action.RECORD_CALL, {"phrase": Phrase.NO_ANSWER, "spoke_with": "Nobody"})
    assert tasks.count() == 2, "who reached nobody has told nobody"
    scene.do("NE", handover, Action.WRITE_MESSAGE, {"phrase": Phrase.values[0]})
    assert [task.owes for task in tasks.all()] == [scene.institutions["NG"]], "each tells the other for itself"
    scene.do("NG", handover, Action.RECORD_CALL, {"phrase": Phrase.values[0], "spoke_with": "Duty officer"})
    assert not tasks.all().exists()


def test_feedback_leaves_the_objection_to_be_heard_and_both_sides_can_still_say_so():
    scene, handover = brought_to("departed")
    scene.do("NE", handover, Action.RECEIVE, receive_facts(scene, person_content="no", arrived_at=scene.moment().at))
    scene.do("NE", handover, Action.ASK_CORRECTION, {"correction_reason": "Somebody else came."})
    scene.do("NE", handover, Action.GIVE_FEEDBACK, {"feedback": "She wants to go home."})
    owed = Deadline.objects.filter(handover=handover, state="open")
    assert sorted(owed.values_list("kind", flat=True)) == ["objection", "objection"], "the correction is void by now"
    scene.do("NE", handover, Action.RECORD_CALL, {"phrase": Phrase.values[0], "spoke_with": "Duty officer"})
    scene.do("NG", handover, Action.WRITE_MESSAGE, {"phrase": Phrase.values[0]})
    assert not owed.exists()
    assert state_of(handover) == "completed"


def test_after_the_feedback_on_an_arrival_without_objection_nothing_more_is_said():
    scene, handover = brought_to("completed")
    with pytest.raises(NothingProposed):
        scene.do("NG", handover, Action.WRITE_MESSAGE, {"phrase": Phrase.values[0]})


def test_a_presence_that_only_the_sender_is_told_of_refuses_nobodys_open_form():
    scene, handover = brought_to("acknowledged")
    version = handover.version
    with scene.clock(), transaction.atomic():
        lifecycle.presence_reported(begin(scene.actor("NG"), handover.case_id))
    told = CaseEvent.objects.get(handover=handover, kind="report_presence")
    assert (told.from_state, told.to_state) == ("acknowledged", "acknowledged")
    scene.do("NE", handover, Action.ACCEPT, accept_facts(scene), version=version)
    assert state_of(handover) == "accepted"


def test_death_by_either_side_with_a_second_person_of_the_same_institution():
    scene, handover = brought_to("accepted")
    for side in ("NG", "NE"):
        with transaction.atomic():
            scene.do(side, handover, Action.DEATH, {"reason": "Told by the hospital."})
            assert state_of(handover) == "accepted"
            other = "NE" if side == "NG" else "NG"
            scene.do(other, handover, Action.DEATH, {"reason": "Heard of it."})
            assert state_of(handover) == "accepted", "a second institution proposes for itself"
            assert Proposal.objects.filter(handover=handover, state="open").count() == 2
            scene.do(f"{side}-deputy", handover, Action.DEATH)
            assert (state_of(handover), handover.case.holder) == ("ended", scene.institutions["NG"])
            assert not Proposal.objects.filter(handover=handover, state="open").exists()
            transaction.set_rollback(True)


def test_override_of_a_missing_place_in_danger_by_two_people_is_counted():
    scene, handover = brought_to("draft", kind="danger")
    for gate in "12345789":
        with pytest.raises(NotOverridable):
            scene.do("NG", handover, Action.OVERRIDE, {"gate": gate, "reason": "Quickly."})
    outcome = done(scene, handover, "override")
    (row,) = handover.overrides
    assert (row["gate"], row["reason"]) == ("6", "No answer, and she is followed.")
    assert (row["first"], row["second"]) == (scene.users["NG"].pk, scene.users["NG-deputy"].pk)
    assert outcome.event.code == "6"
    Case.objects.filter(pk=handover.case_id).update(immediate_danger=False)
    with pytest.raises(NotOverridable):
        scene.do("NG", handover, Action.OVERRIDE, {"gate": "6", "reason": "No danger now."})


def test_lapse_past_the_last_rung_marks_every_open_state_and_changes_none():
    scene, handover = brought_to("offered")
    scene.after(days=30)
    moment = scene.moment()
    for state in sorted(OPEN):
        with as_if_in(handover, state):
            reminders.settle(scene.registry, moment)
            assert (state_of(handover), handover.escalated_at is not None) == (state, True)
            assert handover.case.holder == scene.institutions["NG"]
            lapses = CaseEvent.objects.filter(handover=handover, kind="lapse", user=None)
            assert set(lapses.values_list("code", flat=True)) == {"acknowledge", "decide"}
            reminders.settle(scene.registry, moment)
            assert lapses.count() == 2, "once each"
        handover.refresh_from_db()


def test_messages_and_calls_are_phrases_and_a_text_has_its_language():
    scene, handover = brought_to("offered")
    for action, more in ((Action.WRITE_MESSAGE, {}), (Action.RECORD_CALL, {"spoke_with": "Duty officer"})):
        with pytest.raises(FactMissing):
            scene.do("NE", handover, action, {"phrase": "working", "text": "Nous cherchons."} | more)
        scene.do("NE", handover, action, {"phrase": "working", "text": "Nous cherchons.", "language": "fr"} | more)
    said = list(handover.messages.values_list("kind", "phrase", "language", "spoke_with"))
    assert said == [("message", "working", "fr", ""), ("call", "working", "fr", "Duty officer")]
    assert state_of(handover) == "offered"


def test_a_family_is_offered_and_departs_together_and_is_received_person_by_person():
    scene = two_countries()
    members = [ready_draft(scene, open_case(scene)) for _ in range(3)]
    lone = members.pop()
    group = "11111111-1111-4111-8111-111111111111"
    Handover.objects.filter(pk__in=[m.pk for m in members]).update(family_group=group)
    scene.do("NG", members[0], Action.OFFER)
    assert [state_of(m) for m in members] == ["offered"] * 2
    assert state_of(lone) == "draft"
    advance(scene, members[0], "accepted")
    with pytest.raises(FamilyTogether):
        scene.do("NG", members[0], Action.DEPART, depart_facts(scene))
    advance(scene, members[1], "accepted")
    scene.do("NG", members[1], Action.DEPART, depart_facts(scene))
    assert [state_of(m) for m in members] == ["departed"] * 2
    scene.after(hours=2)
    scene.do("NE", members[0], Action.RECEIVE, receive_facts(scene))
    assert [state_of(m) for m in members] == ["received", "departed"]
    assert [Case.objects.get(pk=m.case_id).holder.country_id for m in members] == ["NE", "NG"]


class TestOutside:
    """A country without a seat: the sender writes down each answer, custody stays."""

    def test_receive_outside_by_a_country_that_answered_through_the_sender(self) -> None:
        scene, draft = brought_to("draft", kind="outside")
        assert (draft.outside, draft.receiver) == (True, None)
        bring(scene, draft, "received_outside")
        answers = list(OutsideAnswer.objects.filter(handover=draft).values_list("action", "officer", "reference"))
        assert answers == [(a, "Officer on duty", "GH/7") for a in ("acknowledge", "accept")]
        case = Case.objects.get(pk=draft.case_id)
        assert (case.holder, draft.received_at) == (scene.institutions["NG"], None)
        owed = Deadline.objects.filter(handover=draft, state="open").order_by("due_at")
        assert [(d.kind, (d.due_at - d.opened_at).days, d.owes) for d in owed] == [
            ("follow_up_30", 30, case.holder), ("follow_up_90", 90, case.holder),
        ]  # fmt: skip
        scene.after(days=31)
        earlier = scene.moment().at - timedelta(days=1)
        calls: tuple[tuple[int, dict[str, Any], set[str]], ...] = (
            (0, {"phrase": "no_answer"}, {"follow_up_30", "follow_up_90"}),
            (0, {}, {"follow_up_90"}),
            (0, {}, {"follow_up_90"}),
            (15, {"phrase": "no_answer"}, {"follow_up_90"}),
            (0, {"happened_at": earlier}, {"follow_up_90"}),
            (0, {}, set()),
            (0, {}, set()),
        )
        for days, said, kinds in calls:
            scene.after(days=days)
            scene.do("NG", draft, Action.FOLLOW_UP, facts_of(scene, "follow_up") | said)
            assert open_kinds(draft) == kinds, (days, said)
        assert state_of(draft) == "received_outside"

    def test_an_answer_needs_the_officer_and_an_instant_that_has_been(self) -> None:
        scene, handover = brought_to("offered", kind="outside")
        later = scene.moment().at + timedelta(seconds=1)
        rows: dict[Action, tuple[str, dict[str, Any]]] = {
            Action.ACKNOWLEDGE: ("offered", {}),
            Action.ASK: ("acknowledged", facts_of(scene, "ask")),
            Action.HOLDING_REPLY: ("acknowledged", facts_of(scene, "holding_reply")),
            Action.ACCEPT: ("acknowledged", accept_facts(scene)),
            Action.PUT_CONDITIONS: ("acknowledged", facts_of(scene, "put_conditions")),
            Action.DECLINE: ("acknowledged", facts_of(scene, "decline")),
            Action.REVOKE: ("accepted", facts_of(scene, "revoke")),
        }
        for action, (state, facts) in rows.items():
            with as_if_in(handover, state):
                if action is Action.REVOKE:
                    ended = {"state": "met", "closed_at": scene.moment().at}
                    Deadline.objects.filter(handover=handover, kind="decide").update(**ended)
                for answer in (
                    {},
                    heard(scene, officer=""),
                    heard(scene, answered_at=None),
                    heard(scene, answered_at=later),
                ):
                    with pytest.raises(OfficerMissing):
                        scene.do("NG", handover, action, facts | answer)
                scene.do("NG", handover, action, facts | heard(scene))
                assert OutsideAnswer.objects.get(handover=handover).action == action
                for stranger in ("NE", "IT"):
                    with pytest.raises(NotAllowed):
                        scene.do(stranger, handover, action, facts | heard(scene))

    def test_what_needs_a_seat_is_not_there(self) -> None:
        scene, handover = brought_to("departed", kind="outside")
        for action in (Action.RECEIVE, Action.ACCEPT_AND_RECEIVE, Action.PROPOSE_FORWARD, Action.GIVE_FEEDBACK):
            with pytest.raises((NotAllowed, NotInThisState)):
                scene.do("NG", handover, action, receive_facts(scene))
        with pytest.raises(NothingProposed):
            scene.do("NG", handover, Action.WRITE_MESSAGE, {"phrase": "working"})
        scene.do("NG", handover, Action.RECORD_CALL, {"phrase": "no_answer", "spoke_with": "Nobody"})
        assert state_of(handover) == "departed"

    def test_a_handover_with_a_seat_is_not_received_outside(self) -> None:
        scene, handover = brought_to("departed")
        facts: dict[str, Any] = facts_of(scene, "receive_outside")
        with pytest.raises(NotAllowed):
            scene.do("NG", handover, Action.RECEIVE_OUTSIDE, facts)
