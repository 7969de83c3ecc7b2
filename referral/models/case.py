"""The file about helping a person: its stage, who works on it, where the person is, what was seen and weighed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Country
from common.rows import QuickRow
from referral import enums
from referral.models.ledger import LedgerModel
from referral.models.person import Person
from referral.models.registry import Institution, Membership, Registry


class Case(QuickRow):
    """One file of one person. Every record in it has an author institution.

    `holder` repeats the last row of the custody chain for quick lists. A trigger on the chain writes it and the
    database refuses anybody else who tries (`referral.backstop`).

    The columns of the place repeat the newest row of the whereabouts, and `uncovered_from_at` says from which exercise
    instant on the person is not covered as far as is known now; empty means covered without an end in sight. A trigger
    computes all five from whereabouts, holder and bed, whatever anybody writes (docs/decisions/0021).
    """

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="cases")
    person = models.ForeignKey(Person, models.CASCADE, related_name="cases")
    holder = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="cases_held", editable=False
    )
    stage = models.CharField(max_length=24, choices=enums.CaseStage, default=enums.CaseStage.DETECTED)
    status = models.CharField(
        max_length=20, choices=enums.TraffickingStatus, default=enums.TraffickingStatus.NOT_ASSESSED
    )
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    place = models.CharField(max_length=16, choices=enums.WhereaboutsKind, blank=True, editable=False)
    place_country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="+", editable=False, db_index=False
    )
    place_since_at = models.DateTimeField(null=True, blank=True, editable=False)
    place_supported = models.BooleanField(default=False, editable=False)
    uncovered_from_at = models.DateTimeField(null=True, blank=True, editable=False)
    found_by = models.CharField(_("how the person was found"), max_length=16, choices=enums.FoundBy)
    found_in = models.ForeignKey(Country, models.PROTECT, related_name="+")
    exploited_in = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    exploitation = models.CharField(
        max_length=24, blank=True, help_text=_("Code of the Human Trafficking Case Data Standard.")
    )
    route = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    immediate_danger = models.BooleanField(_("immediate danger"), default=False)
    non_punishment = models.BooleanField(default=False)
    carried_safeguards = ArrayField(
        models.CharField(max_length=20, choices=enums.Safeguard),
        default=list,
        blank=True,
        help_text=_("Safeguards that came with a packet; a handover never drops one."),
    )
    taken_at = models.DateTimeField(null=True, blank=True, help_text=_("When the focal point took the case."))
    closed_at = models.DateTimeField(null=True, blank=True)
    closure_reason = models.CharField(max_length=16, choices=enums.ClosureReason, blank=True)
    contact_later = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Whom the person can turn to after closing."),
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    linked = models.ManyToManyField("self", blank=True)
    source_id = models.CharField(max_length=64, blank=True, help_text=_("Identifier in an imported file."))

    class Meta:
        verbose_name = _("case")
        constraints = (
            models.CheckConstraint(condition=Q(stage__in=enums.CaseStage.values), name="case_stage_known"),
            models.CheckConstraint(condition=Q(status__in=enums.TraffickingStatus.values), name="case_status_known"),
            models.UniqueConstraint(
                fields=("registry", "source_id"), condition=~Q(source_id=""), name="case_imported_once"
            ),
        )
        indexes = (
            models.Index(fields=("holder", "id"), name="cases_of_a_holder"),
            models.Index(fields=("holder", "stage", "id"), name="cases_of_a_holder_by_stage"),
            models.Index(fields=("opened_by", "id"), condition=Q(taken_at__isnull=True), name="cases_not_taken_yet"),
            models.Index(
                fields=("holder", "uncovered_from_at", "id"),
                condition=Q(closed_at__isnull=True),
                name="uncovered_people_of_a_holder",
            ),
        )

    def __str__(self) -> str:
        return f"case {self.pk}"


class Assignment(QuickRow):
    """Who in the country does the work now. Never custody."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="assignments")
    kind = models.CharField(max_length=16, choices=enums.AssignmentKind)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("since_at")), name="assignment_in_order"
            ),
            models.UniqueConstraint(
                fields=("case", "kind", "institution"), condition=Q(until_at__isnull=True), name="assignment_open_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=enums.AssignmentKind.values), name="assignment_kind_known"),
        )
        indexes = (
            models.Index(fields=("institution", "case"), condition=Q(until_at__isnull=True), name="open_assignments"),
        )


class Whereabouts(LedgerModel):
    """Where the person is, as known from a moment on. The last row by `happened_at` is what is known now."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="whereabouts")
    kind = models.CharField(max_length=16, choices=enums.WhereaboutsKind)
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    support_running = models.BooleanField(default=False)

    class Meta:
        ordering = ("happened_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=enums.WhereaboutsKind.values), name="whereabouts_kind_known"),
            models.CheckConstraint(condition=Q(happened_at__lte=F("recorded_at")), name="whereabouts_not_in_future"),
        )
        indexes = (models.Index(fields=("case", "happened_at"), name="whereabouts_in_order"),)


class Screening(LedgerModel):
    """The short list as ticked once. An aid, never a decision."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="screenings")
    list_version = models.CharField(max_length=16)
    items = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    opinion = models.CharField(max_length=10, choices=enums.Opinion)
    interpreter_safe = models.BooleanField(default=True, help_text=_("Not from the feared group or community."))
    note = models.TextField(max_length=600, blank=True)
    at = models.DateTimeField()
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("at", "pk")


class RiskAssessment(LedgerModel):
    """Likelihood and harm per domain, the person's own fears, and how long it may be relied on (exercise default)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="risks")
    level = models.CharField(max_length=8, choices=enums.RiskLevel)
    domains = models.JSONField(default=dict, help_text=_("Risk domain → [likelihood 1–3, harm 1–3]."))
    receiving_country = models.ForeignKey(Country, models.PROTECT, null=True, blank=True, related_name="+")
    fears = models.TextField(_("what the person fears"), max_length=600, blank=True)
    measures = models.TextField(_("what is done about it"), max_length=600, blank=True)
    assessed_at = models.DateTimeField()
    valid_until_at = models.DateTimeField()
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("assessed_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(level__in=enums.RiskLevel.values), name="risk_level_known"),
            models.CheckConstraint(condition=Q(valid_until_at__gt=F("assessed_at")), name="risk_validity_in_order"),
        )
