"""A registry filled by COPY is as good as one that people worked in: nothing is missing, nothing contradicts."""

from __future__ import annotations

import pytest
from django.db.models import Count

from accounts.models import Country
from accounts.services import load_countries
from referral.enums import OPEN_STATES
from referral.models import Handover
from referral.selectors.invariants import findings
from referral.services.bulk import Filled, fill
from tests.factories import WALL

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def filled(slug: str = "full", **given: int) -> Filled:
    load_countries(Country, "default")
    return fill(slug, **{"cases": 300, "seed": 7, "open_handovers": 60, "due": 25, "wall": WALL} | given)


def test_three_hundred_cases_hold_every_invariant() -> None:
    done = filled()
    assert list(findings()) == []
    assert done.open_handovers == 60 == Handover.objects.filter(state__in=OPEN_STATES).count()
    assert done.due == 25
    print(Handover.objects.values("state").annotate(n=Count("pk")).order_by("-n"))
