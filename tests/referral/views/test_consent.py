"""What the person decided: three kinds kept apart, nothing is ever changed, the newest counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referral.models import Consent
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, open_case, two_countries

pytestmark = pytest.mark.django_db

MOVE = {
    "recipient_country": "NE",
    "purpose": "safety",
    "options": ["stay", "move"],
    "language": "ha",
    "given_by": "person",
}
SHARE = {"recipient_country": "NE", "purpose": "safety", "language": "ha", "given_by": "person"}


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


@pytest.fixture
def seat(scene: Scene) -> Seat:
    return Seat(scene, "NG")


@pytest.fixture
def place(scene: Scene) -> str:
    return f"/people/{open_case(scene).person.public_code}/consent/"


def test_the_text_is_read_out_and_the_spoken_language_is_chosen(seat: Seat, place: str) -> None:
    page = seat.text(f"{place}new/?kind=move")
    assert "Read this out to the person" in page
    assert "You decide whether you move." in page
    assert '<option value="en" selected>English</option>' in page


def test_a_yes_needs_two_options_with_staying_among_them(seat: Seat, place: str) -> None:
    for options in (["move"], ["move", "return"]):
        answer = seat.post(f"{place}new/?kind=move", **MOVE | {"options": options}, decision="given")
        assert "staying here among them, before you record a yes" in answer.content.decode()
    assert seat.post(f"{place}new/?kind=move", **MOVE, decision="given").status_code == 302
    consent = Consent.objects.get()
    assert consent.options == ["move", "stay"]
    assert consent.text_hash


def test_a_no_is_recorded_like_a_yes_and_stands_on_the_page(seat: Seat, place: str) -> None:
    assert seat.post(f"{place}new/?kind=move", **MOVE, decision="refused").status_code == 302
    page = seat.text(place)
    assert "The decision is recorded." in page
    assert "tag-gap" in page
    assert "In Hausa" in page


def test_a_permission_says_what_may_be_shared(seat: Seat, place: str) -> None:
    answer = seat.post(f"{place}new/?kind=share", **SHARE, decision="given")
    assert "Choose what may be shared" in answer.content.decode()
    assert seat.post(f"{place}new/?kind=share", **SHARE, decision="given", categories=["D2", "D3"]).status_code == 302
    assert Consent.objects.get().categories == ["D2", "D3"]


def test_a_permission_is_taken_back_by_a_new_decision(seat: Seat, place: str) -> None:
    seat.post(f"{place}new/?kind=share", **SHARE, decision="given", categories=["D2"])
    page = seat.text(place)
    link = f"{place}new/?kind=share&amp;country=NE&amp;purpose=safety&amp;decision=withdrawn"
    assert link in page
    form = seat.text(link.replace("&amp;", "&"))
    assert '<option value="NE" selected>' in form
    assert form.count("checked") == 2
    seat.post(f"{place}new/?kind=share", **SHARE, decision="withdrawn")
    page = seat.text(place)
    assert "Taken back" in page
    assert "Replaced by a newer one" in page
    assert Consent.objects.count() == 2


def test_a_decision_about_another_country_replaces_nothing(seat: Seat, place: str) -> None:
    seat.post(f"{place}new/?kind=share", **SHARE, decision="given", categories=["D2"])
    seat.post(f"{place}new/?kind=share", **SHARE | {"recipient_country": "IT"}, decision="refused")
    assert "Replaced by a newer one" not in seat.text(place)


def test_a_decision_runs_out(scene: Scene, seat: Seat, place: str) -> None:
    until = moment("expires_at", scene.moment().at + timedelta(days=2))
    assert seat.post(f"{place}new/?kind=move", **MOVE, **until, decision="given").status_code == 302
    assert "Out of date" not in seat.text(place)
    scene.after(days=3)
    assert "Out of date" in seat.text(place)


def test_a_legal_basis_names_its_provision_and_the_person_is_told(seat: Seat, place: str) -> None:
    facts = {"recipient_country": "NE", "purpose": "safety", "basis": "law", "categories": ["D2"]}
    page = seat.post(f"{place}new/?kind=legal_basis", **facts).content.decode()
    assert "Name the provision and the reason" in page
    assert "Tell the person first" in page
    facts |= {"basis_text": "Article 9, vital interests", "told": "on"}
    assert seat.post(f"{place}new/?kind=legal_basis", **facts).status_code == 302
    page = seat.text(place)
    assert "Article 9, vital interests" in page
    assert "The person takes it back" not in page


def test_only_a_childs_own_view_is_asked_for(scene: Scene, seat: Seat, place: str) -> None:
    child = open_case(scene, age_low=15, age_high=16)
    assert "own view" not in seat.text(f"{place}new/?kind=move")
    assert "The child&#x27;s own view" in seat.text(f"/people/{child.person.public_code}/consent/new/?kind=move")


def test_a_kind_that_does_not_exist_is_not_found(seat: Seat, place: str) -> None:
    assert seat.get(f"{place}new/?kind=other").status_code == 404


def test_the_own_country_is_no_recipient(seat: Seat, place: str) -> None:
    assert '<option value="NG">' not in seat.text(f"{place}new/?kind=share")


def test_a_childs_yes_is_the_guardians_with_the_childs_own_view(scene: Scene, seat: Seat) -> None:
    child = open_case(scene, age_low=15, age_high=16)
    url = f"/people/{child.person.public_code}/consent/new/?kind=move"
    text = seat.post(url, **MOVE, decision="given").content.decode()
    assert "For a child the guardian says yes, and the child&#x27;s own view is written down beside it." in text
    assert "Write down the child&#x27;s own view" in text
    given = MOVE | {"given_by": "guardian", "child_view": "Wants to be with her aunt."}
    assert seat.post(url, **given, decision="given").status_code == 302
    assert seat.post(url, **MOVE, decision="refused").status_code == 302
    assert list(Consent.objects.values_list("given_by", flat=True)) == ["guardian", "person"]


def test_an_adult_is_not_asked_who_decided(seat: Seat, place: str) -> None:
    assert "Who decided?" not in seat.text(f"{place}new/?kind=move")
    assert seat.post(f"{place}new/?kind=move", **MOVE | {"given_by": "guardian"}, decision="given").status_code == 302
    assert Consent.objects.get().given_by == "person"
