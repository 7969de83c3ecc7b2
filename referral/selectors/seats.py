"""Seats of the demonstration: its logins by country, with what waits at each desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from accounts.selectors import demonstration_users
from common import second_wall
from referral.actor import Actor
from referral.enums import Role
from referral.models import Membership
from referral.selectors.waiting_count import Waits, waiting_at


def demonstration_seats() -> list[Membership]:
    """Memberships of the demonstration's logins, with user, institution and registry. One query; none outside the mode."""
    users = demonstration_users()
    rows = Membership.objects.filter(user__in=users).select_related("user", "institution__registry").order_by("pk")
    with second_wall.across("seats"):
        return list(rows)


def waiting_at_seats(rows: Iterable[Membership], at: datetime, ran: timedelta) -> Mapping[int, Waits]:
    """Membership → what waits in the inbox of that seat at this exercise instant, as the inbox itself counts. One query."""
    actors = [_actor(row) for row in rows]
    with second_wall.across("seats", registry=actors[0].registry_id if actors else 0):
        return waiting_at(actors, at, ran)


def _actor(row: Membership) -> Actor:
    institution = row.institution
    return Actor(
        user_id=row.user_id,
        membership_id=row.pk,
        registry_id=institution.registry_id,
        institution_id=institution.pk,
        institution_name=institution.name,
        country_code=institution.country_id or "",
        role=Role(row.role),
    )
