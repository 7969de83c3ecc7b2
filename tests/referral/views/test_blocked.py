"""Who must never learn of a person: recorded, shown and lifted on the pages, and held to by every page that reaches out."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from referral.enums import InstitutionKind, PullState
from referral.models import BlockedRecipient, Case, Enquiry, Handover, PullRequest
from referral.services import care, referrals
from tests.factories import make_institution
from tests.referral.views.seats import Seat
from tests.referral.views.test_draft_pages import START
from tests.referral.views.test_requests import ask
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

WHY = "A cousin works there."
KEPT_OUT = "The person has asked that this country or institution never learns of the situation."


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE", "IT")


@pytest.fixture
def nigeria(scene: Scene) -> Seat:
    return Seat(scene, "NG")


def place(case: Case, page: str = "blocked/") -> str:
    return f"/people/{case.person.public_code}/{page}"


def keep_out(seat: Seat, case: Case, **facts: Any) -> Any:
    case.refresh_from_db()
    whom = "country" if "country" in facts else "institution"
    return seat.post(place(case), **({"whom": whom, "reason": WHY, "version": case.version} | facts))


def lift_url(text: str) -> str:
    return next(part for part in text.split('"') if part.endswith("/lift/"))


def test_a_country_is_kept_out_through_the_page_and_is_then_refused_everywhere(scene: Scene, nigeria: Seat) -> None:
    case = open_case(scene)
    today = nigeria.text(place(case, ""))
    assert "Nobody named" in today
    assert place(case) in today
    assert keep_out(nigeria, case, country="NE")["Location"] == place(case)
    page = nigeria.text(place(case))
    for words in ("It is recorded. Nothing new goes there from now on.", "Niger", WHY):
        assert words in page
    assert "Niger" in nigeria.text(place(case, ""))
    assert "Niger" in nigeria.text(place(case, "history/"))

    asked = {"country": "NE", "urgency": "standard", "services": ["shelter"], "told_person": "on"}
    assert KEPT_OUT in nigeria.post(place(case, "enquiry/"), **asked).content.decode()
    assert not Enquiry.objects.exists()
    assert KEPT_OUT in nigeria.post(place(case, "handover/"), **START).content.decode()
    assert not Handover.objects.exists()
    ask(Seat(scene, "NE"), case.person.code_word)
    pull = f"/requests/{PullRequest.objects.get().reference}/"
    agreed = nigeria.post(pull, act="agree", purpose="family_unity", urgency="standard", decision_note="Kept.")
    assert KEPT_OUT in agreed.content.decode()
    assert PullRequest.objects.get().state == PullState.OPEN

    assert nigeria.post(lift_url(page), reason="They made up.", version=version(case))["Location"] == place(case)
    assert "It is lifted. The record keeps both." in nigeria.text(place(case))
    assert nigeria.post(place(case, "enquiry/"), **asked).status_code == 302
    assert "Somebody may learn of the situation again" in nigeria.text(place(case, "history/"))


def version(case: Case) -> int:
    case.refresh_from_db()
    return case.version


def test_what_is_missing_is_said_beside_the_field_and_nothing_typed_is_lost(scene: Scene, nigeria: Seat) -> None:
    case = open_case(scene)
    empty = nigeria.post(place(case)).content.decode()
    for words in ("Choose a country or one institution", "Write down why, or that the person asked for it"):
        assert words in empty
    for whom, words in (("country", "Choose a country"), ("institution", "Choose an institution")):
        text = nigeria.post(place(case), whom=whom, reason=WHY).content.decode()
        assert f"Error:</span> {words}" in text
        assert WHY in text
    own = nigeria.post(place(case), whom="country", country="NG", reason=WHY).content.decode()
    assert "Select a valid choice" in own
    stranger = make_institution(two_countries("NG", "NE").registry, "NE", kind=InstitutionKind.SHELTER)
    assert nigeria.post(place(case), whom="institution", institution=stranger.pk, reason=WHY).status_code == 200
    assert not BlockedRecipient.objects.exists()


def test_an_institution_at_home_is_kept_out_and_what_is_open_there_is_named(scene: Scene, nigeria: Seat) -> None:
    case, shelter = open_case(scene), make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER)
    facts = {
        "provider": shelter,
        "kind": "shelter",
        "urgency": "standard",
        "compartments": ["D2"],
        "person_agrees": True,
    }
    with scene.clock():
        care.assign(scene.actor("NG"), case.pk, {"kind": "shelter", "institution": shelter}, submission=uuid4())
        referrals.send(scene.actor("NG"), case.pk, facts, submission=uuid4())
    assert keep_out(nigeria, case, institution=shelter.pk).status_code == 302
    page = nigeria.text(place(case))
    for words in ("This is still open there and is not taken back by itself.", "End its work", "Take the request back"):
        assert words in page
    assert f'value="{shelter.pk}"' not in page, "who is kept out is not offered once more"
    refused = nigeria.post(place(case, "assign/"), kind="shelter", institution=shelter.pk).content.decode()
    assert KEPT_OUT in refused


def test_an_open_handover_and_an_open_enquiry_are_named(scene: Scene, nigeria: Seat) -> None:
    case = open_case(scene)
    asked = {"country": "NE", "urgency": "standard", "services": ["shelter"], "told_person": "on"}
    assert nigeria.post(place(case, "enquiry/"), **asked).status_code == 302
    handover = advance(scene, ready_draft(scene, case), "acknowledged")
    keep_out(nigeria, case, country="NE")
    keep_out(nigeria, case, country="IT")
    page = nigeria.text(place(case))
    assert f"/handovers/{handover.reference}/" in page
    assert f"/enquiries/{Enquiry.objects.get().reference}/" in page
    assert page.count("This is still open there") == 1


def test_a_double_press_lifts_once_and_a_row_that_is_gone_is_not_found(scene: Scene, nigeria: Seat) -> None:
    case, key = open_case(scene), str(uuid4())
    keep_out(nigeria, case, country="NE")
    url = lift_url(nigeria.text(place(case)))
    assert "Write down what the person said" in nigeria.post(url, reason="").content.decode()
    for _press in range(2):
        answer = nigeria.post(url, reason="They made up.", version=version(case), submission=key)
        assert answer["Location"] == place(case)
    assert "Already recorded." in nigeria.text(place(case))
    assert nigeria.get(url).status_code == 404
    assert nigeria.post(url, reason="They made up.").status_code == 404


def test_who_reads_no_family_matters_neither_sees_nor_keeps_out(scene: Scene, nigeria: Seat) -> None:
    case, child = open_case(scene), Seat(scene, "NG-child")
    keep_out(nigeria, case, country="NE")
    url = lift_url(nigeria.text(place(case)))
    for seat in (Seat(scene, "NE"), child):
        assert seat.get(place(case)).status_code == 404
        assert seat.post(url, reason="No.").status_code == 404
    with scene.clock():
        guard = {"kind": "child_protection", "institution": scene.institutions["NG-child"]}
        care.assign(scene.actor("NG"), case.pk, guard, submission=uuid4())
    assert "Niger" in child.text(place(case))
    assert child.post(url, reason="Said in private.", version=version(case)).status_code == 302


def test_the_next_holder_sees_who_is_kept_out_and_not_why(scene: Scene, nigeria: Seat) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "accepted")
    keep_out(nigeria, handover.case, country="IT")
    advance(scene, handover, "received")
    page = Seat(scene, "NE").text(place(handover.case))
    assert "Italy" in page
    assert WHY not in page
    assert nigeria.get(place(handover.case)).status_code == 403
