"""The person: age, safeguards, cover."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sex(TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", pgettext_lazy("sex", "Other")
    UNKNOWN = "unknown", pgettext_lazy("sex", "Not known")


class AgeBasis(TextChoices):
    DOCUMENT = "document", pgettext_lazy("age basis", "A document")
    STATEMENT = "statement", pgettext_lazy("age basis", "What the person says")
    ESTIMATE = "estimate", pgettext_lazy("age basis", "An estimate")
    DISPUTED = "disputed", pgettext_lazy("age basis", "Disputed")
    UNKNOWN = "unknown", pgettext_lazy("age basis", "Not known")


class YesNoUnknown(TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Not known yet")


class Safeguard(TextChoices):
    """Computed, shown, carried by every packet, impossible to lose (`domain.md` section 6)."""

    PRESUMED_MINOR = ("presumed_minor", pgettext_lazy("safeguard", "Presumed to be a child"))
    UNACCOMPANIED = "unaccompanied", pgettext_lazy("safeguard", "Child without family")
    SIBLINGS = "siblings", pgettext_lazy("safeguard", "Keep siblings together")
    REFLECTION = ("reflection", pgettext_lazy("safeguard", "Recovery and reflection running"))
    ASYLUM = "asylum", pgettext_lazy("safeguard", "Asylum track")
    NON_PUNISHMENT = "non_punishment", pgettext_lazy("safeguard", "Not to be punished")
    WITNESS = "witness", pgettext_lazy("safeguard", "Witness protection")
    HIGH_RISK = "high_risk", pgettext_lazy("safeguard", "High risk")
    NO_FAMILY_CONTACT = ("no_family_contact", pgettext_lazy("safeguard", "Do not contact the family"))
    NO_LOCATION = "no_location", pgettext_lazy("safeguard", "Do not share the location")
    MEDICAL = "medical", pgettext_lazy("safeguard", "Medical continuity")
    DISABILITY = "disability", pgettext_lazy("safeguard", "Adapted support")
    INTERPRETER = "interpreter", pgettext_lazy("safeguard", "Needs an interpreter")


class NotCovered(TextChoices):
    """Why a person is not covered now."""

    UNKNOWN = ("unknown", pgettext_lazy("not covered", "Nobody has recorded where the person is"))
    NO_SAFE_PLACE = ("no_safe_place", pgettext_lazy("not covered", "No safe place tonight"))
    BED_ENDED = "bed_ended", pgettext_lazy("not covered", "The bed was only until now")
    NO_SUPPORT = "no_support", pgettext_lazy("not covered", "No support is running")
    ALONE = "alone", pgettext_lazy("not covered", "Travelling without an escort")
    ELSEWHERE = ("elsewhere", pgettext_lazy("not covered", "In another country, with nobody"))
    NOT_RECEIVED = ("not_received", pgettext_lazy("not covered", "Arrived, but nobody has confirmed it"))
    DETAINED = "detained", pgettext_lazy("not covered", "Detained")
    MISSING = "missing", pgettext_lazy("not covered", "Missing")
    LEFT = "left", pgettext_lazy("not covered", "Left, whereabouts not known")
    DIED = "died", pgettext_lazy("not covered", "Has died")
