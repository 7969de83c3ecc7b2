"""The whole journey through real pages: found in Nigeria, safe in Niger, settled in Italy; nobody ever without an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.countries import country_name
from referral.enums import HandoverState
from referral.models import Case, Handover
from referral.selectors import invariants
from tests.e2e.hands import Hands, Keys, Mouse, follow, press, says, sign_in, submit
from tests.e2e.journey import (
    answering,
    care_at_home,
    clock_shows,
    depart,
    live_scene,
    open_case,
    open_handover,
    prepare,
    receive,
    send,
)

pytestmark = [pytest.mark.browser, pytest.mark.long]


def hand_over(seats: dict[str, Hands], case: Case, sender: str, receiver: str, service: str = "") -> Handover:
    """One handover from the sender's page of the person to completed feedback; after each step it is clear who answers."""
    here, there = seats[sender], seats[receiver]
    names = country_name(sender), country_name(receiver)
    until = f"{names[0]} answers for {case.person.code_word} until {names[1]} confirms the arrival."
    handover = prepare(here, case, sender, receiver, service=service)

    def stands(state: HandoverState, holder: str) -> None:
        handover.refresh_from_db()
        assert (handover.state, answering(case)) == (state, holder)

    stands(HandoverState.DRAFT, sender)
    send(here, handover, receiver)
    stands(HandoverState.OFFERED, sender)
    says(here, until)

    there.go(there.page.get_by_role("navigation", name="Main").get_by_role("link", name="Inbox"))
    press(there, "Acknowledge")
    stands(HandoverState.ACKNOWLEDGED, sender)
    says(there, until, "A quiet room helps.")

    follow(there, "Ask a question")
    submit(there, {"What do you need to know?": "Which languages does the person read?"}, "Send the question")
    stands(HandoverState.CLARIFYING, sender)
    says(there, until)
    open_handover(here, handover)
    follow(here, "Answer")
    told = {"Your answer": "English, a little.", "What kind of information is this?": "Needs and plan"}
    submit(here, told, "Send the answer")
    stands(HandoverState.ACKNOWLEDGED, sender)
    says(here, until)

    open_handover(there, handover)
    says(there, "English, a little.")
    follow(there, "Decide")
    decision = {
        "What do you decide?": "Accept: a place is ready",
        "A suitable place is confirmed": True,
        "Who will meet the person?": "Duty officer, reception",
        "From when can the person come?": clock_shows(handover.registry, receiver) + timedelta(days=1),
    }
    submit(there, decision, "Send the decision")
    stands(HandoverState.ACCEPTED, sender)
    says(there, until)

    open_handover(here, handover)
    depart(here, handover, sender)
    stands(HandoverState.DEPARTED, sender)
    says(here, until)

    open_handover(there, handover)
    receive(there, handover, receiver)
    stands(HandoverState.RECEIVED, receiver)
    says(there, f"{names[1]} has answered for {case.person.code_word} since")

    follow(there, "Give feedback")
    submit(there, {"How is the person?": "Well, and in a room of her own."}, "Send the feedback")
    stands(HandoverState.COMPLETED, receiver)
    says(there, "Well, and in a room of her own.")
    return handover


def travel(seats: dict[str, Hands], scene: Any) -> None:
    """From intake in Nigeria to completed feedback in Italy."""
    for country, hands in seats.items():
        sign_in(hands, scene.users[country].email)
    nigeria, niger = seats["NG"], seats["NE"]
    case = open_case(nigeria)
    assert answering(case) == "NG"
    says(nigeria, f"{scene.institutions['NG'].name} answers for the person since")
    care_at_home(nigeria, scene.institutions["NG-child"].name)
    follow(nigeria, "Today")
    hand_over(seats, case, "NG", "NE", service="A safe place")

    follow(niger, "The person's page")
    says(niger, f"{scene.institutions['NE'].name} answers for the person since")
    open_handover(nigeria, Handover.objects.get())
    says(nigeria, f"Niger has answered for {case.person.code_word} since", "Well, and in a room of her own.")
    hand_over(seats, case, "NE", "IT")

    follow(seats["IT"], "The person's page")
    says(seats["IT"], f"{scene.institutions['IT'].name} answers for the person since")
    assert list(invariants.findings()) == []


def test_the_whole_journey_with_the_keyboard_alone(new_page: Callable[..., Page]) -> None:
    scene = live_scene()
    travel({country: Keys(new_page()) for country in ("NG", "NE", "IT")}, scene)


def test_the_whole_journey_without_a_script(new_page: Callable[..., Page]) -> None:
    scene = live_scene()
    travel({country: Mouse(new_page(java_script_enabled=False)) for country in ("NG", "NE", "IT")}, scene)
