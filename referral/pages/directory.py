"""The directory: countries, focal points, institutions with services, places and languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.countries import country_name, sort_key
from referral.enums import InstitutionKind, NeedKind, Population
from referral.languages import language_list
from referral.models import Institution


@dataclass(frozen=True, slots=True)
class Places:
    """Free places for a group of people, as stated by the institution."""

    population: Population
    free: int
    places: int


@dataclass(frozen=True, slots=True)
class InstitutionCard:
    name: str
    kind: InstitutionKind
    focal: bool
    officers: tuple[str, ...]
    services: tuple[NeedKind, ...]
    languages: str
    places: tuple[Places, ...]
    stated_at: datetime | None


@dataclass(frozen=True, slots=True)
class CountryPart:
    """One country: its focal point first, then the others by name."""

    code: str
    name: str
    institutions: tuple[InstitutionCard, ...]

    @property
    def focal(self) -> InstitutionCard | None:
        """The focal point, when it is among the institutions."""
        return next((card for card in self.institutions if card.focal), None)

    @property
    def free(self) -> int:
        """Free places in the whole country."""
        return sum(place.free for card in self.institutions for place in card.places)


def countries(institutions: Iterable[Institution]) -> tuple[CountryPart, ...]:
    """Institutions by country, in the order of the reader's language."""
    found: dict[str, list[InstitutionCard]] = {}
    for row in institutions:
        found.setdefault(row.country_id or "", []).append(_card(row))
    parts = [
        CountryPart(
            code, country_name(code), tuple(sorted(cards, key=lambda card: (not card.focal, sort_key(card.name))))
        )
        for code, cards in found.items()
    ]
    return tuple(sorted(parts, key=lambda part: sort_key(part.name)))


def _card(row: Institution) -> InstitutionCard:
    capacity = list(row.capacity.all())
    return InstitutionCard(
        name=row.name,
        kind=InstitutionKind(row.kind),
        focal=row.kind == InstitutionKind.FOCAL_POINT,
        officers=tuple(str(m.user) for m in row.officers) if row.kind == InstitutionKind.FOCAL_POINT else (),  # type: ignore[attr-defined]
        services=tuple(NeedKind(code) for code in row.services),
        languages=language_list(row.languages),
        places=tuple(Places(Population(c.population), c.free, c.places) for c in capacity),
        stated_at=max((c.stated_at for c in capacity), default=None),
    )
