"""What left for whom: the packet frozen when sent, and one row per compartment."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q
from django.db.models.lookups import Exact

from accounts.models import Country
from common.encrypted import EncryptedDateField, EncryptedRow, EncryptedTextField
from referral import enums
from referral.models.case import Case
from referral.models.consent import Consent
from referral.models.handover import Handover
from referral.models.home import HomeReferral
from referral.models.ledger import LedgerModel
from referral.models.registry import Institution


class Packet(LedgerModel):
    """Exactly the data that one handover discloses: compartment → field → value, frozen when sent."""

    handover = models.OneToOneField(Handover, models.CASCADE, related_name="packet")
    contents = models.JSONField()
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()


class Supplement(LedgerModel):
    """What was sent after the packet: more fields of permitted compartments, frozen when sent."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="supplements")
    contents = models.JSONField()
    digest = models.CharField(max_length=64)
    note = models.TextField(max_length=600, blank=True)
    frozen_at = models.DateTimeField()

    class Meta:
        ordering = ("frozen_at", "pk")


class Seal(LedgerModel):
    """What the former holder knew and did not disclose, moved out of the person's row at receipt.

    A receipt that is corrected puts it back, and the next receipt seals anew; the newest row counts.

    The new holder reads packet and own records; this comes only by supplement or break-glass (`domain.md` section 3).
    """

    hidden_from_worker: ClassVar[bool] = True

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="seals")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    contents = models.JSONField()
    sealed_at = models.DateTimeField()


HOLDERS = ("packet", "supplement", "referral", "seal")
"""What can hold a frozen identity, by the name of the foreign key."""


class FrozenIdentity(EncryptedRow):
    """The identity in a packet, a supplement, a referral or a seal: in its contents stands only that it is there.

    Apart from them, so that nobody reads it by reading the contents, roles can be kept out of the table, and a new key can
    be taken into use although the contents themselves are written once. What it says never changes.
    """

    append_only: ClassVar[bool] = True
    hidden_from_worker: ClassVar[bool] = True
    bound_to: ClassVar[str] = "frozen"

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    packet = models.OneToOneField(Packet, models.CASCADE, null=True, related_name="frozen_identity")
    supplement = models.OneToOneField(Supplement, models.CASCADE, null=True, related_name="frozen_identity")
    referral = models.OneToOneField(HomeReferral, models.CASCADE, null=True, related_name="frozen_identity")
    seal = models.OneToOneField(Seal, models.CASCADE, null=True, related_name="frozen_identity")
    name = EncryptedTextField(max_length=120, blank=True)
    birth_date = EncryptedDateField(null=True, blank=True)
    contact = EncryptedTextField(max_length=200, blank=True)
    exact_location = EncryptedTextField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Exact(Func(*HOLDERS, function="num_nonnulls", output_field=models.IntegerField()), 1),
                name="frozen_identity_of_one",
            ),
        )

    def bound_key(self) -> str:
        """The case, and what holds it: packet, supplement, referral or seal. Its own key is not known before it is written."""
        holder = next(name for name in HOLDERS if getattr(self, f"{name}_id") is not None)
        return f"{self.case_id}:{holder}:{getattr(self, f'{holder}_id')}"


class Disclosure(LedgerModel):
    """One compartment sent to one institution, under which permission or other basis, with the field names.

    A country without a seat has no institution here: `recipient_country` says where it went.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="disclosures")
    handover = models.ForeignKey(Handover, models.CASCADE, null=True, related_name="disclosures")
    referral = models.ForeignKey(HomeReferral, models.CASCADE, null=True, related_name="disclosures")
    recipient = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="+")
    recipient_country = models.ForeignKey(Country, models.PROTECT, null=True, related_name="+")
    compartment = models.CharField(max_length=2, choices=enums.Compartment)
    fields = ArrayField(models.CharField(max_length=60))
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, related_name="+")
    basis = models.CharField(max_length=10, choices=enums.Basis, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(consent__isnull=False) | ~Q(basis=""), name="disclosure_has_a_basis"),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | Q(recipient_country__isnull=False),
                name="disclosure_has_a_recipient",
            ),
            models.CheckConstraint(
                condition=Q(compartment__in=enums.Compartment.values), name="disclosure_compartment_known"
            ),
        )
