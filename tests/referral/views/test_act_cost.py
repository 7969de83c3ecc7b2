"""What the acts of the straight path ask of the database. Growing by one is a decision, and is made here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referral.models import Handover
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

Data = Callable[[Scene, Handover], dict[str, Any]]


def nothing(_scene: Scene, _handover: Handover) -> dict[str, Any]:
    return {}


def accepted(scene: Scene, _handover: Handover) -> dict[str, Any]:
    answers = {"decision": "accept", "place_confirmed": "on", "reception_contact": "Duty officer"}
    return answers | moment("reception_from_at", scene.moment().at + timedelta(days=2))


def received(scene: Scene, _handover: Handover) -> dict[str, Any]:
    answers = {"received_by": "Duty officer", "arrived_safely": "yes", "person_content": "yes"}
    return answers | moment("arrived_at", scene.moment().at - timedelta(minutes=30))


@pytest.mark.parametrize(
    ("country", "reached", "page", "data", "state", "most"),
    [
        ("NG", "draft", "/people/{code}/handover/{reference}/check/", nothing, "offered", 38),
        ("NE", "acknowledged", "/handovers/{reference}/decide/", accepted, "accepted", 31),
        ("NE", "departed", "/handovers/{reference}/receive/", received, "received", 38),
    ],
    ids=["offer", "accept", "receive"],
)
def test_an_act_asks_no_more_than_this(
    country: str, reached: str, page: str, data: Data, state: str, most: int
) -> None:
    scene = two_countries()
    handover = ready_draft(scene, open_case(scene))
    if reached != "draft":
        handover = advance(scene, handover, reached)
        scene.after(hours=1)
    seat, url = Seat(scene, country), page.format(code=handover.case.person.public_code, reference=handover.reference)
    seat.get(url)  # notes for a while that somebody is there, and settles what is due
    form = {"version": handover.version, **data(scene, handover)}
    with CaptureQueriesContext(connection) as asked:
        response = seat.post(url, **form)
    assert response.status_code == 302
    handover.refresh_from_db()
    assert handover.state == state
    found = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]  # those of the test among them
    assert len(found) <= most, [sql[:120] for sql in found]
