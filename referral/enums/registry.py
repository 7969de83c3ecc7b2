"""The registry, its institutions and roles."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RegistryKind(TextChoices):
    DEMONSTRATION = "demonstration", _("Demonstration")
    WORKSHOP = "workshop", _("Workshop")
    LIVE = "live", _("Live")


class RegistryState(TextChoices):
    OPEN = "open", pgettext_lazy("registry", "Open")
    ENDED = "ended", pgettext_lazy("registry", "Ended")


class Basis(TextChoices):
    """What a limit or a rule rests on. The product never lets a trainee take one for the other."""

    LAW = "law", pgettext_lazy("basis", "Law")
    GUIDELINE = "guideline", pgettext_lazy("basis", "Guideline")
    NATIONAL = "national", pgettext_lazy("basis", "National procedure")
    AGREEMENT = "agreement", pgettext_lazy("basis", "Agreement")
    DEFAULT = "default", pgettext_lazy("basis", "Exercise default")


class InstitutionKind(TextChoices):
    FOCAL_POINT = "focal_point", _("National focal point")
    POLICE = "police", _("Police")
    BORDER = "border", _("Border service")
    PROSECUTION = "prosecution", _("Prosecution")
    CHILD_PROTECTION = "child_protection", _("Child protection")
    SOCIAL_SERVICE = "social_service", _("Social service")
    SHELTER = "shelter", _("Shelter")
    HEALTH = "health", _("Health service")
    LEGAL_AID = "legal_aid", _("Legal aid")
    ASYLUM = "asylum", _("Asylum authority")
    CONSULATE = "consulate", _("Consulate")
    LABOUR_INSPECTION = "labour_inspection", _("Labour inspection")
    SCHOOL = "school", _("School")
    TRADE_UNION = "trade_union", _("Trade union")
    NGO = "ngo", _("Non-governmental organisation")
    SURVIVOR_LED = "survivor_led", _("Survivor-led organisation")
    REINTEGRATION = "reintegration", _("Reintegration agency")
    INTERNATIONAL = "international", _("International organisation")


class Role(TextChoices):
    FOCAL_POINT = "focal_point", _("Focal point")
    DEPUTY = "deputy", _("Deputy focal point")
    FIRST_RESPONDER = "first_responder", _("First responder")
    CASE_MANAGER = "case_manager", _("Case manager")
    COMPETENT_AUTHORITY = "competent_authority", _("Competent authority")
    CHILD_PROTECTION = "child_protection", _("Child protection officer")
    GUARDIAN = "guardian", _("Guardian")
    HEALTH_WORKER = "health_worker", _("Health worker")
    SERVICE_PROVIDER = "service_provider", _("Service provider")
    ASYLUM_LIAISON = "asylum_liaison", _("Asylum liaison")
    JUSTICE_LIAISON = "justice_liaison", _("Justice liaison")
    CONSULAR_OFFICER = "consular_officer", _("Consular officer")
    COORDINATOR = "coordinator", _("Regional coordinator")
    SURVIVOR_ADVISER = "survivor_adviser", _("Survivor adviser")
    DATA_PROTECTION = "data_protection", _("Data protection officer")
    FACILITATOR = "facilitator", _("Facilitator")
    OBSERVER = "observer", _("Observer")


class Compartment(TextChoices):
    """Classes of data with their own access rule (`referral.fieldmap`, `referral.policy`)."""

    D0 = "D0", _("Reference and state")
    D1 = "D1", _("Identity")
    D2 = "D2", _("Needs and plan")
    D3 = "D3", _("What happened and indicators")
    D4 = "D4", _("Health")
    D5 = "D5", _("Migration and asylum")
    D6 = "D6", _("Justice")
    D7 = "D7", _("Family")
    D8 = "D8", _("Exact location")


class AgreementKind(TextChoices):
    REGIONAL = "regional", _("Regional mechanism")
    MEMORANDUM = "memorandum", _("Memorandum of understanding")
    DECLARATION = "declaration", _("Declaration of intent")
    JUSTICE = "justice", _("Justice arrangement")
    AD_HOC = "ad_hoc", _("Arrangement for one case")


class AgreementState(TextChoices):
    IN_FORCE = "in_force", _("In force")
    SUSPENDED = "suspended", _("Suspended")


class Population(TextChoices):
    """Whom a place is for."""

    WOMEN = "women", _("Women")
    MEN = "men", _("Men")
    GIRLS = "girls", _("Girls")
    BOYS = "boys", _("Boys")
    FAMILIES = "families", _("Families")
