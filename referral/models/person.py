"""The (invented) person. Identity stands in a table of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Country
from common.encrypted import EncryptedDateField, EncryptedRow, EncryptedTextField
from common.rows import QuickRow
from referral import enums
from referral.models.registry import Institution, Registry


class Person(QuickRow):
    """A person whom institutions help: what is needed to keep her safe, without her name."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="people")
    public_code = models.CharField(max_length=8, help_text=_("8 random characters of Crockford's alphabet."))
    code_word = models.CharField(_("code word"), max_length=24)
    sex = models.CharField(_("sex"), max_length=8, choices=enums.Sex, default=enums.Sex.UNKNOWN)
    gender = models.CharField(_("gender, in the person's own words"), max_length=60, blank=True)
    age_low = models.PositiveSmallIntegerField(_("youngest plausible age"), null=True, blank=True)
    age_high = models.PositiveSmallIntegerField(_("oldest plausible age"), null=True, blank=True)
    age_basis = models.CharField(
        _("basis of the age"), max_length=10, choices=enums.AgeBasis, default=enums.AgeBasis.UNKNOWN
    )
    maybe_child = models.BooleanField(_("there are reasons to believe that the person is a child"), default=False)
    majority_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the person turns 18, as far as the birth date is known.")
    )
    of_age_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the system noted majority: own consent is needed from then on.")
    )
    adult_confirmed_by = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Only a named authority lifts the presumption of minority."),
    )
    citizenships = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    feared_countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    dependants = models.PositiveSmallIntegerField(_("children or others who depend on the person"), default=0)
    accompanied = models.CharField(max_length=8, choices=enums.YesNoUnknown, default=enums.YesNoUnknown.UNKNOWN)
    wishes = models.TextField(_("what the person wants"), max_length=600, blank=True)
    safe_contact = models.CharField(_("safe way to contact"), max_length=200, blank=True)
    needs_interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    adaptation = models.CharField(_("adapted support"), max_length=200, blank=True)
    no_family_contact = models.BooleanField(_("do not contact the family"), default=False)
    no_location = models.BooleanField(_("do not share the location"), default=True)

    safe_tonight = models.CharField(
        _("safe tonight"), max_length=8, choices=enums.YesNoUnknown, default=enums.YesNoUnknown.UNKNOWN
    )
    bed_until_at = models.DateTimeField(_("bed until"), null=True, blank=True)
    medicine_until_at = models.DateTimeField(_("medicine until"), null=True, blank=True)
    call_tonight = models.CharField(_("who to call tonight"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("person")
        constraints = (
            models.UniqueConstraint(fields=("registry", "public_code"), name="public_code_once"),
            models.UniqueConstraint(fields=("registry", "code_word"), name="code_word_once"),
            models.CheckConstraint(
                condition=Q(age_low__isnull=True) | Q(age_high__isnull=True) | Q(age_low__lte=F("age_high")),
                name="age_range_in_order",
            ),
        )
        indexes = (
            models.Index(
                fields=("registry", "majority_at"),
                condition=Q(majority_at__isnull=False, of_age_at__isnull=True),
                name="majorities_for_the_sweep",
            ),
        )

    def __str__(self) -> str:
        return self.code_word


class PersonIdentity(EncryptedRow):
    """Invented name, birth date, contact and exact location; a table of its own so that roles can be kept out of it.

    They stand encrypted and bound to the person. `revision` counts what was written, so that a packet can tell whether
    something changed since it was looked at without anybody looking at it.
    """

    hidden_from_worker: ClassVar[bool] = True
    bound_to: ClassVar[str] = "person"

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="identity")
    name = EncryptedTextField(_("invented name"), max_length=120, blank=True)
    birth_date = EncryptedDateField(_("birth date"), null=True, blank=True)
    contact = EncryptedTextField(_("contact"), max_length=200, blank=True)
    exact_location = EncryptedTextField(_("exact location"), max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Count every writing of what is encrypted."""
        if update_fields is None or set(self.encrypted_names()) & {*update_fields}:
            self.revision += 1
            update_fields = None if update_fields is None else {*update_fields, "revision"}
        super().save(*args, update_fields=update_fields, **kwargs)


class PersonLink(QuickRow):
    """Two people who belong together: siblings, parent and child, or the same person in two files."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="links")
    other = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(
        max_length=12,
        choices=[
            ("sibling", _("Sibling")),
            ("parent", _("Parent")),
            ("child", _("Child")),
            ("partner", _("Partner")),
            ("relative", _("Relative")),
        ],
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "other"), name="person_link_once"),
            models.CheckConstraint(
                condition=Q(kind__in=("sibling", "parent", "child", "partner", "relative")),
                name="person_link_kind_known",
            ),
            models.CheckConstraint(condition=~Q(person=F("other")), name="person_link_not_self"),
        )


class BlockedRecipient(QuickRow):
    """A country or an institution that must never learn of the person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="blocked")
    country = models.ForeignKey(Country, models.PROTECT, null=True, blank=True, related_name="+")
    institution = models.ForeignKey(Institution, models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(country__isnull=False, institution__isnull=True)
                | Q(country__isnull=True, institution__isnull=False),
                name="blocked_country_or_institution",
            ),
        )
