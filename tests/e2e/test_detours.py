"""What goes wrong on the way, through real pages and without a script: nobody is ever without an institution that answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from referral.enums import Action, HandoverState
from referral.models import Case, Handover
from referral.selectors import invariants
from referral.services import drafts, families
from tests.e2e.hands import Mouse, follow, press, says, sign_in, submit
from tests.e2e.journey import (
    answering,
    arrive,
    clock_shows,
    complete,
    depart,
    live_scene,
    minute_since,
    open_handover,
    receive,
    send,
)
from tests.scenes import Scene, accept_facts, advance, open_case, ready_draft

pytestmark = [pytest.mark.browser, pytest.mark.long]

AGO = timedelta(hours=3)
"""How long before now, in real time, the clocks of these scenes began: at 60x a week of exercise time has passed."""

Pages = Callable[..., Page]


def at_work(scene: Scene, new_page: Pages, seat: str) -> Mouse:
    """Somebody signed in to this seat, in a browser without scripts."""
    hands = Mouse(new_page(java_script_enabled=False))
    sign_in(hands, scene.users[seat].email)
    return hands


def among(hands: Mouse, group: str, act: str) -> None:
    """An act that stands in a group of the handover's page."""
    hands.page.locator("main summary").filter(has_text=group).click()
    follow(hands, act)


def stands(handover: Handover, state: HandoverState, holder: str) -> None:
    handover.refresh_from_db()
    assert (handover.state, answering(handover.case)) == (state, holder)
    assert list(invariants.findings()) == []


def on_the_way(scene: Scene) -> Handover:
    """Departed from Nigeria long enough ago that somebody may ask where the person is."""
    handover = ready_draft(scene, open_case(scene))
    advance(scene, handover, "departed")
    return handover


def test_somebody_who_did_not_arrive_is_found_again(new_page: Pages) -> None:
    scene = live_scene("NG", "NE", ago=AGO)
    handover = on_the_way(scene)
    niger, nigeria = at_work(scene, new_page, "NE"), at_work(scene, new_page, "NG")

    open_handover(niger, handover)
    among(niger, "Something went wrong", "Report that the person has not arrived")
    submit(niger, {}, "Report that nobody arrived")
    stands(handover, HandoverState.WHEREABOUTS_UNKNOWN, "NG")
    says(niger, "Reported. Both sides know, and a search is due.")

    open_handover(nigeria, handover)
    says(nigeria, "Whereabouts not known")
    follow(nigeria, "The person's page")
    says(nigeria, "Not covered now")

    open_handover(niger, handover)
    receive(niger, handover, "NE")
    stands(handover, HandoverState.RECEIVED, "NE")
    says(niger, f"Niger has answered for {handover.case.person.code_word} since")


def test_somebody_who_turns_up_in_a_third_country_is_diverted_there(new_page: Pages) -> None:
    scene = live_scene(ago=AGO)
    handover = on_the_way(scene)
    italy, nigeria = at_work(scene, new_page, "IT"), at_work(scene, new_page, "NG")

    italy.page.goto("/requests/new/")
    asked = {
        "Code or code word": handover.case.person.public_code,
        "What do you want to say?": "This person is with us",
        "Why?": "She came to our desk at the harbour this morning.",
    }
    submit(italy, asked, "Send the request")
    stands(handover, HandoverState.DEPARTED, "NG")
    assert handover.case.person.code_word not in italy.page.locator("main").inner_text()

    open_handover(nigeria, handover)
    says(nigeria, "Italy")
    among(nigeria, "Something went wrong", "Prepare a handover to another country")
    submit(nigeria, {"Which country?": "Italy"}, "End this one and begin a draft")
    stands(handover, HandoverState.DIVERTED, "NG")
    draft = Handover.objects.get(case=handover.case, state=HandoverState.DRAFT)
    assert (draft.receiver_country_id, draft.forwarded_from) == ("IT", handover)
    nigeria.page.goto(f"/people/{handover.case.person.public_code}/")
    says(nigeria, "Not covered now: In another country, with nobody")

    nigeria.page.goto(f"/people/{handover.case.person.public_code}/handover/{draft.reference}/")
    complete(nigeria, "IT")
    send(nigeria, draft, "IT")
    stands(draft, HandoverState.OFFERED, "NG")
    open_handover(italy, draft)
    minute = minute_since(italy, draft.offered_at, draft.registry, "IT")
    among(italy, "More", "The person is already here")
    arrive(italy, draft, "IT", minute)
    stands(draft, HandoverState.RECEIVED, "IT")
    says(italy, f"Italy has answered for {handover.case.person.code_word} since")
    stands(handover, HandoverState.DIVERTED, "IT")


def family_of_three(scene: Scene) -> list[Handover]:
    """Three adults of one family, with drafts that are ready and linked."""
    cases = [open_case(scene) for _number in range(3)]
    actor = scene.actor("NG")
    with scene.clock():
        for case in cases[1:]:
            families.record_link(actor, cases[0].pk, case.pk, "relative", submission=uuid4())
    journeys = [ready_draft(scene, case) for case in cases]
    with scene.clock():
        families.link(actor, journeys[0].pk, [case.pk for case in cases[1:]], submission=uuid4())
        for journey in journeys:
            drafts.see_preview(actor, journey.pk, submission=uuid4())
    return journeys


def test_a_family_of_three_leaves_together_and_is_received_person_by_person(new_page: Pages) -> None:
    scene = live_scene("NG", "NE", ago=AGO)
    journeys = family_of_three(scene)
    nigeria, niger = at_work(scene, new_page, "NG"), at_work(scene, new_page, "NE")
    first = journeys[0]

    nigeria.page.goto(f"/people/{first.case.person.public_code}/handover/{first.reference}/")
    says(nigeria, *(journey.case.person.code_word for journey in journeys))
    follow(nigeria, "Check everything and send")
    press_sending(nigeria)
    for journey in journeys:
        stands(journey, HandoverState.OFFERED, "NG")

    for journey in journeys:
        open_handover(niger, journey)
        press(niger, "Acknowledge")
        follow(niger, "Decide")
        decision = {
            "What do you decide?": "Accept: a place is ready",
            "A suitable place is confirmed": True,
            "Who will meet the person?": "Duty officer, reception",
            "From when can the person come?": clock_shows(journey.registry, "NE") + timedelta(days=1),
        }
        submit(niger, decision, "Send the decision")
    open_handover(nigeria, first)
    follow(nigeria, "Record the departure")
    travel = {
        "How does the person travel?": "By bus, all three together.",
        "Who travels along?": "The case manager",
        "Which travel documents are there?": "Emergency travel certificates",
        "When is the arrival expected?": clock_shows(first.registry, "NG") + timedelta(hours=10),
    }
    submit(nigeria, travel, "Record the departure")
    for journey in journeys:
        stands(journey, HandoverState.DEPARTED, "NG")

    words = [journey.case.person.code_word for journey in journeys]
    for number, arriving in enumerate(journeys, start=1):
        open_handover(niger, arriving)
        receive(niger, arriving, "NE")
        says(niger, f"Niger has answered for {arriving.case.person.code_word} since")
        for place, journey in enumerate(journeys):
            there = place < number
            stands(journey, HandoverState.RECEIVED if there else HandoverState.DEPARTED, "NE" if there else "NG")
        niger.page.goto(f"/people/{first.case.person.public_code}/family/")
        known = niger.page.locator("main .tasks").all_inner_texts()
        assert [word in "".join(known) for word in words[1:]] == [place < number for place in range(1, len(words))]


def press_sending(hands: Mouse) -> None:
    """The one button on the check page that sends, whatever it says of the family."""
    hands.go(hands.page.locator("main form button.btn-primary"))


def test_a_country_without_a_seat_is_handed_over_to_by_telephone(new_page: Pages) -> None:
    scene = live_scene("NG", "NE", ago=AGO)
    case = open_case(scene)
    ready = ready_draft(scene, case, receiver="GH")
    assert ready.outside
    nigeria = at_work(scene, new_page, "NG")
    nigeria.page.goto(f"/people/{case.person.public_code}/handover/{ready.reference}/")
    follow(nigeria, "Check everything and send")
    press_sending(nigeria)
    stands(ready, HandoverState.OFFERED, "NG")

    def heard() -> dict[str, object]:
        at = clock_shows(ready.registry, "NG") - timedelta(minutes=2)
        return {"Who answered?": "Duty officer, Accra", "When was it answered?": at, "Their reference": "GH 12"}

    nigeria.page.goto(f"/handovers/{ready.reference}/")
    follow(nigeria, "Record that it was received")
    submit(nigeria, heard(), "Record the answer")
    nigeria.page.goto(f"/handovers/{ready.reference}/")
    follow(nigeria, "Record what was decided")
    decision = {
        "What did the other country decide?": "Accept: a place is ready",
        "A suitable place is confirmed": True,
        "Who will meet the person?": "Duty officer, Accra",
        "From when can the person come?": clock_shows(ready.registry, "NG") + timedelta(days=1),
    }
    submit(nigeria, decision | heard(), "Record the answer")
    stands(ready, HandoverState.ACCEPTED, "NG")
    open_handover(nigeria, ready)
    depart(nigeria, ready, "NG")
    stands(ready, HandoverState.DEPARTED, "NG")
    minute = minute_since(nigeria, ready.departed_at, ready.registry, "NG")
    open_handover(nigeria, ready)
    follow(nigeria, "Record the arrival outside the system")
    arrival = {
        "When did the person arrive?": minute,
        "Who met the person?": "Duty officer, Accra",
        "Did the person arrive safely?": "Yes",
    }
    submit(nigeria, arrival, "Record the arrival")
    stands(ready, HandoverState.RECEIVED_OUTSIDE, "NG")
    says(nigeria, "You go on answering")
    follow(nigeria, "Record how the person is")
    submit(
        nigeria,
        {"What did you hear?": "The person is well.", "Whom did you speak with?": "The duty officer in Accra"},
        "Record what you heard",
    )
    stands(ready, HandoverState.RECEIVED_OUTSIDE, "NG")


def test_a_focal_point_is_replaced_and_the_new_one_reads_what_answers_to_it(new_page: Pages) -> None:
    scene = live_scene("NG", "NE", ago=AGO)
    case = open_case(scene, no_family_contact=True)
    handover = ready_draft(scene, case)
    advance(scene, handover, "acknowledged")
    scene.do("NE", handover, Action.ACCEPT, accept_facts(scene))
    leaver, follower = at_work(scene, new_page, "NG"), at_work(scene, new_page, "NG-deputy")

    leaver.page.goto("/staff/")
    own = leaver.page.locator("main li").filter(has_text="you")
    leaver.go(own.get_by_role("link", name="Pass on the seat"))
    submit(leaver, {"Who takes over?": str(scene.users["NG-deputy"])}, "Pass on the seat")
    leaver.page.goto("/inbox/")
    assert leaver.page.url.endswith("/sign-in/?next=/inbox/"), "whose seat has gone is signed out everywhere"
    sign_in(leaver, scene.users["NG"].email)
    leaver.page.goto("/inbox/")
    assert "no place in an exercise" in leaver.page.locator("main").inner_text()

    follower.page.goto("/staff/digest/")
    says(follower, "What answers to you", case.person.code_word, "To live near her sister.", "Must not be shared")
    stands(handover, HandoverState.ACCEPTED, "NG")
    open_handover(follower, handover)
    follow(follower, "Record the departure")
    assert Case.objects.get(pk=case.pk).holder == scene.institutions["NG"]
