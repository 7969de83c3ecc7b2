"""The first page: seats in the demonstration, a sign-in elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from referral.enums import InstitutionKind, Role
from tests.factories import make_institution, make_member, make_user
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    scene = two_countries("NG", "NE")
    for code in ("NG", "NE"):
        scene.users[code].demonstration = True
        scene.users[code].save()
    shelter = make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER, name="House of the Baobab")
    scene.users["shelter"] = make_user(demonstration=True)
    make_member(shelter, Role.SERVICE_PROVIDER, user=scene.users["shelter"])
    return scene


def test_every_seat_can_be_taken_with_one_press(scene: Scene) -> None:
    page = Client().get("/").content.decode()
    assert "Continue as <bdi>Nigeria</bdi>" in page
    assert "Continue as <bdi>House of the Baobab</bdi>" in page
    assert page.index("<bdi>Nigeria</bdi>") < page.index("House of the Baobab")
    client = Client()
    answer = client.post("/continue/", {"login": scene.users["NG"].email, "next": "/inbox/"})
    assert answer["Location"] == "/inbox/"
    assert client.get("/inbox/").status_code == 200


def test_a_seat_says_what_waits_there(scene: Scene) -> None:
    advance(scene, ready_draft(scene, open_case(scene)), "offered")
    scene.after(days=4)
    with scene.clock():
        page = Client().get("/").content.decode()
    assert "1 thing waits, 1 overdue." in page
    assert "Nothing waits." in page


def test_other_logins_are_not_offered(scene: Scene) -> None:
    page = Client().get("/").content.decode()
    assert scene.users["NG-deputy"].email not in page


def test_who_is_signed_in_goes_on_to_the_inbox_and_may_change_the_seat(scene: Scene) -> None:
    seat = Seat(scene, "NG")
    assert seat.get("/")["Location"] == "/inbox/"
    page = seat.text("/?seats=1")
    assert "Your seat now" in page
    assert "Continue as…" in seat.text("/people/")


def test_an_own_login_changes_no_seat(scene: Scene) -> None:
    seat = Seat(scene, "NG-deputy")
    assert seat.get("/?seats=1").status_code == 302
    assert "Continue as…" not in seat.text("/people/")


def test_outside_the_demonstration_the_first_page_leads_to_the_sign_in(scene: Scene, settings: Any) -> None:
    settings.DEMONSTRATION = False
    page = Client().get("/").content.decode()
    assert "Continue as" not in page
    assert "/sign-in/" in page
    assert User.objects.filter(demonstration=True).exists()


def test_without_any_seat_the_first_page_leads_to_the_sign_in() -> None:
    assert "/sign-in/" in Client().get("/").content.decode()
