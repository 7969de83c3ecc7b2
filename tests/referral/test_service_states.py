"""Help that was promised runs from its day and ends with its day, the same in a row and in a list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from referral.enums import ServiceState
from referral.models import Service
from referral.service_states import has_run, promised_at, running_at, standing
from tests.scenes import open_case, two_countries

NOW = datetime(2026, 8, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
AGO, AHEAD = NOW - HOUR, NOW + HOUR

ROWS: tuple[tuple[str, datetime, datetime | None, str, bool], ...] = (
    ("planned", AHEAD, None, "planned", False),
    ("planned", AGO, None, "planned", False),
    ("planned", AGO, AHEAD, "planned", False),
    ("planned", AGO, NOW, "ended", False),
    ("confirmed", AHEAD, None, "confirmed", False),
    ("confirmed", NOW, None, "running", True),
    ("confirmed", AGO, AHEAD, "running", True),
    ("confirmed", AGO, NOW, "ended", True),
    ("running", AHEAD, None, "confirmed", False),
    ("running", NOW, None, "running", True),
    ("running", AGO, AHEAD, "running", True),
    ("running", AGO, NOW, "ended", True),
    ("ended", AGO, NOW, "ended", True),
    ("ended", AGO, AGO, "ended", False),
    ("ended", AHEAD, AHEAD, "ended", False),
)
"""What was said, from, to; where it stands now; whether it has begun to help."""


@pytest.mark.parametrize(("state", "since", "until", "stands", "begun"), ROWS)
def test_where_a_service_stands_follows_from_what_was_said_and_its_days(
    state: str, since: datetime, until: datetime | None, stands: str, begun: bool
) -> None:
    service = Service(state=state, since_at=since, until_at=until)
    assert standing(service, NOW) is ServiceState(stands)
    assert has_run(service, NOW) is begun


@pytest.mark.django_db
def test_a_list_of_services_says_the_same_as_each_row() -> None:
    scene = two_countries("NG", "NE")
    case, home = open_case(scene), scene.institutions["NG"]
    for state, since, until, _stands, _begun in ROWS:
        Service.objects.create(
            case=case, kind="legal", provider=home, state=state, since_at=since, until_at=until, institution=home
        )
    for listed, states in ((running_at(NOW), {"running"}), (promised_at(NOW), {"running", "confirmed"})):
        rows = [row for row in Service.objects.all() if standing(row, NOW) in states]
        assert rows
        assert list(Service.objects.filter(listed)) == rows
