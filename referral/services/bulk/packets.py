"""What a packet of an invented case holds, and what stays sealed: the tables of `referral.packet`, read from a record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from referral.enums import AgeBasis, RiskLevel, TraffickingStatus, YesNoUnknown
from referral.models import Handover
from referral.packet import FIELDS
from referral.safeguards import PersonFacts, safeguards_of
from referral.selectors.facts import packet_value
from referral.services.bulk.building import Building
from referral.services.packet import SEALED_OF_CASE, SEALED_OF_PERSON
from referral.standards.record import CaseRecord

Contents = dict[str, dict[str, Any]]
EMPTY: tuple[object, ...] = (None, False, "", [], ())


def contents_of(building: Building, handover: Handover, at: datetime) -> Contents:
    """Compartment → field → value, empty values left out, as `selectors.facts.packet_contents` finds them in the rows."""
    record = building.record
    computed: Mapping[str, Any] = {
        "safeguards": list(safeguards(building, at)),
        "services": services_known(record),
        "risk_level": record.risk_level,
        "risk_measures": "",
        "opinion": record.opinion,
        "indicators": sorted(record.indicators),
        "asylum": any(track.kind == "asylum" and track.state != "granted" for track in record.legal_tracks),
        "relatives": "",
    }
    wanted = {*handover.compartments, "D0"}
    found: Contents = {}
    for field in FIELDS:
        if field.compartment not in wanted:
            continue
        row: Any = handover if field.source == "handover" else record
        value = computed.get(field.name) if field.source == "computed" else getattr(row, field.name, None)
        value = list(value) if isinstance(value, tuple) else value
        if value not in EMPTY:
            found.setdefault(field.compartment.value, {})[field.name] = packet_value(value)
    return found


def sealed(building: Building, disclosed: Contents) -> Contents:
    """What the former holder knew and the packet did not hold."""
    told = {name for fields in disclosed.values() for name in fields}
    record = building.record

    def kept(names: tuple[str, ...]) -> dict[str, Any]:
        values = {name: getattr(record, name, None) for name in names if name not in told}
        return {name: packet_value(value) for name, value in values.items() if value not in EMPTY}

    return {"person": kept(SEALED_OF_PERSON), "case": kept(SEALED_OF_CASE), "identity": {}}


def services_known(record: CaseRecord) -> list[str]:
    """Kinds of service that the person has or had."""
    return sorted({service.kind for service in record.services})


def safeguards(building: Building, at: datetime) -> tuple[str, ...]:
    """The safeguards that the rules find in the record, in the order of the enumeration."""
    record = building.record
    tracks = {
        track.kind
        for track in record.legal_tracks
        if track.since_at <= at and (track.until_at is None or track.until_at > at) and track.state != "granted"
    }
    facts = PersonFacts(
        age_low=record.age_low,
        age_high=record.age_high,
        age_basis=AgeBasis(record.age_basis),
        adult_confirmed=False,
        accompanied=YesNoUnknown(record.accompanied),
        has_sibling_link=bool(record.links),
        no_family_contact=record.no_family_contact,
        no_location=record.no_location,
        medicine=record.medicine_until_at is not None,
        adaptation=bool(record.adaptation),
        needs_interpreter=record.needs_interpreter,
        asylum="asylum" in tracks,
        reflection="reflection" in tracks,
        witness="witness" in tracks,
        risk=RiskLevel(record.risk_level) if record.risk_level else None,
        status=TraffickingStatus(record.status),
        indication=record.non_punishment,
    )
    return tuple(safeguard.value for safeguard in safeguards_of(facts))
