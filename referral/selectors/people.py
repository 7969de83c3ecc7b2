"""The list of people, with cover and childhood told by the database so that filters and pages need few queries.

The conditions say in SQL what `referral.coverage` and `referral.safeguards` say in Python; tests hold them together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When

from referral.actor import Actor
from referral.enums import OPEN_STATES, AgeBasis, Safeguard, WhereaboutsKind
from referral.models import Handover, LegalTrack, RiskAssessment, Whereabouts
from referral.safeguards import ADULT
from referral.selectors.cases import visible_cases
from referral.selectors.person import with_full

PAGE_SIZE = 25

CHILD = Q(person__adult_confirmed_by__isnull=True) & (
    Q(person__age_low__lt=ADULT)
    | Q(person__age_low__isnull=True, person__age_high__lt=ADULT)
    | Q(person__age_low__isnull=True, person__maybe_child=True)
    | Q(person__age_low__isnull=True, person__age_basis=AgeBasis.DISPUTED)
    | Q(carried_safeguards__contains=[Safeguard.PRESUMED_MINOR])
)
"""Presumed to be a child (`referral.selectors.facts.is_child`)."""


def covered(at: datetime) -> Q:
    """Covered at this exercise instant (`referral.coverage.gap_now`), for cases annotated with their last place."""
    in_time = Q(person__bed_until_at__isnull=True) | Q(person__bed_until_at__gt=at)
    sheltered = Q(place=WhereaboutsKind.SAFE_PLACE) | Q(place=WhereaboutsKind.SUPPORTED_PLACE, supported=True)
    met = Q(place=WhereaboutsKind.ARRIVED, supported=True)
    here = sheltered & Q(place_country=F("holder__country"))
    return Q(place=WhereaboutsKind.ESCORTED) | ((here | met) & in_time)


def people(actor: Actor, at: datetime) -> QuerySet[Any]:
    """Every case that the actor may see, newest first, with `full`, `is_covered` and `is_minor`."""
    last = Whereabouts.objects.filter(case=OuterRef("pk")).order_by("-happened_at", "-pk")
    return (
        with_full(actor, visible_cases(actor))
        .annotate(
            place=Subquery(last.values("kind")[:1]),
            place_country=Subquery(last.values("country")[:1]),
            supported=Subquery(last.values("support_running")[:1]),
        )
        .annotate(is_covered=_flag(covered(at)), is_minor=_flag(CHILD))
        .order_by("-opened_at", "-pk")
    )


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def for_rows(cases: QuerySet[Any]) -> QuerySet[Any]:
    """With everything that a row of the list shows; a fixed number of queries whatever the length of the page."""
    return cases.select_related("person", "holder", "registry").prefetch_related(
        Prefetch("whereabouts", Whereabouts.objects.order_by("happened_at", "pk")),
        Prefetch("risks", RiskAssessment.objects.all()),
        Prefetch("legal_tracks", LegalTrack.objects.all()),
        "person__links",
    ).annotate(has_open_handover=Exists(Handover.objects.filter(case=OuterRef("pk"), state__in=OPEN_STATES)))  # fmt: skip
