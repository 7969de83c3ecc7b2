"""The steps of a journey, each from one page to the next, as hands take them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.countries import TABLE, country_name
from common import clock
from referral.enums import HandoverState, RegistryKind
from referral.models import Case, Custody, Handover, Registry
from tests.e2e.hands import PASSWORD, Answers, Hands, follow, says, submit
from tests.factories import EXERCISE
from tests.scenes import Scene, two_countries

ZONES = {row.code: ZoneInfo(row.zone) for row in TABLE}


def live_scene(*codes: str, ago: timedelta = timedelta()) -> Scene:
    """Countries with their officers in a registry whose clock began `ago` in real time, so that a real server shares it.

    The scene's own wall time starts there as well; all passwords are `PASSWORD`.
    """
    scene = two_countries(*codes)
    scene.wall = clock.wall_now() - ago
    Registry.objects.filter(pk=scene.registry.pk).update(
        created_wall=scene.wall, anchor_wall=scene.wall, anchor_exercise_at=EXERCISE, kind=RegistryKind.LIVE
    )
    scene.registry.refresh_from_db()
    for user in scene.users.values():
        user.set_password(PASSWORD)
        user.save()
    return scene


def clock_shows(registry: Registry, country: str) -> datetime:
    """What the exercise clock shows in this country now."""
    return clock.exercise_at(registry.clock, clock.wall_now()).astimezone(ZONES[country])


def answering(case: Case) -> str:
    """The country whose institution the last link of the custody chain names."""
    link = Custody.objects.filter(case=case).order_by("seq").last()
    assert link is not None
    assert link.institution is not None
    return str(link.institution.country_id)


INTAKE: Answers = {
    "Is the person safe tonight?": "Yes",
    "Who to call tonight": "The duty officer of the shelter.",
    "How was the person found?": "The person asked for help",
    "Which languages does the person speak?": {"Language spoken best": "Hausa", "Second language": "English"},
    "Sex": "Female",
    "Youngest plausible age": "24",
    "Oldest plausible age": "28",
    "What does the age rest on?": "What the person says",
    "Citizenship, if the person told you": {"Citizenship": "Nigeria"},
    "What did you see or hear?": ["Was promised something that turned out to be untrue"],
    "What do you think?": "Trafficking is possible",
    "Whoever interpreted is not from the group or community that the person fears": True,
    "What does the person want?": "To live near her sister.",
    "Safe way to contact": "Through the shelter.",
}


def open_case(hands: Hands) -> Case:
    """From the inbox: a person is found, the case is opened and taken."""
    hands.go(hands.page.get_by_role("navigation", name="Main").get_by_role("link", name="People"))
    follow(hands, "A person is found")
    submit(hands, INTAKE, "Open the case")
    says(hands, "The case is open")
    case = Case.objects.select_related("person").get()
    says(hands, case.person.code_word, case.person.public_code)
    follow(hands, "Open the person's page")
    follow(hands, "Take the case")
    submit(hands, {}, "Take the case")
    says(hands, "You have taken the case.")
    return case


def care_at_home(hands: Hands, provider: str) -> None:
    """From the person's page: a need, and a service that meets it."""
    follow(hands, "Needs and services")
    follow(hands, "Add a need")
    submit(hands, {"What does the person need?": "A safe place", "How soon?": "Urgent"}, "Add the need")
    follow(hands, "Add a service")
    service = {"Service": "A safe place", "Who provides it?": provider, "Who pays?": "The national fund"}
    submit(hands, service | {"Where does it stand?": "Running"}, "Add the service")
    says(hands, "The service is added.", provider)


def prepare(hands: Hands, case: Case, sender: str, receiver: str, *, service: str = "") -> Handover:
    """From the person's page: start a handover and walk the task list until everything is ready."""
    country = country_name(receiver)
    follow(hands, "Start a handover")
    start = {
        "Which options have you talked through with the person?": ["Stay here", "Move to the receiving country"],
        "Which country would receive the person?": country,
        "Why would the person move?": "Safety elsewhere",
        "How urgent is it?": "Standard",
    }
    submit(hands, start, "Save the draft")
    says(hands, f"{country_name(sender)} answers for {case.person.code_word} until {country} confirms the arrival.")
    handover = Handover.objects.get(case=case, state=HandoverState.DRAFT)
    complete(hands, receiver, service=service)
    return handover


def complete(hands: Hands, receiver: str, *, service: str = "") -> None:
    """From the task list of a draft that has its options: every gate, until everything is ready."""
    country, task = country_name(receiver), hands.page.url

    def back_to_the_list() -> None:
        """Decisions and risks stand on the person's own pages; the draft is found again from there."""
        follow(hands, "Today")
        follow(hands, "Go on with the draft")
        assert hands.page.url == task

    follow(hands, "Agreement to be moved")
    talk = {"About which country?": country, "For which purpose?": "Safety elsewhere"}
    move = talk | {
        "Which options were talked through?": ["Stay here", "Move to the receiving country"],
        "In which language was it talked through?": "Hausa",
        "What did the person decide?": "Yes",
    }
    submit(hands, move, "Record the decision")
    says(hands, "The decision is recorded.")
    back_to_the_list()
    follow(hands, "Permission to share")
    share = talk | {
        "In which language was it talked through?": "Hausa",
        "What did the person decide?": "Yes",
        "What may be shared?": ["Needs and plan"],
    }
    submit(hands, share, "Record the decision")
    back_to_the_list()
    follow(hands, "Risk assessment")
    risk = {
        "What does the person fear?": "The recruiter's friends.",
        "Taken together, the risk is": "Medium",
        "What is done about it?": "An escort on the way.",
        "Receiving country, if a move is planned": country,
    }
    submit(hands, risk, "Record the assessment")
    follow(hands, "Go on with the draft")
    follow(hands, "Care and safety in the time between")
    care: dict[str, Any] = {
        "What does the person need on arrival?": ["A safe place"],
        "Safety plan for the time between": "Sleeps in the shelter; the duty officer can be called.",
        "Does the medicine last until the arrival?": "Yes",
    }
    if service:
        care[f"{service}: what becomes of it?"] = "The other country continues it"
    submit(hands, care, "Save")
    follow(hands, "A place in the receiving country")
    submit(hands, {"Who confirmed that there is a place?": "Duty officer of the reception centre"}, "Save")
    follow(hands, "What is shared")
    submit(
        hands,
        {"What is shared?": ["Needs and plan"], "Message to the receiving country": "A quiet room helps."},
        "Save",
    )
    follow(hands, "What the other side will see")
    says(hands, f"As {country} will see it", "A quiet room helps.")
    submit(hands, {}, "I have read it, this may leave")
    says(hands, "11 of 11 ready")


def send(hands: Hands, handover: Handover, receiver: str) -> None:
    """From the task list: check the answers and send."""
    follow(hands, "Check everything and send to")
    submit(hands, {}, f"Send to {country_name(receiver)}")
    handover.refresh_from_db()
    says(hands, f"Sent to {country_name(receiver)}", handover.reference)


def depart(hands: Hands, handover: Handover, sender: str) -> None:
    """From the handover's page: the person leaves, with an escort."""
    follow(hands, "Record the departure")
    expected = clock_shows(handover.registry, sender) + timedelta(hours=10)
    travel = {
        "How does the person travel?": "By bus, with one change.",
        "Who travels along?": "The case manager",
        "Which travel documents are there?": "Emergency travel certificate",
        "When is the arrival expected?": expected,
    }
    submit(hands, travel, "Record the departure")


def minute_since(hands: Hands, instant: datetime | None, registry: Registry, country: str) -> datetime:
    """The first whole minute after this exercise instant, as the country's clock shows it, once it has passed."""
    assert instant is not None
    minute = instant.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while clock_shows(registry, country) <= minute:
        hands.page.wait_for_timeout(200)
    return minute.astimezone(ZONES[country])


def receive(hands: Hands, handover: Handover, receiver: str) -> None:
    """From the handover's page: the person is there. The minute typed lies between the departure and now."""
    handover.refresh_from_db()
    minute = minute_since(hands, handover.departed_at, handover.registry, receiver)
    follow(hands, "Confirm arrival")
    arrive(hands, handover, receiver, minute)


def arrive(hands: Hands, handover: Handover, receiver: str, minute: datetime) -> None:
    """On the page of the receipt: when and by whom the person was met."""
    arrival = {
        "When did the person arrive?": minute,
        "Who met the person?": "Duty officer",
        "Did the person arrive safely?": "Yes",
        "Is the person present, and content to be here?": "Yes",
        "Until when is there a bed?": clock_shows(handover.registry, receiver) + timedelta(days=30),
    }
    submit(hands, arrival, "Confirm the arrival")


def open_handover(hands: Hands, handover: Handover) -> None:
    """From anywhere to the handover's page, by way of the inbox."""
    hands.go(hands.page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile("^Inbox")))
    item = hands.page.locator("main .item").filter(has_text=handover.reference)
    for tab in ("Waiting for others", "Decided"):
        if item.count():
            break
        follow(hands, tab)
    assert item.count(), f"{handover.reference} stands in no list of the inbox"
    hands.go(item.get_by_role("link").first)
