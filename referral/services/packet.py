"""Freezing what leaves, writing down that it left, and sealing what did not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common import prepared
from referral.chain import digest
from referral.enums import Basis, Compartment, ConsentDecision, ConsentKind
from referral.models import (
    Case,
    ChildFile,
    Consent,
    Disclosure,
    FrozenIdentity,
    Handover,
    Packet,
    Person,
    PersonIdentity,
    Seal,
    Supplement,
)
from referral.packet import FIELDS
from referral.selectors import identity
from referral.selectors.bundle import written_in
from referral.selectors.facts import contents_in_hand, packet_contents, packet_value
from referral.services.moment import Moment
from referral.transitions import AFTER_ARRIVAL

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
    """Freeze the packet of an offer and write one disclosure per compartment, with the consent or basis it rests on.

    The gates of the offer have been asked in the same act, and their rows are in hand.
    """
    contents = contents_in_hand(handover, moment.at)
    packet = Packet.objects.create(
        handover=handover,
        contents=contents,
        digest=digest(contents),
        frozen_at=moment.at,
    )
    freeze_identity(handover.case, contents, packet=packet)
    _disclose_all(handover, contents, moment)
    return packet


def freeze_identity(case: Case, contents: Mapping[str, Mapping[str, Any]], **holder: Any) -> None:
    """Keep what the marks in these contents stand for, encrypted, beside the packet, supplement or referral that holds them."""
    if names := contents.get(Compartment.D1):
        _keep(case, identity.values_of(_identity_of(case)), names, **holder)


def _keep(case: Case, values: Mapping[str, Any], names: Iterable[str], **holder: Any) -> None:
    kept = {name: values[name] for name in names}
    if kept:
        FrozenIdentity.objects.create(case=case, **holder, **kept)


def _identity_of(case: Case) -> PersonIdentity | None:
    return PersonIdentity.objects.filter(person=case.person_id).first()


def disclose(handover: Handover, compartment: Compartment, fields: list[str], moment: Moment) -> None:
    """Write down that these fields of one compartment went to the receiver, and on what basis."""
    _disclose_all(handover, {compartment: fields}, moment)


def _disclose_all(handover: Handover, contents: Mapping[str, Iterable[str]], moment: Moment) -> None:
    Disclosure.objects.bulk_create(
        [_disclosure(handover, Compartment(name), sorted(fields), moment) for name, fields in contents.items()]
    )


def _disclosure(handover: Handover, compartment: Compartment, fields: list[str], moment: Moment) -> Disclosure:
    consent = _permission(handover, compartment, moment)
    rests_on_law = consent is not None and consent.kind == ConsentKind.LEGAL_BASIS
    return Disclosure(
        case=handover.case,
        handover=handover,
        recipient_id=handover.receiver_id,
        recipient_country_id=handover.receiver_country_id,
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
    about = [
        consent
        for consent in written_in(handover.case.consents.all(), handover.sender.country_id)
        if consent.recipient_country_id == handover.receiver_country_id and consent.purpose == handover.purpose
    ]
    for kind in (ConsentKind.SHARE, ConsentKind.LEGAL_BASIS):
        of_this_kind = [consent for consent in about if consent.kind == kind]
        newest: Consent | None = max(of_this_kind, key=lambda row: (row.given_at, row.pk), default=None)
        if (
            newest is not None
            and newest.decision == ConsentDecision.GIVEN
            and (newest.expires_at is None or moment.at < newest.expires_at)
            and (compartment == Compartment.D0 or compartment in newest.categories)
        ):
            return newest
    return None


def disclosed_by(handover: Handover) -> dict[str, Any]:
    """Field → value as last sent: the packet with every supplement. Of the identity only marks (`selectors.identity`)."""
    return _values(_sent(handover))


def _values(sent: Iterable[Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    return {name: value for contents in sent for fields in contents.values() for name, value in fields.items()}


def _sent(handover: Handover) -> list[dict[str, dict[str, Any]]]:
    """Contents of the packet and of every supplement, in their order."""
    more = prepared.rows(_supplements, handover.pk) if getattr(handover, "has_supplements", True) else ()
    return [handover.packet.contents, *(row.contents for row in more)]


def _supplements(handover: int) -> QuerySet[Supplement]:
    return Supplement.objects.filter(handover=handover)


def seal_that_counts(handover: Handover) -> Seal | None:
    """What the former holder kept at the arrival. A corrected receipt leaves its seal behind until the next arrival."""
    return handover.seals.order_by("-pk").first() if handover.state in AFTER_ARRIVAL else None


def not_sent_yet(handover: Handover, compartments: Iterable[str], at: datetime) -> dict[str, dict[str, Any]]:
    """What a supplement of these compartments would hold if it were sent at this instant: compartment → field → value."""
    chosen = list(compartments)
    sealed = seal_that_counts(handover)
    held = packet_contents(handover, at, compartments=chosen) if sealed is None else _from_seal(sealed, set(chosen))
    known = disclosed_by(handover)
    fresh = {
        compartment: {name: value for name, value in fields.items() if known.get(name) != value}
        for compartment, fields in held.items()
    }
    if fresh.get(Compartment.D1):
        # A mark changes with any part of the identity; what counts is whether this part was sent as it is now.
        now, sent = _identity_held(handover, sealed), identity.sent_by(handover)
        fresh[Compartment.D1] = {n: mark for n, mark in fresh[Compartment.D1].items() if now[n] != sent.get(n)}
    return {compartment: fields for compartment, fields in fresh.items() if fields}


def _identity_held(handover: Handover, sealed: Seal | None) -> dict[str, Any]:
    """What the sender knows of the identity: after the receipt that is under its seal."""
    return identity.values_of(_identity_of(handover.case)) if sealed is None else identity.sealed_in(sealed)


def supplement(handover: Handover, compartments: Iterable[str], note: str, moment: Moment) -> Supplement:
    """Freeze and disclose what these compartments hold now and the packet did not.

    After the receipt a former holder sends from what was sealed, and the new holder's rows take the values in where
    they are still empty. Whoever answers for the person by now through a later handover was sent nothing.
    """
    sealed = seal_that_counts(handover)
    contents = not_sent_yet(handover, compartments, moment.at)
    row = Supplement.objects.create(
        handover=handover, contents=contents, digest=digest(contents), note=note, frozen_at=moment.at
    )
    held = _identity_held(handover, sealed)
    _keep(handover.case, held, contents.get(Compartment.D1, {}), supplement=row)
    _disclose_all(handover, contents, moment)
    if sealed is not None and handover.case.holder_id == handover.receiver_id:
        _fill(handover, {name: value for fields in contents.values() for name, value in fields.items()}, held)
    return row


def _from_seal(sealed: Seal, compartments: set[str]) -> dict[str, dict[str, Any]]:
    """What the seal holds of these compartments, as a packet would show it."""
    found: dict[str, dict[str, Any]] = {}
    for field in FIELDS:
        values = sealed.contents.get(field.source, {})
        value = values.get(field.name)
        # Nought is a value: the age of a baby.
        nothing = value is None or value is False or value in ("", [])
        if field.compartment in compartments and not nothing:
            found.setdefault(field.compartment, {})[field.name] = value
    return found


def _fill(handover: Handover, values: Mapping[str, Any], held: Mapping[str, Any]) -> None:
    """Take disclosed values into the rows that the new holder reads, never over its own. `held` has those of the identity."""
    told = {name: value for name, value in held.items() if name in values}
    rows: tuple[tuple[Any, tuple[str, ...], Mapping[str, Any]], ...] = (
        (handover.case.person, SEALED_OF_PERSON, values),
        (handover.case, SEALED_OF_CASE, values),
        (_identity_of(handover.case), SEALED_OF_IDENTITY, told),
    )
    for row, names, sent in rows:
        taken = []
        for name in names:
            field: Any = row._meta.get_field(name) if row is not None else None
            if row is not None and name in sent and getattr(row, name) == field.get_default():
                setattr(row, name, field.to_python(sent[name]))
                taken.append(name)
        if taken:
            row.save(update_fields=taken)


def unseal(handover: Handover) -> Seal:
    """A corrected receipt: the rows hold again what they held before it, for the holder that answers again.

    What the other side wrote into them in between was never sent here, so it leaves them. Returns the seal.
    """
    sealed = handover.seals.order_by("-pk").first()
    assert sealed is not None, "a received handover was sealed"
    case, person = handover.case, handover.case.person
    file = ChildFile.objects.filter(case=case).first()
    disclosed = disclosed_by(handover)
    under_seal = {**sealed.contents, "identity": identity.sealed_in(sealed)}
    rows: tuple[tuple[str, Any, tuple[str, ...], Mapping[str, Any]], ...] = (
        ("person", person, SEALED_OF_PERSON, disclosed),
        ("case", case, SEALED_OF_CASE, disclosed),
        ("identity", _identity_of(case), SEALED_OF_IDENTITY, identity.sent_by(handover)),
        ("child_file", file, SEALED_OF_CHILD_FILE, {}),
    )
    for source, row, names, sent in rows:
        if row is None:
            continue
        kept = under_seal.get(source) or {}
        for name in names:
            field: Any = row._meta.get_field(name)
            value = kept.get(name, sent.get(name))
            setattr(row, name, field.get_default() if value is None else field.to_python(value))
        row.save(update_fields=list(names))
    if file is not None:
        file.institution = handover.sender
        file.save(update_fields=["institution"])
    kept_reasons = under_seal.get("blocked") or {}
    _give_reasons(person, {row.pk: kept_reasons.get(str(row.pk), "") for row in person.blocked.all()})
    return sealed


@dataclass(frozen=True, slots=True)
class TakenAway:
    """Fields of the person and of the case that a seal has emptied. The caller saves them, with what else it changes."""

    person: tuple[str, ...]
    case: tuple[str, ...]


def seal(handover: Handover, moment: Moment, *, services: Mapping[str, Any]) -> TakenAway:
    """At receipt: what the packet did not hold leaves the rows that the new holder reads, kept under the former holder's seal.

    A value that changed after the packet was frozen was not disclosed either: the row goes back to what was. `services`
    is the help that ended with the receipt, as it stood (`promised_help.end_all`).
    Whom the person keeps out goes on counting for the new holder, who reads that and not why.
    Reads identity, child's file and blocked recipients with the case (`selectors.bundle.gather`).
    """
    sent = _sent(handover)
    disclosed = _values(sent)
    case, person = handover.case, handover.case.person
    own: PersonIdentity | None = getattr(person, "identity", None)
    moved = dict[str, Any]()
    if own is not None:
        told = identity.sent_by(handover) if any(Compartment.D1 in contents for contents in sent) else {}
        moved = _empty(own, SEALED_OF_IDENTITY, told)
        _save(own, moved)
    contents = {
        "person": _empty(person, SEALED_OF_PERSON, disclosed),
        "case": _empty(case, SEALED_OF_CASE, disclosed),
        "identity": dict.fromkeys(moved, own.revision if own else 0),
        "blocked": {str(row.pk): row.reason for row in person.blocked.all() if row.reason},
        "services": services,
    }
    _give_reasons(person, dict.fromkeys((int(key) for key in contents["blocked"]), ""))
    file: ChildFile | None = getattr(case, "child_file", None)
    if file is not None:
        # No packet holds the child's file: child protection of the new holder begins its own.
        assert handover.receiver is not None, "only a receiver inside the system seals"
        contents["child_file"] = _empty(file, SEALED_OF_CHILD_FILE, {})
        file.institution = handover.receiver
        _save(file, [*contents["child_file"], "institution"])
    row = Seal.objects.create(handover=handover, institution=handover.sender, contents=contents, sealed_at=moment.at)
    _keep(case, moved, moved, seal=row)
    return TakenAway(tuple(contents["person"]), tuple(contents["case"]))


def _give_reasons(person: Person, reasons: Mapping[int, str]) -> None:
    """Write why somebody is kept out, by the key of the row, where it says something else now."""
    for row in person.blocked.all():
        if row.reason != reasons.get(row.pk, row.reason):
            row.reason = reasons[row.pk]
            row.save(update_fields=["reason"])


def _save(row: PersonIdentity | ChildFile, names: Collection[str]) -> None:
    if names:
        row.save(update_fields=list(names))


def _empty(
    row: Person | Case | PersonIdentity | ChildFile, names: tuple[str, ...], disclosed: Mapping[str, Any]
) -> dict[str, Any]:
    """Take the undisclosed values out of the row, which the caller saves; return what was there."""
    moved = {}
    for name in names:
        field: Any = row._meta.get_field(name)
        value = getattr(row, name)
        left = field.to_python(disclosed[name]) if name in disclosed else field.get_default()
        if value != left:
            moved[name] = packet_value(value)
            setattr(row, name, left)
    return moved
