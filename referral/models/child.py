"""What a child's case needs before a border is crossed, in the least form that the gates read."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.rows import QuickRow
from referral.models.case import Case
from referral.models.registry import Institution


class ChildFile(QuickRow):
    """Guardian, best-interests assessment and determination; written by child protection."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="child_file")
    guardian = models.CharField(_("guardian"), max_length=120, blank=True)
    guardian_since_at = models.DateTimeField(null=True, blank=True)
    guardian_conflict_checked = models.BooleanField(_("checked: no conflict of interest"), default=False)
    assessment_at = models.DateTimeField(_("best-interests assessment"), null=True, blank=True)
    child_view = models.TextField(_("the child's own view"), max_length=600, blank=True)
    determination_at = models.DateTimeField(_("best-interests determination"), null=True, blank=True)
    determination_options = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    told_child_protection_at = models.DateTimeField(null=True, blank=True)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
