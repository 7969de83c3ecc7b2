"""Break-glass openings, and what those who watch over the registry leave behind."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.rows import QuickRow
from referral import enums
from referral.models.case import Case
from referral.models.deadline import Deadline
from referral.models.ledger import LedgerModel
from referral.models.registry import Institution, Registry

OPEN_FOR = timedelta(minutes=60)
"""How long an opening lasts, and how long a request waits for its second person. Wall time (`domain.md` section 5)."""


class BreakGlass(QuickRow):
    """One person asks for one case with a reason, a second one of the same institution confirms, and it is open for an hour.

    What was asked never changes and no row is removed; `until_wall` of an opening may only come earlier. A trigger
    refuses anything else (docs/decisions/0052). `case` is empty for a code that nobody has, and is never shown to the
    asking institution before the state says that it is open.
    """

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="openings")
    reference = models.CharField(max_length=14)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    code = models.CharField(_("code of the person"), max_length=24, help_text=_("As the asker typed it."))
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="openings")
    reason = models.TextField(max_length=600)
    language = models.CharField(max_length=8, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_role = models.CharField(max_length=20, choices=enums.Role)
    asked_at = models.DateTimeField()
    asked_wall = models.DateTimeField()
    state = models.CharField(max_length=8, choices=enums.GlassState, default=enums.GlassState.ASKED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_wall = models.DateTimeField(null=True, blank=True)
    until_wall = models.DateTimeField(
        help_text=_("Until when it waits for the second person or, once opened, until when it is open.")
    )
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_how = models.CharField(max_length=8, choices=enums.GlassEnd, blank=True)

    class Meta:
        ordering = ("-asked_wall", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=enums.GlassState.values), name="glass_state_known"),
            models.UniqueConstraint(fields=("registry", "reference"), name="glass_reference_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="glass_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(state__in=("opened", "ended", "nothing"))
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by")),
                name="glass_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("opened", "ended"))
                | Q(case__isnull=False, decided_wall__isnull=False, until_wall__lte=F("decided_wall") + OPEN_FOR),
                name="glass_open_for_an_hour",
            ),
            models.CheckConstraint(
                condition=Q(decided_wall__isnull=True) | Q(decided_wall__lt=F("asked_wall") + OPEN_FOR),
                name="glass_confirmed_in_time",
            ),
            models.CheckConstraint(condition=~Q(state="ended") | ~Q(ended_how=""), name="glass_end_has_a_cause"),
        )
        indexes = (
            models.Index(
                fields=("registry", "until_wall"),
                condition=Q(state__in=("asked", "opened")),
                name="glass_for_the_sweep",
            ),
            models.Index(fields=("institution", "-asked_wall"), name="glass_of_an_institution"),
            models.Index(fields=("registry", "-asked_at", "-id"), name="glass_of_a_registry"),
        )


class AuditReview(LedgerModel):
    """An officer has looked at a row of the audit list and says what came of it."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="audit_reviews")
    source = models.CharField(max_length=12, help_text=_("Which list: a code of `referral.selectors.audit.Kind`."))
    row = models.BigIntegerField()
    remark = models.TextField(max_length=600)
    language = models.CharField(max_length=8, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    submission = models.UUIDField()
    at = models.DateTimeField()
    wall = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("user", "submission"), name="one_review_per_submission"),
            models.CheckConstraint(condition=~Q(remark=""), name="review_has_a_remark"),
        )
        indexes = (models.Index(fields=("registry", "source", "row"), name="reviews_of_a_row"),)


class Denial(LedgerModel):
    """An attempt that was refused, written after its own request was rolled back (invariant I9).

    It says which page and which code stood in the address, whether or not anybody has it; nothing that was typed.
    """

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="denials")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=enums.Role)
    page = models.CharField(max_length=40)
    code = models.CharField(max_length=24, blank=True)
    answer = models.CharField(max_length=3, choices=enums.Refused)
    at = models.DateTimeField()
    wall = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(role__in=enums.Role.values), name="denial_role_known"),
            models.CheckConstraint(condition=Q(answer__in=enums.Refused.values), name="denial_answer_known"),
        )
        indexes = (models.Index(fields=("registry", "-at", "-id"), name="denials_of_a_registry"),)


class OverdueAsk(LedgerModel):
    """A regional coordinator asked whoever owes something for an answer, by a coded phrase."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="overdue_asks")
    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="asks")
    phrase = models.CharField(max_length=10, choices=enums.OverduePhrase)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    submission = models.UUIDField()
    at = models.DateTimeField()
    wall = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("user", "submission"), name="one_ask_per_submission"),
            models.CheckConstraint(condition=Q(phrase__in=enums.OverduePhrase.values), name="overdue_phrase_known"),
        )
        indexes = (models.Index(fields=("deadline", "-at"), name="asks_about_a_deadline"),)
