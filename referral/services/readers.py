"""Who reads what is addressed to an institution: members of today, by what they do there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from common import prepared
from referral.enums import InstitutionKind, Role
from referral.models import Institution, Membership
from referral.services.moment import Moment

ANSWERING = (Role.FOCAL_POINT, Role.DEPUTY)
ONLOOKERS = (Role.FACILITATOR, Role.OBSERVER, Role.COORDINATOR, Role.DATA_PROTECTION, Role.SURVIVOR_ADVISER)
"""Roles that help or watch; the work of their institution is not addressed to them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A user who is told something, and the institution for which she reads it."""

    user_id: int
    institution_id: int


@dataclass(frozen=True, slots=True)
class Seats:
    """Current memberships of active users, in a stable order, with their institutions."""

    rows: tuple[Membership, ...]
    away: frozenset[int] = frozenset()
    """Memberships whose officer has said to be absent."""

    def at(self, institution: Institution) -> list[Reader]:
        """Everybody to whom the work of the institution is addressed: focal point and deputies, or all who work there."""
        roles = ANSWERING if _is_focal_point(institution) else None
        return _once(row for row in self._members(institution) if _works(row, roles))

    def owing(self, institution: Institution) -> list[Reader]:
        """Whoever is chased first: the focal point; the deputies while that officer is absent or the seat is empty;
        otherwise all who work there."""
        if not _is_focal_point(institution):
            return self.at(institution)
        here = [row for row in self._members(institution) if row.pk not in self.away]
        first = _once(row for row in here if row.role == Role.FOCAL_POINT)
        return first or _once(row for row in here if row.role == Role.DEPUTY) or self.at(institution)

    def deputies(self, institution: Institution) -> list[Reader]:
        """The deputies of the country's focal point; without any, whoever answers for the institution itself."""
        found = _once(
            row
            for row in self.rows
            if row.role == Role.DEPUTY
            and (row.institution_id == institution.pk or _focal_point_of(row.institution, institution))
        )
        return found or self.at(institution)

    def coordinators(self) -> list[Reader]:
        """The regional coordinators, wherever they sit."""
        return _once(row for row in self.rows if row.role == Role.COORDINATOR)

    def _members(self, institution: Institution) -> Iterable[Membership]:
        return (row for row in self.rows if row.institution_id == institution.pk)


def seats(registry_id: int, moment: Moment, institution_ids: Collection[int] | None = None) -> Seats:
    """The seats of a registry at an instant, or those of some institutions of it. One query."""
    chosen = () if institution_ids is None else tuple(institution_ids)
    if institution_ids is not None and not chosen:
        return Seats(())
    rows = tuple(prepared.rows(_seats, registry_id, moment.wall, *chosen, shape=len(chosen)))
    away = frozenset(row.pk for row in rows if row.away_until_wall is not None and row.away_until_wall > moment.wall)
    return Seats(rows, away)


def _seats(registry: int, wall: datetime, *institutions: int) -> QuerySet[Membership]:
    found = Membership.objects.filter(institution__registry=registry, user__is_active=True)
    if institutions:
        found = found.filter(institution__in=institutions)
    return found.exclude(until_wall__lte=wall).select_related("institution").order_by("pk")


def _is_focal_point(institution: Institution) -> bool:
    return institution.kind == InstitutionKind.FOCAL_POINT


def _focal_point_of(candidate: Institution, institution: Institution) -> bool:
    return (
        _is_focal_point(candidate)
        and institution.country_id is not None
        and candidate.country_id == institution.country_id
    )


def _works(row: Membership, roles: Collection[Role] | None) -> bool:
    return row.role in roles if roles is not None else row.role not in ONLOOKERS


def _once(rows: Iterable[Membership]) -> list[Reader]:
    """Each user once, whatever the number of roles."""
    return list({row.user_id: Reader(row.user_id, row.institution_id) for row in rows}.values())
