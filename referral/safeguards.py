"""Safeguards: computed from facts, carried by every packet, impossible to lose by a handover (`domain.md` section 6). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from referral.enums import (
    AgeBasis,
    InstitutionKind,
    NeedKind,
    RiskLevel,
    Safeguard,
    TraffickingStatus,
    YesNoUnknown,
)

CLOSED_DOORS = frozenset({InstitutionKind.POLICE, InstitutionKind.BORDER, InstitutionKind.PROSECUTION})
"""A bed with one of these is a closed placement, whatever it is called."""
NEVER_DETAINED = frozenset({Safeguard.PRESUMED_MINOR, Safeguard.NON_PUNISHMENT})

ADULT = 18
"""Age of majority (UN Convention on the Rights of the Child, Art. 1)."""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the rules read. Ages in years."""

    age_low: int | None
    age_high: int | None
    age_basis: AgeBasis
    adult_confirmed: bool
    reasons_to_believe_child: bool = False
    accompanied: YesNoUnknown = YesNoUnknown.UNKNOWN
    has_sibling_link: bool = False
    no_family_contact: bool = False
    no_location: bool = False
    medicine: bool = False
    adaptation: bool = False
    needs_interpreter: bool = False
    asylum: bool = False
    reflection: bool = False
    witness: bool = False
    risk: RiskLevel | None = None
    status: TraffickingStatus = TraffickingStatus.NOT_ASSESSED
    indication: bool = False
    """A first indication of trafficking: an indicator ticked, a status presumed or better, or a linked offence."""


def presumed_minor(facts: PersonFacts) -> bool:
    """Whether the person is treated as a child: earliest plausible age under 18, or no age and reasons to believe.

    Only a named authority lifts it. "Presumption of minority": sources/outcome-document.txt, session 2.
    """
    if facts.adult_confirmed:
        return False
    if facts.age_low is not None:
        return facts.age_low < ADULT
    if facts.age_high is not None and facts.age_high < ADULT:
        return True
    return facts.reasons_to_believe_child or facts.age_basis is AgeBasis.DISPUTED


def is_closed_placement(kind: str, provider_kind: str) -> bool:
    """Whether this service is a bed behind closed doors."""
    return kind == NeedKind.SHELTER and provider_kind in CLOSED_DOORS


def forbids_detention(held: Iterable[Safeguard]) -> bool:
    """Whether nobody may plan to detain the person: from the first indication on, and always for a child.

    That somebody has detained the person anyway is recorded as a fact (`domain.md` section 6).
    """
    return not NEVER_DETAINED.isdisjoint(held)


def safeguards_of(facts: PersonFacts) -> tuple[Safeguard, ...]:
    """Every safeguard that applies, in the order of the enumeration."""
    child = presumed_minor(facts)
    identified = facts.status in (
        TraffickingStatus.PRESUMED,
        TraffickingStatus.REASONABLE_GROUNDS,
        TraffickingStatus.IDENTIFIED,
    )
    applies = {
        Safeguard.PRESUMED_MINOR: child,
        Safeguard.UNACCOMPANIED: child and facts.accompanied is not YesNoUnknown.YES,
        Safeguard.SIBLINGS: child and facts.has_sibling_link,
        Safeguard.REFLECTION: facts.reflection,
        Safeguard.ASYLUM: facts.asylum,
        Safeguard.NON_PUNISHMENT: facts.indication or identified,
        Safeguard.WITNESS: facts.witness,
        Safeguard.HIGH_RISK: facts.risk is RiskLevel.HIGH,
        Safeguard.NO_FAMILY_CONTACT: facts.no_family_contact,
        Safeguard.NO_LOCATION: facts.no_location,
        Safeguard.MEDICAL: facts.medicine,
        Safeguard.DISABILITY: facts.adaptation,
        Safeguard.INTERPRETER: facts.needs_interpreter,
    }
    return tuple(safeguard for safeguard in Safeguard if applies[safeguard])
