"""The first page of the demonstration: whose chair to sit in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.countries import country_name, sort_key
from referral.enums import InstitutionKind, Role
from referral.models import Membership
from referral.selectors.waiting_count import Waits

FIRST = (Role.FOCAL_POINT, Role.DEPUTY)
"""Focal points stand first, then their deputies, then the others."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One login to continue as."""

    email: str
    title: str
    role: Role
    waits: str
    current: bool
    focal: bool


@dataclass(frozen=True, slots=True)
class CountrySeats:
    code: str
    name: str
    seats: tuple[Seat, ...]
    open: bool = False
    """Whether the seat at hand is among the others of this country."""

    @property
    def others(self) -> tuple[Seat, ...]:
        """Everybody but the focal point."""
        return tuple(seat for seat in self.seats if not seat.focal)


def seats(memberships: Iterable[Membership], waits: Mapping[int, Waits], current: str = "") -> tuple[CountrySeats, ...]:
    """Seats by country in the order of the reader's language; those without a country last. `current` is an address."""
    found: dict[str, list[Seat]] = {}
    for row in memberships:
        found.setdefault(row.institution.country_id or "", []).append(_seat(row, waits, current))
    parts = [
        CountrySeats(
            code,
            country_name(code) if code else _("Across countries"),
            tuple(sorted(rows, key=_order)),
            open=any(seat.current and not seat.focal for seat in rows),
        )
        for code, rows in found.items()
    ]
    return tuple(sorted(parts, key=lambda part: (not part.code, sort_key(part.name))))


def _order(seat: Seat) -> tuple[int, str]:
    return (FIRST.index(seat.role) if seat.role in FIRST else len(FIRST), sort_key(seat.title))


def _seat(row: Membership, waits: Mapping[int, Waits], current: str) -> Seat:
    focal = row.role == Role.FOCAL_POINT
    country = row.institution.country_id
    title = country_name(country) if focal and country else row.institution.name
    return Seat(
        email=row.user.email,
        title=title,
        role=Role(row.role),
        waits=_waits(waits[row.pk]) if _works(row) and row.pk in waits else "",
        current=row.user.email == current,
        focal=focal,
    )


def _works(row: Membership) -> bool:
    """Whether things wait for this seat at all; observers and the like only look."""
    return row.institution.kind != InstitutionKind.INTERNATIONAL and row.role not in (Role.OBSERVER, Role.FACILITATOR)


def _waits(waits: Waits) -> str:
    """One line: how much waits, how much of it too long."""
    if not waits.things:
        return _("Nothing waits.")
    if not waits.overdue:
        return ngettext("%(owed)d thing waits.", "%(owed)d things wait.", waits.things) % {"owed": waits.things}
    words = ngettext(
        "%(owed)d thing waits, %(overdue)d overdue.", "%(owed)d things wait, %(overdue)d overdue.", waits.things
    )
    return words % {"owed": waits.things, "overdue": waits.overdue}
