"""Which legal tracks a role keeps: asylum and justice stay open side by side and never read each other. Pure data."""

from __future__ import annotations

from collections.abc import Mapping

from referral.enums import Compartment, LegalTrackKind, Role

K = LegalTrackKind

MIGRATION: tuple[LegalTrackKind, ...] = (K.ASYLUM, K.REFLECTION, K.PERMIT)
JUSTICE: tuple[LegalTrackKind, ...] = (K.COOPERATION, K.WITNESS, K.OFFENCE, K.CLAIM)

OWN: Mapping[Role, tuple[LegalTrackKind, ...]] = {Role.ASYLUM_LIAISON: MIGRATION, Role.JUSTICE_LIAISON: JUSTICE}
"""Roles that keep some tracks alone; any other that may record a track records all of them."""


def kept_by(role: Role) -> tuple[LegalTrackKind, ...]:
    """The kinds of track that a role reads and records."""
    return OWN.get(role, tuple(K))


def compartment_for(role: Role) -> Compartment:
    """Where an entry of this role about a track belongs."""
    return Compartment.D6 if role is Role.JUSTICE_LIAISON else Compartment.D5
