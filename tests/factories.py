"""The least rows that a test needs, as the database demands them. Everything may be given; nothing is hidden."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from accounts.models import Country, User
from common.sealed_keys import sealed
from referral.enums import CustodyReason, FoundBy, HandoverState, InstitutionKind, RegistryKind, Role, Urgency
from referral.models import Case, Custody, Handover, Institution, Membership, Person, Registry

WALL = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
"""A Monday morning: where registries of tests start in wall time."""
EXERCISE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""Also a Monday morning: where they start in exercise time."""

ZONES = {
    "NG": "Africa/Lagos",
    "NE": "Africa/Niamey",
    "IT": "Europe/Rome",
    "MR": "Africa/Nouakchott",
    "TN": "Africa/Tunis",
}
ALPHA3 = {"NG": "NGA", "NE": "NER", "IT": "ITA", "MR": "MRT", "TN": "TUN"}

_number = count(1)


def make_registry(**given: Any) -> Registry:
    """A workshop at 60x, running from `WALL` and `EXERCISE`."""
    number = next(_number)
    values: dict[str, Any] = {
        "name": f"Registry {number}",
        "slug": f"registry-{number}",
        "kind": RegistryKind.WORKSHOP,
        "starts_at": EXERCISE.replace(hour=0),
        "created_wall": WALL,
        "anchor_wall": WALL,
        "anchor_exercise_at": EXERCISE,
        "rate": Decimal(60),
    }
    return Registry.objects.create(**values | given)


def make_country(code: str = "NG", **given: Any) -> Country:
    """The country of that code; made when the table does not have it."""
    values = {"alpha3": ALPHA3.get(code, f"{code}X"), "zone": ZONES.get(code, "UTC")}
    return Country.objects.get_or_create(code=code, defaults=values | given)[0]


def make_institution(registry: Registry, country: str | None = "NG", **given: Any) -> Institution:
    """By default the focal point institution of the country."""
    values: dict[str, Any] = {
        "country": make_country(country) if country else None,
        "kind": InstitutionKind.FOCAL_POINT,
        "name": f"Institution {next(_number)}",
    }
    return Institution.objects.create(registry=registry, **values | given)


def make_user(email: str | None = None, **given: Any) -> User:
    return User.objects.create_user(email or f"user{next(_number)}@example.org", **given)


def make_member(institution: Institution, role: Role = Role.FOCAL_POINT, **given: Any) -> Membership:
    """A seat; `user` may be given, other values are the user's."""
    user = given.pop("user", None)
    until_wall = given.pop("until_wall", None)
    return Membership.objects.create(
        user=user or make_user(**given), institution=institution, role=role, until_wall=until_wall
    )


def make_case(holder: Institution, **given: Any) -> Case:
    """A case with its person and the first link of its custody chain, in one transaction as the database demands."""
    number = next(_number)
    with transaction.atomic():
        person = given.pop("person", None) or Person.objects.create(
            registry=holder.registry, public_code=f"P{number:07d}", code_word=f"WORD{number}"
        )
        values: dict[str, Any] = {
            "opened_at": EXERCISE,
            "opened_by": holder,
            "found_by": FoundBy.BORDER,
            "found_in": holder.country,
        }
        case = Case.objects.create(registry=holder.registry, person=person, **values | given)
        Custody.objects.create(
            case=case, seq=1, since_at=case.opened_at, institution=holder, reason=CustodyReason.INTAKE
        )
    case.refresh_from_db()
    return case


def make_handover(case: Case, receiver: Institution, **given: Any) -> Handover:
    """An offered handover from the holder of the case, written without the gates."""
    values: dict[str, Any] = {
        "reference": f"H{next(_number)}",
        "state": HandoverState.OFFERED,
        "sender": case.holder,
        "receiver": receiver,
        "receiver_country": receiver.country,
        "urgency": Urgency.STANDARD,
        "offered_at": EXERCISE,
    }
    return Handover.objects.create(registry=case.registry, case=case, **values | given)


def wall_after(seconds: float) -> datetime:
    """The wall instant so many seconds after the start of every test registry."""
    return WALL + timedelta(seconds=seconds)


def code_of(kind: str, key: int) -> str:
    """How the key of a row stands in an address."""
    return sealed(kind)().to_url(key)
