from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from referral.enums import Action, HandoverState, Role
from referral.models import Case, CaseEvent, Handover, Person, Question
from tests.factories import make_member
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def at(handover: Handover, page: str = "") -> str:
    return f"/handovers/{handover.reference}/{page}"


def sent(scene: Scene, to: str = "offered", **facts: Any) -> Handover:
    return advance(scene, ready_draft(scene, open_case(scene, **facts)), to)


def state_of(handover: Handover) -> str:
    handover.refresh_from_db()
    return handover.state


def test_both_sides_read_who_answers_until_when(scene: Scene) -> None:
    handover = sent(scene)
    sentence = "<bdi>Nigeria</bdi> answers for"
    assert sentence in Seat(scene, "NG").text(at(handover))
    assert sentence in Seat(scene, "NE").text(at(handover))


def test_the_receiver_reads_the_frozen_packet_and_never_a_later_fact(scene: Scene) -> None:
    handover = sent(scene, "acknowledged", wishes="To live near her sister.")
    Person.objects.filter(pk=handover.case.person_id).update(
        wishes="A SECRET OF LATER", call_tonight="THE SHELTER'S NUMBER"
    )
    text = Seat(scene, "NE").text(at(handover))
    assert "To live near her sister." in text
    assert "A SECRET OF LATER" not in text
    assert "THE SHELTER'S NUMBER" not in text
    assert "Invented Name" not in text


def test_the_receiver_cannot_open_the_person_before_the_arrival_and_can_after_it(scene: Scene) -> None:
    handover, niger = sent(scene, "departed"), Seat(scene, "NE")
    person = f"/people/{handover.case.person.public_code}/"
    assert niger.get(person).status_code == 404
    assert person not in niger.text(at(handover))
    advance(scene, handover, "received")
    assert f'href="{person}"' in niger.text(at(handover))


def test_the_preview_of_the_sender_is_what_the_receiver_reads(scene: Scene) -> None:
    draft = ready_draft(scene, open_case(scene))
    nigeria = Seat(scene, "NG")
    preview = nigeria.text(f"/people/{draft.case.person.public_code}/handover/{draft.reference}/preview/")
    advance(scene, draft, "acknowledged")
    received = Seat(scene, "NE").text(at(draft))

    def packet(text: str) -> str:
        return text[text.index('<section class="card packet">') : text.index("</section>", text.index('card packet"'))]

    assert packet(preview) == packet(received)


def test_buttons_are_what_the_machine_allows_and_nothing_else(scene: Scene) -> None:
    handover = sent(scene)
    niger = Seat(scene, "NE").text(at(handover))
    assert at(handover, "acknowledge/") in niger
    assert at(handover, "question/") not in niger
    assert at(handover, "travel/") not in niger
    nigeria = Seat(scene, "NG").text(at(handover))
    assert at(handover, "recall/") in nigeria
    assert at(handover, "acknowledge/") not in nigeria


def test_an_act_that_is_not_possible_now_leads_back_with_a_sentence(scene: Scene) -> None:
    handover, nigeria = sent(scene), Seat(scene, "NG")
    assert nigeria.get(at(handover, "travel/"))["Location"] == at(handover)
    assert "moved on" in nigeria.text(at(handover))


def test_a_case_manager_may_read_and_is_told_who_may_act(scene: Scene) -> None:
    scene.users["manager"] = User.objects.create_user("manager@example.org")
    make_member(scene.institutions["NG"], Role.CASE_MANAGER, user=scene.users["manager"])
    handover = sent(scene)
    manager = Seat(scene, "manager")
    assert manager.get(at(handover)).status_code == 200
    assert manager.get(at(handover, "recall/")).status_code == 403


def test_a_question_and_its_answer_are_read_by_both(scene: Scene) -> None:
    handover = sent(scene, "acknowledged")
    niger, nigeria = Seat(scene, "NE"), Seat(scene, "NG")
    assert (
        niger.post(at(handover, "question/"), question="Which language?", version=handover.version).status_code == 302
    )
    assert "Which language?" in nigeria.text(at(handover, "answer/"))
    handover.refresh_from_db()
    response = nigeria.post(at(handover, "answer/"), answer="Hausa.", compartment="D2", version=handover.version)
    assert response.status_code == 302
    assert "Hausa." in niger.text(at(handover))
    assert Question.objects.get().answer_compartment == "D2"


def test_an_answer_can_only_tell_what_the_person_permits(scene: Scene) -> None:
    handover = sent(scene, "acknowledged")
    scene.do("NE", handover, Action.ASK, {"question": "Was there debt?"})
    text = Seat(scene, "NG").text(at(handover, "answer/"))
    assert 'value="D2"' in text
    assert 'value="D5"' not in text
    response = Seat(scene, "NG").post(at(handover, "answer/"), answer="From Mali.", compartment="D5")
    assert response.status_code == 200
    assert Question.objects.get().answer == ""


def test_a_promise_to_answer_changes_no_state(scene: Scene) -> None:
    handover = sent(scene, "acknowledged")
    tomorrow = scene.moment().at + timedelta(days=1)
    response = Seat(scene, "NE").post(at(handover, "holding/"), **moment("reply_by_at", tomorrow))
    assert response.status_code == 302
    assert state_of(handover) == HandoverState.ACKNOWLEDGED
    assert handover.reply_by_at == tomorrow.replace(second=0, microsecond=0)


def test_accepting_needs_a_place_a_contact_and_a_day(scene: Scene) -> None:
    handover, niger = sent(scene, "acknowledged"), Seat(scene, "NE")
    text = niger.post(at(handover, "decide/"), decision="accept").content.decode()
    for sentence in (
        "Confirm that a place is ready",
        "Say who will meet the person",
        "Enter from when the person can come",
    ):
        assert sentence in text
    ready = {
        "decision": "accept",
        "place_confirmed": "on",
        "reception_contact": "Duty officer",
        "version": handover.version,
    }
    response = niger.post(
        at(handover, "decide/"), **ready, **moment("reception_from_at", scene.moment().at + timedelta(days=5))
    )
    assert response.status_code == 302
    assert state_of(handover) == HandoverState.ACCEPTED


def test_a_decision_posted_twice_is_one_decision(scene: Scene) -> None:
    handover, niger, key = sent(scene, "acknowledged"), Seat(scene, "NE"), str(uuid4())
    ready = {
        "decision": "accept",
        "place_confirmed": "on",
        "reception_contact": "Duty officer",
        "version": handover.version,
    }
    ready |= moment("reception_from_at", scene.moment().at + timedelta(days=5))
    first = niger.post(at(handover, "decide/"), **ready, submission=key)
    again = niger.post(at(handover, "decide/"), **ready, submission=key)
    assert first["Location"] == again["Location"] == at(handover)
    assert CaseEvent.objects.filter(kind=Action.ACCEPT).count() == 1


def test_declining_needs_a_reason_and_carries_a_message(scene: Scene) -> None:
    handover, niger = sent(scene, "acknowledged"), Seat(scene, "NE")
    assert "Choose why" in niger.post(at(handover, "decide/"), decision="decline").content.decode()
    niger.post(
        at(handover, "decide/"), decision="decline", decline_reason="no_capacity", message_back="A bed is free in May."
    )
    assert state_of(handover) == HandoverState.DECLINED
    text = Seat(scene, "NG").text(at(handover))
    assert "No suitable place now" in text
    assert "A bed is free in May." in text


def test_a_child_is_accepted_only_with_both_child_protection_yeses(scene: Scene) -> None:
    handover = sent(scene, "acknowledged")
    Handover.objects.filter(pk=handover.pk).update(child=True)
    ready = {
        "decision": "accept",
        "place_confirmed": "on",
        "reception_contact": "Duty officer",
    }
    ready |= moment("reception_from_at", scene.moment().at + timedelta(days=5))
    response = Seat(scene, "NE").post(at(handover, "decide/"), **ready)
    assert "child protection in both countries must say yes first" in response.content.decode()
    assert state_of(handover) == HandoverState.ACKNOWLEDGED


def test_gates_that_fail_at_the_departure_are_a_task_list_with_links(scene: Scene) -> None:
    handover, nigeria = sent(scene, "accepted"), Seat(scene, "NG")
    scene.after(days=31)
    plan = {"travel_means": "By bus", "travel_documents": "Emergency certificate"}
    response = nigeria.post(
        at(handover, "travel/"), **plan, **moment("expected_at", scene.moment().at + timedelta(days=1))
    )
    text = response.content.decode()
    assert "The risk assessment is out of date. Assess again." in text
    assert f'href="/people/{handover.case.person.public_code}/risk/"' in text
    assert state_of(handover) == HandoverState.ACCEPTED


def test_gates_that_fail_at_the_decision_tell_the_receiver_nothing_about_the_person(scene: Scene) -> None:
    handover = sent(scene, "acknowledged")
    scene.after(days=31)
    ready = {"decision": "accept", "place_confirmed": "on", "reception_contact": "Duty officer"}
    ready |= moment("reception_from_at", scene.moment().at + timedelta(days=5))
    text = Seat(scene, "NE").post(at(handover, "decide/"), **ready).content.decode()
    assert "Something still has to be in place" in text
    assert "risk assessment" not in text
    assert state_of(handover) == HandoverState.ACKNOWLEDGED


def test_the_plan_is_read_before_the_departure_and_stands_in_its_form(scene: Scene) -> None:
    handover, nigeria, niger = sent(scene, "accepted"), Seat(scene, "NG"), Seat(scene, "NE")
    page = nigeria.text(at(handover))
    assert page.index(f'href="{at(handover, "travel/plan/")}"') < page.index(f'href="{at(handover, "travel/")}"')
    assert "Plan the journey or record the departure" in nigeria.text("/inbox/")
    plan = {"travel_means": "By bus, by day", "travel_documents": "Emergency certificate", "version": handover.version}
    past = moment("expected_at", scene.moment().at - timedelta(hours=1))
    refused = nigeria.post(at(handover, "travel/plan/"), **plan, **past).content.decode()
    assert "This moment has passed already" in refused
    assert "By bus, by day" in refused
    coming = moment("expected_at", scene.moment().at + timedelta(days=5))
    assert nigeria.post(at(handover, "travel/plan/"), **plan, **coming).status_code == 302
    assert state_of(handover) == HandoverState.ACCEPTED
    read = niger.text(at(handover))
    for word in ("By bus, by day", "Emergency certificate", "Nobody travels along.", "Travel plan sent"):
        assert word in read
    assert "Departed" not in read
    page = nigeria.text(at(handover))
    assert "If the plan changes before that, send a newer one." in page
    assert page.index(f'href="{at(handover, "travel/")}"') < page.index(f'href="{at(handover, "travel/plan/")}"')
    form = nigeria.text(at(handover, "travel/"))
    typed = {"travel_means": "By bus, by day", **coming}
    assert all(f'name="{name}" value="{value}"' in form for name, value in typed.items())
    assert niger.get(at(handover, "travel/plan/")).status_code == 403


def test_the_departure_tells_the_receiver_when_to_expect_the_person(scene: Scene) -> None:
    handover = sent(scene, "accepted")
    plan = {
        "travel_means": "By bus",
        "travel_documents": "Emergency certificate",
        "escort": "Case manager",
        "version": handover.version,
    }
    response = Seat(scene, "NG").post(
        at(handover, "travel/"), **plan, **moment("expected_at", scene.moment().at + timedelta(days=1))
    )
    assert response.status_code == 302
    assert state_of(handover) == HandoverState.DEPARTED
    assert "By bus" in Seat(scene, "NE").text(at(handover))


def test_an_arrival_lies_between_the_departure_and_now(scene: Scene) -> None:
    handover, niger = sent(scene, "departed"), Seat(scene, "NE")
    scene.after(hours=3)
    answers = {"received_by": "Duty officer", "arrived_safely": "yes", "person_content": "yes"}
    for hours in (-48, +5):
        response = niger.post(
            at(handover, "receive/"), **answers, **moment("arrived_at", scene.moment().at + timedelta(hours=hours))
        )
        assert "between the departure and now" in response.content.decode()
    response = niger.post(
        at(handover, "receive/"), **answers, **moment("arrived_at", scene.moment().at - timedelta(hours=1))
    )
    assert response.status_code == 302
    assert state_of(handover) == HandoverState.RECEIVED
    assert Case.objects.get().holder == scene.institutions["NE"]


def test_feedback_closes_the_handover_and_is_read_by_the_former_holder(scene: Scene) -> None:
    handover = sent(scene, "received")
    response = Seat(scene, "NE").post(
        at(handover, "feedback/"), feedback="She started a course.", feedback_services=["shelter"]
    )
    assert response.status_code == 302
    text = Seat(scene, "NG").text(at(handover))
    assert "She started a course." in text
    assert "Nothing more is needed from you now." in text


def test_feedback_that_looks_like_real_data_is_questioned_and_kept(scene: Scene) -> None:
    handover = sent(scene, "received")
    response = Seat(scene, "NE").post(at(handover, "feedback/"), feedback="Call her on 0803 555 12 34.")
    text = response.content.decode()
    assert "real personal data" in text
    assert "Call her on 0803 555 12 34." in text
    assert state_of(handover) == HandoverState.RECEIVED


def test_an_offer_that_nobody_opened_is_recalled_unread(scene: Scene) -> None:
    handover = sent(scene, wishes="To live near her sister.")
    response = Seat(scene, "NG").post(
        at(handover, "recall/"), withdraw_reason="sent_in_error", version=handover.version
    )
    assert response.status_code == 302
    text = Seat(scene, "NE").text(at(handover))
    assert "recalled this before it was read" in text
    assert "To live near her sister." not in text


def test_why_the_person_no_longer_wants_it_stays_with_the_sender(scene: Scene) -> None:
    handover = sent(scene, "acknowledged")
    Seat(scene, "NG").post(at(handover, "recall/"), withdraw_reason="person")
    assert "no longer wants this" in Seat(scene, "NG").text(at(handover))
    assert "no longer wants this" not in Seat(scene, "NE").text(at(handover))


def test_a_stop_holds_at_once_and_the_other_side_reads_a_neutral_line(scene: Scene) -> None:
    handover, nigeria = sent(scene, "acknowledged"), Seat(scene, "NG")
    assert "in private" in nigeria.text(at(handover, "stop/"))
    nigeria.post(at(handover, "stop/"), version=handover.version)
    assert state_of(handover) == HandoverState.HELD
    text = Seat(scene, "NE").text(at(handover)) + Seat(scene, "NE").text("/inbox/?tab=others")
    assert "Put on hold" in text
    assert "Say how it goes on" in text
    assert "in private" not in text
    assert "wants to stop" not in text.replace("The person wants to stop</a>", "")
    nigeria.post(at(handover, "stop/confirm/"))
    assert state_of(handover) == HandoverState.STOPPED
    assert "Stopped by the person" not in Seat(scene, "NE").text(at(handover))


def test_a_person_who_wants_to_go_on_goes_on_where_it_stood(scene: Scene) -> None:
    handover, nigeria = sent(scene, "acknowledged"), Seat(scene, "NG")
    nigeria.post(at(handover, "stop/"))
    nigeria.post(at(handover, "stop/continue/"))
    assert state_of(handover) == HandoverState.ACKNOWLEDGED


def test_nobody_acts_for_both_sides(scene: Scene) -> None:
    handover = sent(scene)
    make_member(scene.institutions["NG"], Role.CASE_MANAGER, user=scene.users["NE"])
    niger = Seat(scene, "NE")
    niger.post(at(handover, "acknowledge/"))
    assert state_of(handover) == HandoverState.OFFERED
    assert "You also work for the sending country" in niger.text(at(handover))


def test_a_page_made_before_the_other_side_acted_keeps_what_was_typed(scene: Scene) -> None:
    handover, niger = sent(scene, "acknowledged"), Seat(scene, "NE")
    version = handover.version
    scene.do("NE-deputy", handover, Action.ASK, {"question": "Any allergies?"})
    text = niger.post(at(handover, "question/"), question="Which language?", version=version).content.decode()
    assert "Somebody has changed this" in text
    assert "Which language?" in text


def test_an_institution_that_has_no_part_in_it_finds_nothing(scene: Scene) -> None:
    handover = sent(scene)
    assert Seat(scene, "NG-child").get(at(handover)).status_code in (403, 404)
