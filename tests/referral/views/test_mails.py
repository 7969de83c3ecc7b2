"""Mails sent: in the demonstration everybody reads what left, word for word."""

from __future__ import annotations

from typing import Any

import pytest

from common.phrases import long_moment
from referral.models import Mail
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    scene = two_countries("NG", "NE")
    advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    return scene


def test_a_mail_is_shown_as_sent_and_tells_nothing(scene: Scene) -> None:
    mail = Mail.objects.latest("pk")
    page = Seat(scene, "NG").text("/mails/")
    assert mail.user.email in page
    assert mail.link in page
    person = mail.notice.case.person
    assert person.code_word not in page
    assert person.public_code not in page


def test_mails_of_another_registry_are_not_shown(scene: Scene) -> None:
    other = two_countries("IT", "TN")
    assert "No mail has left yet." in Seat(other, "IT").text("/mails/")


def test_the_page_exists_in_the_demonstration_alone(scene: Scene, settings: Any) -> None:
    seat = Seat(scene, "NG")
    assert "Mails sent" in seat.text("/people/")
    settings.DEMONSTRATION = False
    assert seat.get("/mails/").status_code == 404
    assert "Mails sent" not in seat.text("/people/")


def test_the_time_of_a_mail_is_that_of_the_readers_country(scene: Scene) -> None:
    cause = Mail.objects.latest("pk").notice.at
    assert long_moment(cause, "Africa/Lagos") in Seat(scene, "NG").text("/mails/")
