"""The cross-border transfer of who answers, and what is said on the way."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Country
from common.rows import QuickRow
from referral import enums
from referral.models.case import Case
from referral.models.ledger import LedgerModel
from referral.models.registry import Institution, Registry


class Handover(QuickRow):
    """One offer of one case to one country, from draft to completed. `services.lifecycle` is its only writer.

    Times are exercise times of the transition that the name says; an empty one has not happened.
    """

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="handovers")
    case = models.ForeignKey(Case, models.CASCADE, related_name="handovers")
    reference = models.CharField(max_length=12)
    state = models.CharField(max_length=20, choices=enums.HandoverState, default=enums.HandoverState.DRAFT)
    held_from = models.CharField(max_length=20, choices=enums.HandoverState, blank=True)
    version = models.PositiveIntegerField(default=1)
    sender = models.ForeignKey(Institution, models.PROTECT, related_name="handovers_sent")
    receiver = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="handovers_received")
    receiver_country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    outside = models.BooleanField(default=False, help_text=_("The receiving country has no seat in this registry."))
    family_group = models.UUIDField(null=True, blank=True, help_text=_("Linked handovers travel together."))
    forwarded_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="forwarded_to")

    purpose = models.CharField(_("purpose"), max_length=16, choices=enums.Purpose, blank=True)
    urgency = models.CharField(_("urgency"), max_length=10, choices=enums.Urgency, default=enums.Urgency.STANDARD)
    child = models.BooleanField(default=False, help_text=_("Child deadlines apply; frozen at the offer."))
    options_compared = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    needs_on_arrival = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    compartments = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    message = models.TextField(_("message to the receiving country"), max_length=600, blank=True)
    capacity_confirmed_by = models.CharField(_("who confirmed that there is a place"), max_length=120, blank=True)
    capacity_confirmed_at = models.DateTimeField(null=True, blank=True)
    safety_plan = models.TextField(_("safety plan for the time between"), max_length=600, blank=True)
    medicine_lasts = models.CharField(max_length=8, choices=enums.YesNoUnknown, default=enums.YesNoUnknown.UNKNOWN)
    preview_seen_at = models.DateTimeField(null=True, blank=True)
    preview_digest = models.CharField(
        max_length=64, blank=True, help_text=_("Fingerprint of the packet that was seen.")
    )
    overrides = models.JSONField(default=list, blank=True, help_text=_("Gate, reason, first and second person, time."))

    offered_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    departed_at = models.DateTimeField(null=True, blank=True)
    expected_at = models.DateTimeField(_("expected arrival"), null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True, help_text=_("When the person arrived, a fact."))
    received_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When arrival was recorded: custody moves here.")
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    place_confirmed = models.BooleanField(default=False)
    reception_contact = models.CharField(_("who meets the person"), max_length=160, blank=True)
    reception_from_at = models.DateTimeField(null=True, blank=True)
    services_confirmed = ArrayField(models.CharField(max_length=16), null=True, blank=True)
    """Help that begins there on the first day, as the receiver said when it accepted; empty when nobody was asked."""
    child_protection_yes = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    decline_reason = models.CharField(max_length=16, choices=enums.DeclineReason, blank=True)
    withdraw_reason = models.CharField(max_length=16, choices=enums.WithdrawReason, blank=True)
    reply_by_at = models.DateTimeField(_("answer promised by"), null=True, blank=True)
    travel_means = models.CharField(_("how the person travels"), max_length=160, blank=True)
    escort = models.CharField(_("who travels along"), max_length=160, blank=True)
    travel_documents = models.CharField(_("travel documents"), max_length=160, blank=True)
    certificate = models.CharField(_("handover certificate number"), max_length=40, blank=True)
    arrived_safely = models.CharField(max_length=8, choices=enums.YesNoUnknown, blank=True)
    person_content = models.CharField(max_length=8, choices=enums.YesNoUnknown, blank=True)
    received_by = models.CharField(max_length=160, blank=True)
    objected = models.BooleanField(default=False)
    message_back = models.TextField(_("message to the sending country"), max_length=600, blank=True)
    reflection = models.CharField(
        _("how the time of reflection is kept"), max_length=10, choices=enums.ReflectionAnswer, blank=True
    )
    vital_interests = models.TextField(
        _("why the person's life or safety needs this"),
        max_length=600,
        blank=True,
        help_text=_("Read by gate 7 alone."),
    )
    transfer_basis = models.CharField(
        max_length=10,
        choices=enums.TransferBasis,
        blank=True,
        help_text=_("What gate 7 rested on; frozen at the offer."),
    )
    conditions = ArrayField(models.CharField(max_length=12, choices=enums.Condition), default=list, blank=True)
    conditions_text = models.TextField(_("conditions in words"), max_length=600, blank=True)
    forward_country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("other country proposed")
    )
    forward_reason = models.TextField(_("why the other country"), max_length=600, blank=True)
    not_before_at = models.DateTimeField(_("can come from"), null=True, blank=True)
    revoke_reason = models.CharField(max_length=10, choices=enums.RevokeReason, blank=True)
    hold_reason = models.CharField(max_length=14, choices=enums.HoldReason, blank=True)
    alert = models.CharField(max_length=8, choices=enums.Alert, blank=True)
    missing_since_at = models.DateTimeField(null=True, blank=True)
    search_end = models.CharField(max_length=12, choices=enums.SearchEnd, blank=True)
    diverted_country = models.ForeignKey(Country, models.PROTECT, null=True, blank=True, related_name="+")
    correction_asked_at = models.DateTimeField(null=True, blank=True)
    correction_reason = models.TextField(_("what was wrong"), max_length=600, blank=True)
    feedback = models.TextField(_("how the person is"), max_length=600, blank=True)
    feedback_services = ArrayField(models.CharField(max_length=16), default=list, blank=True)

    class Meta:
        verbose_name = _("handover")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=enums.HandoverState.values), name="handover_state_known"),
            models.CheckConstraint(
                condition=Q(held_from="") | Q(held_from__in=sorted(enums.OPEN_STATES)), name="handover_held_from_open"
            ),
            models.UniqueConstraint(
                fields=("case",), condition=Q(state__in=sorted(enums.OPEN_STATES)), name="one_open_handover"
            ),
            models.UniqueConstraint(fields=("registry", "reference"), name="handover_reference_once"),
            models.CheckConstraint(
                condition=Q(receiver__isnull=True) | ~Q(receiver=F("sender")), name="handover_between_two"
            ),
            models.CheckConstraint(
                condition=Q(outside=True, receiver__isnull=True) | Q(outside=False, receiver__isnull=False),
                name="handover_outside_has_no_seat",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True)
                | Q(departed_at__isnull=True)
                | Q(arrived_at__gte=F("departed_at")),
                name="handover_arrives_after_departure",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True)
                | Q(received_at__isnull=True)
                | Q(arrived_at__lte=F("received_at")),
                name="handover_arrives_before_receipt",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["received", "completed"])
                | Q(received_at__isnull=False, receiver__isnull=False),
                name="handover_received_has_time",
            ),
        )
        indexes = (
            models.Index(fields=("receiver", "state"), name="inbox_of_a_receiver"),
            models.Index(fields=("sender", "state"), name="inbox_of_a_sender"),
            models.Index(fields=("case", "id"), name="handovers_of_a_case"),
            models.Index(
                fields=("sender", "-closed_at", "-id"),
                condition=Q(state__in=enums.OVER_STATES),
                name="decided_of_a_sender",
            ),
            models.Index(
                fields=("receiver", "-closed_at", "-id"),
                condition=Q(state__in=enums.OVER_STATES),
                name="decided_of_a_receiver",
            ),
        )

    def __str__(self) -> str:
        return self.reference


class Question(QuickRow):
    """A question of the receiver about an offer. The answer is a disclosure and passes the sharing gates."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="questions")
    text = models.TextField(_("question"), max_length=600)
    language = models.CharField(max_length=8, blank=True)
    asked_at = models.DateTimeField()
    answer = models.TextField(_("answer"), max_length=600, blank=True)
    answer_compartment = models.CharField(max_length=2, choices=enums.Compartment, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="question_answered_with_text",
            ),
        )


class OutsideAnswer(LedgerModel):
    """What a country without a seat answered, as the sender heard it: from which officer, when, under which reference."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="outside_answers")
    action = models.CharField(max_length=20, choices=enums.Action)
    officer = models.CharField(_("who answered"), max_length=160)
    reference = models.CharField(_("their reference"), max_length=60, blank=True)
    answered_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("recorded_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(answered_at__lte=F("recorded_at")), name="outside_answer_not_in_future"),
        )


class Message(LedgerModel):
    """A coded phrase between the two sides, or a call that was made; free text carries its language."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="messages")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=enums.MessageKind)
    phrase = models.CharField(_("phrase"), max_length=20, choices=enums.Phrase)
    text = models.TextField(_("in your own words"), max_length=600, blank=True)
    language = models.CharField(max_length=8, blank=True)
    spoke_with = models.CharField(_("whom you spoke with"), max_length=160, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("recorded_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=enums.MessageKind.values), name="message_kind_known"),
            models.CheckConstraint(condition=Q(happened_at__lte=F("recorded_at")), name="message_not_in_future"),
            models.CheckConstraint(condition=Q(text="") | ~Q(language=""), name="message_text_has_language"),
        )
