"""Who acts: built once per request, handed to every service and selector."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from referral.enums import Role
from referral.models import Membership


@dataclass(frozen=True, slots=True)
class Actor:
    """A user in one membership. Everything she may do follows from these columns and `referral.policy`."""

    user_id: int
    membership_id: int
    registry_id: int
    institution_id: int
    institution_name: str
    country_code: str
    role: Role
    also_acts_for: frozenset[int] = frozenset()
    """Other institutions where the same user holds a membership: nobody acts for both sides of a handover."""
    wall: datetime | None = None
    """The wall instant at which she acts: what is open for a while only is judged at it. None opens nothing."""

    @property
    def acts_for(self) -> frozenset[int]:
        return self.also_acts_for | {self.institution_id}


def actor_of(user: User, *, wall: datetime, membership_id: int | None = None) -> Actor | None:
    """The actor of a signed-in user at a wall instant, or None without a current membership.

    `membership_id` chooses among several; one that has ended or belongs to somebody else is ignored.
    One query.
    """
    rows = [
        row
        for row in Membership.objects.filter(user=user).select_related("institution")
        if row.until_wall is None or row.until_wall > wall
    ]
    if not rows:
        return None
    chosen = next((row for row in rows if row.pk == membership_id), rows[0])
    institution = chosen.institution
    return Actor(
        user_id=user.pk,
        membership_id=chosen.pk,
        registry_id=institution.registry_id,
        institution_id=institution.pk,
        institution_name=institution.name,
        country_code=institution.country_id or "",
        role=Role(chosen.role),
        also_acts_for=frozenset(row.institution_id for row in rows) - {institution.pk},
        wall=wall,
    )
