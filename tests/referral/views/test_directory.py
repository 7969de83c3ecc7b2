"""The directory: focal points, services, free places; filtered by country and service."""

from __future__ import annotations

import pytest

from referral.enums import InstitutionKind
from referral.models import Capacity
from tests.factories import make_institution
from tests.referral.views.seats import Seat
from tests.scenes import Scene, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    scene = two_countries("NG", "NE")
    shelter = make_institution(
        scene.registry,
        "NG",
        kind=InstitutionKind.SHELTER,
        name="House of the Baobab",
        services=["shelter"],
        languages=["ha", "en"],
    )
    Capacity.objects.create(institution=shelter, population="women", places=12, free=3, stated_at=scene.moment().at)
    return scene


def test_an_institution_shows_services_languages_and_free_places(scene: Scene) -> None:
    page = Seat(scene, "NE").text("/directory/?country=NG")
    assert "House of the Baobab" in page
    assert "Women: 3 of 12" in page
    assert "Hausa and English" in page
    assert "Stated just now" in page


def test_the_overview_names_each_countrys_focal_point_and_its_free_places(scene: Scene) -> None:
    page = Seat(scene, "NE").text("/directory/")
    assert scene.institutions["NG"].name in page
    assert "3 free places" in page
    assert "All 3 institutions" in page
    assert "House of the Baobab" not in page


def test_the_focal_point_stands_first_in_its_country(scene: Scene) -> None:
    page = Seat(scene, "NE").text("/directory/?country=NG")
    assert page.index("National focal point</span>") < page.index("House of the Baobab")


def test_filters_leave_what_fits(scene: Scene) -> None:
    seat = Seat(scene, "NG")
    page = seat.text("/directory/?country=NE")
    assert "House of the Baobab" not in page
    assert '<option value="NE" selected>Niger</option>' in page
    page = seat.text("/directory/?service=shelter")
    assert "House of the Baobab" in page
    assert 'id="country-NE"' not in page
    assert "No institution fits" in seat.text("/directory/?service=income")


def test_another_registry_is_not_listed(scene: Scene) -> None:
    other = two_countries("IT")
    assert other.institutions["IT"].name not in Seat(scene, "NG").text("/directory/")
