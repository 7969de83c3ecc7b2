from __future__ import annotations

import re
from uuid import uuid4

import pytest

from referral.enums import Role
from referral.models import HomeReferral
from tests.referral.desks import seat
from tests.referral.views.seats import Seat
from tests.scenes import Scene, open_case, two_countries

pytestmark = pytest.mark.django_db
SHELTER = Role.SERVICE_PROVIDER


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def test_a_service_is_asked_answers_and_tells_how_it_goes(scene: Scene) -> None:
    shelter, case = seat(scene, SHELTER), open_case(scene)
    nigeria, house = Seat(scene, "NG"), Seat(scene, SHELTER)
    base = f"/people/{case.person.public_code}/referrals/"
    answers = {
        "provider": str(shelter.pk), "kind": "shelter", "urgency": "urgent", "compartments": ["D2"], "message": "Quiet room.",
        "version": case.version,
    }  # fmt: skip
    refused = nigeria.post(f"{base}new/", **answers)
    assert "Ask the person first" in refused.content.decode()
    assert "Quiet room." in refused.content.decode()
    key = str(uuid4())
    assert nigeria.post(f"{base}new/", **answers, person_agrees="on", submission=key)["Location"] == base
    nigeria.post(f"{base}new/", **answers, person_agrees="on", submission=key)
    row = HomeReferral.objects.get()
    assert row.reference in nigeria.text(base)

    url = f"/referrals/{row.reference}/"
    assert f'href="{url}"' in house.text("/desk/")
    page = house.text(url)
    assert "Quiet room." in page
    assert "To live near her sister." in page
    assert "Invented Name" not in page
    assert f"/people/{case.person.public_code}/" not in page
    assert house.post(f"{url}acknowledge/")["Location"] == url
    house.post(f"{url}accept/", version=2)
    page = house.text(url)
    assert "Say within a week how the help goes." in page
    assert f"/people/{case.person.public_code}/" in page
    house.post(f"{url}report/", version=3, feedback="She sleeps well.")
    assert "She sleeps well." in nigeria.text(base)
    assert "She sleeps well." in nigeria.text(url)
    assert "The person agreed to this request" in nigeria.text(f"/people/{case.person.public_code}/shared/")


def test_an_old_form_says_so_and_keeps_what_was_typed(scene: Scene) -> None:
    shelter, case = seat(scene, SHELTER), open_case(scene)
    Seat(scene, "NG").post(
        f"/people/{case.person.public_code}/referrals/new/", provider=str(shelter.pk), kind="shelter", urgency="standard",
        compartments=["D2"], person_agrees="on", version=case.version,
    )  # fmt: skip
    row, house = HomeReferral.objects.get(), Seat(scene, SHELTER)
    url = f"/referrals/{row.reference}/"
    house.post(f"{url}acknowledge/")
    text = house.post(f"{url}decline/", version=1, decline_reason="no_capacity").content.decode()
    assert "Somebody has changed this since you opened it" in text
    assert re.search(r'value="no_capacity"[^>]*checked', text)
    renewed = re.search(r'name="version" value="(\d+)"', text)
    assert renewed
    assert house.post(f"{url}decline/", version=renewed[1], decline_reason="no_capacity")["Location"] == url
    assert "No suitable place now" in Seat(scene, "NG").text(url)


def test_a_request_is_invisible_to_everybody_else(scene: Scene) -> None:
    shelter, case = seat(scene, SHELTER), open_case(scene)
    Seat(scene, "NG").post(
        f"/people/{case.person.public_code}/referrals/new/", provider=str(shelter.pk), kind="shelter", urgency="standard",
        person_agrees="on", version=case.version,
    )  # fmt: skip
    url = f"/referrals/{HomeReferral.objects.get().reference}/"
    seat(scene, Role.HEALTH_WORKER)
    assert Seat(scene, Role.HEALTH_WORKER).get(url).status_code == 404
    assert Seat(scene, "NE").get(url).status_code == 404
    assert Seat(scene, "NG").get(f"{url}accept/").status_code == 403
    seat(scene, Role.ASYLUM_LIAISON)
    assert Seat(scene, Role.ASYLUM_LIAISON).get(url).status_code == 403
