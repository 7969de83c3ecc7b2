"""What the person decided. Agreement to be moved, permission to share and the legal basis are three things."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Country
from referral import enums
from referral.models.case import Case
from referral.models.ledger import LedgerModel
from referral.models.registry import Institution


class Consent(LedgerModel):
    """One decision, never changed: a new decision is a new row, and the newest that fits is the one that counts."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=12, choices=enums.ConsentKind)
    decision = models.CharField(max_length=10, choices=enums.ConsentDecision)
    purpose = models.CharField(_("purpose"), max_length=16, choices=enums.Purpose)
    categories = ArrayField(models.CharField(max_length=2, choices=enums.Compartment), default=list, blank=True)
    recipient_country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    options = ArrayField(models.CharField(max_length=10, choices=enums.Option), default=list, blank=True)
    given_by = models.CharField(max_length=10, choices=enums.GivenBy)
    language = models.CharField(max_length=8)
    interpreter = models.BooleanField(default=False)
    understood = models.BooleanField(
        default=False,
        help_text=_("In a language the person spoke when it was recorded, or with an interpreter; frozen then."),
    )
    text_version = models.CharField(max_length=16)
    text_hash = models.CharField(max_length=64)
    child_view = models.TextField(_("the child's own view"), max_length=600, blank=True)
    basis = models.CharField(max_length=10, choices=enums.Basis, blank=True)
    basis_text = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("given_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=enums.ConsentKind.values), name="consent_kind_known"),
            models.CheckConstraint(
                condition=Q(decision__in=enums.ConsentDecision.values), name="consent_decision_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("given_at")), name="consent_expires_later"
            ),
        )
