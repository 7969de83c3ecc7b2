"""A case as a file carries it: no name, no birth date, no contact, no exact location, no consent.

Consent stays behind on purpose: a person gives it to one registry for one purpose, and onward sharing needs a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WhereaboutsEntry:
    """Where the person was, from `happened_at` on."""

    happened_at: datetime
    kind: str
    country: str
    support_running: bool


@dataclass(frozen=True, slots=True)
class NeedEntry:
    kind: str
    urgency: str
    opened_at: datetime
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """A service; its provider is named by country and kind only, so that no shelter is ever named in a file."""

    kind: str
    provider_country: str
    provider_kind: str
    state: str
    since_at: datetime
    until_at: datetime | None
    funded_until_at: datetime | None
    payer: str


@dataclass(frozen=True, slots=True)
class LegalEntry:
    kind: str
    state: str
    country: str
    since_at: datetime
    until_at: datetime | None


@dataclass(frozen=True, slots=True)
class BlockedEntry:
    """Who must never learn of the person: a whole country, or one kind of institution in it."""

    country: str
    institution_kind: str


@dataclass(frozen=True, slots=True)
class LinkEntry:
    """Somebody who belongs to the person, by the identifier of the other case."""

    kind: str
    source_id: str


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One row of a file. Codes are the ones of `referral.enums`, countries ISO alpha-2, times aware and UTC."""

    source_id: str
    code: str
    code_word: str
    sex: str
    age_low: int | None
    age_high: int | None
    age_basis: str
    citizenships: tuple[str, ...]
    feared_countries: tuple[str, ...]
    languages: tuple[str, ...]
    dependants: int
    accompanied: str
    needs_interpreter: bool
    adaptation: str
    wishes: str
    no_family_contact: bool
    no_location: bool
    safe_tonight: str
    bed_until_at: datetime | None
    medicine_until_at: datetime | None
    stage: str
    status: str
    holder: str
    opened_at: datetime
    opened_in: str
    taken_at: datetime | None
    closed_at: datetime | None
    found_by: str
    found_in: str
    exploited_in: tuple[str, ...]
    exploitation: str
    route: tuple[str, ...]
    immediate_danger: bool
    non_punishment: bool
    screened_at: datetime | None
    indicators: tuple[str, ...]
    opinion: str
    risk_level: str
    risk_assessed_at: datetime | None
    risk_valid_until_at: datetime | None
    whereabouts: tuple[WhereaboutsEntry, ...]
    needs: tuple[NeedEntry, ...]
    services: tuple[ServiceEntry, ...]
    legal_tracks: tuple[LegalEntry, ...]
    blocked: tuple[BlockedEntry, ...]
    links: tuple[LinkEntry, ...]
