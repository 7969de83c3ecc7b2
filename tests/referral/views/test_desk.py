"""The first screen of every role: what stands on it and what never does."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from referral.enums import AgeBasis, Role
from referral.models import Case, ChildFile, LegalTrack, Membership, PersonIdentity, Service
from referral.pages.desk import DESKS
from referral.services import care, drafts, health
from referral.services.sweep import sweep_registry
from tests.referral.desks import SEATS, assign, seat
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

CANARIES = {
    "D1": "CANARY-NAME", "D2": "CANARY-WISH", "D3": "CANARY-FORM", "D4": "CANARY-HEALTH", "D5": "CANARY-ASYLUM",
    "D6": "CANARY-COURT", "D7": "CANARY-GUARDIAN", "D8": "CANARY-PLACE",
}  # fmt: skip
"""A word that stands in one compartment alone."""

MAY_READ: dict[Role, set[str]] = {
    Role.CASE_MANAGER: {"D2", "D3", "D5", "D7"},
    Role.CHILD_PROTECTION: {"D2", "D3", "D5", "D7"},
    Role.GUARDIAN: {"D2", "D5", "D7"},
    Role.HEALTH_WORKER: {"D2", "D4"},
    Role.COMPETENT_AUTHORITY: {"D2", "D3"},
    Role.ASYLUM_LIAISON: {"D5"},
    Role.JUSTICE_LIAISON: {"D6"},
}
"""What may show on desk and person page; a role that is not listed sees none of it."""


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def marked_case(scene: Scene, **facts: Any) -> Case:
    """A case with a word of its own in every compartment."""
    case = open_case(scene, wishes=CANARIES["D2"], **facts)
    Case.objects.filter(pk=case.pk).update(exploitation=CANARIES["D3"])
    PersonIdentity.objects.filter(person=case.person).update(name=CANARIES["D1"], exact_location=CANARIES["D8"])
    home = scene.institutions["NG"]
    for kind, word in (("asylum", CANARIES["D5"]), ("witness", CANARIES["D6"])):
        LegalTrack.objects.create(
            case=case,
            kind=kind,
            state="open",
            country_id="NG",
            reference=word,
            since_at=case.opened_at,
            institution=home,
        )
    case.refresh_from_db()
    return case


@pytest.mark.wide
@pytest.mark.parametrize("role", [role for role, (_kind, work) in SEATS.items() if work])
def test_desk_and_person_page_show_a_role_only_what_it_reads(scene: Scene, role: Role) -> None:
    seat(scene, role)
    seat(scene, Role.HEALTH_WORKER) if role is not Role.HEALTH_WORKER else None
    case = open_case(scene) if role is Role.CONSULAR_OFFICER else marked_case(scene)
    for working in {role, Role.HEALTH_WORKER}:
        assign(scene, working, case)
    with scene.clock():
        health.write_entry(scene.actor(Role.HEALTH_WORKER), case.pk, {"text": CANARIES["D4"]}, submission=uuid4())
    user, code = Seat(scene, role), case.person.public_code
    desk = user.text("/desk/")
    shown = desk + user.text(f"/people/{code}/")
    for name in ("needs", "health", "identification", "voices", "referrals", "history", "shared"):
        response = user.get(f"/people/{code}/{name}/")
        assert response.status_code in (200, 403), name
        shown += response.content.decode()
    assert case.person.code_word in desk
    seen = {compartment for compartment, word in CANARIES.items() if word in shown}
    assert seen <= MAY_READ.get(role, set())
    assert ("D4" in seen) is (role is Role.HEALTH_WORKER)
    assert ("D6" in seen) is (role is Role.JUSTICE_LIAISON)


@pytest.mark.parametrize("role", [*DESKS, Role.FOCAL_POINT])
def test_signing_in_leads_to_the_first_screen_of_the_role(scene: Scene, role: Role) -> None:
    name = {Role.FOCAL_POINT: "NG", Role.DEPUTY: "NG-deputy"}.get(role, role)
    if name == role:
        seat(scene, role)
    user = Seat(scene, name)
    place = user.get("/")["Location"]
    assert place == ("/inbox/" if role is Role.FOCAL_POINT else "/desk/")
    text = user.text(place)
    assert "Nothing waits" in text
    assert "What you were told" in text


def test_a_deputy_sees_who_is_away_and_what_has_long_been_due(scene: Scene) -> None:
    until = scene.wall + timedelta(days=3)
    Membership.objects.filter(user=scene.users["NG"]).update(away_until_wall=until)
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    scene.after(days=6)
    with scene.clock():
        sweep_registry(scene.registry.pk)
    text = Seat(scene, "NG-deputy").text("/desk/")
    assert scene.users["NG"].email in text
    assert "Long overdue" in text
    assert handover.case.person.code_word in text


def test_a_coordinator_sees_that_something_waits_and_not_for_whom(scene: Scene) -> None:
    seat(scene, Role.COORDINATOR)
    handover = advance(scene, ready_draft(scene, marked_case(scene)), "offered")
    scene.after(days=6)
    with scene.clock():
        sweep_registry(scene.registry.pk)
    user = Seat(scene, Role.COORDINATOR)
    text = user.text("/desk/")
    assert handover.reference in text
    assert "Niger" in text
    for hidden in (handover.case.person.code_word, handover.case.person.public_code, *CANARIES.values()):
        assert hidden not in text
    assert user.get(f"/people/{handover.case.person.public_code}/").status_code == 403
    assert user.get("/audit/").status_code == 403


def test_a_shelter_sees_its_requests_and_who_has_a_place_there(scene: Scene) -> None:
    shelter = seat(scene, Role.SERVICE_PROVIDER)
    case = open_case(scene)
    assign(scene, Role.SERVICE_PROVIDER, case)
    Service.objects.create(
        case=case, kind="shelter", provider=shelter, state="running", since_at=case.opened_at,
        until_at=scene.moment().at + timedelta(days=2), institution=scene.institutions["NG"],
    )  # fmt: skip
    text = Seat(scene, Role.SERVICE_PROVIDER).text("/desk/")
    assert "Who has a place here" in text
    assert case.person.code_word in text[text.index("Who has a place here") :]
    assert "Until 4 March 2026" in text


def test_child_protection_finds_its_answer_the_file_and_a_number_for_whom_it_was_not_told(scene: Scene) -> None:
    case = open_case(scene, age_low=14, age_high=15, age_basis=AgeBasis.DOCUMENT)
    guard = Seat(scene, "NG-child")
    text = guard.text("/desk/")
    assert "1 child in your country of whom you have not been told yet" in text
    assert case.person.code_word not in text
    with scene.clock():
        care.tell_child_protection(scene.actor("NG"), case.pk, scene.institutions["NG-child"], submission=uuid4())
    text = guard.text("/desk/")
    assert "Missing: guardian" in text
    assert "not been told" not in text


def test_child_protection_of_both_countries_is_asked_for_its_answer(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    facts = {"kind": "child_protection", "institution": scene.institutions["NG-child"]}
    with scene.clock():
        care.assign(scene.actor("NG"), handover.case_id, facts, submission=uuid4())
        younger = {"age_low": 15, "age_high": 17, "age_basis": AgeBasis.ESTIMATE}
        care.record_person(scene.actor("NG"), handover.case_id, younger, submission=uuid4())
    for name in ("NG-child", "NE-child"):
        text = Seat(scene, name).text("/desk/")
        assert "Your answer is needed" in text
        assert reverse("referral:child_answer", args=[handover.reference]) in text


def test_a_guardian_is_asked_for_the_decision_and_the_childs_view(scene: Scene) -> None:
    seat(scene, Role.GUARDIAN)
    case = open_case(scene, age_low=14, age_high=15, age_basis=AgeBasis.DOCUMENT)
    assign(scene, Role.GUARDIAN, case)
    with scene.clock():
        about = {"receiver_country": "NE", "purpose": "safety", "urgency": "standard"}
        drafts.start(scene.actor("NG"), case.pk, **about, submission=uuid4())
    text = Seat(scene, Role.GUARDIAN).text("/desk/")
    assert "Decisions that wait for you" in text
    assert f"/people/{case.person.public_code}/consent/new/?kind=move&amp;country=NE&amp;purpose=safety" in text
    assert "The child&#x27;s own view" in text


def the_one_task(user: Seat, verb: str) -> str:
    """Where the row of this verb leads, which counts as something to do."""
    text = user.text("/desk/")
    assert "1 thing to do is on your desk" in text
    return re.findall(r'href="([^"]+)"', text[: text.index(f'<span class="item-verb">{verb}</span>')])[-1]


def test_a_guardian_writes_the_childs_view_down_where_the_desk_leads_and_the_row_leaves(scene: Scene) -> None:
    seat(scene, Role.GUARDIAN)
    case = open_case(scene, age_low=14, age_high=15, age_basis=AgeBasis.DOCUMENT)
    assign(scene, Role.GUARDIAN, case)
    user = Seat(scene, Role.GUARDIAN)
    url = the_one_task(user, "Ask")
    assert url in user.text(f"/people/{case.person.public_code}/"), "and from the child's own page"
    case.refresh_from_db()
    assert "Write down what the child says" in user.post(url, version=case.version).content.decode()
    page = user.text(url)
    assert "The child&#x27;s own view" in page
    assert 'name="guardian"' not in page, "who is the guardian is for child protection to say"
    assert (
        user.post(url, child_view="She wants to go to school.", guardian="Me", version=case.version).status_code == 302
    )
    file = ChildFile.objects.get(case=case)
    assert (file.child_view, file.guardian, file.assessment_at) == ("She wants to go to school.", "", None)
    assert "Nothing waits" in user.text("/desk/")
    assert "She wants to go to school." in user.text(url), "it can be said again otherwise"
    assert "Child&#x27;s file written" in user.text(f"/people/{case.person.public_code}/history/")
    assert Seat(scene, "NG").get(url).status_code == 403


def test_a_health_worker_sees_to_the_medicine_where_the_desk_leads_and_the_row_leaves(scene: Scene) -> None:
    seat(scene, Role.HEALTH_WORKER)
    at = scene.moment().at
    case = open_case(scene, medicine_until_at=at + timedelta(days=1))
    assign(scene, Role.HEALTH_WORKER, case)
    user = Seat(scene, Role.HEALTH_WORKER)
    url = the_one_task(user, "See to the medicine")
    case.refresh_from_db()
    past = user.post(url, text="Tablets.", **moment("medicine_until_at", at - timedelta(days=1))).content.decode()
    assert "This moment has passed already" in past
    assert "Tablets." in past
    both = {"no_medicine": "on", **moment("medicine_until_at", at + timedelta(days=9))}
    assert (
        "Either the medicine lasts until a day, or none is needed"
        in user.post(url, text="Tablets.", **both).content.decode()
    )
    assert user.post(url, text="A look, no more.", version=case.version).status_code == 302
    assert "See to the medicine" in user.text("/desk/"), "nothing was said about the medicine"
    lasts = moment("medicine_until_at", at + timedelta(days=30))
    assert user.post(url, text="Tablets for a month.", **lasts).status_code == 302
    assert "See to the medicine" not in user.text("/desk/")
    case.person.refresh_from_db()
    assert case.person.medicine_until_at is not None
    assert user.post(url, text="The treatment is over.", no_medicine="on").status_code == 302
    case.person.refresh_from_db()
    assert case.person.medicine_until_at is None
    assert "No medicine is needed any more" not in user.text(url), "nothing is left that could end"


def test_an_authority_decides_on_its_own_page_and_a_no_waits_for_a_colleague(scene: Scene) -> None:
    seat(scene, Role.COMPETENT_AUTHORITY)
    case = open_case(scene)
    assign(scene, Role.COMPETENT_AUTHORITY, case)
    user, base = Seat(scene, Role.COMPETENT_AUTHORITY), f"/people/{case.person.public_code}/identification/"
    assert f'href="{base}"' in user.text("/desk/")
    case.refresh_from_db()
    answers = {
        "step": "reasonable_grounds",
        "decision": "negative",
        "reasons": "One sign only.",
        "version": case.version,
    }
    refused = user.post(f"{base}decide/", **answers)
    assert "Explain first how the person can have a no looked at again" in refused.content.decode()
    assert "One sign only." in refused.content.decode()
    assert user.post(f"{base}decide/", **answers, reconsideration_explained="on")["Location"] == base
    assert "A no is proposed and waits for a second person" in user.text(base)
    user.post(f"{base}confirm/")
    assert "A second person of your institution has to confirm it" in user.text(base)
    assert "Waits for a second person" in user.text("/desk/")


def test_an_adviser_passes_words_on_and_the_case_manager_reads_them(scene: Scene) -> None:
    case = open_case(scene)
    for role in (Role.SURVIVOR_ADVISER, Role.CASE_MANAGER):
        seat(scene, role)
        assign(scene, role, case)
    case.refresh_from_db()
    user, base = Seat(scene, Role.SURVIVOR_ADVISER), f"/people/{case.person.public_code}/voices/"
    said = {"kind": "withdraw", "text": "No more to Niger.", "language": "ha", "version": case.version}
    assert "Ask the person first" in user.post(f"{base}new/", **said).content.decode()
    assert user.post(f"{base}new/", **said, permitted="on")["Location"] == base
    assert "No more to Niger." in user.text(base)
    manager = Seat(scene, Role.CASE_MANAGER)
    assert "What people say about the help" in manager.text("/desk/")
    assert "No more to Niger." in manager.text(base)
