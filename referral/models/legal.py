"""Tracks of law that run beside the case. The asylum track closes every way to the country of origin (gate 4)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Country
from common.rows import QuickRow
from referral import enums
from referral.models.case import Case
from referral.models.registry import Institution


class LegalTrack(QuickRow):
    case = models.ForeignKey(Case, models.CASCADE, related_name="legal_tracks")
    kind = models.CharField(_("track"), max_length=12, choices=enums.LegalTrackKind)
    state = models.CharField(_("state"), max_length=10, choices=enums.LegalTrackState)
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    reference = models.CharField(_("outside reference"), max_length=60, blank=True)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    runs_until_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a time of reflection ends by itself; the remaining days travel.")
    )
    origin_contact_asked_by_person = models.BooleanField(
        default=False, help_text=_("The person asked for contact with the origin state after independent legal advice.")
    )
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("since_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=enums.LegalTrackState.values), name="legal_state_known"),
            models.CheckConstraint(condition=Q(kind__in=enums.LegalTrackKind.values), name="legal_kind_known"),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("since_at")), name="legal_in_order"
            ),
        )
