"""Who is there: eight countries with their institutions, places and logins."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password

from accounts.models import Country, User
from accounts.selectors import focal_point_name
from referral.enums import AgreementKind, InstitutionKind, Population, Role
from referral.models import Agreement, Capacity, Institution, Membership, Registry

K = InstitutionKind

COUNTRIES = {
    "NG": ("en", ("en", "ha", "yo")),
    "SN": ("fr", ("fr", "wo", "ff")),
    "GM": ("en", ("en", "mnk", "wo")),
    "MR": ("fr", ("ar", "fr", "ff")),
    "NE": ("fr", ("fr", "ha")),
    "CI": ("fr", ("fr", "dyu")),
    "IT": ("en", ("it", "en", "fr")),
    "FR": ("fr", ("fr", "en")),
}
"""Country → interface language of its officers, languages spoken there."""

OTHERS = (
    (K.BORDER, "Border protection desk", ()),
    (K.SHELTER, "Open-door shelter", ("shelter", "counselling")),
    (K.CHILD_PROTECTION, "Child protection office", ("family", "counselling")),
    (K.HEALTH, "Community health centre", ("medical", "counselling")),
    (K.LEGAL_AID, "Legal aid bureau", ("legal", "documents")),
    (K.SOCIAL_SERVICE, "Identification and guardianship service", ("family", "documents")),
    (K.ASYLUM, "Asylum office", ("legal",)),
    (K.PROSECUTION, "Victims' desk of the prosecution", ("legal",)),
    (K.CONSULATE, "Consular protection desk", ("documents",)),
    (K.SURVIVOR_LED, "Association of survivors", ("counselling", "income")),
)
"""Invented institutions beside the focal point; real names are used for focal points alone."""

PLACES = {
    "NG": (20, 6), "SN": (14, 3), "GM": (8, 0), "MR": (12, 1), "NE": (10, 4), "CI": (10, 2), "IT": (30, 5), "FR": (30, 8),
}  # fmt: skip
"""Country → shelter places for women, and how many are free."""

SEATS = (
    ("focal", Role.FOCAL_POINT, K.FOCAL_POINT),
    ("deputy", Role.DEPUTY, K.FOCAL_POINT),
    ("cases", Role.CASE_MANAGER, K.FOCAL_POINT),
    ("responder", Role.FIRST_RESPONDER, K.BORDER),
    ("shelter", Role.SERVICE_PROVIDER, K.SHELTER),
    ("child", Role.CHILD_PROTECTION, K.CHILD_PROTECTION),
    ("health", Role.HEALTH_WORKER, K.HEALTH),
    ("authority", Role.COMPETENT_AUTHORITY, K.SOCIAL_SERVICE),
    ("authority2", Role.COMPETENT_AUTHORITY, K.SOCIAL_SERVICE),
    ("guardian", Role.GUARDIAN, K.SOCIAL_SERVICE),
    ("asylum", Role.ASYLUM_LIAISON, K.ASYLUM),
    ("justice", Role.JUSTICE_LIAISON, K.PROSECUTION),
    ("consul", Role.CONSULAR_OFFICER, K.CONSULATE),
    ("adviser", Role.SURVIVOR_ADVISER, K.SURVIVOR_LED),
)
"""Login prefix, role, kind of institution; one login of each per country, such as focal.ng@example.org."""

INTERFACE = {"en": "en-gb", "fr": "fr"}


def institutions(registry: Registry, at: datetime) -> dict[tuple[str, str], Institution]:
    """Every institution of the demonstration, by country and kind."""
    found: dict[tuple[str, str], Institution] = {}
    for code, (_language, spoken) in COUNTRIES.items():
        country = Country.objects.get(pk=code)
        rows = [(K.FOCAL_POINT, focal_point_name(country), ()), *OTHERS]
        for kind, name, services in rows:
            institution = Institution.objects.create(
                registry=registry,
                country=country,
                kind=kind,
                name=name,
                languages=list(spoken),
                services=list(services),
            )
            found[code, kind.value] = institution
        _places(found[code, K.SHELTER.value], *PLACES[code], at)
    return found


def _places(shelter: Institution, women: int, free: int, at: datetime) -> None:
    rows = (
        (Population.WOMEN, women, free),
        (Population.GIRLS, women // 2, free // 2),
        (Population.BOYS, women // 2, free // 2),
        (Population.MEN, women // 3, free // 3),
        (Population.FAMILIES, women // 4, free // 3),
    )
    Capacity.objects.bulk_create(
        Capacity(institution=shelter, population=population, places=places, free=min(free, places), stated_at=at)
        for population, places, free in rows
    )


INVENTED = (
    ("Exercise arrangement, Nigeria, Niger and Italy", AgreementKind.AD_HOC, ("NG", "NE", "IT")),
    ("Exercise arrangement, Mauritania, Senegal and The Gambia", AgreementKind.AD_HOC, ("MR", "SN", "GM")),
    ("Exercise declaration of intent, Côte d'Ivoire and Burkina Faso", AgreementKind.DECLARATION, ("CI", "BF")),
    ("Exercise arrangement of prosecutors, Côte d'Ivoire and Italy", AgreementKind.JUSTICE, ("CI", "IT")),
)
"""Agreements of different strength that exist in this exercise alone: the last two let no information cross a border."""


def agreements(registry: Registry) -> None:
    """What public sources name, the ECOWAS mechanism and the memorandum of Senegal and The Gambia, and invented ones."""
    regional = Agreement.objects.create(
        registry=registry, name="ECOWAS Regional Referral Mechanism", kind=AgreementKind.REGIONAL
    )
    regional.parties.set(Country.objects.filter(code__in=("NG", "SN", "GM", "CI")))
    bilateral = Agreement.objects.create(
        registry=registry, name="Memorandum of understanding, Senegal and The Gambia", kind=AgreementKind.MEMORANDUM
    )
    bilateral.parties.set(Country.objects.filter(code__in=("SN", "GM")))
    for name, kind, parties in INVENTED:
        made = Agreement.objects.create(registry=registry, name=name, kind=kind)
        made.parties.set(Country.objects.filter(code__in=parties))


def seats(
    registry: Registry, found: dict[tuple[str, str], Institution], password: str
) -> dict[tuple[str, Role], Membership]:
    """Logins and memberships. One hash serves all, because all share the one password that is printed."""
    hashed = make_password(password)
    memberships: dict[tuple[str, Role], Membership] = {}
    for code, (language, _spoken) in COUNTRIES.items():
        for prefix, role, kind in SEATS:
            user = _user(f"{prefix}.{code.lower()}@example.org", hashed, INTERFACE[language])
            membership = Membership.objects.create(user=user, institution=found[code, kind.value], role=role)
            memberships.setdefault((code, role), membership)
    region = Institution.objects.create(
        registry=registry, country=None, kind=K.INTERNATIONAL, name="Regional coordination"
    )
    for prefix, role in (
        ("coordinator", Role.COORDINATOR),
        ("facilitator", Role.FACILITATOR),
        ("privacy", Role.DATA_PROTECTION),
    ):
        memberships["", role] = Membership.objects.create(
            user=_user(f"{prefix}@example.org", hashed, "en-gb"), institution=region, role=role
        )
    return memberships


def _user(email: str, hashed: str, language: str) -> User:
    user, _ = User.objects.update_or_create(
        email=email, defaults={"password": hashed, "language": language, "demonstration": True, "is_active": True}
    )
    return user
