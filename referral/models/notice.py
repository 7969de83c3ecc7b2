"""What people are told: in the app exactly once, by mail at least once with the same Message-ID."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.rows import QuickRow
from referral import enums
from referral.models.case import Case
from referral.models.event import CaseEvent
from referral.models.handover import Handover
from referral.models.registry import Institution, Registry


class Notice(QuickRow):
    """One line for one reader about one event or one pass of reminders. `cause` makes it exactly once."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="notices")
    # No index of its own: `notices_of_a_user` begins with the user, and two would leave the choice to chance.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", db_index=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+")
    handover = models.ForeignKey(Handover, models.CASCADE, null=True, related_name="+")
    event = models.ForeignKey(CaseEvent, models.CASCADE, null=True, related_name="+")
    cause = models.CharField(max_length=80)
    at = models.DateTimeField()
    wall = models.DateTimeField()
    read_wall = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (models.UniqueConstraint(fields=("user", "cause"), name="one_notice_per_cause"),)
        indexes = (
            models.Index(fields=("user", "registry", "id"), name="notices_of_a_user"),
            models.Index(
                fields=("user", "registry"), condition=Q(read_wall__isnull=True), name="unread_notices_of_a_user"
            ),
        )


class Mail(QuickRow):
    """The outbox. A row is sent, cancelled with a reason, or visibly dead; never lost (invariant I4)."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="mails")
    notice = models.OneToOneField(Notice, models.CASCADE, related_name="mail")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    template = models.CharField(max_length=40)
    link = models.CharField(max_length=120)
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=enums.MailState, default=enums.MailState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_wall = models.DateTimeField()
    sent_wall = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=enums.MailState.values), name="mail_state_known"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_wall__isnull=False) | ~Q(state="sent"), name="mail_sent_has_time"
            ),
        )
        indexes = (models.Index(fields=("next_try_wall", "id"), condition=Q(state="pending"), name="mails_to_send"),)
