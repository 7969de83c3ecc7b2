"""Choices that follow from tables: countries, languages, institutions. In the order of the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django_countries import countries as iso_countries

from accounts.countries import TABLE, country_name, sort_key
from referral import packet
from referral.actor import Actor
from referral.enums import AssignmentKind, Compartment, InstitutionKind
from referral.models import Institution

Pairs = list[tuple[str, str]]

WORKS_AS: dict[str, tuple[InstitutionKind, ...]] = {
    AssignmentKind.CASE_MANAGER: (
        InstitutionKind.SOCIAL_SERVICE, InstitutionKind.NGO, InstitutionKind.SURVIVOR_LED, InstitutionKind.SHELTER,
        InstitutionKind.INTERNATIONAL, InstitutionKind.REINTEGRATION, InstitutionKind.FOCAL_POINT,
    ),
    AssignmentKind.SHELTER: (InstitutionKind.SHELTER, InstitutionKind.NGO, InstitutionKind.SOCIAL_SERVICE),
    AssignmentKind.CHILD_PROTECTION: (InstitutionKind.CHILD_PROTECTION,),
    AssignmentKind.HEALTH: (InstitutionKind.HEALTH,),
    AssignmentKind.PROVIDER: (
        InstitutionKind.LEGAL_AID, InstitutionKind.NGO, InstitutionKind.SURVIVOR_LED, InstitutionKind.SOCIAL_SERVICE,
        InstitutionKind.SCHOOL, InstitutionKind.TRADE_UNION, InstitutionKind.REINTEGRATION, InstitutionKind.INTERNATIONAL,
        InstitutionKind.SHELTER, InstitutionKind.HEALTH,
    ),
    AssignmentKind.GUARDIAN: (
        InstitutionKind.CHILD_PROTECTION, InstitutionKind.SOCIAL_SERVICE, InstitutionKind.LEGAL_AID, InstitutionKind.NGO,
    ),
    AssignmentKind.AUTHORITY: (
        InstitutionKind.FOCAL_POINT, InstitutionKind.SOCIAL_SERVICE, InstitutionKind.LABOUR_INSPECTION,
    ),
    AssignmentKind.ASYLUM: (InstitutionKind.ASYLUM,),
    AssignmentKind.JUSTICE: (InstitutionKind.PROSECUTION,),
    AssignmentKind.CONSULATE: (InstitutionKind.CONSULATE, InstitutionKind.INTERNATIONAL),
    AssignmentKind.ADVISER: (InstitutionKind.SURVIVOR_LED, InstitutionKind.NGO),
}  # fmt: skip
"""What the focal point may ask for, and of which kinds of institution. A prosecution keeps its justice track and reads nothing else."""


def dialogue_countries() -> Pairs:
    """The countries of the three dialogues. No query."""
    return sorted(((row.code, country_name(row.code)) for row in TABLE), key=lambda pair: sort_key(pair[1]))


def all_countries() -> Pairs:
    """Every country, for citizenship. No query."""
    return sorted(((code, country_name(code)) for code, _name in iso_countries), key=lambda pair: sort_key(pair[1]))


def home_institutions(actor: Actor, kinds: Iterable[str] = ()) -> list[Institution]:
    """Institutions of the actor's country in its registry, of these kinds when some are given. One query."""
    found = Institution.objects.filter(registry_id=actor.registry_id, country_id=actor.country_code)
    return list(found.filter(kind__in=kinds) if kinds else found)


def shareable() -> list[tuple[str, str]]:
    """The categories that a permission can cover. Reference and safeguards are in every packet and need none."""
    return [(c.value, str(c.label)) for c in packet.SHAREABLE if c is not Compartment.D0]


def category_hints() -> dict[str, str]:
    """What each category holds, so that the person can decide about it."""
    return {
        compartment.value: " · ".join(str(field.label) for field in packet.FIELDS if field.compartment is compartment)
        for compartment in packet.SHAREABLE
    }
