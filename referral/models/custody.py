"""The ledger of who answers for the person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from referral import enums
from referral.models.case import Case
from referral.models.ledger import LedgerModel
from referral.models.registry import Institution


class Custody(LedgerModel):
    """One link of the chain: from `since_at` on, `institution` answers; a row without institution closes the chain.

    An interval ends where the next row begins, so a gap or an overlap cannot be written. Each row is keyed to the one
    before by a foreign key on (case, previous_seq, previous_since_at), which `referral.backstop` adds. No row is ever
    changed. Source of the rule: `domain.md` section 3.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="custody")
    seq = models.PositiveIntegerField()
    since_at = models.DateTimeField()
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="+")
    previous_seq = models.PositiveIntegerField(null=True)
    previous_since_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=10, choices=enums.CustodyReason)
    handover = models.ForeignKey("referral.Handover", models.PROTECT, null=True, related_name="custody")

    class Meta:
        ordering = ("case_id", "seq")
        constraints = (
            models.UniqueConstraint(fields=("case", "seq"), name="custody_seq_once"),
            models.UniqueConstraint(fields=("case", "seq", "since_at"), name="custody_link_target"),
            models.CheckConstraint(
                condition=Q(seq=1, previous_seq__isnull=True, previous_since_at__isnull=True, institution__isnull=False)
                | Q(
                    previous_seq__isnull=False,
                    previous_since_at__isnull=False,
                    seq=F("previous_seq") + 1,
                    since_at__gte=F("previous_since_at"),
                ),
                name="custody_chain_links",
            ),
            models.CheckConstraint(condition=Q(reason__in=enums.CustodyReason.values), name="custody_reason_known"),
            models.CheckConstraint(
                condition=~Q(reason=enums.CustodyReason.RECEIVED) | Q(handover__isnull=False),
                name="custody_received_by_handover",
            ),
        )
        indexes = (models.Index(fields=("institution", "case"), name="cases_ever_held"),)
