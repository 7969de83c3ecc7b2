"""Mails of a registry, for its page in the demonstration."""

from __future__ import annotations

from django.db.models import QuerySet

from referral.models import Mail


def mails(registry_id: int) -> QuerySet[Mail]:
    """Every mail of the registry with reader and notice, newest first."""
    return Mail.objects.filter(registry_id=registry_id).select_related("user", "notice").order_by("-pk")
