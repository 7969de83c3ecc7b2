"""What is asked before and beside a handover: is there a place, and do you know this person."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Country
from common.rows import QuickRow
from referral import enums
from referral.models.case import Case
from referral.models.handover import Handover
from referral.models.registry import Institution, Registry


class Enquiry(QuickRow):
    """ "Could you receive a woman of about thirty?": corridor, age band, sex, urgency, services; nothing else.

    A country without a seat is asked by phone: `outside`, with the officer who answered.
    """

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="enquiries")
    case = models.ForeignKey(Case, models.CASCADE, related_name="enquiries")
    reference = models.CharField(max_length=12)
    sender = models.ForeignKey(Institution, models.PROTECT, related_name="enquiries_sent")
    receiver = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="enquiries_received")
    receiver_country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    outside = models.BooleanField(default=False, help_text=_("The country asked has no seat in this registry."))
    officer = models.CharField(_("who answered"), max_length=160, blank=True)
    outside_reference = models.CharField(_("their reference"), max_length=60, blank=True)
    note = models.CharField(_("note to the answer"), max_length=200, blank=True)
    told_person = models.BooleanField(_("the person was told before"), default=False)
    state = models.CharField(max_length=10, choices=enums.EnquiryState, default=enums.EnquiryState.OPEN)
    corridor = ArrayField(models.CharField(max_length=2), default=list)
    age_band = models.CharField(max_length=12)
    sex = models.CharField(max_length=8, choices=enums.Sex)
    urgency = models.CharField(max_length=10, choices=enums.Urgency)
    services = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    valid_until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=enums.EnquiryState.values), name="enquiry_state_known"),
            models.UniqueConstraint(fields=("registry", "reference"), name="enquiry_reference_once"),
            models.UniqueConstraint(
                fields=("case", "receiver_country"), condition=Q(state="open"), name="one_open_enquiry_per_country"
            ),
            models.CheckConstraint(
                condition=Q(outside=True, receiver__isnull=True) | Q(outside=False, receiver__isnull=False),
                name="enquiry_outside_has_no_seat",
            ),
        )
        indexes = (
            models.Index(fields=("receiver", "state"), name="enquiries_of_a_receiver"),
            models.Index(fields=("sender", "state"), name="enquiries_of_a_sender"),
        )


class PullRequest(QuickRow):
    """An institution asks about a person who may be in another's care: it searches, says "with us", or asks for the case.

    The holder decides. The asker is told nothing, whatever was found: `case` and `holder` are never shown to it.
    """

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="pull_requests")
    kind = models.CharField(max_length=8, choices=enums.AskKind, default=enums.AskKind.PULL)
    reference = models.CharField(max_length=12)
    code = models.CharField(_("code that the person gave"), max_length=24, help_text=_("As the asker typed it."))
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="pull_requests")
    asker = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    holder = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=enums.PullState, default=enums.PullState.OPEN)
    reason = models.TextField(max_length=600)
    language = models.CharField(max_length=8, blank=True)
    decision_note = models.TextField(_("note for your own file"), max_length=600, blank=True)
    handover = models.ForeignKey(Handover, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=enums.PullState.values), name="pull_state_known"),
            models.CheckConstraint(condition=Q(kind__in=enums.AskKind.values), name="pull_kind_known"),
            models.UniqueConstraint(fields=("registry", "reference"), name="pull_reference_once"),
        )
        indexes = (
            models.Index(fields=("holder", "state"), name="requests_of_a_holder"),
            models.Index(fields=("asker", "-asked_at"), name="requests_of_an_asker"),
        )
