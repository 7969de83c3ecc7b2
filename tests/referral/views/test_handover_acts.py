"""Every act beside the straight path: its page opens for whoever may, it is done once, and a refusal keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from referral.enums import Action, DeadlineKind
from referral.models import Deadline, Handover, Person, Proposal
from referral.services import care
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, accept_facts, advance, depart_facts, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

A = Action
Reach = Callable[[Scene], Handover]
Data = Callable[[Scene, Handover], dict[str, Any]]


def at(handover: Handover, page: str = "") -> str:
    return f"/handovers/{handover.reference}/{page}"


def sent(to: str) -> Reach:
    return lambda scene: advance(scene, ready_draft(scene, open_case(scene)), to)


def then(reach: Reach, who: str, action: Action, facts: Callable[[Scene], dict[str, Any]] = lambda _scene: {}) -> Reach:
    def reached(scene: Scene) -> Handover:
        handover = reach(scene)
        scene.after(hours=1).do(who, handover, action, facts(scene))
        handover.refresh_from_db()
        return handover

    return reached


def conditions(scene: Scene) -> dict[str, Any]:
    return accept_facts(scene, conditions=["escort", "medicine"], conditions_text="A nurse if possible.")


def late(scene: Scene) -> Handover:
    handover = sent("departed")(scene)
    scene.after(hours=20)
    return handover


LOST = then(late, "NE", A.REPORT_NOT_ARRIVED)
HELD = then(sent("acknowledged"), "NG", A.HOLD, lambda _scene: {"hold_reason": "practical"})
STOPPED = then(sent("accepted"), "NG", A.STOP)
PUT = then(sent("acknowledged"), "NE", A.PUT_CONDITIONS, conditions)
FORWARD = then(
    sent("acknowledged"), "NE", A.PROPOSE_FORWARD,
    lambda _scene: {"forward_country": "GH", "forward_reason": "Her sister lives there."},
)  # fmt: skip
OBJECTED = then(sent("departed"), "NG", A.OBJECT)
DOUBTED = then(sent("received"), "NE", A.ASK_CORRECTION, lambda _scene: {"correction_reason": "Another person came."})


def child_asked(scene: Scene) -> Handover:
    handover = sent("acknowledged")(scene)
    Handover.objects.filter(pk=handover.pk).update(child=True)
    facts = {"kind": "child_protection", "institution": scene.institutions["NG-child"]}
    with scene.clock():
        care.assign(scene.actor("NG"), handover.case_id, facts, submission=uuid4())
    handover.refresh_from_db()
    return handover


def something_new(scene: Scene) -> Handover:
    handover = sent("acknowledged")(scene)
    Person.objects.filter(pk=handover.case.person_id).update(wishes="To learn sewing.")
    return handover


def proposed(scene: Scene) -> Handover:
    return then(
        LOST, "NG", A.END_SEARCH, lambda _scene: {"search_end": "lost", "reason": "Three calls, nobody has seen her."}
    )(scene)


def given(**data: Any) -> Data:
    return lambda _scene, _handover: data


def arrived(scene: Scene, _handover: Handover) -> dict[str, Any]:
    answers = {"received_by": "Duty officer of the night", "arrived_safely": "yes", "person_content": "no"}
    return answers | moment("arrived_at", scene.moment().at - timedelta(minutes=30))


def planned(scene: Scene, _handover: Handover) -> dict[str, Any]:
    plan = {"travel_means": "By bus, by day", "travel_documents": "Emergency certificate", "escort": "Case manager"}
    return plan | moment("expected_at", scene.moment().at + timedelta(days=5))


def waived(_scene: Scene, handover: Handover) -> dict[str, Any]:
    owed = Deadline.objects.get(handover=handover, kind=DeadlineKind.DECIDE, state="open")
    return {"deadline": str(owed.pk), "reason": "She decides about the date."}


def the_proposal(_scene: Scene, _handover: Handover) -> dict[str, Any]:
    return {"proposal": str(Proposal.objects.get(state="open").pk)}


@dataclass(frozen=True)
class Try:
    """One act in the browser: who does it from where, what is typed, what the next page says, and who may only look."""

    page: str
    who: str
    reach: Reach
    data: Data
    done: str
    looks: str = ""


ACTS = (
    Try("conditions/", "NG", PUT, given(decision="agree_conditions", person_agrees="on"), "You agreed to the conditions", "NE"),
    Try("forward/", "NE", sent("acknowledged"), given(forward_country="GH", forward_reason="Her sister lives there."),
        "has your proposal", "NG"),
    Try("forward/answer/", "NG", FORWARD, given(decision="agree_forward"), "A draft to the other country is ready", "NE"),
    Try("revoke/", "NE", sent("accepted"), given(revoke_reason="capacity", message_back="A pipe broke in the shelter."),
        "the acceptance no longer holds", "NG"),
    Try("hold/", "NG", sent("acknowledged"), given(hold_reason="risk"), "The handover is on hold", "NE"),
    Try("hold/end/", "NG", HELD, given(), "The hold is over", "NE"),
    Try("stop/confirm/", "NG", STOPPED, given(), "The handover is over", "NE"),
    Try("stop/continue/", "NG", STOPPED, given(), "goes on where it stood", "NE"),
    Try("travel/plan/", "NG", sent("accepted"), planned, "The travel plan was sent", "NE"),
    Try("turn-back/", "NG", sent("departed"), given(safe_here="yes"), "is back", "NE"),
    Try("already-here/", "NE", sent("acknowledged"), arrived, "confirmed with the objection", "NG"),
    Try("not-arrived/", "NE", late, given(), "a search is due"),
    Try("search/end/", "NG", LOST, given(search_end="lost", reason="Three calls, nobody has seen her."),
        "when a second person of your institution has confirmed it", "NE"),
    Try("search/end/", "NG-deputy", proposed, given(), "The search is over", "NE"),
    Try("proposal/drop/", "NG-deputy", proposed, the_proposal, "The proposal is dropped"),
    Try("divert/", "NG", sent("departed"), given(diverted_country="GH"), "A draft to the other country is ready", "NE"),
    Try("objection/", "NE", sent("departed"), given(), "only what meeting the person safely needs"),
    Try("left/", "NG", OBJECTED, given(), "help stays open", "NE"),
    Try("death/", "NE", sent("departed"), given(reason="The hospital called in the morning."), "when a second person"),
    Try("correction/", "NE", sent("received"), given(correction_reason="Another person came in her place."), "was asked", "NG"),
    Try("correction/answer/", "NG", DOUBTED, given(decision="agree_correction"), "The receipt is corrected", "NE"),
    Try("supplement/", "NG", something_new, given(compartments_more=["D2"], supplement_note="She asked us to say it."),
        "can read it now", "NE"),
    Try("child/", "NE-child", child_asked, given(child_answer="yes"), "Your yes is recorded", "NE"),
    Try("child/", "NG-child", child_asked, given(child_answer="no"), "Your no is recorded", "NG"),
    Try("waive/", "NG", HELD, waived, "The deadline is waived"),
    Try("message/", "NE", sent("accepted"), given(phrase="delayed", text="Le bus part demain.", language="fr"),
        "The message was sent"),
    Try("call/", "NG", sent("accepted"), given(phrase="person_well", spoke_with="Duty officer, Niamey", text="All is calm."),
        "The call is recorded"),
)  # fmt: skip


@pytest.mark.wide
@pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act.who} {act.page}")
def test_an_act_opens_for_whoever_may_is_done_once_and_keeps_what_was_refused(act: Try) -> None:
    scene = two_countries("NG", "NE", "IT")
    handover = act.reach(scene)
    seat, address = Seat(scene, act.who), at(handover, act.page)
    assert seat.text(address)
    assert Seat(scene, "IT").get(address).status_code == 404
    assert not act.looks or Seat(scene, act.looks).get(address).status_code == 403
    data = act.data(scene, handover)
    stale = seat.post(address, **data, version=handover.version + 7)
    text = stale.content.decode()
    assert "Somebody has changed this" in text
    assert all(typed in text for typed in data.values() if isinstance(typed, str) and " " in typed)
    once = {**data, "version": handover.version, "submission": str(uuid4())}
    first = seat.post(address, **once)
    assert first.status_code == 302, first.content.decode()
    assert act.done in seat.text(first["Location"])
    again = seat.post(address, **once)
    assert again["Location"] == first["Location"]
    assert "Already recorded." in seat.text(again["Location"])


def test_a_condition_that_is_never_allowed_is_refused_and_kept() -> None:
    scene = two_countries("NG", "NE")
    handover = sent("acknowledged")(scene)
    niger = Seat(scene, "NE")
    ready = {
        "decision": "put_conditions", "place_confirmed": "on", "reception_contact": "Duty officer of the night",
        "conditions": ["testimony", "escort"], "conditions_text": "She tells the court.",
    } | moment("reception_from_at", scene.moment().at + timedelta(days=5))  # fmt: skip
    text = niger.post(at(handover, "decide/"), **ready).content.decode()
    assert "Help never depends on testimony" in text
    assert "She tells the court." in text
    assert "Duty officer of the night" in text
    assert niger.post(at(handover, "decide/"), **ready | {"conditions": []}).status_code == 200
    response = niger.post(at(handover, "decide/"), **ready | {"conditions": ["escort"]})
    assert response.status_code == 302
    shown = Seat(scene, "NG").text(at(handover))
    assert "Somebody travels along" in shown
    assert "She tells the court." in shown
    answer = Seat(scene, "NG").post(at(handover, "conditions/"), decision="agree_conditions").content.decode()
    assert "Ask the person first" in answer


def test_a_national_who_chose_to_return_is_only_given_a_later_date() -> None:
    scene = two_countries("NG", "NE")
    handover = advance(scene, ready_draft(scene, open_case(scene, citizenships=["NE"])), "acknowledged")
    Handover.objects.filter(pk=handover.pk).update(purpose="return_chosen")
    niger, no = Seat(scene, "NE"), {"decision": "decline", "decline_reason": "no_capacity"}
    assert "You may move the date" in niger.post(at(handover, "decide/"), **no).content.decode()
    later = moment("not_before_at", scene.moment().at + timedelta(days=20))
    assert niger.post(at(handover, "decide/"), **no, **later).status_code == 302
    assert "Could come from" in Seat(scene, "NG").text(at(handover))


def test_an_acceptance_that_is_taken_back_for_good_ends_the_handover() -> None:
    scene = two_countries("NG", "NE")
    handover = sent("accepted")(scene)
    niger = Seat(scene, "NE")
    response = niger.post(at(handover, "revoke/"), revoke_reason="border", cannot_receive="on")
    assert "Nothing more is needed from you now" in niger.text(response["Location"])
    handover.refresh_from_db()
    assert handover.state == "declined"
    assert "The border is closed" in Seat(scene, "NG").text(at(handover))


def test_too_early_and_too_late_are_said_and_nothing_is_lost() -> None:
    scene = two_countries("NG", "NE")
    handover = sent("departed")(scene)
    assert "too early to report" in Seat(scene, "NE").post(at(handover, "not-arrived/")).content.decode()
    advance(scene, handover, "received")
    scene.after(hours=30)
    text = (
        Seat(scene, "NE").post(at(handover, "correction/"), correction_reason="Another person came.").content.decode()
    )
    assert "can be corrected for 24 hours" in text
    assert "Another person came." in text


def test_whoever_proposed_is_sent_back_and_the_second_person_reads_who_and_why() -> None:
    scene = two_countries("NG", "NE")
    handover = proposed(scene)
    first, second = Seat(scene, "NG"), Seat(scene, "NG-deputy")
    assert first.get(at(handover, "search/end/"))["Location"] == at(handover)
    assert "A second person of your institution has to confirm it" in first.text(at(handover))
    for text in (second.text(at(handover)), second.text(at(handover, "search/end/"))):
        assert "proposes to end the search" in text
        assert "Three attempts, and no contact" in text
        assert "Three calls, nobody has seen her." in text
    assert "proposes to end the search" not in Seat(scene, "NE").text(at(handover))
    assert "Read and confirm" not in first.text(at(handover))


def test_departing_and_accepting_are_refused_with_a_place_that_can_be_put_right() -> None:
    scene = two_countries("NG", "NE")
    handover = HELD(scene)
    facts = depart_facts(scene)
    plan = {name: facts[name] for name in ("travel_means", "travel_documents", "escort")}
    response = Seat(scene, "NG").post(
        at(handover, "travel/"), **plan, **moment("expected_at", scene.moment().at + timedelta(days=1))
    )
    assert "moved on" in response.content.decode()
