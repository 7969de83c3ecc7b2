"""What one person proposes and a second one of the same institution confirms."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.rows import QuickRow
from referral import enums
from referral.models.case import Case
from referral.models.handover import Handover
from referral.models.registry import Institution, Registry


class Proposal(QuickRow):
    """An act that needs two people: the first says what and why, the second confirms, and only then it is done."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="proposals")
    case = models.ForeignKey(Case, models.CASCADE, related_name="proposals")
    handover = models.ForeignKey(Handover, models.CASCADE, null=True, blank=True, related_name="proposals")
    action = models.CharField(max_length=20, choices=enums.Action)
    facts = models.JSONField(default=dict)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=enums.ProposalState, default=enums.ProposalState.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("proposed_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=enums.ProposalState.values), name="proposal_state_known"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="proposal_confirmed_by_another",
            ),
            models.UniqueConstraint(
                fields=("case", "handover", "action", "institution"),
                condition=Q(state="open"),
                name="one_open_proposal",
                nulls_distinct=False,
            ),
        )
        indexes = (
            models.Index(fields=("institution",), condition=Q(state="open"), name="proposals_of_an_institution"),
        )
