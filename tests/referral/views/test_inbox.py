from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referral.enums import Action, InstitutionKind, Role
from referral.models import CaseEvent, Notice
from referral.services import care, enquiries
from referral.services.sweep import sweep_registry
from tests.factories import code_of, make_institution, make_member, make_user
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)).replace("\u2068", "").replace("\u2069", "")


def test_the_first_sentence_counts_what_waits_and_who_is_not_covered(scene: Scene) -> None:
    advance(scene, ready_draft(scene, open_case(scene)), "offered")
    open_case(scene, "NE", safe_tonight="no")
    text = words(Seat(scene, "NE").text("/inbox/"))
    assert "2 things wait for Niger. 1 person is not covered now." in text


def test_an_empty_inbox_says_so_kindly(scene: Scene) -> None:
    assert "Nothing waits for Niger." in words(Seat(scene, "NE").text("/inbox/"))


def test_an_item_begins_with_its_verb_and_is_one_link(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    text = Seat(scene, "NE").text("/inbox/")
    item = text[text.index('<li class="item') : text.index("</li>", text.index('<li class="item'))]
    assert words(item).strip().startswith(f"Acknowledge {handover.case.person.code_word}")
    assert item.count("<a ") == 1
    assert f'href="/handovers/{handover.reference}/"' in item
    assert "Needs: A safe place" in item


def test_somebody_who_is_missing_is_searched_for_and_not_made_safe_tonight(scene: Scene) -> None:
    case = open_case(scene, safe_tonight="no")
    assert "Make safe tonight" in words(Seat(scene, "NG").text("/inbox/"))
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), case.pk, {"kind": "missing"}, submission=uuid4())
    page = Seat(scene, "NG").text("/inbox/")
    assert f"Search {case.person.code_word}" in words(page)
    assert "Make safe tonight" not in words(page)
    assert f'href="/people/{case.person.public_code}/whereabouts/"' in page


def test_an_enquiry_that_nobody_has_answered_waits_for_others(scene: Scene) -> None:
    case = open_case(scene)
    facts = {"country": "NE", "urgency": "standard", "services": ["shelter"], "told_person": True}
    with scene.clock():
        enquiries.ask(scene.actor("NG"), case.pk, facts, submission=uuid4())
    text = words(Seat(scene, "NG").text("/inbox/?tab=others"))
    assert f"See {case.person.code_word}" in text


def test_needs_that_the_packet_does_not_hold_are_not_shown_to_the_receiver(scene: Scene) -> None:
    draft = ready_draft(scene, open_case(scene))
    nigeria = Seat(scene, "NG")
    base = f"/people/{draft.case.person.public_code}/handover/{draft.reference}/"
    nigeria.post(f"{base}information/", compartments=["D3"], version=draft.version)
    nigeria.post(f"{base}preview/")
    draft.refresh_from_db()
    advance(scene, draft, "offered")
    assert "Needs:" not in Seat(scene, "NE").text("/inbox/")


def test_acknowledging_is_one_tap_and_a_second_tap_does_nothing(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    niger, key = Seat(scene, "NE"), str(uuid4())
    url = f"/handovers/{handover.reference}/acknowledge/"
    assert f'action="{url}"' in niger.text("/inbox/")
    assert niger.post(url, submission=key)["Location"] == f"/handovers/{handover.reference}/"
    assert "Acknowledged." in niger.text(f"/handovers/{handover.reference}/")
    niger.post(url, submission=key)
    assert "Already recorded." in niger.text(f"/handovers/{handover.reference}/")
    assert CaseEvent.objects.filter(kind=Action.ACKNOWLEDGE).count() == 1


def test_the_status_line_says_unchanged_with_an_empty_answer(scene: Scene) -> None:
    niger = Seat(scene, "NE")
    polled = re.search(r'data-poll="([^"]+)"', niger.text("/inbox/"))
    assert polled
    response = niger.get(polled[1].replace("&amp;", "&"), headers={"X-Poll": "1"})
    assert (response.status_code, response.content) == (204, b"")


def test_the_status_line_counts_what_is_new_since_the_page_was_opened(scene: Scene) -> None:
    niger = Seat(scene, "NE")
    polled = re.search(r'data-poll="([^"]+)"', niger.text("/inbox/"))
    assert polled
    address = polled[1].replace("&amp;", "&")
    for count in (1, 2):
        advance(scene, ready_draft(scene, open_case(scene)), "offered")
        answer = niger.text(address)
        assert f"{count} change" in answer
        fresh = re.search(r'data-poll="([^"]+)"', answer)
        assert fresh
        address = fresh[1].replace("&amp;", "&")
        assert niger.get(address).status_code == 204


@pytest.mark.parametrize("value", ["", "abc", "-1", "9" * 40])
def test_a_version_that_is_no_number_counts_as_none(scene: Scene, value: str) -> None:
    assert Seat(scene, "NE").get(f"/inbox/status/?v={value}&since={value}").status_code == 204


def test_notices_are_listed_and_marked_as_read_by_a_post(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    niger = Seat(scene, "NE")
    text = niger.text("/inbox/notices/")
    assert handover.reference in text
    newest = Notice.objects.filter(user=scene.users["NE"]).latest("pk").pk
    assert Notice.objects.filter(user=scene.users["NE"], read_wall__isnull=True).exists()
    assert niger.post("/inbox/notices/", upto=newest).status_code == 302
    assert not Notice.objects.filter(user=scene.users["NE"], read_wall__isnull=True).exists()
    assert "You have read everything." in niger.text("/inbox/notices/")


def test_a_notice_leads_to_what_it_is_about_and_only_its_reader(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    notice = Notice.objects.get(user=scene.users["NE"])
    assert (
        Seat(scene, "NE").get(f"/notices/{code_of('notice', notice.pk)}/")["Location"]
        == f"/handovers/{handover.reference}/"
    )
    assert Seat(scene, "NG").get(f"/notices/{code_of('notice', notice.pk)}/").status_code == 404


def test_a_coordinator_learns_that_something_is_late_and_nothing_about_the_person(scene: Scene) -> None:
    mission = make_institution(scene.registry, None, kind=InstitutionKind.INTERNATIONAL)
    scene.users["coordinator"] = make_user()
    make_member(mission, Role.COORDINATOR, user=scene.users["coordinator"])
    handover = advance(scene, ready_draft(scene, open_case(scene), urgency="urgent"), "offered")
    scene.after(days=9)
    with scene.clock():
        sweep_registry(scene.registry.pk)
    notice = Notice.objects.filter(user=scene.users["coordinator"]).latest("pk")
    coordinator = Seat(scene, "coordinator")
    assert coordinator.get(f"/notices/{code_of('notice', notice.pk)}/")["Location"] == "/inbox/notices/"
    assert coordinator.get(f"/handovers/{handover.reference}/").status_code in (403, 404)


def test_a_stop_is_told_to_the_other_side_in_a_neutral_word(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    scene.do("NG", handover, Action.STOP)
    text = words(Seat(scene, "NE").text("/inbox/notices/"))
    assert "Put on hold" in text
    assert "wants to stop" not in text


def test_decided_handovers_come_in_pages_and_keep_the_tab(scene: Scene, monkeypatch: Any) -> None:
    monkeypatch.setattr("referral.selectors.inbox.PAGE", 1)
    for _again in range(2):
        handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
        scene.do("NE", handover, Action.DECLINE, {"decline_reason": "no_capacity"})
    text = Seat(scene, "NG").text("/inbox/?tab=decided")
    assert "?tab=decided&amp;page=2" in text
    assert "Decided (2)" in text


@pytest.mark.wide
def test_the_page_asks_the_database_as_often_for_many_things_as_for_one(scene: Scene) -> None:
    def busier() -> None:
        advance(scene, ready_draft(scene, open_case(scene)), "offered")
        ready_draft(scene, open_case(scene, "NE"), "NE", "NG")
        open_case(scene, "NE", safe_tonight="no")

    busier()
    niger = Seat(scene, "NE")
    with CaptureQueriesContext(connection) as few:
        niger.get("/inbox/")
    for _again in range(3):
        busier()
    with CaptureQueriesContext(connection) as many:
        niger.get("/inbox/")
    assert len(many) == len(few)


def test_an_unknown_tab_is_not_found(scene: Scene) -> None:
    assert Seat(scene, "NG").get("/inbox/?tab=everything").status_code == 404


def test_a_shelter_finds_its_people_without_the_tabs_of_handovers(scene: Scene) -> None:
    shelter = make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER, name="House of the river")
    scene.users["shelter"] = make_user()
    make_member(shelter, Role.SERVICE_PROVIDER, user=scene.users["shelter"])
    case = open_case(scene)
    with scene.clock():
        care.assign(scene.actor("NG"), case.pk, {"kind": "shelter", "institution": shelter}, submission=uuid4())
    text = Seat(scene, "shelter").text("/inbox/")
    assert "Nothing waits for House of the river." in words(text)
    assert case.person.code_word in text
    assert "tab=decided" not in text


def test_somebody_without_a_seat_is_refused_with_a_sentence(scene: Scene) -> None:
    scene.users["nobody"] = make_user()
    assert Seat(scene, "nobody").get("/inbox/").status_code == 403


def test_one_kind_of_work_can_be_looked_at_alone(scene: Scene) -> None:
    advance(scene, ready_draft(scene, open_case(scene)), "offered")
    unsafe = open_case(scene, "NE", safe_tonight="no")
    niger = Seat(scene, "NE")
    assert "<select" not in niger.text("/inbox/"), "while everything stands on one page there is nothing to choose"
    alone = niger.text("/inbox/?only=acknowledge")
    assert '<option value="acknowledge" selected>' in alone
    assert unsafe.person.code_word not in alone.split("<main", 1)[1]
    assert unsafe.person.code_word in niger.text("/inbox/?only=uncovered")
    assert "Nothing of this kind waits for you." in niger.text("/inbox/?only=decide")
    assert niger.get("/inbox/?only=everything").status_code == 404


def test_people_who_are_not_covered_have_a_section_of_their_own(scene: Scene, monkeypatch: Any) -> None:
    monkeypatch.setattr("referral.selectors.people.COUNTED", 2)
    monkeypatch.setattr("referral.selectors.inbox.COUNTED", 2)
    monkeypatch.setattr("referral.pages.inbox.COUNTED", 2)
    advance(scene, ready_draft(scene, open_case(scene)), "offered")
    for _again in range(3):
        open_case(scene, "NE", safe_tonight="no")
    text = Seat(scene, "NE").text("/inbox/")
    assert text.index(">Not covered now</h2>") < text.index(">By due time</h2>")
    assert "More than 2 things wait for Niger. More than 2 people are not covered now." in words(text)
