"""The registry that is filled: its clock, institutions in every country, and the seats of a few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.utils.translation import override

from accounts.models import Country, Language, User
from accounts.selectors import country_name, focal_point_name
from common.clock import ClockChange, ClockMode, ClockState
from referral.enums import AgreementKind, InstitutionKind, Population, RegistryKind, Role
from referral.models import Agreement, Capacity, ClockSegment, Handover, Institution, Membership, Registry
from referral.selectors.facts import transfer_basis
from referral.services.moment import moment_of
from referral.services.readers import Reader, Seats, seats
from referral.synthetic.bulk.journeys import BUSY, DESK
from referral.synthetic.caseload import EPOCH

K = InstitutionKind
STORED_LANGUAGE = "en-gb"
HISTORY = timedelta(days=800)
"""Before the end of the history; the oldest invented case is a few weeks younger."""
UNFINISHED = " (not complete)"
"""Behind the name of a registry while it is filled. Whoever finds it may remove it: nobody can act in it."""
KINDS = (
    K.FOCAL_POINT, K.CHILD_PROTECTION, K.SHELTER, K.HEALTH, K.NGO, K.LEGAL_AID, K.REINTEGRATION, K.SCHOOL,
)  # fmt: skip
SEATED = (*BUSY, DESK)
SEATS = (
    ("focal", Role.FOCAL_POINT, K.FOCAL_POINT),
    ("deputy", Role.DEPUTY, K.FOCAL_POINT),
    ("cases", Role.CASE_MANAGER, K.FOCAL_POINT),
    ("shelter", Role.SERVICE_PROVIDER, K.SHELTER),
    ("child", Role.CHILD_PROTECTION, K.CHILD_PROTECTION),
)
"""Login prefix, role, kind of institution; one login of each in every seated country, such as focal.pt.full@example.org."""


@dataclass(frozen=True, slots=True)
class World:
    """What every case is written into. Nothing in it changes while the registry is filled."""

    registry: Registry
    until: datetime
    seed: int
    institutions: Mapping[tuple[str, str], int]
    names: Mapping[int, str]
    """Institution → country."""
    zones: Mapping[str, str]
    officers: Mapping[int, tuple[int, str]]
    """Institution → who acts for it (user and role), where it has a seat."""
    told: Mapping[int, list[Reader]]
    owing: Mapping[int, list[Reader]]
    deputies: Mapping[int, list[Reader]]
    coordinators: list[Reader]
    history: ClockState
    """The clock as it ran up to the end of the history: real time, from the first day on."""
    rows: Mapping[int, Institution] = field(repr=False, default_factory=dict)
    bases: dict[tuple[str, str], str] = field(repr=False, default_factory=dict)
    """What lets information cross the border between two countries, as far as it was asked for."""

    def basis(self, sender: str, receiver: str) -> str:
        """What gate 7 rests on between these countries; empty when nothing does."""
        if (sender, receiver) not in self.bases:
            there = self.rows[self.focal_point(receiver)]
            draft = Handover(
                registry=self.registry, sender=self.rows[self.focal_point(sender)], receiver_country=there.country
            )
            self.bases[sender, receiver] = transfer_basis(draft) or ""
        return self.bases[sender, receiver]

    def focal_point(self, country: str) -> int:
        return self.institutions[country, K.FOCAL_POINT.value]


def make_world(slug: str, seed: int, password: str, until: datetime = EPOCH) -> World:
    """A registry in which nothing can be done yet, with its institutions, places and seats. In a transaction of the caller."""
    registry = _registry(slug, seed, until)
    with override(STORED_LANGUAGE):
        Institution.objects.bulk_create(_institutions(registry))
    rows = list(Institution.objects.filter(registry=registry).select_related("country").order_by("pk"))
    _places(rows, until)
    _agreements(registry)
    _seats(registry, rows, slug, password)
    here = seats(registry.pk, moment_of(registry, until))
    return World(
        registry=registry,
        until=until,
        seed=seed,
        institutions={(row.country_id or "", row.kind): row.pk for row in rows},
        names={row.pk: row.country_id or "" for row in rows},
        zones=dict(Country.objects.values_list("code", "zone")),
        officers=_officers(here),
        told={row.pk: here.at(row) for row in rows},
        owing={row.pk: here.owing(row) for row in rows},
        deputies={row.pk: here.deputies(row) for row in rows},
        coordinators=here.coordinators(),
        history=replace(registry.clock, mode=ClockMode.RUNNING),
        rows={row.pk: row for row in rows},
    )


def finish(world: World, wall: datetime) -> None:
    """Open the registry for acts: its clock stands at the end of the history, people act, and `jump` moves it on.

    Time stands still on purpose (step mode): what is due stays what it is, however long a measurement takes.
    """
    registry = world.registry
    registry.name = registry.name.removesuffix(UNFINISHED)
    registry.anchor_wall = registry.anchor_exercise_at = world.until
    registry.mode = ClockMode.STEP
    registry.clock_version += 1
    registry.ran = world.until - registry.starts_at
    registry.heartbeat_wall = registry.last_seen_wall = wall
    registry.save(
        update_fields=(
            "name", "anchor_wall", "anchor_exercise_at", "mode", "clock_version", "ran", "heartbeat_wall", "last_seen_wall",
        )
    )  # fmt: skip
    _segment(registry, ClockChange.STEP, registry.starts_at, world.until)


def _registry(slug: str, seed: int, until: datetime) -> Registry:
    """Stopped, so that nobody acts in it and no sweep finds anything due.

    Up to the end of the history exercise time is wall time, so that the same seed gives the same stamps on any day.
    """
    starts = until - HISTORY
    registry = Registry.objects.create(
        name=f"{slug}{UNFINISHED}",
        slug=slug,
        kind=RegistryKind.WORKSHOP,
        seed=seed,
        starts_at=starts,
        created_wall=starts,
        anchor_wall=starts,
        anchor_exercise_at=starts,
        rate=Decimal(1),
        mode=ClockMode.STOPPED,
    )
    _segment(registry, ClockChange.START, starts, starts)
    return registry


def _segment(registry: Registry, kind: ClockChange, came_from: datetime, to: datetime) -> None:
    ClockSegment.objects.create(
        registry=registry,
        version=registry.clock_version,
        kind=kind,
        wall=to,
        from_at=came_from,
        to_at=to,
        rate=registry.rate,
    )


def _institutions(registry: Registry) -> Iterator[Institution]:
    for country in Country.objects.order_by("code"):
        for kind in KINDS:
            name = focal_point_name(country) if kind is K.FOCAL_POINT else f"{kind.label}, {country_name(country.code)}"
            yield Institution(registry=registry, country=country, kind=kind, name=name)
    yield Institution(registry=registry, country=None, kind=K.INTERNATIONAL, name="Regional coordination")


def _places(rows: list[Institution], at: datetime) -> None:
    Capacity.objects.bulk_create(
        Capacity(institution=row, population=population, places=12, free=4, stated_at=at)
        for row in rows
        if row.kind == K.SHELTER
        for population in Population
    )


def _agreements(registry: Registry) -> None:
    """The mechanism that public sources name, and an invented one of all countries, so that a border can be crossed."""
    regional = Agreement.objects.create(
        registry=registry, name="ECOWAS Regional Referral Mechanism", kind=AgreementKind.REGIONAL
    )
    regional.parties.set(Country.objects.filter(ecowas="member"))
    invented = Agreement.objects.create(
        registry=registry, name="Memorandum of all countries (invented)", kind=AgreementKind.MEMORANDUM
    )
    invented.parties.set(Country.objects.all())


def _seats(registry: Registry, rows: list[Institution], slug: str, password: str) -> None:
    """Logins with one password. One hash serves all, so that it costs no minutes."""
    hashed = make_password(password or None)
    by_key = {(row.country_id, row.kind): row for row in rows}
    for country in SEATED:
        for prefix, role, kind in SEATS:
            _seat(f"{prefix}.{country.lower()}.{slug}", hashed, by_key[country, kind.value], role)
    region = by_key[None, K.INTERNATIONAL.value]
    for prefix, role in (("coordinator", Role.COORDINATOR), ("facilitator", Role.FACILITATOR)):
        _seat(f"{prefix}.{slug}", hashed, region, role)


def _seat(name: str, hashed: str, institution: Institution, role: Role) -> None:
    user, _ = User.objects.update_or_create(
        email=f"{name}@example.org",
        defaults={"password": hashed, "language": Language.ENGLISH, "demonstration": True, "is_active": True},
    )
    Membership.objects.create(user=user, institution=institution, role=role)


def _officers(here: Seats) -> dict[int, tuple[int, str]]:
    """The first seat of each institution."""
    return {row.institution_id: (row.user_id, row.role) for row in reversed(here.rows)}
