"""Freezing what leaves, writing down that it left, and sealing what did not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referral.chain import digest
from referral.enums import Basis, Compartment, ConsentDecision, ConsentKind
from referral.models import Case, ChildFile, Consent, Disclosure, Handover, Packet, Person, PersonIdentity, Seal
from referral.selectors.facts import packet_contents, packet_value
from referral.services.moment import Moment

SEALED_OF_PERSON = (
    "sex", "gender", "age_low", "age_high", "age_basis", "maybe_child", "citizenships", "feared_countries", "languages",
    "dependants", "accompanied", "wishes", "safe_contact", "needs_interpreter", "adaptation", "no_family_contact",
    "medicine_until_at", "bed_until_at", "call_tonight", "safe_tonight",
)  # fmt: skip
SEALED_OF_CASE = ("status", "exploited_in", "exploitation", "route")
SEALED_OF_IDENTITY = ("name", "birth_date", "contact", "exact_location")
SEALED_OF_CHILD_FILE = (
    "guardian", "guardian_since_at", "guardian_conflict_checked", "assessment_at", "child_view", "determination_at",
    "determination_options", "told_child_protection_at",
)  # fmt: skip


def freeze(handover: Handover, moment: Moment) -> Packet:
    """Freeze the packet of an offer and write one disclosure per compartment, with the consent or basis it rests on."""
    contents = packet_contents(handover)
    packet = Packet.objects.create(
        handover=handover,
        contents=contents,
        digest=digest(contents),
        frozen_at=moment.at,
    )
    for compartment, fields in contents.items():
        disclose(handover, Compartment(compartment), sorted(fields), moment)
    return packet


def disclose(handover: Handover, compartment: Compartment, fields: list[str], moment: Moment) -> Disclosure:
    """Write down that these fields of one compartment went to the receiver, and on what basis."""
    assert handover.receiver_id is not None
    consent = _permission(handover, compartment, moment)
    rests_on_law = consent is not None and consent.kind == ConsentKind.LEGAL_BASIS
    return Disclosure.objects.create(
        case=handover.case,
        handover=handover,
        recipient_id=handover.receiver_id,
        compartment=compartment,
        fields=fields,
        consent=consent,
        basis=(consent.basis if consent and rests_on_law else "") or ("" if consent else Basis.DEFAULT),
        at=moment.at,
    )


def _permission(handover: Handover, compartment: Compartment, moment: Moment) -> Consent | None:
    """What the sharing rests on: the permission in force that names the compartment, else the stated basis; D0 follows any.

    Of each kind only the newest decision for this recipient and purpose counts, as in gate 3.
    """
    for kind in (ConsentKind.SHARE, ConsentKind.LEGAL_BASIS):
        newest = (
            Consent.objects.filter(
                case=handover.case,
                kind=kind,
                recipient_country=handover.receiver_country_id,
                purpose=handover.purpose,
                institution__country=handover.sender.country_id,
            )
            .order_by("-given_at", "-pk")
            .first()
        )
        if (
            newest is not None
            and newest.decision == ConsentDecision.GIVEN
            and (newest.expires_at is None or moment.at < newest.expires_at)
            and (compartment == Compartment.D0 or compartment in newest.categories)
        ):
            return newest
    return None


def seal(handover: Handover, moment: Moment) -> Seal:
    """At receipt: what the packet did not hold leaves the rows that the new holder reads, kept under the former holder's seal.

    A value that changed after the packet was frozen was not disclosed either: the row goes back to what was.
    """
    disclosed = {name: value for fields in handover.packet.contents.values() for name, value in fields.items()}
    case, person = handover.case, handover.case.person
    contents = {
        "person": _empty(person, SEALED_OF_PERSON, disclosed),
        "case": _empty(case, SEALED_OF_CASE, disclosed),
        "identity": {},
    }
    identity = PersonIdentity.objects.filter(person=person).first()
    if identity is not None:
        contents["identity"] = _empty(identity, SEALED_OF_IDENTITY, disclosed)
    file = ChildFile.objects.filter(case=case).first()
    if file is not None:
        # No packet holds the child's file: child protection of the new holder begins its own.
        assert handover.receiver is not None, "only a receiver inside the system seals"
        contents["child_file"] = _empty(file, SEALED_OF_CHILD_FILE, {})
        file.institution = handover.receiver
        file.save(update_fields=["institution"])
    return Seal.objects.create(handover=handover, institution=handover.sender, contents=contents, sealed_at=moment.at)


def _empty(
    row: Person | Case | PersonIdentity | ChildFile, names: tuple[str, ...], disclosed: Mapping[str, Any]
) -> dict[str, Any]:
    """Move the undisclosed values out of the row; return what was there."""
    moved = {}
    for name in names:
        field: Any = row._meta.get_field(name)
        value = getattr(row, name)
        left = field.to_python(disclosed[name]) if name in disclosed else field.get_default()
        if value != left:
            moved[name] = packet_value(value)
            setattr(row, name, left)
    if moved:
        row.save(update_fields=list(moved))
    return moved
