"""Help at home: referrals to services, the decision on identification, and what survivor advisers pass on."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.rows import QuickRow
from referral import enums
from referral.models.case import Case
from referral.models.ledger import LedgerModel
from referral.models.legal import LegalTrack
from referral.models.registry import Institution, Registry


class HomeReferral(QuickRow):
    """A service at home is asked to help, with the least that it needs to know. Custody does not move."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="referrals")
    case = models.ForeignKey(Case, models.CASCADE, related_name="referrals")
    reference = models.CharField(max_length=12)
    sender = models.ForeignKey(Institution, models.PROTECT, related_name="referrals_sent")
    provider = models.ForeignKey(Institution, models.PROTECT, related_name="referrals_received")
    kind = models.CharField(_("help asked for"), max_length=16, choices=enums.NeedKind)
    urgency = models.CharField(_("urgency"), max_length=10, choices=enums.Urgency, default=enums.Urgency.STANDARD)
    state = models.CharField(max_length=14, choices=enums.ReferralState, default=enums.ReferralState.SENT)
    version = models.PositiveIntegerField(default=1)
    person_agrees = models.BooleanField(_("the person agrees"), default=False)
    compartments = ArrayField(models.CharField(max_length=2, choices=enums.Compartment), default=list, blank=True)
    contents = models.JSONField(default=dict, help_text=_("What was disclosed: compartment → field → value."))
    message = models.TextField(_("message to the service"), max_length=600, blank=True)
    sent_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    begins_at = models.DateTimeField(_("help begins"), null=True, blank=True)
    decline_reason = models.CharField(max_length=16, choices=enums.DeclineReason, blank=True)
    feedback = models.TextField(_("how the help goes"), max_length=600, blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-sent_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=enums.ReferralState.values), name="referral_state_known"),
            models.CheckConstraint(condition=Q(kind__in=enums.NeedKind.values), name="referral_kind_known"),
            models.UniqueConstraint(fields=("registry", "reference"), name="referral_reference_once"),
            models.CheckConstraint(condition=~Q(sender=F("provider")), name="referral_between_two"),
        )
        indexes = (
            models.Index(fields=("provider", "state"), name="referrals_of_a_provider"),
            models.Index(fields=("case", "id"), name="referrals_of_a_case"),
        )

    def __str__(self) -> str:
        return self.reference


class Identification(LedgerModel):
    """A decision of the competent authority; a negative one needs a second person and explains reconsideration."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="identifications")
    step = models.CharField(max_length=20, choices=enums.IdentificationStep)
    decision = models.CharField(max_length=10, choices=enums.IdentificationDecision)
    reasons = models.TextField(_("reasons"), max_length=600)
    reconsideration_explained = models.BooleanField(default=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("decided_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(step__in=enums.IdentificationStep.values), name="identification_step_known"
            ),
            models.CheckConstraint(
                condition=Q(decision__in=enums.IdentificationDecision.values), name="identification_decision_known"
            ),
        )


class HealthEntry(LedgerModel):
    """What a health worker writes. Nobody else reads it until the health worker releases it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="health_entries")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    text = models.TextField(_("health"), max_length=600)
    for_case_manager = models.BooleanField(_("the case manager needs to know this"), default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("recorded_at", "pk")


class ContinuingTask(QuickRow):
    """What stays with a former holder after the person moved: a trial, a wage claim, a permit, with its compartment only."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="continuing_tasks")
    track = models.OneToOneField(LegalTrack, models.CASCADE, related_name="continuing_task")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="continuing_tasks")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("since_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("since_at")), name="continuing_task_in_order"
            ),
        )
        indexes = (
            models.Index(fields=("institution",), condition=Q(until_at__isnull=True), name="tasks_of_a_former_holder"),
        )


class Voice(LedgerModel):
    """What the person says about the help, passed on by an adviser with the person's permission."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="voices")
    kind = models.CharField(max_length=10, choices=enums.VoiceKind)
    text = models.TextField(_("in the person's words"), max_length=600, blank=True)
    language = models.CharField(max_length=8, blank=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("1 (bad) to 5 (good)."))
    permitted = models.BooleanField(_("the person permits that this is passed on"), default=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("recorded_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=enums.VoiceKind.values), name="voice_kind_known"),
            models.CheckConstraint(condition=Q(permitted=True), name="voice_with_permission"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5), name="voice_rating_in_range"
            ),
        )
