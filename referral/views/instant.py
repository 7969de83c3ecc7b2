"""Both times of a request, read once: whatever a page says, it says of one instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.http import HttpRequest

from accounts.countries import TABLE
from referral.models import Registry
from referral.services.moment import moment_of


@dataclass(frozen=True, slots=True)
class Instant:
    """`at` is exercise time, `wall` real time, `zone` the IANA zone of the actor's country."""

    registry: Registry
    at: datetime
    wall: datetime
    zone: str


def instant(request: HttpRequest) -> Instant:
    """The instant of this request. Needs an actor; asks the database nothing."""
    found: Instant | None = getattr(request, "_instant", None)
    if found is None:
        actor = request.actor  # type: ignore[attr-defined]
        registry: Registry = request.registry  # type: ignore[attr-defined]
        moment = moment_of(registry, request.wall)  # type: ignore[attr-defined]
        found = Instant(registry, moment.at, moment.wall, zone_of(actor.country_code))
        request._instant = found  # type: ignore[attr-defined]
    return found


@cache
def _zones() -> dict[str, str]:
    return {row.code: row.zone for row in TABLE}


def zone_of(country_code: str) -> str:
    """The zone of a country's capital; UTC for an institution without a country."""
    return _zones().get(country_code, "UTC")
