"""What the pages say of cover after a journey or a search has ended otherwise than planned."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referral.enums import Action
from referral.models import Case, Handover, Notice
from tests.referral.handover_table import brought_to, facts_of
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene

pytestmark = pytest.mark.django_db

A = Action
COVERED = "<strong>Covered</strong>"
"""The heading of the person's first page."""


def person(handover: Handover, page: str = "") -> str:
    return f"/people/{handover.case.person.public_code}/{page}"


def at(handover: Handover, page: str = "") -> str:
    return f"/handovers/{handover.reference}/{page}"


def says(scene: Scene, seat: str, handover: Handover, *words: str) -> None:
    text = Seat(scene, seat).text(person(handover))
    assert [word for word in words if word not in text] == []


def test_who_is_diverted_on_the_way_is_not_called_covered_until_that_country_receives() -> None:
    scene, handover = brought_to("departed")
    says(scene, "NG", handover, COVERED)
    nigeria = Seat(scene, "NG")
    assert "as not covered until that country receives" in nigeria.text(at(handover, "divert/"))
    assert nigeria.post(at(handover, "divert/"), diverted_country="IT").status_code == 302
    says(scene, "NG", handover, "Not covered now: In another country, with nobody")
    assert handover.case.person.code_word in nigeria.text("/inbox/?only=uncovered")
    niger = Seat(scene, "NE").text(at(handover))
    assert "In another country" not in niger, "the receiver reads that it ended, not where the person is"


def test_who_was_found_by_others_is_not_missing_and_not_covered() -> None:
    scene, handover = brought_to("whereabouts_unknown")
    said = {"search_end": "elsewhere", "reason": "An organisation in Tripoli called."}
    nigeria, deputy = Seat(scene, "NG"), Seat(scene, "NG-deputy")
    refused = nigeria.post(at(handover, "search/end/"), **said)
    assert "Choose the country in which the person was found" in refused.content.decode()
    assert "An organisation in Tripoli called." in refused.content.decode()
    assert nigeria.post(at(handover, "search/end/"), **said, found_country="LY").status_code == 302
    text = deputy.text(at(handover, "search/end/"))
    assert "Found by others, outside this handover" in text
    assert "Libya" in text
    assert deputy.post(at(handover, "search/end/")).status_code == 302
    says(scene, "NG", handover, "Not covered now: In another country, with nobody")
    assert Case.objects.get(pk=handover.case_id).place_country_id == "LY"


def test_a_country_that_was_not_asked_for_is_not_taken() -> None:
    scene, handover = brought_to("whereabouts_unknown")
    said = {"search_end": "lost", "reason": "Three attempts.", "found_country": "LY"}
    assert Seat(scene, "NG").post(at(handover, "search/end/"), **said).status_code == 302
    assert Seat(scene, "NG-deputy").post(at(handover, "search/end/")).status_code == 302
    case = Case.objects.get(pk=handover.case_id)
    assert (case.place, case.place_country_id) == ("missing", "NG")


@pytest.mark.parametrize("side", ["NG", "NE"])
def test_a_death_is_said_where_cover_was_said_and_leads_to_the_file(side: str) -> None:
    scene, handover = brought_to("departed")
    for seat, said in ((side, {"reason": "The hospital called in the morning."}), (f"{side}-deputy", {})):
        assert Seat(scene, seat).post(at(handover, "death/"), **said).status_code == 302
    text = Seat(scene, "NG").text(person(handover))
    assert "Has died" in text
    assert "Not covered now" not in text
    assert COVERED not in text
    item = Seat(scene, "NG").text("/inbox/?only=uncovered").split(handover.case.person.code_word)[0][-400:]
    assert person(handover) in item
    assert "tonight/" not in item
    told = {notice.institution.country_id for notice in Notice.objects.filter(event__kind="death")}
    assert told == {"NG", "NE"}


def test_the_picture_draws_neither_cover_nor_a_gap_after_a_death() -> None:
    scene, handover = brought_to("departed")
    for seat in ("NG", "NG-deputy"):
        scene.do(seat, handover, A.DEATH, facts_of(scene, "death") if seat == "NG" else {})
    scene.after(days=3)
    assert "Not covered now" not in Seat(scene, "NG").text(person(handover))


def test_a_receipt_that_is_corrected_gives_the_search_back() -> None:
    scene, handover = brought_to("whereabouts_unknown")
    scene.do("NE", handover, A.RECEIVE, facts_of(scene, "receive"))
    scene.after(hours=1)
    scene.do("NE", handover, A.ASK_CORRECTION, facts_of(scene, "ask_correction"))
    answered = Seat(scene, "NG").post(at(handover, "correction/answer/"), decision="agree_correction")
    assert answered.status_code == 302
    says(scene, "NG", handover, "Not covered now: Missing")


def test_an_arrival_outside_asks_whether_the_person_is_safe_and_says_so() -> None:
    scene, handover = brought_to("departed", kind="outside")
    nigeria = Seat(scene, "NG")
    arrival = {"received_by": "Shelter in Accra"} | moment("arrived_at", scene.moment().at - timedelta(minutes=30))
    refused = nigeria.post(at(handover, "arrived/"), **arrival).content.decode()
    assert "Say whether the person arrived safely" in refused
    assert "Shelter in Accra" in refused
    assert nigeria.post(at(handover, "arrived/"), **arrival, arrived_safely="no").status_code == 302
    says(scene, "NG", handover, "Not covered now: No safe place tonight", "Make safe tonight")
    assert nigeria.post(person(handover, "tonight/"), safe_tonight="yes", call_tonight="Accra").status_code == 302
    says(scene, "NG", handover, COVERED)
