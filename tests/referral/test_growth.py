"""The pages that everybody opens cost the same number of queries for 2, 20 and 200 people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from referral.models import Case, Deadline, Handover
from referral.services.clock import seen
from tests.factories import WALL
from tests.referral.crowd import Crowd, crowd

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SIZES = (2, 20, 200)


@pytest.fixture
def world() -> Iterator[Crowd]:
    found = crowd(2)
    with clock.moved_wall(WALL):
        seen(found.registry.pk)  # otherwise the first request of all notes that somebody is there
        yield found


def browser(world: Crowd) -> Client:
    client = Client()
    client.force_login(world.user, backend="accounts.backends.AccountBackend")
    return client


def queries(client: Client, url: str) -> list[str]:
    """What one request asks, the session and the actor included; savepoints are those of the test."""
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.status_code == 200, url
    return [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/inbox/", 8),
        ("/inbox/?tab=others", 8),
        ("/inbox/?tab=decided", 8),
        ("/inbox/?only=uncovered", 8),
        ("/inbox/notices/", 8),
        ("/people/", 8),
        ("/people/?q=WORD", 8),
        ("/people/?covered=no&child=yes&answers=now", 8),
    ],
)
def test_a_list_costs_the_same_number_of_queries_whatever_it_holds(world: Crowd, url: str, most: int) -> None:
    client, counts = browser(world), []
    client.get(url)
    for size in SIZES:
        world.grow(size - world.cases)
        found = queries(client, url)
        counts.append(len(found))
        assert len(found) <= most, [sql[:120] for sql in found]
    assert counts[1] == counts[2], counts
    assert max(counts) == counts[2], counts


def test_a_person_costs_the_same_number_of_queries_whatever_has_happened(world: Crowd) -> None:
    world.grow(2)
    case = Case.objects.select_related("person", "holder").get(holder=world.focal_points[0])
    client, counts = browser(world), list[int]()
    url = f"/people/{case.person.public_code}/"
    client.get(url)
    for size in SIZES:
        more_of(case, size)
        found = queries(client, url)
        counts.append(len(found))
        assert len(found) <= 12, [sql[:120] for sql in found]
    assert len(set(counts)) == 1, counts


def more_of(case: Case, size: int) -> None:
    """So many places, risks, services, tracks and closed handovers of one person."""
    at = case.opened_at
    home: dict[str, Any] = {"case": case, "institution": case.holder}
    more: dict[str, dict[str, Any]] = {
        "whereabouts": {"kind": "safe_place", "country_id": case.found_in_id, "happened_at": at, "recorded_at": at},
        "screenings": {"opinion": "possible", "list_version": "short", "at": at},
        "services": {"kind": "medical", "provider": case.holder, "state": "running", "since_at": at},
        "legal_tracks": {"kind": "permit", "state": "open", "since_at": at, "country_id": case.found_in_id},
        "needs": {"kind": "medical", "urgency": "standard", "opened_at": at},
    }
    for name, values in more.items():
        model: Any = Case._meta.get_field(name).related_model
        model.objects.bulk_create([model(**home, **values) for _number in range(size)])
    one = Handover.objects.filter(case=case).first()
    assert one is not None
    count = Handover.objects.count()
    for number in range(size):
        one.pk, one.reference = None, f"X{count + number}"
        one.save(force_insert=True)
    assert Deadline.objects.filter(case=case).exists()
