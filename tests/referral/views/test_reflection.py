"""A time of reflection: it ends by itself, on the day given or after the days of the country."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referral.models import LegalTrack, RulePack
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, open_case, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def test_its_end_is_typed_or_follows_from_the_days_of_the_country(scene: Scene) -> None:
    seat, url = Seat(scene, "NG"), f"/people/{open_case(scene).person.public_code}/legal/"
    now = scene.moment().at
    late = seat.post(url, kind="reflection", state="open", **moment("runs_until_at", now - timedelta(days=1)))
    assert "This moment has passed already" in late.content.decode()
    typed = moment("runs_until_at", now + timedelta(days=60))
    assert seat.post(url, kind="reflection", state="open", **typed).status_code == 302
    assert LegalTrack.objects.get().runs_until_at == now + timedelta(days=60)
    assert seat.post(url, kind="reflection", state="open").status_code == 302
    assert LegalTrack.objects.latest("pk").runs_until_at == now + timedelta(days=30), "exercise default"
    RulePack.objects.create(registry=scene.registry, country_id="NG", reflection_days=45)
    assert seat.post(url, kind="reflection", state="open").status_code == 302
    assert LegalTrack.objects.latest("pk").runs_until_at == now + timedelta(days=45)
    assert seat.post(url, kind="asylum", state="open", **typed).status_code == 302
    assert LegalTrack.objects.latest("pk").runs_until_at is None, "no other track ends by itself"
