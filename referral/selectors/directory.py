"""Countries of a registry with their institutions, services and places."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from referral.actor import Actor
from referral.models import Capacity, Institution, Membership
from referral.policy import FOCAL


def institutions(registry_id: int) -> QuerySet[Institution]:
    """Institutions with a country, with capacity and focal point officers; a fixed number of queries."""
    officers = Membership.objects.filter(role__in=FOCAL).select_related("user").order_by("pk")
    return (
        Institution.objects.filter(registry_id=registry_id, country__isnull=False)
        .prefetch_related(
            Prefetch("capacity", Capacity.objects.order_by("population")),
            Prefetch("memberships", officers, to_attr="officers"),
        )
        .order_by("country_id", "name", "pk")
    )


def country_codes(registry_id: int) -> list[str]:
    """Codes of the countries with an institution in the registry. One query."""
    rows = Institution.objects.filter(registry_id=registry_id, country__isnull=False)
    return sorted(set(rows.order_by().values_list("country_id", flat=True)))


def names_in(actor: Actor) -> list[tuple[int, str]]:
    """Keys and names of the institutions of the actor's registry, by name. One query."""
    rows = Institution.objects.filter(registry=actor.registry_id)
    return list(rows.order_by("name", "pk").values_list("pk", "name"))
