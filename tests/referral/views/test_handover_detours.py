"""What each side reads while a handover goes another way, and what it never reads."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from referral.enums import Action, DeadlineKind, HoldReason
from referral.models import Case, Deadline, Handover, Message, OutsideAnswer, Supplement
from referral.services import lifecycle
from referral.services.command import begin
from tests.referral.views.seats import Seat, moment
from tests.referral.views.test_handover_acts import (
    LOST,
    OBJECTED,
    PUT,
    at,
    child_asked,
    sent,
    something_new,
)
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

A = Action


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def outside(scene: Scene, to: str = "offered") -> Handover:
    return advance(scene, ready_draft(scene, open_case(scene), "NG", "GH"), to, receiver="NG")


def heard(scene: Scene, **more: Any) -> dict[str, Any]:
    answered = moment("answered_at", scene.moment().at - timedelta(minutes=20))
    return {"officer": "Duty officer, Accra", "outside_reference": "GH 12 of 2026"} | answered | more


def by_system(scene: Scene, handover: Handover, reason: HoldReason) -> None:
    with scene.clock(), transaction.atomic():
        lifecycle.hold_by_system(begin(scene.actor("NG"), handover.case_id), reason)


@pytest.mark.parametrize("reason", [HoldReason.PERSON, HoldReason.UNCONFIRMED, HoldReason.CHILD_OBJECTS])
def test_why_a_person_or_a_child_stops_is_read_by_the_sender_alone(scene: Scene, reason: HoldReason) -> None:
    handover = sent("accepted")(scene)
    by_system(scene, handover, reason)
    nigeria, niger = Seat(scene, "NG").text(at(handover)), Seat(scene, "NE").text(at(handover))
    assert str(reason.label) in nigeria
    for told in (str(reason.label), "in private", "child protection decides"):
        assert told not in niger
    assert "says how it goes on" in niger


def test_another_reason_to_wait_is_read_by_both(scene: Scene) -> None:
    handover = sent("accepted")(scene)
    scene.do("NG", handover, A.HOLD, {"hold_reason": "practical"})
    for name in ("NG", "NE"):
        assert "Travel or papers are not ready" in Seat(scene, name).text(at(handover))


def test_whoever_objects_on_the_way_is_met_and_nothing_more_is_read_until_the_arrival(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene, wishes="CANARY WISH")), "acknowledged")
    scene.do("NE", handover, A.ASK, {"question": "CANARY QUESTION", "language": "en"})
    scene.do("NG", handover, A.ANSWER, {"answer": "CANARY ANSWER", "compartment": "D2"})
    Handover.objects.filter(pk=handover.pk).update(message="CANARY MESSAGE")
    handover.refresh_from_db()
    advance(scene, handover, "departed")
    scene.do("NG", handover, A.WRITE_MESSAGE, {"phrase": "delayed", "text": "CANARY WORDS", "language": "en"})
    canaries = ("CANARY WISH", "CANARY QUESTION", "CANARY ANSWER", "CANARY MESSAGE", "CANARY WORDS", "Deceived", "Debt")
    niger, nigeria = Seat(scene, "NE"), Seat(scene, "NG")
    before = niger.text(at(handover))
    shown = [canary for canary in canaries if canary in before]
    assert {"CANARY WISH", "CANARY ANSWER", "CANARY MESSAGE", "CANARY WORDS"} <= set(shown)
    scene.do("NG", handover, A.OBJECT)
    for page in ("", "receive/"):
        text = niger.text(at(handover, page))
        assert [canary for canary in canaries if canary in text] == []
        assert "no longer wants" not in text.replace("The person no longer wants to go on</a>", "")
    text = niger.text(at(handover))
    for kept in ("A safe place", "Hausa", "Sleeps in the shelter.", "Duty officer", "The journey is delayed."):
        assert kept in text
    assert "CANARY WISH" in nigeria.text(at(handover))
    handover.refresh_from_db()
    advance(scene, handover, "received")
    assert "CANARY WISH" in niger.text(at(handover))


def test_a_search_says_its_grade_and_that_an_adult_may_leave(scene: Scene) -> None:
    handover = LOST(scene)
    for name in ("NG", "NE"):
        text = Seat(scene, name).text(at(handover))
        assert "Quiet search: institutions only" in text
        assert "An adult who leaves by choice is not missing." in text
        assert "answers for" in text
    Handover.objects.filter(pk=handover.pk).update(child=True, alert="urgent")
    text = Seat(scene, "NG").text(at(handover)) + Seat(scene, "NG").text(at(handover, "search/end/"))
    assert "Urgent search: a child, or signs of danger" in text
    assert "by choice is not missing" not in text
    assert 'value="own_choice"' not in text


def test_where_a_person_was_seen_is_told_to_the_sender_alone(scene: Scene) -> None:
    handover = LOST(scene)
    with scene.clock(), transaction.atomic():
        lifecycle.presence_reported(begin(scene.actor("NE-child"), handover.case_id))
    assert "The person may be in another country" in Seat(scene, "NG").text(at(handover))
    niger = Seat(scene, "NE").text(at(handover))
    assert "may be in another country" not in niger
    assert "says that the person is there" not in niger


def test_a_diverted_handover_leads_the_sender_to_the_new_draft_and_tells_the_receiver_no_country(scene: Scene) -> None:
    handover = sent("departed")(scene)
    Seat(scene, "NG").post(at(handover, "divert/"), diverted_country="GH")
    draft = Handover.objects.get(state="draft")
    nigeria, niger = Seat(scene, "NG").text(at(handover)), Seat(scene, "NE").text(at(handover))
    assert f"/handover/{draft.reference}/" in nigeria
    assert "Ghana" in nigeria
    assert "Ghana" not in niger
    assert draft.reference not in niger


def test_child_protection_of_both_countries_sees_the_packet_and_answers(scene: Scene) -> None:
    handover = child_asked(scene)
    for name in ("NG-child", "NE-child"):
        text = Seat(scene, name).text(at(handover, "child/"))
        assert "What was shared" in text
        assert "To live near her sister." in text
        assert "speak with the child, and answer" in Seat(scene, name).text(at(handover))
    assert "silence is no" in Seat(scene, "NE").text(at(handover))
    ready = {"decision": "accept", "place_confirmed": "on", "reception_contact": "Duty officer"}
    ready |= moment("reception_from_at", scene.moment().at + timedelta(days=5))
    text = Seat(scene, "NE").post(at(handover, "decide/"), **ready).content.decode()
    assert "child protection in both countries must say yes first" in text
    Seat(scene, "NG-child").post(at(handover, "child/"), child_answer="yes")
    Seat(scene, "NE-child").post(at(handover, "child/"), child_answer="no")
    text = re.sub(r"</?bdi>", "", Seat(scene, "NG").text(at(handover)))
    assert "Nigeria: yes" in text
    assert "Niger: no" in text


def test_a_childs_stop_is_decided_by_child_protection_alone(scene: Scene) -> None:
    handover = child_asked(scene)
    scene.do("NG", handover, A.STOP)
    handover.refresh_from_db()
    assert at(handover, "stop/confirm/") not in Seat(scene, "NG").text(at(handover))
    refused = Seat(scene, "NG").post(at(handover, "stop/confirm/"))
    assert "until child protection has decided" in refused.content.decode()
    guard = Seat(scene, "NG-child")
    assert at(handover, "stop/confirm/") in guard.text(at(handover))
    response = guard.post(at(handover, "stop/confirm/"))
    assert response["Location"] == reverse("referral:inbox")
    assert "The handover is over" in guard.text(response["Location"])


def test_a_childs_stop_that_is_posted_twice_is_already_recorded_although_the_handover_is_out_of_sight(
    scene: Scene,
) -> None:
    handover = child_asked(scene)
    scene.do("NG", handover, A.STOP)
    guard, form = Seat(scene, "NG-child"), str(uuid4())
    guard.post(at(handover, "stop/confirm/"), submission=form)
    again = guard.post(at(handover, "stop/confirm/"), submission=form)
    assert again["Location"] == reverse("referral:inbox")
    assert "Already recorded." in guard.text(again["Location"])
    assert guard.post(at(handover, "stop/confirm/"), submission=str(uuid4())).status_code == 404
    assert Seat(scene, "NE-child").post(at(handover, "stop/confirm/"), submission=form).status_code == 404


def test_more_information_shows_what_it_holds_before_it_leaves_and_stands_under_the_packet(scene: Scene) -> None:
    handover = something_new(scene)
    text = Seat(scene, "NG").text(at(handover, "supplement/"))
    assert "To learn sewing." in text
    assert "So that the plan follows what the person wants." in text
    assert 'value="D2"' in text
    assert 'value="D5"' not in text
    assert Seat(scene, "NG").post(at(handover, "supplement/"), compartments_more=["D5"]).status_code == 200
    Seat(scene, "NG").post(at(handover, "supplement/"), compartments_more=["D2"], supplement_note="She asked for it.")
    niger = Seat(scene, "NE").text(at(handover))
    assert "To learn sewing." in niger
    assert "She asked for it." in niger
    assert Supplement.objects.get().contents == {"D2": {"wishes": "To learn sewing."}}
    empty = Seat(scene, "NG").text(at(handover, "supplement/"))
    assert "nothing that the person permits and that was not sent yet" in empty


def test_a_sentence_is_read_in_the_readers_language_and_ones_own_words_carry_theirs(scene: Scene) -> None:
    handover = sent("accepted")(scene)
    Seat(scene, "NE").post(at(handover, "message/"), phrase="delayed", text="Le bus part demain.", language="fr")
    Seat(scene, "NE").post(at(handover, "message/"), phrase="working", language="fr")
    Seat(scene, "NE").post(
        at(handover, "call/"), phrase="no_answer", spoke_with="Office, Abuja", text="CALL WORDS", language="en"
    )
    text = Seat(scene, "NG").text(at(handover))
    assert "The journey is delayed." in text
    assert '<p lang="fr" dir="auto">Le bus part demain.</p>' in text
    assert "We called and reached nobody." in text
    assert "CALL WORDS" not in text
    assert "CALL WORDS" in Seat(scene, "NE").text(at(handover))
    assert Message.objects.get(phrase="working").language == ""
    later = moment("happened_at", scene.moment().at + timedelta(days=1))
    response = Seat(scene, "NE").post(at(handover, "call/"), phrase="thanks", spoke_with="Office", **later)
    assert "has not come yet" in response.content.decode()


def test_what_the_other_side_owes_can_be_waived_from_the_list_while_on_hold(scene: Scene) -> None:
    handover = sent("acknowledged")(scene)
    assert "waive" not in Seat(scene, "NG").text(at(handover))
    scene.do("NG", handover, A.HOLD, {"hold_reason": "risk"})
    owed = Deadline.objects.get(handover=handover, kind=DeadlineKind.DECIDE, state="open")
    link = f"{at(handover, 'waive/')}?deadline={owed.pk}"
    assert link in Seat(scene, "NG").text(at(handover))
    assert link not in Seat(scene, "NE").text(at(handover))
    assert re.search(rf'value="{owed.pk}"[^>]*checked', Seat(scene, "NG").text(link))


def test_an_arrival_with_an_objection_is_said_to_both(scene: Scene) -> None:
    handover = sent("departed")(scene)
    scene.after(hours=3)
    answers = {"received_by": "Duty officer", "arrived_safely": "yes", "person_content": "no"}
    niger = Seat(scene, "NE")
    response = niger.post(
        at(handover, "receive/"), **answers, **moment("arrived_at", scene.moment().at - timedelta(hours=1))
    )
    assert "confirmed with the objection" in niger.text(response["Location"])
    for name in ("NG", "NE"):
        assert "Hear the person in private" in Seat(scene, name).text(at(handover))


def test_a_page_has_one_leading_button_and_the_rest_in_groups(scene: Scene) -> None:
    for handover in (PUT(scene),):
        for name in ("NG", "NE"):
            text = Seat(scene, name).text(at(handover))
            assert text.count("btn-primary") <= 1
            assert "Write or call" in text
            assert "Something went wrong" in text
            assert "What happens next" in text
            assert "Somebody travels along" in text
            assert "A nurse if possible." in text


def test_what_a_country_without_a_seat_answers_is_written_down_by_the_sender(scene: Scene) -> None:
    handover, nigeria = outside(scene), Seat(scene, "NG")
    assert "also after the arrival" in nigeria.text(at(handover))
    refused = nigeria.post(at(handover, "acknowledge/"))
    assert "Write down who answered" in refused.content.decode()
    response = nigeria.post(at(handover, "acknowledge/"), **heard(scene))
    assert "answered is recorded" in nigeria.text(response["Location"])
    scene.after(hours=1)
    decision = {"decision": "accept", "place_confirmed": "on", "reception_contact": "Officer of the day"}
    decision |= moment("reception_from_at", scene.moment().at + timedelta(days=5))
    refused = nigeria.post(at(handover, "decide/"), **decision)
    assert "Officer of the day" in refused.content.decode()
    assert "Write down who answered" in refused.content.decode()
    assert nigeria.post(at(handover, "decide/"), **decision, **heard(scene)).status_code == 302
    text = nigeria.text(at(handover))
    assert text.count("Duty officer, Accra") == 2
    assert "GH 12 of 2026" in text
    assert OutsideAnswer.objects.count() == 2
    handover.refresh_from_db()
    advance(scene, handover, "departed", receiver="NG")
    scene.after(hours=5)
    arrival = {"received_by": "Shelter in Accra", "arrived_safely": "yes"} | moment(
        "arrived_at", scene.moment().at - timedelta(hours=1)
    )
    response = nigeria.post(at(handover, "arrived/"), **arrival)
    assert "You go on answering" in nigeria.text(response["Location"])
    assert "goes on answering" in nigeria.text(at(handover))
    assert Case.objects.get(pk=handover.case_id).holder == scene.institutions["NG"]
    scene.after(days=30)
    told = {"phrase": "person_well", "spoke_with": "Shelter in Accra"}
    unreached = nigeria.post(at(handover, "follow-up/"), **told | {"phrase": "no_answer"})
    assert "it stays due to ask how" in nigeria.text(unreached["Location"])
    response = nigeria.post(at(handover, "follow-up/"), **told)
    assert response.status_code == 302
    assert "The person is well." in nigeria.text(at(handover))


def test_the_other_acts_of_a_country_without_a_seat_ask_for_its_officer(scene: Scene) -> None:
    handover, nigeria = outside(scene, "offered"), Seat(scene, "NG")
    scene.do("NG", handover, A.ACKNOWLEDGE, {"officer": "Accra", "answered_at": scene.moment().at})
    shown = nigeria.text(at(handover))
    for page, words in (
        ("question/", "a question"),
        ("holding/", "when the answer comes"),
        ("decide/", "what was decided"),
    ):
        assert f"Record {words}" in shown
        text = nigeria.text(at(handover, page))
        assert 'name="officer"' in text
        assert f"<h1>Record {words}</h1>" in text
    for page in ("forward/", "receive/"):
        assert nigeria.get(at(handover, page)).status_code == 403


def test_objecting_leaves_one_of_three_ways_and_each_is_offered_to_the_sender(scene: Scene) -> None:
    handover = OBJECTED(scene)
    text = Seat(scene, "NG").text(at(handover))
    for page in ("left/", "turn-back/"):
        assert at(handover, page) in text
    assert at(handover, "objection/") not in text
    assert at(handover, "receive/") in Seat(scene, "NE").text(at(handover))
