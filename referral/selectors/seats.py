"""Seats of the demonstration: its logins by country, with what waits at each desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Q

from accounts.selectors import demonstration_users
from referral.models import Membership, Registry
from referral.selectors.waiting_count import pressing


def demonstration_seats() -> list[Membership]:
    """Memberships of the demonstration's logins, with user, institution and registry. One query; none outside the mode."""
    users = demonstration_users()
    rows = Membership.objects.filter(user__in=users).select_related("user", "institution__registry").order_by("pk")
    return list(rows)


def owed_by_institution(registry: Registry, at: datetime) -> Mapping[int, tuple[int, int]]:
    """Institution → how many things it owes, and how many of them are overdue at this exercise instant. One query."""
    counted = (
        pressing(at)
        .filter(registry=registry)
        .order_by()
        .values("owes")
        .annotate(owed=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=at)))
    )
    return {row["owes"]: (row["owed"], row["overdue"]) for row in counted}
