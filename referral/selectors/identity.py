"""The identity in a packet, a supplement, a referral or a seal. Whoever shows it to somebody records that first (`services.identity`)."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet

from common import prepared
from referral.models import FrozenIdentity, Handover, HomeReferral, PersonIdentity, Seal
from referral.models.disclosure import HOLDERS

FIELDS = ("name", "birth_date", "contact", "exact_location")

Values = dict[str, Any]
"""Field → value as a packet would store it; what is not recorded is left out."""


def values_of(row: PersonIdentity | FrozenIdentity | None) -> Values:
    """What a row holds, decrypted. Raises CipherRefused."""
    if row is None:
        return {}
    found = {name: getattr(row, name) for name in FIELDS if name in row.recorded()}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()}


def frozen(**holder: Any) -> FrozenIdentity | None:
    """The identity that a packet, supplement, referral or seal holds; nothing is decrypted."""
    assert set(holder) <= set(HOLDERS)
    return FrozenIdentity.objects.filter(**holder).first()


def sent_by(handover: Handover) -> Values:
    """What the packet and every supplement told of the identity, as last sent."""
    rows = prepared.rows(_sent, handover.pk)
    return {name: value for row in rows for name, value in values_of(row).items()}


def _sent(handover: int) -> QuerySet[FrozenIdentity]:
    """The packet's first, then those of the supplements in their order."""
    rows = FrozenIdentity.objects.filter(Q(packet__handover=handover) | Q(supplement__handover=handover))
    return rows.order_by(F("supplement_id").asc(nulls_first=True))


def told_in(referral: HomeReferral) -> Values:
    """What a referral told of the identity."""
    return values_of(frozen(referral=referral))


def sealed_in(seal: Seal) -> Values:
    """What a seal keeps of the identity."""
    return values_of(frozen(seal=seal))
