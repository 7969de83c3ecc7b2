"""What the person needs, who gives it, who pays, until when; and the release from border or police to protection."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.rows import QuickRow
from referral import enums
from referral.models.case import Case
from referral.models.registry import Institution


class Need(QuickRow):
    """A need by urgency; met when a service answers it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="needs")
    kind = models.CharField(_("need"), max_length=16, choices=enums.NeedKind)
    urgency = models.CharField(_("urgency"), max_length=10, choices=enums.Urgency)
    note = models.CharField(_("note"), max_length=200, blank=True)
    opened_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True, blank=True)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=Q(kind__in=enums.NeedKind.values), name="need_kind_known"),)


class Service(QuickRow):
    """A service that runs or is planned: provider, payer, from, to, funded until. `referral.service_states` says what runs."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="services")
    kind = models.CharField(_("service"), max_length=16, choices=enums.NeedKind)
    provider = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    payer = models.CharField(_("who pays"), max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=enums.ServiceState)
    since_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("to"), null=True, blank=True)
    funded_until_at = models.DateTimeField(_("funded until"), null=True, blank=True)
    end_reason = models.CharField(_("why it ends"), max_length=200, blank=True)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("since_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("since_at")), name="service_in_order"
            ),
            models.CheckConstraint(condition=Q(state__in=enums.ServiceState.values), name="service_state_known"),
            models.CheckConstraint(condition=Q(kind__in=enums.NeedKind.values), name="service_kind_known"),
        )


class Release(QuickRow):
    """Release from border or security to protection, with its certificate and limit (4 h, exercise default)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="releases")
    held_by = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="+", help_text=_("Empty when nobody has said who.")
    )
    released_to = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    certificate = models.CharField(_("certificate number"), max_length=40, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | ~Q(certificate=""), name="release_has_certificate"
            ),
            models.UniqueConstraint(fields=("case",), condition=Q(released_at__isnull=True), name="one_open_release"),
        )
