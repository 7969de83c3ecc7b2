"""Who acts: built once per request, handed to every service and selector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from common import prepared
from common.second_wall import Context, rows_in
from referral.enums import Role
from referral.models import Membership, Registry


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


SEAT = (
    "pk", "institution", "institution__registry", "institution__name", "institution__country", "role", "until_wall",
)  # fmt: skip
"""What is read of a membership."""


def actor_of(user: User, *, wall: datetime, membership_id: int | None = None) -> Actor | None:
    """The actor of a signed-in user at a wall instant, or None without a current membership.

    `membership_id` chooses among several; one that has ended or belongs to somebody else is ignored.
    One query.
    """
    return _among(user, _seats(user.pk), wall, membership_id)


def seated(user: User, *, wall: datetime, membership_id: int | None = None) -> Actor | None:
    """`actor_of` for a request that begins: the transaction works for the user, and for the actor once one is found.

    One query, which sets the context as well.
    """
    rows = rows_in(Context(user=user.pk), *prepared.sql_of(_seats, user.pk))
    return _among(user, rows, wall, membership_id)


def _seats(user: int) -> QuerySet[Membership, Any]:
    return Membership.objects.filter(user=user).values_list(*SEAT)


def registry_of(actor: Actor) -> Registry:
    """The actor's registry, read by the query that sets the actor's context for the rest of the transaction."""
    (row,) = rows_in(context_of(actor), *prepared.sql_of(_registry, actor.registry_id))
    found: Registry = Registry.from_db("default", COLUMNS, row)
    return found


COLUMNS = [field.attname for field in Registry._meta.concrete_fields]


def _registry(pk: int) -> QuerySet[Registry, Any]:
    return Registry.objects.filter(pk=pk).values_list(*COLUMNS)


def context_of(actor: Actor) -> Context:
    """What the second wall needs to know of an actor."""
    return Context(
        registry=actor.registry_id,
        institution=actor.institution_id,
        user=actor.user_id,
        role=actor.role.value,
        country=actor.country_code,
    )


def _among(user: User, rows: Iterable[Any], wall: datetime, membership_id: int | None) -> Actor | None:
    seats = [row for row in rows if row[-1] is None or row[-1] > wall]
    if not seats:
        return None
    chosen = next((row for row in seats if row[0] == membership_id), seats[0])
    pk, institution, registry, name, country, role, _until = chosen
    return Actor(
        user_id=user.pk,
        membership_id=pk,
        registry_id=registry,
        institution_id=institution,
        institution_name=name,
        country_code=country or "",
        role=Role(role),
        also_acts_for=frozenset(row[1] for row in seats) - {institution},
        wall=wall,
    )
