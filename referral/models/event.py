"""The record of who did what. Append-only, chained per case, both times on every row."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from referral import enums
from referral.models.case import Case
from referral.models.handover import Handover
from referral.models.ledger import LedgerModel
from referral.models.registry import Institution, Registry


class CaseEvent(LedgerModel):
    """One act. `hash = sha256(previous hash, seq, commitment, row)`, `commitment = sha256(salt, canonical payload)`, `row` the
    digest of the columns below: see `referral.chain`.

    Payload and salt stand in `EventPayload`, so that erasing them leaves the chain verifiable. `submission` is the key
    of the form that caused the act: the same key of the same user is the same act, however often it is posted.
    """

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="events")
    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    handover = models.ForeignKey(Handover, models.CASCADE, null=True, related_name="events")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=enums.Role, blank=True)
    at = models.DateTimeField()
    wall = models.DateTimeField()
    happened_at = models.DateTimeField()
    compartment = models.CharField(max_length=2, choices=enums.Compartment, default=enums.Compartment.D0)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24, blank=True)
    code = models.CharField(max_length=32, blank=True)
    amends = models.ForeignKey("self", models.PROTECT, null=True, related_name="amended_by")
    submission = models.UUIDField(null=True)
    commitment = models.BinaryField(max_length=32)
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        ordering = ("case_id", "seq")
        constraints = (
            models.UniqueConstraint(fields=("case", "seq"), name="event_seq_once"),
            models.UniqueConstraint(
                fields=("user", "submission"), condition=Q(submission__isnull=False), name="one_event_per_submission"
            ),
            models.CheckConstraint(condition=Q(happened_at__lte=F("at")), name="event_not_in_future"),
            models.CheckConstraint(condition=Q(role="") | Q(role__in=enums.Role.values), name="event_role_known"),
        )
        indexes = (models.Index(fields=("handover", "seq"), name="events_of_a_handover"),)


class EventPayload(LedgerModel):
    """What an event says beyond its columns. It can be erased at the end of retention; the commitment stays."""

    event = models.OneToOneField(CaseEvent, models.CASCADE, primary_key=True, related_name="payload")
    salt = models.BinaryField(max_length=16)
    content = models.JSONField(default=dict)


class Amendment(LedgerModel):
    """A wrong entry put right: the entry stays, and beside it stands what is right and why."""

    event = models.OneToOneField(CaseEvent, models.CASCADE, related_name="amendment")
    reason = models.TextField(max_length=600)
    text = models.TextField(max_length=600)
    language = models.CharField(max_length=8, blank=True)
    compartment = models.CharField(max_length=2, choices=enums.Compartment)
