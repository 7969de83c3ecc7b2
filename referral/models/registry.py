"""The closed world that everything belongs to, its clock, institutions, and who works in them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Country
from common.clock import ClockMode, ClockState
from common.rows import QuickRow
from referral import enums
from referral.models.ledger import LedgerModel


class Registry(QuickRow):
    """One closed world of cases: one run of a workshop. Nothing crosses from one registry to another."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=16, choices=enums.RegistryKind)
    state = models.CharField(max_length=8, choices=enums.RegistryState, default=enums.RegistryState.OPEN)
    synthetic = models.BooleanField(default=True)
    seed = models.BigIntegerField(default=0)
    small_number_threshold = models.PositiveSmallIntegerField(default=11)
    starts_at = models.DateTimeField(help_text=_("Exercise time of day 1, 00:00."))
    created_wall = models.DateTimeField()

    anchor_wall = models.DateTimeField()
    anchor_exercise_at = models.DateTimeField()
    rate = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(1))
    mode = models.CharField(max_length=8, default=ClockMode.RUNNING)
    clock_version = models.PositiveIntegerField(default=1)
    ends_at = models.DateTimeField(null=True, blank=True)
    ran = models.DurationField(default=timedelta(0), help_text=_("Running wall time up to the anchor."))
    heartbeat_wall = models.DateTimeField(null=True, blank=True)
    last_seen_wall = models.DateTimeField(null=True, blank=True, help_text=_("Last request of a signed-in user."))
    # That it was done and when, never what was kept: nothing is spared or passed over because of it.
    heads_kept_wall = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("registry")
        constraints = (
            models.CheckConstraint(condition=Q(synthetic=True), name="registry_always_synthetic"),
            models.CheckConstraint(condition=Q(rate__gt=0, rate__lte=288), name="registry_rate_in_range"),
            models.CheckConstraint(condition=Q(mode__in=[m.value for m in ClockMode]), name="registry_mode_known"),
            models.CheckConstraint(condition=Q(state__in=enums.RegistryState.values), name="registry_state_known"),
            models.CheckConstraint(condition=Q(kind__in=enums.RegistryKind.values), name="registry_kind_known"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def clock(self) -> ClockState:
        """The clock as the arithmetic of `common.clock` takes it."""
        return ClockState(
            anchor_wall=self.anchor_wall,
            anchor_exercise=self.anchor_exercise_at,
            rate=self.rate,
            mode=ClockMode(self.mode),
            version=self.clock_version,
            ends_at=self.ends_at,
            ran=self.ran,
        )


class ClockSegment(LedgerModel):
    """One change of a registry's clock: what, from where to where, by whom and why."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="clock_segments")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    wall = models.DateTimeField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    rate = models.DecimalField(max_digits=6, decimal_places=2)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("registry", "version"), name="clock_segment_once"),)


class RulePack(QuickRow):
    """Limits of one country in one registry, each with its basis. A missing row means exercise defaults."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="rule_packs")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    two_step = models.BooleanField(default=True)
    reflection_days = models.PositiveSmallIntegerField(default=30)
    permit_months = models.PositiveSmallIntegerField(default=6)
    centre_hours = models.PositiveSmallIntegerField(default=72)
    child_notice_hours = models.PositiveSmallIntegerField(default=24)
    basis = models.CharField(max_length=10, choices=enums.Basis, default=enums.Basis.DEFAULT)
    basis_text = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("registry", "country"), name="one_rule_pack_per_country"),)


class Agreement(QuickRow):
    """What two or more countries have agreed. An intention or a justice arrangement is no basis for sharing."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="agreements")
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=enums.AgreementKind)
    state = models.CharField(max_length=10, choices=enums.AgreementState, default=enums.AgreementState.IN_FORCE)
    parties = models.ManyToManyField(Country, related_name="+")
    limits = models.JSONField(default=dict, blank=True, help_text=_("Deadline kind → hours, replaces the default."))
    clauses = models.JSONField(default=list, blank=True, help_text=_("Codes of clauses; one may collide with a gate."))

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=enums.AgreementState.values), name="agreement_state_known"),
            models.CheckConstraint(condition=Q(kind__in=enums.AgreementKind.values), name="agreement_kind_known"),
        )


class Institution(QuickRow):
    """An organisation in a country. Each country has exactly one focal point institution."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="institutions")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+", null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=enums.InstitutionKind)
    name = models.CharField(_("name"), max_length=160)
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    services = ArrayField(models.CharField(max_length=16, choices=enums.NeedKind), default=list, blank=True)

    worker_reads_only = True

    class Meta:
        verbose_name = _("institution")
        ordering = ("country_id", "name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("registry", "country"),
                condition=Q(kind=enums.InstitutionKind.FOCAL_POINT),
                name="one_focal_point_per_country",
            ),
            models.UniqueConstraint(fields=("registry", "country", "name"), name="institution_named_once"),
            models.CheckConstraint(condition=Q(kind__in=enums.InstitutionKind.values), name="institution_kind_known"),
        )

    def __str__(self) -> str:
        return self.name


class Capacity(QuickRow):
    """Places an institution says it has, for whom; shown in the directory."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="capacity")
    population = models.CharField(max_length=10, choices=enums.Population)
    places = models.PositiveSmallIntegerField()
    free = models.PositiveSmallIntegerField()
    stated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("institution", "population"), name="capacity_once_per_population"),
            models.CheckConstraint(condition=Q(free__lte=models.F("places")), name="capacity_free_within_places"),
        )


class Membership(QuickRow):
    """Who works where, as what, until when. Nobody holds a protection and a justice role at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=enums.Role)
    until_wall = models.DateTimeField(null=True, blank=True)
    away_until_wall = models.DateTimeField(
        null=True, blank=True, help_text=_("Absent until then: the deputy is told at once what is due.")
    )

    worker_reads_only = True

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("user", "institution", "role"), name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=enums.Role.values), name="membership_role_known"),
        )
